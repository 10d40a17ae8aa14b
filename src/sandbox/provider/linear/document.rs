//! GraphQL documents: one operation, read as a tree of fields. Fragments with a name and directives are not known.

use serde_json::{Map, Value};

/// Braces and brackets inside each other, at most.
const DEEPEST: usize = 32;

/// Bytes of variables that a document puts in, all in all: one may stand in many places.
const MOST_PUT_IN: usize = 4 << 20;

/// Field that is asked for.
#[derive(Debug, PartialEq)]
pub struct Field {
    /// Name in the answer.
    pub alias: String,
    pub name: String,
    pub arguments: Map<String, Value>,
    pub fields: Vec<Field>,
}

/// The fields at the root of a document.
///
/// # Errors
/// What is wrong with it, in words.
pub fn read(text: &str, variables: &Map<String, Value>) -> Result<Vec<Field>, String> {
    let mut reader = Reader { tokens: tokens(text)?, at: 0, variables: variables.clone(), left: MOST_PUT_IN };
    match reader.next() {
        Some(Token::Name(kind)) if kind == "query" || kind == "mutation" => {
            reader.operation()?;
        }
        Some(Token::Sign('{')) => {}
        other => return Err(unexpected(other.as_ref())),
    }
    let fields = reader.fields(1)?;
    match reader.next() {
        None => Ok(fields),
        Some(Token::Name(_)) => Err("Only one operation may stand in a document.".into()),
        other => Err(unexpected(other.as_ref())),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Value(Value),
    Sign(char),
    Spread,
}

fn unexpected(token: Option<&Token>) -> String {
    match token {
        None => "Syntax Error: Unexpected <EOF>.".into(),
        Some(Token::Name(name)) => format!("Syntax Error: Unexpected Name \"{name}\"."),
        Some(Token::Value(value)) => format!("Syntax Error: Unexpected {value}."),
        Some(Token::Sign(sign)) => format!("Syntax Error: Unexpected \"{sign}\"."),
        Some(Token::Spread) => "Syntax Error: Unexpected \"...\".".into(),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let mut word = |first: char, belongs: fn(char) -> bool| {
            let mut word = String::from(first);
            while let Some(sign) = signs.next_if(|sign| belongs(*sign)) {
                word.push(sign);
            }
            word
        };
        let token = match sign {
            '#' => {
                word(sign, |sign| sign != '\n');
                continue;
            }
            sign if sign.is_whitespace() || sign == ',' || sign == '\u{feff}' => continue,
            '{' | '}' | '(' | ')' | '[' | ']' | ':' | '$' | '!' | '=' | '@' => Token::Sign(sign),
            '.' if word(sign, |sign| sign == '.') == "..." => Token::Spread,
            '"' => Token::Value(string(&mut signs)?.into()),
            '_' | 'a'..='z' | 'A'..='Z' => Token::Name(word(sign, |sign| sign == '_' || sign.is_ascii_alphanumeric())),
            '-' | '0'..='9' => {
                let number = word(sign, |sign| matches!(sign, '0'..='9' | '.' | 'e' | 'E' | '+' | '-'));
                let number = serde_json::from_str(&number);
                Token::Value(number.map_err(|_| "Syntax Error: Invalid number.".to_owned())?)
            }
            other => return Err(format!("Syntax Error: Unexpected character: \"{}\".", other.escape_default())),
        };
        tokens.push(token);
    }
    Ok(tokens)
}

/// The rest of a string. It is escaped as JSON escapes; between three quotes nothing is.
fn string(signs: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, String> {
    let unterminated = || "Syntax Error: Unterminated string.".to_owned();
    let mut text = String::from('"');
    let mut escaped = false;
    loop {
        let sign = signs.next().filter(|sign| *sign != '\n').ok_or_else(unterminated)?;
        text.push(sign);
        match sign {
            '"' if !escaped => break,
            sign => escaped = sign == '\\' && !escaped,
        }
    }
    if text == "\"\"" && signs.next_if_eq(&'"').is_some() {
        let mut block = String::new();
        while !block.ends_with("\"\"\"") {
            block.push(signs.next().ok_or_else(unterminated)?);
        }
        return Ok(block.trim_end_matches('"').trim().to_owned());
    }
    serde_json::from_str(&text).map_err(|_| "Syntax Error: Invalid character within String.".into())
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    variables: Map<String, Value>,
    /// Bytes of variables that may still be put in.
    left: usize,
}

impl Reader {
    fn next(&mut self) -> Option<Token> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn skips(&mut self, sign: char) -> bool {
        let there = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, sign: char) -> Result<(), String> {
        match self.next() {
            Some(Token::Sign(found)) if found == sign => Ok(()),
            other => Err(unexpected(other.as_ref())),
        }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Name(name)) => Ok(name),
            other => Err(unexpected(other.as_ref())),
        }
    }

    /// The head of an operation: its name, and its variables with the values they have when none is given.
    fn operation(&mut self) -> Result<(), String> {
        if let Some(Token::Name(_)) = self.tokens.get(self.at) {
            self.at += 1;
        }
        if self.skips('(') {
            while !self.skips(')') {
                self.expect('$')?;
                let name = self.name()?;
                self.expect(':')?;
                let required = self.kind(1)?;
                let default = if self.skips('=') { Some(self.value(1)?) } else { None };
                match (self.variables.contains_key(&name), default) {
                    (true, _) => {}
                    (false, None) if required => {
                        return Err(format!("Variable \"${name}\" of required type was not provided."));
                    }
                    (false, default) => drop(self.variables.insert(name, default.unwrap_or_default())),
                }
            }
        }
        self.expect('{')
    }

    /// A variable's type; true if it may not be missing.
    fn kind(&mut self, depth: usize) -> Result<bool, String> {
        check_depth(depth)?;
        if self.skips('[') {
            self.kind(depth + 1)?;
            self.expect(']')?;
        } else {
            self.name()?;
        }
        Ok(self.skips('!'))
    }

    /// Fields up to the brace that closes them.
    fn fields(&mut self, depth: usize) -> Result<Vec<Field>, String> {
        check_depth(depth)?;
        let mut fields = Vec::new();
        while !self.skips('}') {
            match self.next() {
                // What applies to a type applies to everything here.
                Some(Token::Spread) => {
                    if self.name()? != "on" {
                        return Err("Fragments with a name are not known here; write the fields out.".into());
                    }
                    self.name()?;
                    self.expect('{')?;
                    fields.extend(self.fields(depth + 1)?);
                }
                Some(Token::Name(first)) => {
                    let name = if self.skips(':') { self.name()? } else { first.clone() };
                    let arguments = if self.skips('(') { self.pairs(')', depth + 1)? } else { Map::new() };
                    let inner = if self.skips('{') { self.fields(depth + 1)? } else { Vec::new() };
                    fields.push(Field { alias: first, name, arguments, fields: inner });
                }
                other => return Err(unexpected(other.as_ref())),
            }
        }
        if fields.is_empty() { Err("Syntax Error: Expected Name, found \"}\".".into()) } else { Ok(fields) }
    }

    fn pairs(&mut self, end: char, depth: usize) -> Result<Map<String, Value>, String> {
        let mut pairs = Map::new();
        while !self.skips(end) {
            let name = self.name()?;
            self.expect(':')?;
            pairs.insert(name, self.value(depth)?);
        }
        Ok(pairs)
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        check_depth(depth)?;
        Ok(match self.next() {
            Some(Token::Value(value)) => value,
            Some(Token::Name(name)) => match name.as_str() {
                "true" => true.into(),
                "false" => false.into(),
                "null" => Value::Null,
                _ => name.into(),
            },
            Some(Token::Sign('$')) => {
                let name = self.name()?;
                let value = self.variables.get(&name).cloned();
                let value = value.ok_or_else(|| format!("Variable \"${name}\" is not defined."))?;
                self.left = self.left.checked_sub(value.to_string().len()).ok_or("The variables are too large.")?;
                value
            }
            Some(Token::Sign('[')) => {
                let mut items = Vec::new();
                while !self.skips(']') {
                    items.push(self.value(depth + 1)?);
                }
                items.into()
            }
            Some(Token::Sign('{')) => self.pairs('}', depth + 1)?.into(),
            other => return Err(unexpected(other.as_ref())),
        })
    }
}

