//! Queries: `name contains 'plan' and (mimeType = '…' or not trashed = true)`. Terms as the Drive API has them.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::drive::{Drive, DriveFile, Role};
use crate::sandbox::people::Persona;

/// How deep conditions nest at most.
const DEEPEST: usize = 32;

#[derive(Debug)]
pub enum FileCondition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Name(TextOp, String),
    Text(String),
    Mime(TextOp, String),
    Time(TimeField, Vec<Ordering>, bool, Timestamp),
    Trashed(bool),
    Starred(bool),
    SharedWithMe(bool),
    In(String, Collection),
}

#[derive(Clone, Copy, Debug)]
pub enum TextOp {
    Contains,
    Equal,
    Different,
}

#[derive(Clone, Copy, Debug)]
pub enum TimeField {
    Created,
    Modified,
}

#[derive(Clone, Copy, Debug)]
pub enum Collection {
    Parents,
    Owners,
    Writers,
    Readers,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Sign(&'static str),
}

const SIGNS: [&str; 8] = ["<=", ">=", "!=", "=", "<", ">", "(", ")"];

fn tokens(text: &str) -> Option<Vec<Token>> {
    let (mut rest, mut tokens) = (text.trim_start(), Vec::new());
    while let Some(first) = rest.chars().next() {
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            rest = rest.strip_prefix(sign)?;
            tokens.push(Token::Sign(sign));
        } else if first == '\'' {
            let (mut inner, mut signs) = (String::new(), rest.char_indices().skip(1));
            let end = loop {
                match signs.next()? {
                    (_, '\\') => inner.push(signs.next()?.1),
                    (at, '\'') => break at + 1,
                    (_, sign) => inner.push(sign),
                }
            };
            rest = rest.split_at_checked(end)?.1;
            tokens.push(Token::Text(inner));
        } else {
            let end = rest.find(|sign: char| !sign.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end).filter(|(word, _)| !word.is_empty())?;
            rest = after;
            tokens.push(Token::Word(word.into()));
        }
        rest = rest.trim_start();
    }
    Some(tokens)
}

/// What is left of a query.
struct Reader<'a>(&'a [Token]);

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a Token> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = matches!(self.0.first(), Some(Token::Word(found)) if found == word);
        if found {
            self.next();
        }
        found
    }

    fn text(&mut self) -> Option<&'a str> {
        match self.next()? {
            Token::Text(text) => Some(text),
            _ => None,
        }
    }

    fn any(&mut self, depth: usize) -> Option<FileCondition> {
        let mut found = vec![self.all(depth)?];
        while self.takes("or") {
            found.push(self.all(depth)?);
        }
        Some(if found.len() == 1 { found.pop()? } else { FileCondition::Any(found) })
    }

    fn all(&mut self, depth: usize) -> Option<FileCondition> {
        let mut found = vec![self.one(depth)?];
        while self.takes("and") {
            found.push(self.one(depth)?);
        }
        Some(if found.len() == 1 { found.pop()? } else { FileCondition::All(found) })
    }

    fn one(&mut self, depth: usize) -> Option<FileCondition> {
        if depth > DEEPEST {
            return None;
        }
        match self.next()? {
            Token::Sign("(") => {
                let inner = self.any(depth + 1)?;
                (self.next()? == &Token::Sign(")")).then_some(inner)
            }
            Token::Word(word) if word == "not" => Some(FileCondition::Not(Box::new(self.one(depth + 1)?))),
            Token::Text(value) => {
                let known = [
                    ("parents", Collection::Parents),
                    ("owners", Collection::Owners),
                    ("writers", Collection::Writers),
                    ("readers", Collection::Readers),
                ];
                let Token::Word(name) =
                    self.next().filter(|token| **token == Token::Word("in".into())).and(self.next())?
                else {
                    return None;
                };
                let (_, collection) = known.iter().find(|(known, _)| known == name)?;
                Some(FileCondition::In(value.clone(), *collection))
            }
            Token::Word(word) => self.term(word),
            Token::Sign(_) => None,
        }
    }

    fn term(&mut self, name: &str) -> Option<FileCondition> {
        match name {
            "name" => self.compare_text().map(|(op, text)| FileCondition::Name(op, text)),
            "mimeType" => self.compare_text().map(|(op, text)| FileCondition::Mime(op, text)),
            "fullText" => {
                self.takes("contains").then(|| self.text())?.map(|text| FileCondition::Text(text.to_lowercase()))
            }
            "createdTime" => self.compare_time(TimeField::Created),
            "modifiedTime" => self.compare_time(TimeField::Modified),
            "trashed" => self.flag().map(FileCondition::Trashed),
            "starred" => self.flag().map(FileCondition::Starred),
            "sharedWithMe" if matches!(self.0.first(), Some(Token::Sign("=" | "!="))) => {
                self.flag().map(FileCondition::SharedWithMe)
            }
            "sharedWithMe" => Some(FileCondition::SharedWithMe(true)),
            _ => None,
        }
    }

    fn compare_text(&mut self) -> Option<(TextOp, String)> {
        let op = match self.next()? {
            Token::Word(word) if word == "contains" => TextOp::Contains,
            Token::Sign("=") => TextOp::Equal,
            Token::Sign("!=") => TextOp::Different,
            _ => return None,
        };
        Some((op, self.text()?.into()))
    }

    fn compare_time(&mut self, field: TimeField) -> Option<FileCondition> {
        let Token::Sign(sign) = self.next()? else { return None };
        let (orders, wanted) = match *sign {
            "=" => (vec![Ordering::Equal], true),
            "!=" => (vec![Ordering::Equal], false),
            "<" => (vec![Ordering::Less], true),
            "<=" => (vec![Ordering::Greater], false),
            ">" => (vec![Ordering::Greater], true),
            ">=" => (vec![Ordering::Less], false),
            _ => return None,
        };
        Some(FileCondition::Time(field, orders, wanted, moment(self.text()?)?))
    }

    fn flag(&mut self) -> Option<bool> {
        let wanted = match self.next()? {
            Token::Sign("=") => true,
            Token::Sign("!=") => false,
            _ => return None,
        };
        match self.next()? {
            Token::Word(word) if word == "true" => Some(wanted),
            Token::Word(word) if word == "false" => Some(!wanted),
            _ => None,
        }
    }
}

