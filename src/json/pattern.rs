//! Pattern that a search looks for: a text, or a regular expression.

use std::ops::Range;

use memchr::memmem::Finder;
use memchr::{memchr, memchr2_iter};
use regex::bytes::{Regex, RegexBuilder};

use super::excerpt::{unescaped, unquoted};

/// The most memory that one expression may take, in bytes.
const LARGEST: usize = 1 << 20;

/// Something to look for. Upper case in it makes case matter, as in vim's smart case. Looking takes
/// time in proportion to what is looked at, whatever the expression is.
#[derive(Clone)]
pub struct Pattern {
    needle: Needle,
    /// The same as an expression, for pointing out where it stands.
    marks: Option<Regex>,
}

impl From<&str> for Pattern {
    /// This text and nothing else. The empty text is found nowhere.
    fn from(text: &str) -> Self {
        let marks = if text.is_empty() { None } else { compile(&regex::escape(text), is_exact(text)).ok() };
        Self { needle: Needle::new(text), marks }
    }
}

impl Pattern {
    /// A regular expression. The empty one is found nowhere.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn regex(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::from(text));
        }
        // What follows a backslash is a class, not a letter.
        let letters: String = text.replace(r"\\", "").split('\\').enumerate().map(after_escape).collect();
        let regex = compile(text, is_exact(&letters))?;
        Ok(Self { needle: Needle::Expression(regex.clone()), marks: Some(regex) })
    }

    /// Matches in a text, as byte ranges.
    pub fn spots(&self, text: &str) -> Vec<Range<usize>> {
        let spots = self.marks.iter().flat_map(|regex| regex.find_iter(text.as_bytes()));
        spots.map(|found| found.range()).filter(|range| !range.is_empty()).collect()
    }

    /// True if it matches a raw key or scalar; `decoded` is room to work in, kept to save allocations.
    pub(super) fn is_in(&self, raw: &[u8], decoded: &mut String) -> bool {
        let body = unquoted(raw).unwrap_or(raw);
        if memchr(b'\\', body).is_none() {
            return self.needle.is_in(body);
        }
        decoded.clear();
        decoded.extend(unescaped(body));
        self.needle.is_in(decoded.as_bytes())
    }
}

/// A part of an expression between backslashes, without the letter that the backslash before it takes.
fn after_escape((at, part): (usize, &str)) -> &str {
    let mut rest = part.chars();
    if at > 0 {
        rest.next();
    }
    rest.as_str()
}

fn is_exact(text: &str) -> bool {
    text.chars().any(char::is_uppercase)
}

fn compile(text: &str, exact: bool) -> Result<Regex, String> {
    RegexBuilder::new(text).case_insensitive(!exact).size_limit(LARGEST).build().map_err(|error| in_words(text, &error))
}

/// Message of the regex crate without the picture that it draws of the expression.
fn in_words(text: &str, error: &regex::Error) -> String {
    if matches!(error, regex::Error::CompiledTooBig(_)) {
        return "it is too large to be looked for".to_owned();
    }
    let said = error.to_string();
    let words = said.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or("it cannot be read");
    // The crate indents its picture by four columns.
    let place = said.lines().nth(2).and_then(|line| line.find('^')).and_then(|at| at.checked_sub(4));
    match place {
        Some(at) if !text.contains('\n') => format!("{words}, at character {}", at + 1),
        _ => words.to_owned(),
    }
}

#[derive(Clone)]
enum Needle {
    Nothing,
    /// Case matters, or there is none.
    Exact(Box<Finder<'static>>),
    /// Lower case, and the first byte in both cases: most searches are for this.
    Ascii(String, (u8, u8)),
    /// Lower case, in any script.
    Folded(String),
    Expression(Regex),
}

impl Needle {
    fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        match text.bytes().next() {
            None => Self::Nothing,
            Some(_) if lower != text || lower == text.to_uppercase() => {
                Self::Exact(Box::new(Finder::new(text).into_owned()))
            }
            Some(first) if text.is_ascii() => Self::Ascii(lower, (first, first.to_ascii_uppercase())),
            Some(_) => Self::Folded(lower),
        }
    }

    fn is_in(&self, text: &[u8]) -> bool {
        match self {
            Self::Nothing => false,
            Self::Exact(finder) => finder.find(text).is_some(),
            Self::Ascii(lower, (small, large)) => memchr2_iter(*small, *large, text).any(|at| {
                text.get(at..at + lower.len()).is_some_and(|window| window.eq_ignore_ascii_case(lower.as_bytes()))
            }),
            Self::Folded(lower) => {
                !text.is_ascii() && std::str::from_utf8(text).is_ok_and(|text| text.to_lowercase().contains(lower))
            }
            Self::Expression(regex) => regex.is_match(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_expression_is_said_in_words() {
        let wrong = |text: &str| Pattern::regex(text).err().expect("a problem");
        assert_eq!(wrong("a(b"), "unclosed group, at character 2");
        assert_eq!(wrong("[z-a]"), "invalid character class range, the start must be <= the end, at character 2");
        assert_eq!(wrong("*"), "repetition operator missing expression, at character 1");
        assert_eq!(wrong(r"(\w{500}){500}"), "it is too large to be looked for");
        assert!(wrong(r"(?=a)").contains("look-around"));
    }

    #[test]
    fn upper_case_makes_case_matter_but_not_in_a_class() {
        let found = |pattern: &str, text: &str| !Pattern::regex(pattern).expect("fine").spots(text).is_empty();
        assert!(found("eng", "ENG-1") && !found("Eng", "ENG-1"));
        assert!(found(r"\Seng", "-ENG") && found(r"\\eng", r"\ENG") && !found(r"\\Eng", r"\ENG"));
    }

    #[test]
    fn spots_are_where_it_stands() {
        let spots = |pattern: Pattern, text: &str| -> Vec<(usize, usize)> {
            pattern.spots(text).into_iter().map(|spot| (spot.start, spot.end)).collect()
        };
        let regex = |text: &str| Pattern::regex(text).expect("fine");
        assert_eq!(spots("a.c".into(), "abc A.C"), [(4, 7)]);
        assert_eq!(spots(regex("a.c"), "abc A.C"), [(0, 3), (4, 7)]);
        assert_eq!(spots(regex("x*"), "axx"), [(1, 3)]);
        assert_eq!(spots("".into(), "a"), []);
    }
}
