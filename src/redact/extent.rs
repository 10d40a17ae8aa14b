//! Extent of quotes, words, lines, blocks and elements in a text.

use std::ops::Range;

use super::rules::RedactionRules;
use super::text::{byte, is_no_word, while_, while_within};

/// Behind the quotes, brackets and escapes that end a name.
pub(super) fn closers(text: &[u8], mut at: usize) -> usize {
    for _ in 0..16 {
        at = match byte(text, at) {
            b'"' | b'\'' | b'`' | b'\\' | b']' | b'*' => at + 1,
            b'%' if matches!(text.get(at + 1..at + 3), Some(b"22" | b"27" | b"5D" | b"5d")) => at + 3,
            _ => return at,
        };
    }
    at
}

/// Behind the sign that assigns, and whether it is a colon.
pub(super) fn operator(text: &[u8], at: usize) -> Option<(usize, bool)> {
    let rest = text.get(at..)?;
    let signs: [(&[u8], bool); 11] = [
        (b"===", false),
        (b"!==", false),
        (b"==", false),
        (b"!=", false),
        (b":=", false),
        (b"=>", false),
        (b"=", false),
        (b"%3D", false),
        (b"%3d", false),
        (b"%3A", true),
        (b":", true),
    ];
    let (sign, colon) = signs.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
    // A name of a scheme or a path of C++ is no name of a value.
    let is_other = colon && (rest.starts_with(b"://") || rest.starts_with(b"::"));
    (!is_other).then_some((at + sign.len(), colon))
}

/// The quote that opens at `at`: how many signs make it up. `\"` and `%22` are quotes as well.
pub(super) fn quote(text: &[u8], at: usize) -> Option<usize> {
    let slashes = while_within(text, at, 16, |b| b == b'\\');
    match byte(text, slashes) {
        b'"' | b'\'' | b'`' => Some(slashes + 1 - at),
        b'%' if matches!(text.get(slashes + 1..slashes + 3), Some(b"22" | b"27")) => Some(slashes + 3 - at),
        // b"…", u'…', @"…".
        b'b' | b'u' | b'r' | b'f' | b'@' if slashes == at && matches!(byte(text, at + 1), b'"' | b'\'') => Some(2),
        _ => None,
    }
}

/// The text within the quotes that open at `at`, to the end where they do not close.
pub(super) fn quoted(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at + quote(text, at)?;
    let mark = text.get(at..start)?;
    let mark = mark.strip_prefix(b"b").or(mark.strip_prefix(b"u")).or(mark.strip_prefix(b"r")).unwrap_or(mark);
    let mark = mark.strip_prefix(b"f").or(mark.strip_prefix(b"@")).unwrap_or(mark);
    let slashes = mark.iter().take_while(|b| **b == b'\\').count();
    let mut from = start;
    loop {
        let Some(close) = text.get(from..).and_then(|rest| memchr::memmem::find(rest, mark)) else {
            return Some(start..text.len());
        };
        let close = from + close;
        let escaped = text.get(start..close)?.iter().rev().take_while(|b| **b == b'\\').count();
        // Within a quote that is escaped itself, one that is escaped once more is text.
        if escaped == 0 || (slashes == 0 && escaped % 2 == 0) {
            return Some(start..close);
        }
        from = close + mark.len();
    }
}

/// The end of a word: a blank, a quote, or a sign with which the next pair begins.
pub(super) fn word(text: &[u8], at: usize, in_query: bool) -> usize {
    let mut end = at;
    loop {
        let b = byte(text, end);
        let stops = match b {
            0 if end >= text.len() => true,
            b'"' | b'\'' | b'`' | b'<' | b'>' => true,
            b'\\' => matches!(byte(text, end + 1), b'n' | b'r' | b't' | b'"' | b'\''),
            b'#' => in_query,
            b'%' => in_query && matches!(text.get(end + 1..end + 3), Some(b"26" | b"23")),
            b'&' | b';' | b',' => in_query && b != b',' || ends_pair(text, end + 1),
            b')' | b'}' | b']' => {
                matches!(byte(text, end + 1), 0 | b',' | b';' | b')' | b'}' | b']' | b'.' | b' ' | b'\n' | b'\r')
            }
            b => b.is_ascii_whitespace(),
        };
        if stops {
            return end;
        }
        end += 1;
    }
}

