//! The words, texts and signs that SOQL consists of.

/// Bytes of a text in a query, at most.
pub const LONGEST_TEXT: usize = 4000;

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Word(String),
    Text(String),
    Sign(String),
}

/// What is said of a token that should not stand there.
pub fn unexpected(token: Option<&Token>) -> String {
    match token {
        None => "unexpected token: <EOF>".into(),
        Some(Token::Word(word) | Token::Sign(word)) => format!("unexpected token: '{word}'"),
        Some(Token::Text(text)) => format!("unexpected token: ''{text}''"),
    }
}

/// Reads them.
///
/// # Errors
/// What is wrong, as the provider says it.
pub fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            sign if sign.is_whitespace() => {}
            '(' | ')' | ',' => tokens.push(Token::Sign(sign.into())),
            '=' => tokens.push(Token::Sign("=".into())),
            '!' | '<' | '>' => {
                let mut operator = String::from(sign);
                operator.extend(signs.next_if(|next| *next == '=' || (sign == '<' && *next == '>')));
                tokens.push(Token::Sign(operator));
            }
            '\'' => {
                let mut text = String::new();
                loop {
                    match signs.next().ok_or("unclosed string literal")? {
                        '\'' => break,
                        '\\' => match signs.next().ok_or("unclosed string literal")? {
                            'n' | 'N' => text.push('\n'),
                            't' | 'T' => text.push('\t'),
                            // These mean something in LIKE, and are told apart later.
                            sign @ ('%' | '_' | '\\') => text.extend(['\\', sign]),
                            sign => text.push(sign),
                        },
                        sign => text.push(sign),
                    }
                }
                if text.len() > LONGEST_TEXT {
                    return Err(format!("a string literal is longer than {LONGEST_TEXT} characters"));
                }
                tokens.push(Token::Text(text));
            }
            sign if sign.is_alphanumeric() || matches!(sign, '_' | '-' | '+' | '.') => {
                let mut word = String::from(sign);
                let belongs = |sign: &char| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '+' | '.' | ':');
                while let Some(sign) = signs.next_if(belongs) {
                    word.push(sign);
                }
                tokens.push(Token::Word(word));
            }
            other => return Err(format!("line 1: unexpected character '{}'", other.escape_default())),
        }
    }
    Ok(tokens)
}
