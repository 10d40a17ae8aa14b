//! The tokens of JSON that is being typed, line by line, for colouring.
//!
//! What is half typed keeps its colour: `"tea`, `tru` or `1.` at the end of a line are a string, a
//! literal and a number already. Only what no further typing at its end can save is invalid.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::build::string_end;

/// Kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A string that names a member.
    Key,
    /// String that is no key.
    String,
    /// Number in JSON's spelling.
    Number,
    /// `true`, `false` or `null`.
    Literal,
    /// Brackets, colons and commas.
    Punctuation,
    /// Text that cannot stand here, or nowhere.
    Invalid,
}

/// One token of a line; white space has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Byte range in the line.
    pub range: Range<usize>,
    /// Kind, for its colour.
    pub kind: TokenKind,
}

/// Tokens that may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) enum Expect {
    /// A value: at the start, after a colon, after a comma in an array.
    #[default]
    Value,
    /// A value or the end: just inside an array.
    ValueOrEnd,
    /// A key: after a comma in an object.
    Key,
    /// A key or the end: just inside an object.
    KeyOrEnd,
    Colon,
    /// A comma or the end: after a value.
    Comma,
}

/// State that a line needs from the lines above it. Copy it from line to line; the default stands at the
/// start of a text. Deeper than 128 levels everything is taken for an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct LineState {
    /// One bit for each of the first 128 levels, the innermost lowest: set for arrays.
    arrays: u128,
    pub(super) depth: u32,
    pub(super) expect: Expect,
}

/// The tokens of one line (without its line break), and the state in which the next line starts.
pub fn lex_line(line: &str, mut state: LineState) -> (Vec<Token>, LineState) {
    let bytes = line.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            at += 1;
            continue;
        }
        let end = match byte {
            b'"' => string_end(bytes, at),
            b'{' | b'}' | b'[' | b']' | b':' | b',' => at + 1,
            _ => word_end(bytes, at),
        };
        let text = line.get(at..end).unwrap_or_default();
        let kind = state.take(text, end == line.len());
        tokens.push(Token { range: at..end, kind });
        at = end;
    }
    (tokens, state)
}

impl LineState {
    /// Kind of `token` here; moves on behind it.
    fn take(&mut self, token: &str, last_on_line: bool) -> TokenKind {
        if self.depth == 0 && self.expect == Expect::Comma {
            return TokenKind::Invalid;
        }
        match token.as_bytes() {
            [open @ (b'{' | b'[')] => {
                let misplaced = matches!(self.expect, Expect::Key | Expect::KeyOrEnd);
                self.open(*open == b'[');
                if misplaced { TokenKind::Invalid } else { TokenKind::Punctuation }
            }
            [close @ (b'}' | b']')] => self.close(*close == b']'),
            b":" => self.follow(Expect::Colon, Expect::Value),
            b"," => self.follow(Expect::Comma, if self.in_array() { Expect::Value } else { Expect::Key }),
            [b'"', ..] => {
                // A comma may be missing before a key that is being put in: it is still a key.
                let is_key = match self.expect {
                    Expect::Key | Expect::KeyOrEnd => true,
                    Expect::Comma => !self.in_array(),
                    _ => false,
                };
                self.expect = if is_key { Expect::Colon } else { Expect::Comma };
                match is_key {
                    _ if !escapes_are_valid(token) => TokenKind::Invalid,
                    true => TokenKind::Key,
                    false => TokenKind::String,
                }
            }
            _ if matches!(self.expect, Expect::Key | Expect::KeyOrEnd) => TokenKind::Invalid,
            _ => {
                self.expect = Expect::Comma;
                word_kind(token, last_on_line).unwrap_or(TokenKind::Invalid)
            }
        }
    }

    /// True if the innermost open container is an array.
    pub(super) fn in_array(self) -> bool {
        self.depth <= u128::BITS && self.arrays & 1 == 1
    }

    fn open(&mut self, array: bool) {
        if self.depth < u128::BITS {
            self.arrays = self.arrays << 1 | u128::from(array);
        }
        self.depth = self.depth.saturating_add(1);
        self.expect = if array { Expect::ValueOrEnd } else { Expect::KeyOrEnd };
    }

    /// A bracket of the wrong shape closes too: it more likely stands in for the right one.
    fn close(&mut self, array: bool) -> TokenKind {
        if self.depth == 0 {
            return TokenKind::Invalid;
        }
        let ends = matches!(self.expect, Expect::Comma | Expect::KeyOrEnd | Expect::ValueOrEnd);
        let fits = ends && (self.depth > u128::BITS || self.in_array() == array);
        if self.depth <= u128::BITS {
            self.arrays >>= 1;
        }
        self.depth -= 1;
        self.expect = Expect::Comma;
        if fits { TokenKind::Punctuation } else { TokenKind::Invalid }
    }

    fn follow(&mut self, expected: Expect, next: Expect) -> TokenKind {
        if self.depth == 0 {
            return TokenKind::Invalid;
        }
        let fits = std::mem::replace(&mut self.expect, next) == expected;
        if fits { TokenKind::Punctuation } else { TokenKind::Invalid }
    }
}

