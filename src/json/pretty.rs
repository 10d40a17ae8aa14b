//! The same document, written differently: re-indented, or safe for a terminal.

use std::borrow::Cow;

use super::build::{scalar_end, string_end};
use super::{Document, NodeId};
use crate::domain::{JsonText, MARKS, is_combining, is_hostile};

/// Deeper lines are not indented further. Without a limit the text of `[[[…]]]` grows with the
/// square of its depth: 200,000 brackets would take 80 GB.
const MAX_INDENT: usize = 40;

/// The document with two spaces of indentation a level, up to 40 levels. Numbers, strings, key
/// order and duplicate keys stay as they came.
pub fn pretty(json: &JsonText) -> String {
    indented(json.raw())
}

/// One value of a document, as by [`pretty`].
pub fn pretty_value(document: &Document, node: NodeId) -> String {
    indented(std::str::from_utf8(document.raw(node)).unwrap_or_default())
}

fn indented(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut depth: usize = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let end = match byte {
            b' ' | b'\n' | b'\r' | b'\t' => {
                at += 1;
                continue;
            }
            b'"' => string_end(bytes, at),
            b'{' | b'}' | b'[' | b']' | b',' | b':' => at + 1,
            _ => scalar_end(bytes, at),
        };
        let closes = matches!(byte, b'}' | b']');
        depth -= usize::from(closes && depth > 0);
        // Strings end in a quote, so these can only be punctuation.
        let last = out.as_bytes().last();
        let opened = matches!(last, Some(b'{' | b'['));
        // An empty container stays on one line.
        if opened != closes || last == Some(&b',') {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth.min(MAX_INDENT)));
        }
        out.push_str(text.get(at..end).unwrap_or_default());
        match byte {
            b'{' | b'[' => depth += 1,
            b':' => out.push(' '),
            _ => {}
        }
        at = end;
    }
    out
}

/// Well-formed JSON on one line, without white space between its parts. Borrows where there is none.
pub(super) fn compact(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
    if !bytes.iter().any(is_space) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'"' => string_end(bytes, at),
            _ => at + 1,
        };
        if !is_space(byte) {
            out.push_str(text.get(at..end).unwrap_or_default());
        }
        at = end;
    }
    Cow::Owned(out)
}

/// One value of a document on one line, otherwise as it came.
pub fn compact_value(document: &Document, node: NodeId) -> String {
    compact(std::str::from_utf8(document.raw(node)).unwrap_or_default()).into_owned()
}

/// Well-formed JSON as the same document that no terminal can misread: in strings, everything that
/// [`Untrusted`](crate::domain::Untrusted) would mark is written `\uXXXX`; between them, carriage
/// returns are left out. Borrows when there is nothing to change.
pub fn escaped(text: &str) -> Cow<'_, str> {
    // In blocks, which the compiler compares many bytes at a time.
    let is_plain = |block: &[u8]| block.iter().fold(true, |all, b| all & ((0x20..0x7f).contains(b) | (*b == b'\n')));
    if text.as_bytes().chunks(256).all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let (mut from, mut upon) = (0, 0);
    for (at, c) in text.char_indices() {
        upon = if is_combining(c) { upon + 1 } else { 0 };
        // Bare line feeds and tabs stand only between tokens.
        if (upon <= MARKS && !is_hostile(c)) || matches!(c, '\n' | '\t') {
            continue;
        }
        out.push_str(text.get(from..at).unwrap_or_default());
        if c != '\r' {
            push_escape(&mut out, c);
        }
        from = at + c.len_utf8();
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// `text` as a string in JSON, in which nothing is hidden, as by [`escaped`].
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4 + 2);
    out.push('"');
    let mut upon = 0;
    for c in text.chars() {
        upon = if is_combining(c) { upon + 1 } else { 0 };
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if upon > MARKS || is_hostile(c) => push_escape(&mut out, c),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `c` as `\uXXXX`, twice where it takes two units.
fn push_escape(out: &mut String, c: char) {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    for unit in c.encode_utf16(&mut [0; 2]) {
        let digit = |shift: u16| DIGITS.get(usize::from(*unit >> shift & 0xf)).copied().unwrap_or(b'0');
        let escape = [b'\\', b'u', digit(12), digit(8), digit(4), digit(0)];
        out.push_str(std::str::from_utf8(&escape).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::json::strategy::{any_json, deep};

    fn json(text: &str) -> JsonText {
        JsonText::parse(text.to_owned()).expect("JSON")
    }

    /// The text without the white space between tokens.
    fn tokens(text: &str) -> String {
        let mut in_string = false;
        let mut escape = false;
        text.chars()
            .filter(|c| {
                let space = !in_string && c.is_ascii_whitespace();
                in_string ^= *c == '"' && !escape;
                escape = in_string && *c == '\\' && !escape;
                !space
            })
            .collect()
    }

    #[test]
    fn indented_as_people_do() {
        let text = pretty(&json(r#"{"b":1.10,"a":[1,{ },[ ],{"x":"{,"}],"b":"a:b"}"#));
        let expected = [
            "{",
            r#"  "b": 1.10,"#,
            r#"  "a": ["#,
            "    1,",
            "    {},",
            "    [],",
            "    {",
            r#"      "x": "{,""#,
            "    }",
            "  ],",
            r#"  "b": "a:b""#,
            "}",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_part_can_be_written_alone() {
        let doc = Document::index(json(r#"{"a":[1]}"#)).expect("indexed");
        assert_eq!(pretty_value(&doc, doc.first_child(doc.root()).expect("a")), "[\n  1\n]");
    }

    #[test]
    fn depth_does_not_make_the_text_explode() {
        let text = deep();
        let written = pretty(&json(&text));
        assert!(written.lines().all(|line| line.len() <= 2 * MAX_INDENT + 6));
        assert_eq!(tokens(&written), text);
    }

    #[test]
    fn nothing_hostile_is_written() {
        let text = "{\"a\u{202e}\":\r\t\"\u{7f}\u{9b}31m é😀\u{e0041}\"}";
        assert_eq!(escaped(text), "{\"a\\u202e\":\t\"\\u007f\\u009b31m é😀\\udb40\\udc41\"}");
        assert!(matches!(escaped(r#"{"a":"\u202e"}"#), Cow::Borrowed(_)));
        assert!(matches!(escaped("\"Grüße\""), Cow::Borrowed(_)));
        let marks = escaped("\"e\u{301}\u{301}\u{301}\u{301}\u{301}\u{302}f\"").into_owned();
        assert_eq!(quoted("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{302}f"), marks);
        assert_eq!(marks, "\"e\u{301}\u{301}\u{301}\u{301}\\u0301\\u0302f\"", "four on one cell");
    }

    proptest! {
        #[test]
        fn a_quoted_text_means_what_it_was_and_hides_nothing(text in any::<String>()) {
            let quoted = quoted(&text);
            prop_assert!(!quoted.chars().any(is_hostile));
            prop_assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
            prop_assert!(matches!(escaped(&quoted), Cow::Borrowed(_)));
        }

        #[test]
        fn no_token_changes(text in any_json()) {
            let written = pretty(&json(&text));
            prop_assert_eq!(tokens(&written), tokens(&text));
            prop_assert_eq!(&pretty(&json(&written)), &written);
        }

        #[test]
        fn escaping_keeps_the_document_and_nothing_hostile(text in any_json()) {
            let safe = escaped(&text);
            prop_assert!(!safe.chars().any(|c| is_hostile(c) && !matches!(c, '\n' | '\t')));
            let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
            prop_assert_eq!(read(&safe), read(&text));
        }
    }
}