/// A time; without an offset it is UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let plain = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp());
    text.parse().ok().or_else(plain)
}

impl FileCondition {
    /// None for what is no query.
    pub fn read(text: &str) -> Option<Self> {
        let tokens = tokens(text)?;
        let mut reader = Reader(&tokens);
        let condition = reader.any(0)?;
        reader.0.is_empty().then_some(condition)
    }

    pub fn holds(&self, drive: &Drive, file: &DriveFile, person: &Arc<Persona>) -> bool {
        match self {
            Self::All(all) => all.iter().all(|condition| condition.holds(drive, file, person)),
            Self::Any(any) => any.iter().any(|condition| condition.holds(drive, file, person)),
            Self::Not(condition) => !condition.holds(drive, file, person),
            // `contains` finds words by their beginnings in names; in a small Drive, parts of words as well.
            Self::Name(op, text) => op.holds(&file.name.to_lowercase(), &text.to_lowercase()),
            Self::Mime(op, text) => op.holds(&file.mime, text),
            Self::Text(text) => holds_words(file, text),
            Self::Time(field, orders, wanted, than) => {
                let at = match field {
                    TimeField::Created => file.created_at,
                    TimeField::Modified => file.modified_at,
                };
                orders.contains(&at.cmp(than)) == *wanted
            }
            Self::Trashed(wanted) => drive.is_trashed(file) == *wanted,
            Self::Starred(wanted) => file.starred_by.contains(person) == *wanted,
            Self::SharedWithMe(wanted) => (file.owner != *person) == *wanted,
            Self::In(value, Collection::Parents) => {
                let wanted = if value == "root" { &drive.root(person) } else { value };
                drive.parent(file, person).as_ref() == Some(wanted)
            }
            Self::In(value, collection) => {
                let wanted = if value == "me" { &person.email } else { value };
                let least = match collection {
                    Collection::Owners => return file.owner.email == *wanted,
                    Collection::Writers => Role::Writer,
                    Collection::Readers | Collection::Parents => Role::Reader,
                };
                let other = drive.people.with_email(wanted);
                other.and_then(|other| drive.role(file, other)).is_some_and(|role| role >= least)
            }
        }
    }
}

impl TextOp {
    fn holds(self, found: &str, wanted: &str) -> bool {
        match self {
            Self::Contains => found.contains(wanted),
            Self::Equal => found == wanted,
            Self::Different => found != wanted,
        }
    }
}

/// Whether name, description or text hold every one of the words, which are in lower case.
pub fn holds_words(file: &DriveFile, words: &str) -> bool {
    let text = if file.is_native() || file.mime.starts_with("text/") { file.text() } else { "".into() };
    let whole = format!("{} {} {text}", file.name, file.description).to_lowercase();
    words.split_whitespace().all(|word| whole.contains(word.trim_matches('"')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read() {
        for good in [
            "name contains 'plan'",
            r"name = 'it\'s' and trashed = false",
            "(mimeType = 'text/plain' or not starred = true) and 'root' in parents",
            "modifiedTime > '2026-01-01T12:00:00' and createdTime <= '2026-01-01T12:00:00Z'",
            "sharedWithMe",
            "sharedWithMe = true and 'me' in owners",
            "fullText contains 'a b'",
        ] {
            assert!(FileCondition::read(good).is_some(), "{good}");
        }
    }

    #[test]
    fn what_is_no_query_is_none() {
        for bad in [
            "",
            "plan",
            "name contains plan",
            "name contains 'plan",
            "name < 'a'",
            "trashed",
            "(name = 'a'",
            "name = 'a' name = 'b'",
            "'a' in children",
            "modifiedTime > 'yesterday'",
            &"(".repeat(10_000),
            &"not ".repeat(10_000),
        ] {
            assert!(FileCondition::read(bad).is_none(), "{bad}");
        }
    }
}
