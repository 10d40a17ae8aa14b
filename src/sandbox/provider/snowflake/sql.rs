//! Snowflake's SQL, as far as it differs from what carries it out.
//!
//! SQLite runs the statements. What is spelled otherwise is rewritten word by word: names of three parts,
//! functions that tell of the session, a few functions that only have another name. `LIKE` does not look at case.

/// Part of a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SqlToken<'a> {
    Space(&'a str),
    Word(&'a str),
    /// A text, a name in quotes, a number or a sign, as it stands.
    Other(&'a str),
}

impl<'a> SqlToken<'a> {
    pub fn text(&self) -> &'a str {
        match self {
            Self::Space(text) | Self::Word(text) | Self::Other(text) => text,
        }
    }

    fn is_space(&self) -> bool {
        matches!(self, Self::Space(_))
    }

    pub fn is(&self, word: &str) -> bool {
        self.text().eq_ignore_ascii_case(word)
    }
}

/// What the functions of the session answer.
pub struct SqlSession<'a> {
    pub database: &'a str,
    pub schemas: &'a [&'a str],
    /// Function and answer, such as `CURRENT_USER` and `ADA`.
    pub functions: &'a [(&'a str, &'a str)],
}

/// Functions that have another name.
const RENAMED: [(&str, &str); 6] = [
    ("NVL", "IFNULL"),
    ("IFF", "IIF"),
    ("LEN", "LENGTH"),
    ("LISTAGG", "GROUP_CONCAT"),
    ("CHARINDEX", "INSTR"),
    ("ILIKE", "LIKE"),
];

/// Functions that take no brackets in SQLite.
const BARE: [&str; 3] = ["CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"];

/// Splits a statement; comments count as spaces.
pub fn tokens(text: &str) -> Vec<SqlToken<'_>> {
    let (mut rest, mut tokens) = (text, Vec::new());
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' => quoted(rest, first),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            _ if first.is_whitespace() => rest.find(|sign: char| !sign.is_whitespace()).unwrap_or(rest.len()),
            _ if is_word(first) => rest.find(|sign| !is_word(sign) && sign != '$').unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let is_space = first.is_whitespace() || token.starts_with("--") || token.starts_with("/*");
        tokens.push(match () {
            () if is_space => SqlToken::Space(token),
            () if is_word(first) && !first.is_ascii_digit() => SqlToken::Word(token),
            () => SqlToken::Other(token),
        });
        rest = after;
    }
    tokens
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

/// Length of what stands in quotes; doubled quotes stand for themselves. It may lack its end.
fn quoted(text: &str, quote: char) -> usize {
    let mut signs = text.char_indices().skip(1).peekable();
    while let Some((at, sign)) = signs.next() {
        if sign == quote {
            match signs.peek() {
                Some((_, next)) if *next == quote => drop(signs.next()),
                _ => return at + quote.len_utf8(),
            }
        }
    }
    text.len()
}

/// The statements in a text, without what only separates them.
pub fn statements<'a>(tokens: &[SqlToken<'a>]) -> Vec<Vec<SqlToken<'a>>> {
    let split = tokens.split(|token| token.text() == ";");
    split.filter(|tokens| !tokens.iter().all(SqlToken::is_space)).map(<[_]>::to_vec).collect()
}

/// The words and signs of a statement, without spaces.
pub fn bare<'a>(tokens: &[SqlToken<'a>]) -> Vec<SqlToken<'a>> {
    tokens.iter().filter(|token| !token.is_space()).copied().collect()
}

/// The statement as SQLite reads it.
pub fn translate(tokens: &[SqlToken<'_>], session: &SqlSession<'_>) -> String {
    let mut out = String::new();
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        let SqlToken::Word(word) = token else {
            out.push_str(token.text());
            continue;
        };
        // Three words and signs decide; to look at all of them for each would take the square of the time.
        let following: Vec<_> = after.iter().filter(|token| !token.is_space()).take(3).copied().collect();
        let next = |at: usize| following.get(at).map_or("", SqlToken::text);
        let takes_nothing = next(0) == "(" && next(1) == ")";
        let is_schema = session.schemas.iter().any(|schema| schema.eq_ignore_ascii_case(next(1).trim_matches('"')));
        let answer = session.functions.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        if next(0) == "." && next(2) == "." && is_schema && session.database.eq_ignore_ascii_case(word) {
            rest = skip(after, 1);
        } else if let Some((_, answer)) = answer.filter(|_| takes_nothing) {
            out.push_str(&format!("'{}'", answer.replace('\'', "''")));
            rest = skip(after, 2);
        } else if takes_nothing && BARE.iter().any(|name| name.eq_ignore_ascii_case(word)) {
            out.push_str(word);
            rest = skip(after, 2);
        } else {
            let renamed = RENAMED.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(word));
            let renamed = renamed.filter(|(theirs, _)| *theirs == "ILIKE" || next(0) == "(");
            out.push_str(renamed.map_or(word, |(_, ours)| ours));
        }
    }
    out
}

/// What follows after so many words and signs.
fn skip<'t, 'a>(mut tokens: &'t [SqlToken<'a>], mut count: usize) -> &'t [SqlToken<'a>] {
    while let Some((first, rest)) = tokens.split_first().filter(|_| count > 0) {
        count -= usize::from(!first.is_space());
        tokens = rest;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn translated(text: &str) -> String {
        let session = SqlSession {
            database: "ACME",
            schemas: &["SALES", "SUPPORT"],
            functions: &[("CURRENT_USER", "O'Ada"), ("CURRENT_ROLE", "ANALYST")],
        };
        translate(&tokens(text), &session)
    }

    #[test]
    fn what_is_spelled_otherwise_is_rewritten() {
        for (theirs, ours) in [
            ("select * from acme.sales.orders o", "select * from sales.orders o"),
            ("select * from ACME . \"SALES\" . T", "select * from  \"SALES\" . T"),
            ("select acme.sales from acme", "select acme.sales from acme"),
            ("select current_user ( ), 'current_user()'", "select 'O''Ada', 'current_user()'"),
            ("select current_timestamp()", "select current_timestamp"),
            ("select nvl(a, 'nvl(') where b ilike 'x'", "select IFNULL(a, 'nvl(') where b LIKE 'x'"),
            ("select nvl from len", "select nvl from len"),
            ("select 'it''s -- no comment' -- nvl(\n, 2", "select 'it''s -- no comment' -- nvl(\n, 2"),
        ] {
            assert_eq!(translated(theirs), ours);
        }
    }

    #[test]
    fn statements_are_told_apart() {
        let count = |text| statements(&tokens(text)).len();
        assert_eq!(count("select 1"), 1);
        assert_eq!(count(" select ';' ; -- done;\n"), 1);
        assert_eq!(count("select 1; select 2;;"), 2);
        assert_eq!(count("/* nothing */ ;"), 0);
    }

    #[test]
    fn nothing_is_lost_of_what_cannot_be_read() {
        for odd in ["'never ends", "\"never ends", "/* never ends", "ä→'ö'\"ü\"", "", "1e5x"] {
            assert_eq!(tokens(odd).iter().map(SqlToken::text).collect::<String>(), odd);
        }
    }
}
