//! Floor 1: the one grammar of filters that people type: `status:expired as:ada@ "two words"`.
//!
//! Blanks part, quotes hold together. A part `name:value` is a term where its name, or three letters or more of its
//! beginning, is in the table of names; case does not matter. A part in quotes is never a term. Everything else is a
//! word, with or without a colon: identifiers and URLs have colons too.

use std::fmt;

use crate::domain::{Untrusted, nearest_name};

/// Letters of a name that stand for the whole of it.
const SHORTEST: usize = 3;

/// Names of the fields that terms look in. Of several names for a field the first is told.
pub type Names<F> = [(&'static str, F)];

/// A filter, split into what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedFilter<F> {
    /// Terms in the order in which they were typed. A value is empty while somebody is still typing it.
    pub terms: Vec<(F, String)>,
    /// Words, phrases that stood in quotes among them.
    pub words: Vec<String>,
    /// First name of a term that is not in the table; its part is also among the words.
    pub unknown: Option<UnknownName>,
}

/// Name of a term that is not in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    name: Untrusted,
    near: Option<&'static str>,
    known: Vec<&'static str>,
}

impl UnknownName {
    /// A name in the table that it is probably a slip of.
    pub fn near(&self) -> Option<&'static str> {
        self.near
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "There is no {}: filter. ", self.name)?;
        match self.near {
            Some(near) => write!(f, "Did you mean {near}:?"),
            None => write!(f, "There are {}:.", self.known.join(": ")),
        }
    }
}

/// Splits a filter.
pub fn parse<F: Copy + PartialEq>(text: &str, names: &Names<F>) -> ParsedFilter<F> {
    let mut parsed = ParsedFilter { terms: Vec::new(), words: Vec::new(), unknown: None };
    for part in parts(text) {
        if let Some((name, value)) = part.split_once(':')
            && !name.is_empty()
            && name.chars().all(char::is_alphabetic)
        {
            if let Some(field) = field(name, names) {
                parsed.terms.push((field, value.trim_matches('"').to_owned()));
                continue;
            }
            if !value.starts_with("//") {
                parsed.unknown.get_or_insert_with(|| unknown(name, names));
            }
        }
        parsed.words.push(part.replace('"', ""));
    }
    parsed.words.retain(|word| !word.is_empty());
    parsed
}

/// The field of a name, or of the only one that it is the beginning of.
fn field<F: Copy + PartialEq>(name: &str, names: &Names<F>) -> Option<F> {
    let name = name.to_lowercase();
    if let Some((_, field)) = names.iter().find(|(known, _)| *known == name) {
        return Some(*field);
    }
    let mut begun = names.iter().filter(|(known, _)| name.len() >= SHORTEST && known.starts_with(&name));
    let (_, first) = begun.next()?;
    begun.all(|(_, field)| field == first).then_some(*first)
}

fn unknown<F: Copy + PartialEq>(name: &str, names: &Names<F>) -> UnknownName {
    let known = names.iter().enumerate().filter(|(at, (_, field))| {
        let before = names.iter().take(*at);
        before.into_iter().all(|(_, other)| other != field)
    });
    UnknownName {
        name: name.into(),
        near: nearest_name(name, names.iter().map(|(known, _)| *known)),
        known: known.map(|(_, (name, _))| *name).collect(),
    }
}

/// Parts between blanks; quotes hold together, also one that nothing closes.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut inside = false;
    for c in text.chars() {
        inside ^= c == '"';
        match parts.last_mut() {
            Some(last) if inside || !c.is_whitespace() => last.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Field {
        Status,
        Connection,
        Person,
    }

    const NAMES: [(&str, Field); 5] = [
        ("status", Field::Status),
        ("connection", Field::Connection),
        ("as", Field::Person),
        ("connector", Field::Connection),
        ("standing", Field::Status),
    ];

    fn terms(text: &str) -> Vec<(Field, String)> {
        parse(text, &NAMES).terms
    }

    #[test]
    fn terms_and_words_are_told_apart() {
        let parsed = parse(r#"status:expired as:"ada b" plain "two words" "status:x" https://x.example 12:30"#, &NAMES);
        assert_eq!(parsed.terms, [(Field::Status, "expired".into()), (Field::Person, "ada b".into())]);
        assert_eq!(parsed.words, ["plain", "two words", "status:x", "https://x.example", "12:30"]);
        assert_eq!(parsed.unknown, None);
        assert_eq!(terms(r#"as:"ada b"#), [(Field::Person, "ada b".into())], "a quote that nothing closes yet");
        assert_eq!(terms("as:"), [(Field::Person, String::new())], "a term that is not finished yet");
        assert_eq!(terms("as:tenant:7"), [(Field::Person, "tenant:7".into())]);
    }

    #[test]
    fn names_may_be_short_and_in_any_case() {
        for name in ["connection", "Connection", "conn", "CON", "connector", "connecti"] {
            assert_eq!(terms(&format!("{name}:x")), [(Field::Connection, "x".into())], "{name}");
        }
        for name in ["co", "a", "stat", "stan"] {
            let found = terms(&format!("{name}:x")).len();
            assert_eq!(found, usize::from(name.len() > 2), "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_told_and_looked_for_as_it_stands() {
        let told = |text: &str| {
            let parsed = parse(text, &NAMES);
            (parsed.words.join("|"), parsed.unknown.map(|unknown| unknown.to_string()))
        };
        let slip = "There is no statsu: filter. Did you mean status:?".to_owned();
        assert_eq!(told("statsu:expired more"), ("statsu:expired|more".into(), Some(slip)));
        let none = "There is no tenant: filter. There are status: connection: as:.".to_owned();
        assert_eq!(told(r#"tenant:"7 8""#), ("tenant:7 8".into(), Some(none)));
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_it(text in ".{0,40}") {
            let parsed = parse(&text, &NAMES);
            proptest::prop_assert!(parsed.words.iter().all(|word| !word.is_empty()));
        }
    }
}