/// True if the next pair or nothing stands here.
pub(super) fn ends_pair(text: &[u8], at: usize) -> bool {
    if byte(text, at).is_ascii_whitespace() || at >= text.len() || matches!(byte(text, at), b'"' | b'\'') {
        return true;
    }
    // A name of some words, as `User Id`.
    let end = while_within(text, at, 64, |b| is_part(b) || matches!(b, b' ' | b'[' | b']' | b'%' | b'"'));
    end > at && matches!(byte(text, end), b'=' | b':')
}

/// The value of a pair that is split over two members: behind `value:` or `value=`.
pub(super) fn split(rules: &RedactionRules, text: &[u8], at: usize) -> Option<usize> {
    let start = closers(text, at);
    let end = while_within(text, start, 16, |b| b.is_ascii_alphanumeric() || b == b'_');
    let word = String::from_utf8_lossy(text.get(start..end)?).to_ascii_lowercase();
    if !rules.split_values.contains(&word) {
        return None;
    }
    let closed = closers(text, end);
    let (at, _) = operator(text, while_(text, closed, |b| b == b' '))?;
    Some(while_(text, at, |b| b == b' '))
}

/// The attribute of the same element of XML that holds the value.
pub(super) fn attribute(text: &[u8], at: usize) -> Option<usize> {
    let within = text.get(at..text.len().min(at + 256))?;
    let end = within.iter().position(|b| matches!(b, b'>' | b'<' | b'\n'))?;
    let value = memchr::memmem::find(within.get(..end)?, b" value=")?;
    Some(at + value + 7)
}

/// The part of a form whose head ends here: behind an empty line.
pub(super) fn part_of_form(text: &[u8], at: usize) -> Option<usize> {
    let within = text.get(at..text.len().min(at + 512))?;
    if !matches!(within.first(), Some(b'\r' | b'\n' | b';')) {
        return None;
    }
    let blank = [&b"\r\n\r\n"[..], b"\n\n"]
        .iter()
        .find_map(|blank| memchr::memmem::find(within, blank).map(|found| found + blank.len()))?;
    Some(at + blank)
}

/// `<key>password</key><string>…</string>`: the next element, if it holds one word.
pub(super) fn next_element(text: &[u8], at: usize) -> Option<usize> {
    let close = while_within(text, at, 64, |b| b != b'>') + 1;
    let open = while_(text, close, |b| b.is_ascii_whitespace());
    if byte(text, open) != b'<' || byte(text, open + 1) == b'/' {
        return None;
    }
    let start = while_within(text, open, 128, |b| b != b'>') + 1;
    let end = while_(text, start, |b| b != b'<' && !b.is_ascii_whitespace());
    (end > start && byte(text, end) == b'<').then_some(start)
}

/// The lines of a block of YAML.
pub(super) fn indented(text: &[u8], at: usize) -> Option<Range<usize>> {
    let first = while_(text, at + 1, |b| matches!(b, b'-' | b'+' | b' ') || b.is_ascii_digit());
    if byte(text, first) != b'\n' {
        return None;
    }
    let start = while_(text, first, |b| b.is_ascii_whitespace());
    let mut end = first + 1;
    while matches!(byte(text, end), b' ' | b'\t') {
        end = while_(text, end, |b| b != b'\n') + 1;
    }
    let end = end.min(text.len());
    (start < end).then(|| start..if byte(text, end - 1) == b'\n' { end - 1 } else { end })
}

/// Behind `is`, if what follows is no word: `the password is hunter2`.
pub(super) fn says_is(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let behind = ["is ", "was ", "is: "].iter().find(|says| rest.starts_with(says.as_bytes()))?.len();
    let end = while_(text, at + behind, |b| !b.is_ascii_whitespace());
    is_no_word(text.get(at + behind..end)?).then_some(at + behind)
}

/// True for bytes that may stand in a name.
pub(super) fn is_part(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.') || b >= 0x80
}
