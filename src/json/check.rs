//! Mistakes in JSON that is being typed, named in plain words at their place.

use std::fmt;

use memchr::memchr_iter;
use serde::de::IgnoredAny;

use super::lex::{Expect, LineState, lex_line};

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// The first thing that is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxProblem {
    /// Line, counted from 1.
    pub line: usize,
    /// From 1, in characters; one past the line's last where something is missing.
    pub column: usize,
    /// Mistake in plain words, without a full stop.
    pub message: &'static str,
}

impl fmt::Display for SyntaxProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for SyntaxProblem {}

/// Checks that `text` is one well-formed JSON value, as [`JsonText`](crate::domain::JsonText) takes it.
///
/// # Errors
/// The first problem, for a text that is not.
pub fn check(text: &str) -> Result<(), SyntaxProblem> {
    let Err(error) = serde_json::from_str::<IgnoredAny>(text) else { return Ok(()) };
    let said = error.to_string();
    let at = offset(text, &error, &said);
    let before = text.get(..at).unwrap_or(text);
    let here = text.get(at..).and_then(|rest| rest.chars().next()).filter(|_| !error.is_eof());
    let line_start = before.rfind('\n').map_or(0, |n| n + 1);
    Err(SyntaxProblem {
        line: memchr_iter(b'\n', before.as_bytes()).count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        message: token_problem(&said, before, here).unwrap_or_else(|| place_problem(before, here)),
    })
}

/// The byte the error is about; behind the text's last token where the text ends too early.
fn offset(text: &str, error: &serde_json::Error, said: &str) -> usize {
    if error.is_eof() {
        return text.trim_end_matches(SPACE).len();
    }
    let breaks = || memchr_iter(b'\n', text.as_bytes());
    let line_start = error.line().checked_sub(2).and_then(|n| breaks().nth(n)).map_or(0, |n| n + 1);
    // A control character is the one thing that is found before it is stepped over.
    let back = usize::from(!said.starts_with("control character"));
    let at = (line_start + error.column()).saturating_sub(back);
    (0..=at.min(text.len())).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0)
}

/// Mistake inside a token, derived from serde_json's own message.
fn token_problem(said: &str, before: &str, here: Option<char>) -> Option<&'static str> {
    const WORDS: [(&str, &str); 6] = [
        ("EOF while parsing a string", "the closing quote is missing"),
        ("control character", "this character must be written as an escape, such as \\t"),
        ("invalid escape", "no escape begins like this; a backslash itself is written \\\\"),
        ("unexpected end of hex escape", "\\u takes four hexadecimal digits"),
        ("invalid number", "JSON does not write numbers like this"),
        ("expected ident", "without quotes there is only true, false and null"),
    ];
    if said.starts_with("control character") && matches!(here, Some('\n' | '\r')) {
        return Some("the closing quote is missing on this line");
    }
    // An end after a whole value is never said to be in a value.
    if said.starts_with("EOF while parsing a value") && before.ends_with(|c| !"[,:".contains(c)) {
        return Some("this value is not finished");
    }
    WORDS.into_iter().find(|(start, _)| said.starts_with(start)).map(|(_, words)| words)
}