/// The byte after a run of anything that is no white space, punctuation or string.
fn word_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let stop = |b: &u8| b" \t\r\n{}[]:,\"".contains(b);
    at + rest.iter().position(stop).unwrap_or(rest.len())
}

/// Kind of a word, or the kind it would have if typing went on.
fn word_kind(word: &str, last_on_line: bool) -> Option<TokenKind> {
    if ["true", "false", "null"].iter().any(|literal| *literal == word || last_on_line && literal.starts_with(word)) {
        return Some(TokenKind::Literal);
    }
    let is_number = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
    // One more digit completes whatever begins a number.
    (is_number(word) || last_on_line && is_number(&format!("{word}0"))).then_some(TokenKind::Number)
}

/// True if every backslash begins an escape; one that the line cuts off may still become one.
fn escapes_are_valid(token: &str) -> bool {
    let mut chars = token.chars();
    while let Some(c) = chars.by_ref().find(|c| *c == '\\' || *c < ' ') {
        if c != '\\' {
            return false;
        }
        match chars.next() {
            Some('u') => {
                let hex: Vec<char> = chars.by_ref().take(4).collect();
                if !hex.iter().all(char::is_ascii_hexdigit) {
                    return false;
                }
            }
            Some(c) if !"\"\\/bfnrt".contains(c) => return false,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::JsonText;
    use crate::json::strategy::any_json;
    use crate::json::{Document, NodeId, NodeKind};

    fn kinds(text: &str) -> Vec<(String, TokenKind)> {
        let mut state = LineState::default();
        let mut all = Vec::new();
        for line in text.split('\n') {
            let (tokens, next) = lex_line(line, state);
            all.extend(tokens.into_iter().map(|token| (line[token.range].to_owned(), token.kind)));
            state = next;
        }
        all
    }

    fn invalid(text: &str) -> Vec<String> {
        kinds(text).into_iter().filter(|(_, kind)| *kind == TokenKind::Invalid).map(|(text, _)| text).collect()
    }

    #[test]
    fn keys_differ_from_strings_across_lines() {
        use TokenKind::{Key, Literal, Number, Punctuation, String};
        let found = kinds("{\"a\":\n\"b\",\n\"c\"\n: [\"d\", -1.5e3,\nnull]}");
        let expected = [
            ("{", Punctuation),
            ("\"a\"", Key),
            (":", Punctuation),
            ("\"b\"", String),
            (",", Punctuation),
            ("\"c\"", Key),
            (":", Punctuation),
            ("[", Punctuation),
            ("\"d\"", String),
            (",", Punctuation),
            ("-1.5e3", Number),
            (",", Punctuation),
            ("null", Literal),
            ("]", Punctuation),
            ("}", Punctuation),
        ];
        assert_eq!(found, expected.map(|(text, kind)| (text.to_owned(), kind)));
    }

    #[test]
    fn what_cannot_be_saved_is_invalid() {
        for (text, expected) in [
            ("[01, 1., +1, tru, nulll, 'x']", &["01", "1.", "+1", "tru", "nulll", "'x'"][..]),
            (r#"["\q", "\u12", "ok\n"]"#, &[r#""\q""#, r#""\u12""#]),
            ("[1,]", &["]"]),
            ("{,}", &[",", "}"]),
            ("[1}", &["}"]),
            ("{a: 1}", &["a", ":"]),
            ("{} {\"a\":1}", &["{", "\"a\"", ":", "1", "}"]),
            ("]{}", &["]"]),
            ("[1,,2]", &[","]),
        ] {
            assert_eq!(invalid(text), expected, "{text}");
        }
    }

    #[test]
    fn a_key_typed_before_its_comma_is_a_key() {
        let found = kinds("{\"a\": 1\n\"b\"");
        assert_eq!(found.last(), Some(&("\"b\"".to_owned(), TokenKind::Key)));
    }

    proptest! {
        #[test]
        fn well_formed_text_is_all_valid_and_so_is_its_beginning(text in any_json(), at in any::<prop::sample::Index>()) {
            prop_assert_eq!(invalid(&text), [""; 0]);
            let end = (0..=at.index(text.len() + 1)).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
            prop_assert_eq!(invalid(&text[..end]), [""; 0]);

            let doc = Document::index(JsonText::parse(text.clone()).expect("JSON")).expect("indexed");
            let nodes = || (0..doc.len() as u32).map(NodeId);
            let count = |kind| kinds(&text).iter().filter(|(_, k)| *k == kind).count();
            prop_assert_eq!(count(TokenKind::Key), nodes().filter(|n| doc.key(*n).is_some()).count());
            prop_assert_eq!(count(TokenKind::Number), nodes().filter(|n| doc.kind(*n) == NodeKind::Number).count());
            prop_assert_eq!(count(TokenKind::String), nodes().filter(|n| doc.kind(*n) == NodeKind::String).count());
        }

        #[test]
        fn anything_is_covered_but_white_space(line in "[\\[\\]{},:\"0-9a-z\\\\ \té-]{0,40}") {
            let mut rest = line.clone();
            for (text, _) in kinds(&line) {
                rest = rest.trim_start_matches([' ', '\t']).strip_prefix(&text).expect("the next token").to_owned();
            }
            prop_assert_eq!(rest.trim_matches([' ', '\t']), "");
        }
    }
}