fn check_depth(depth: usize) -> Result<(), String> {
    if depth > DEEPEST { Err(format!("Query is too deep, at most {DEEPEST} levels are read.")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn a_document_is_a_tree_of_fields() {
        let text = r#"
            # who am I
            query Mine($id: String!, $first: Int = 3) {
                me: viewer { id, name ... on User { email } }
                issue(id: $id, filter: {state: {eq: "To\u0064o"}, labels: ["a", B], ok: true}, n: -2.5) { id }
                issues(first: $first) { nodes { id } }
            }"#;
        let fields = read(text, &object(json!({"id": "ENG-1"}))).expect("good");
        let names: Vec<_> = fields.iter().map(|field| (field.alias.as_str(), field.name.as_str())).collect();
        assert_eq!(names, [("me", "viewer"), ("issue", "issue"), ("issues", "issues")]);
        let inner: Vec<_> = fields[0].fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(inner, ["id", "name", "email"]);
        let expected =
            json!({"id": "ENG-1", "filter": {"state": {"eq": "Todo"}, "labels": ["a", "B"], "ok": true}, "n": -2.5});
        assert_eq!(Value::from(fields[1].arguments.clone()), expected);
        assert_eq!(Value::from(fields[2].arguments.clone()), json!({"first": 3}));
        let block = read("{ x(body: \"\"\"\n two \"lines\"\n here \"\"\") { id } }", &Map::new()).expect("good");
        assert_eq!(Value::from(block[0].arguments.clone()), json!({"body": "two \"lines\"\n here"}));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let say = |text: &str| read(text, &Map::new()).expect_err(text);
        for (text, said) in [
            ("", "Unexpected <EOF>"),
            ("{ viewer { id }", "Unexpected <EOF>"),
            ("{ viewer { } }", "Expected Name"),
            ("{ viewer { id } } }", "Unexpected \"}\""),
            ("{ a } { b }", "Unexpected \"{\""),
            ("query { a } query { b }", "Only one operation"),
            ("query Q($a: [String!]!) { x(a: $a) }", "\"$a\" of required type"),
            ("{ x(a: $b) }", "\"$b\" is not defined"),
            ("{ ...Parts }", "Fragments with a name"),
            ("{ x(a: \"b) }", "Unterminated string"),
            ("{ x(a: 1.2.3) }", "Invalid number"),
            ("{ x @skip }", "Unexpected \"@\""),
            ("{ x % }", "Unexpected character"),
            ("subscription { x }", "Unexpected Name \"subscription\""),
        ] {
            assert!(say(text).contains(said), "{text}: {}", say(text));
        }
        let deep = format!("{}id{}", "{ a ".repeat(100_000), "}".repeat(100_000));
        assert!(say(&deep).contains("too deep"));
        assert!(say(&format!("{{ x(a: {}", "[".repeat(100_000))).contains("too deep"));
    }
}