/// Mistake between tokens: `before` begins something well-formed, which `here` cannot continue.
fn place_problem(before: &str, here: Option<char>) -> &'static str {
    let state = before.split('\n').fold(LineState::default(), |state, line| lex_line(line, state).1);
    let last = before.trim_end_matches(SPACE).chars().next_back();
    match (state.expect, here) {
        (_, Some('/' | '#')) => "JSON has no comments",
        (Expect::Key | Expect::KeyOrEnd | Expect::Value | Expect::ValueOrEnd, Some('\'' | '“' | '”' | '‘' | '’')) => {
            "text stands in straight double quotes"
        }
        (Expect::Key, Some('}')) => "the comma before this } must go",
        (Expect::Key, None) => "a key is missing after the comma",
        (Expect::Key | Expect::KeyOrEnd, Some(c)) if c.is_alphabetic() => "keys stand in double quotes",
        (Expect::Key, _) => "a key in double quotes is missing here",
        (Expect::KeyOrEnd, _) => "a key in double quotes, or a }, is missing here",
        (Expect::Colon, _) => "a colon is missing after the key",
        (Expect::Comma, _) if state.depth == 0 => "nothing may follow the end of the value",
        (Expect::Comma, None) if state.in_array() => "the closing ] is missing",
        (Expect::Comma, None) => "the closing } is missing",
        (Expect::Comma, Some('}')) => "a ] is missing before this }",
        (Expect::Comma, Some(']')) => "a } is missing before this ]",
        (Expect::Comma, _) if state.in_array() => "a comma or ] is missing here",
        (Expect::Comma, _) => "a comma or } is missing here",
        (Expect::Value | Expect::ValueOrEnd, Some('T' | 'F' | 'N')) => {
            "true, false and null are written in small letters"
        }
        (Expect::Value | Expect::ValueOrEnd, Some(c)) if c.is_alphabetic() => "text stands in double quotes",
        (Expect::Value | Expect::ValueOrEnd, Some('+' | '.')) => "numbers begin with a digit or a minus",
        (Expect::Value, Some(']')) if last == Some(',') => "the comma before this ] must go",
        (Expect::Value, _) if last == Some(':') => "a value is missing after the colon",
        (Expect::Value, _) if last == Some(',') => "a value is missing after the comma",
        (Expect::Value, _) => "a value is missing here",
        (Expect::ValueOrEnd, _) => "a value, or a ], is missing here",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::JsonText;
    use crate::json::strategy::any_json;

    #[test]
    fn problems_are_named_where_they_are() {
        for (text, line, column, message) in [
            ("", 1, 1, "a value is missing here"),
            (" \n ", 1, 1, "a value is missing here"),
            ("{\"a\": }", 1, 7, "a value is missing after the colon"),
            ("{\"a\":\n", 1, 6, "a value is missing after the colon"),
            ("{\"a\" 1}", 1, 6, "a colon is missing after the key"),
            ("{\"a\"}", 1, 5, "a colon is missing after the key"),
            ("{\"a\"", 1, 5, "a colon is missing after the key"),
            ("{\"é\": 1\n \"b\": 2}", 2, 2, "a comma or } is missing here"),
            ("{\"é\": \"ü\" \"b\": 2}", 1, 11, "a comma or } is missing here"),
            ("[1 2]", 1, 4, "a comma or ] is missing here"),
            ("[1,\n 2,\n]", 3, 1, "the comma before this ] must go"),
            ("{\"a\": 1,}", 1, 9, "the comma before this } must go"),
            ("{\"a\": 1,", 1, 9, "a key is missing after the comma"),
            ("[1,", 1, 4, "a value is missing after the comma"),
            ("[,1]", 1, 2, "a value, or a ], is missing here"),
            ("[", 1, 2, "a value, or a ], is missing here"),
            ("{", 1, 2, "a key in double quotes, or a }, is missing here"),
            ("{\"a\": {\"b\": 1}\n", 1, 15, "the closing } is missing"),
            ("[[1]", 1, 5, "the closing ] is missing"),
            ("[{\"a\": 1]", 1, 9, "a } is missing before this ]"),
            ("{\"a\": [1}", 1, 9, "a ] is missing before this }"),
            ("{} {}", 1, 4, "nothing may follow the end of the value"),
            ("{a: 1}", 1, 2, "keys stand in double quotes"),
            ("{'a': 1}", 1, 2, "text stands in straight double quotes"),
            ("{\"a\": 'b'}", 1, 7, "text stands in straight double quotes"),
            ("{\"a\": b}", 1, 7, "text stands in double quotes"),
            ("{\"a\": True}", 1, 7, "true, false and null are written in small letters"),
            ("[1, // one\n2]", 1, 5, "JSON has no comments"),
            ("[nil]", 1, 3, "without quotes there is only true, false and null"),
            ("{\"a\": nul", 1, 10, "this value is not finished"),
            ("{\"a\": \"b", 1, 9, "the closing quote is missing"),
            ("{\"a\": \"b\n}", 1, 9, "the closing quote is missing on this line"),
            ("[\"a\tb\"]", 1, 4, "this character must be written as an escape, such as \\t"),
            ("[\"é\\d\"]", 1, 5, "no escape begins like this; a backslash itself is written \\\\"),
            ("[01]", 1, 3, "JSON does not write numbers like this"),
            ("[+1]", 1, 2, "numbers begin with a digit or a minus"),
        ] {
            assert_eq!(check(text), Err(SyntaxProblem { line, column, message }), "{text:?}");
        }
    }

    #[test]
    fn a_problem_reads_as_one_line() {
        assert_eq!(check("[1 2]").expect_err("wrong").to_string(), "line 1, column 4: a comma or ] is missing here");
    }

    proptest! {
        #[test]
        fn problems_are_what_parsing_refuses_and_lie_in_the_text(
            text in any_json(), at in any::<prop::sample::Index>(), typed in "[\\[\\]{},:\"\\\\é'\n0a]{0,2}"
        ) {
            let mut text = text;
            let mut at = at.index(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let old = text[at..].chars().next().map_or(0, char::len_utf8);
            text.replace_range(at..at + old, &typed);
            match check(&text) {
                Ok(()) => prop_assert!(JsonText::parse(text).is_ok()),
                Err(problem) => {
                    prop_assert!(JsonText::parse(text.clone()).is_err());
                    let line = text.split('\n').nth(problem.line - 1).expect("a line of the text");
                    prop_assert!((1..=line.chars().count() + 1).contains(&problem.column), "{problem} in {text:?}");
                }
            }
        }
    }
}
