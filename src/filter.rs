//! Floor 1: the one grammar of filters that people type: `status:expired as:ada@ "two words"`.
//!
//! Blanks part, quotes hold together. A part `name:value` is a term where its name, or three letters or more of its
//! beginning, is in the table of names; case does not matter. A part in quotes is never a term. Everything else is a
//! word, with or without a colon: identifiers and URLs have colons too.

use std::fmt;

use crate::domain::{Untrusted, nearest_name};
use crate::order::StableOrder as _;

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

/// Ways to go on with the last part of a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// Byte at which the last part begins. What follows gives way to one of `parts`.
    pub from: usize,
    /// Whole parts to put there: names with their colon, or terms with a value.
    pub parts: Vec<String>,
    /// Beginning of each part that is not shown: the name, where only values are offered.
    pub hidden: usize,
}

impl Completions {
    /// The words to offer: names, or values without the name.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.get(self.hidden..).unwrap_or(part))
    }
}

/// Ways to go on with a filter at its end: names that begin as its last part does; once a name stands there, those of
/// its `values` that hold what follows, the ones that begin with it first. `values` is told what that is, in small
/// letters, and may leave out the rest. Values with blanks are put in quotes.
pub fn complete<F: Copy + PartialEq>(
    text: &str,
    names: &Names<F>,
    values: impl FnOnce(F, &str) -> Vec<String>,
) -> Completions {
    let from = last_part(text);
    let part = text.get(from..).unwrap_or_default();
    let Some((name, value)) = part.split_once(':') else {
        let begun = part.to_lowercase();
        let firsts = names.iter().enumerate().filter(|(at, (name, field))| {
            let is_first = names.iter().take(*at).all(|(_, other)| other != field);
            name.starts_with(&begun) && (is_first || !begun.is_empty())
        });
        let parts = firsts.map(|(_, (name, _))| format!("{name}:")).collect();
        return Completions { from, parts, hidden: 0 };
    };
    let Some(field) = field(name, names) else { return Completions { from, ..Completions::default() } };
    let typed = value.trim_matches('"').to_lowercase();
    let mut holding: Vec<String> = values(field, &typed);
    holding.retain(|value| !value.contains('"') && value.to_lowercase().contains(&typed));
    holding.order_by_key(|value| !value.to_lowercase().starts_with(&typed));
    let parts = holding.into_iter().map(|value| term(name, &value)).collect();
    Completions { from, parts, hidden: name.len() + 1 }
}

/// Term of a name and a value, as it is typed.
pub fn term(name: &str, value: &str) -> String {
    match value.contains(char::is_whitespace) {
        true => format!("{name}:\"{value}\""),
        false => format!("{name}:{value}"),
    }
}

/// Byte at which the last part begins; the end of the text behind a blank.
fn last_part(text: &str) -> usize {
    let (mut from, mut inside) = (0, false);
    for (at, c) in text.char_indices() {
        inside ^= c == '"';
        if !inside && c.is_whitespace() {
            from = at + c.len_utf8();
        }
    }
    from
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

/// A filter without its terms of a field; everything else stands as it was typed.
pub fn without<F: Copy + PartialEq>(text: &str, names: &Names<F>, unwanted: F) -> String {
    let is_unwanted = |part: &String| part.split_once(':').and_then(|(name, _)| field(name, names)) == Some(unwanted);
    let kept: Vec<String> = parts(text).into_iter().filter(|part| !is_unwanted(part)).collect();
    kept.join(" ")
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

    #[test]
    fn terms_of_a_field_are_taken_out() {
        let out = |text: &str| without(text, &NAMES, Field::Status);
        assert_eq!(out("status:expired as:\"ada b\"  stat:x \"status:y\" word"), "as:\"ada b\" \"status:y\" word");
        assert_eq!((out("status:a"), out("")), (String::new(), String::new()));
    }

    #[test]
    fn the_last_part_is_completed() {
        let values = |field, _: &str| match field {
            Field::Person => vec!["ben@acme.dev".to_owned(), "ada@acme.dev".to_owned(), "ada b".to_owned()],
            _ => vec!["active".to_owned(), "expired".to_owned()],
        };
        let offered = |text: &str| {
            let offered = complete(text, &NAMES, values);
            let words: Vec<String> = offered.words().map(str::to_owned).collect();
            (offered.from, offered.parts.join(" "), words.join(" "))
        };
        let all = "status: connection: as:".to_owned();
        assert_eq!(offered(""), (0, all.clone(), all.clone()));
        assert_eq!(offered("ada "), (4, all.clone(), all));
        assert_eq!(offered("conn"), (0, "connection: connector:".into(), "connection: connector:".into()));
        assert_eq!(offered("x status:e"), (2, "status:expired status:active".into(), "expired active".into()));
        assert_eq!(offered("as:\"ada b").1, "as:\"ada b\"");
        assert_eq!(offered("as:acme").2, "ben@acme.dev ada@acme.dev");
        assert_eq!(offered("zzz"), (0, String::new(), String::new()));
        assert_eq!(offered("zzz:a"), (0, String::new(), String::new()));
    }

    proptest::proptest! {
        #[test]
        fn what_is_completed_is_understood(text in "[a-z:\" ]{0,16}") {
            for part in complete(&text, &NAMES, |_, _| vec!["a value".to_owned(), "x".to_owned()]).parts {
                let whole = format!("{}{part}", text.get(..complete(&text, &NAMES, |_, _| Vec::new()).from).unwrap());
                let known = parse(&whole, &NAMES).terms.last().is_some_and(|(_, value)| part.contains(value.as_str()));
                proptest::prop_assert!(known, "{}", whole);
            }
        }

        #[test]
        fn nothing_that_is_typed_breaks_it(text in ".{0,40}") {
            let parsed = parse(&text, &NAMES);
            proptest::prop_assert!(parsed.words.iter().all(|word| !word.is_empty()));
        }
    }
}
