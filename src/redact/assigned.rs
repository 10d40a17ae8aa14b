//! A name and the value that stands beside it, in all the ways in which texts write that down:
//! `name=value`, `Name: value`, `"name": "value"` also with escaped quotes, an element or an
//! attribute of XML, a part of a form, a line of a netrc, an option of a command.

use std::ops::Range;

use super::MARK;
use super::names::{Judgement, LONGEST, looks_random};
use super::rules::Rules;
use super::text::{byte, is_no_word, while_, while_within};

/// The value beside the name around `hit`, if the name is that of a credential. `judged` is the end
/// of the name that was judged last: each name is, once.
pub(super) fn find(rules: &Rules, text: &[u8], hit: usize, judged: &mut usize) -> Option<Range<usize>> {
    if hit < *judged {
        return None;
    }
    let back = text.get(*judged..hit)?.iter().rev().take_while(|b| is_part(**b)).count();
    let end = while_(text, hit, is_part);
    let from = hit - back;
    *judged = end;
    if end - from > LONGEST {
        return None;
    }
    let name = Name::new(text, from, end);
    let value = Value::behind(rules, text, &name)?;
    let judgement = rules.judge(text.get(name.start..name.end)?);
    let in_query = matches!(byte(text, name.start.wrapping_sub(1)), b'?' | b'&' | b'#' | b';');
    if judgement == Judgement::Plain {
        return None;
    }
    // A value that must have a certain look shows it in its first characters; only then it is walked.
    if matches!(judgement, Judgement::IfRandom | Judgement::InQueryIfRandom) && !in_query {
        let near = text.get(..text.len().min(end + LOOK))?;
        if !looks_random(near.get(value.range(rules, near, &name, in_query)?)?) {
            return None;
        }
    }
    let range = value.range(rules, text, &name, in_query)?;
    let inside = text.get(range.clone())?;
    let is_credential = match judgement {
        Judgement::Plain => false,
        Judgement::InQuery => in_query,
        Judgement::InQueryIfRandom => in_query && looks_random(inside),
        Judgement::IfRandom => in_query || looks_random(inside),
        Judgement::Plural => !inside.iter().all(u8::is_ascii_digit),
        Judgement::Always => true,
    };
    (is_credential && !is_innocent(rules, inside)).then_some(range)
}

fn is_part(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.') || b >= 0x80
}

/// No value but a word that says what would stand here, or where it comes from.
fn is_innocent(rules: &Rules, value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let is_reference = [&b"${"[..], b"$(", b"{{", b"<", b"process.env", b"os.environ", b"%("]
        .iter()
        .any(|begins| value.starts_with(begins));
    let is_variable = matches!(value.split_first(), Some((b'$', rest)) if !rest.is_empty()
        && rest.iter().all(|b| b.is_ascii_uppercase() || *b == b'_'));
    value.is_empty()
        || value.starts_with(MARK.trim_end_matches(']').as_bytes())
        || value.iter().all(|b| *b == b'*')
        || value == "…".as_bytes()
        || is_reference
        || is_variable
        || (value.len() <= 16 && rules.innocent_values.contains(&String::from_utf8_lossy(value).to_ascii_lowercase()))
}

/// A name in a text.
struct Name {
    start: usize,
    end: usize,
    /// The quote it opens with.
    quote: u8,
    /// Whether it is an option of a command: `--name`.
    is_option: bool,
    /// Whether only blanks and list marks stand before it on its line, or a bracket or comma.
    leads: bool,
}

impl Name {
    fn new(text: &[u8], from: usize, end: usize) -> Self {
        let mut start = from;
        // What an escape ends with is no part of a name.
        if byte(text, from.wrapping_sub(1)) == b'\\' && matches!(byte(text, from), b'n' | b'r' | b't') {
            start += 1;
        }
        let dashes = while_(text, start, |b| b == b'-');
        let is_option = dashes - start == 2;
        start = while_(text, dashes, |b| b == b'.').min(end);
        let mut end = end;
        while end > start && matches!(byte(text, end - 1), b'.' | b'-') {
            end -= 1;
        }
        let quote = match byte(text, from.wrapping_sub(1)) {
            quote @ (b'"' | b'\'' | b'`') => quote,
            _ => 0,
        };
        let before = text.get(from.saturating_sub(32)..from).unwrap_or_default();
        let before = before.trim_ascii_end_matches(|b| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'-' | b'*' | b'>'));
        let leads = match before.last() {
            None => from <= 32,
            Some(b) => matches!(b, b'\n' | b'\r' | b'{' | b'[' | b'(' | b',' | b';' | b'|' | b'&' | b'?' | b'\\'),
        } || before.ends_with(b"\\n");
        Self { start, end, quote, is_option, leads }
    }

    fn is(&self, text: &[u8], words: &[&str]) -> bool {
        let name = text.get(self.start..self.end).unwrap_or_default();
        words.iter().any(|word| {
            name.len() >= word.len() && {
                let end = name.get(name.len() - word.len()..).unwrap_or_default();
                end.eq_ignore_ascii_case(word.as_bytes())
            }
        })
    }
}

trait TrimEnd {
    fn trim_ascii_end_matches(&self, fits: impl Fn(u8) -> bool) -> &[u8];
}

impl TrimEnd for [u8] {
    fn trim_ascii_end_matches(&self, fits: impl Fn(u8) -> bool) -> &[u8] {
        let kept = self.iter().rposition(|b| !fits(*b)).map_or(0, |last| last + 1);
        self.get(..kept).unwrap_or_default()
    }
}

/// How a value stands behind its name, and where it begins.
enum Value {
    /// Behind `=` or `:`.
    Assigned { at: usize, colon: bool, spaced: bool },
    /// Behind blanks alone, as one word.
    Word(usize),
    /// Up to the next element of XML.
    Element(usize),
    /// A quoted text.
    Quoted(usize),
    /// The part of a form: up to the line that ends it.
    Part(usize),
}

impl Value {
    /// The value behind a name, if one stands there.
    fn behind(rules: &Rules, text: &[u8], name: &Name) -> Option<Self> {
        let closed = closers(text, name.end);
        let is_quoted = closed > name.end;
        let blanks = while_(text, closed, |b| matches!(b, b' ' | b'\t'));
        match byte(text, blanks) {
            b'>' if !is_quoted && byte(text, blanks + 1) == b'>' => return None,
            b'>' => return Some(Self::Element(blanks + 1)),
            b'<' if text.get(blanks..)?.starts_with(b"</") => return next_element(text, blanks),
            _ => {}
        }
        if let Some((at, colon)) = operator(text, blanks) {
            let value = while_(text, at, |b| matches!(b, b' ' | b'\t'));
            return Some(Self::Assigned { at: value, colon, spaced: blanks > closed || value > at });
        }
        if is_quoted && byte(text, blanks) == b',' {
            let at = while_(text, blanks + 1, |b| b.is_ascii_whitespace());
            if let Some(split) = split(rules, text, at) {
                return Some(Self::Word(split));
            }
            return (quote(text, at).is_some() && name.quote != 0).then_some(Self::Quoted(at));
        }
        let open = while_(text, closed, |b| b.is_ascii_whitespace() || b == b';' || b == b',');
        if open > closed
            && let Some(split) = split(rules, text, open)
        {
            return Some(Self::Word(split));
        }
        if is_quoted {
            return part_of_form(text, closed).or_else(|| attribute(text, closed));
        }
        // An element with attributes.
        if byte(text, name.start.wrapping_sub(1)) == b'<'
            || (byte(text, name.start.wrapping_sub(1)) == b':' && blanks > closed)
        {
            let close = while_within(text, blanks, 256, |b| b != b'>' && b != b'<');
            if byte(text, close) == b'>' && byte(text, close - 1) != b'/' {
                return Some(Self::Element(close + 1));
            }
        }
        let word = while_(text, closed, |b| b.is_ascii_whitespace());
        let spaced = word > closed && byte(text, word) != 0;
        let is_old = name.is(text, &["requirepass", "masterauth"]) && name.leads;
        (spaced && (name.is_option || is_old || is_netrc(text, name) || says_is(text, word).is_some()))
            .then(|| Self::Word(says_is(text, word).filter(|_| !name.is_option).unwrap_or(word)))
    }

    /// Where exactly it stands.
    fn range(&self, rules: &Rules, text: &[u8], name: &Name, in_query: bool) -> Option<Range<usize>> {
        match *self {
            Self::Quoted(at) => quoted(text, at),
            Self::Part(at) => {
                let end = memchr::memmem::find(text.get(at..)?, b"\n--").map_or(text.len(), |end| at + end);
                Some(at..if byte(text, end.wrapping_sub(1)) == b'\r' { end - 1 } else { end })
            }
            Self::Element(at) => {
                let end = while_(text, at, |b| b != b'<' && b != b'>');
                let value = text.get(at..end)?;
                let start = at + value.len() - value.trim_ascii_start().len();
                (byte(text, end) == b'<' && start < end).then_some(start..end)
            }
            Self::Word(at) => quoted(text, at).or_else(|| {
                let end = word(text, at, false);
                (byte(text, at) != b'-').then_some(at..end)
            }),
            Self::Assigned { at, colon, spaced } => {
                // A value of JSON may stand on the next line.
                let next = while_(text, at, |b| b.is_ascii_whitespace());
                if quote(text, next).is_some() && (name.quote != 0 || next == at) {
                    return quoted(text, next);
                }
                let block = matches!(byte(text, at), b'|' | b'>') && colon;
                if block && let Some(lines) = indented(text, at) {
                    return Some(lines);
                }
                let header = name.is(text, &["authorization", "cookie"]);
                bare(rules, text, name, at, (colon, spaced, header, in_query))
            }
        }
    }
}

/// Behind the quotes, brackets and escapes that end a name.
fn closers(text: &[u8], mut at: usize) -> usize {
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
fn operator(text: &[u8], at: usize) -> Option<(usize, bool)> {
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
fn quote(text: &[u8], at: usize) -> Option<usize> {
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
fn quoted(text: &[u8], at: usize) -> Option<Range<usize>> {
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

/// So much of a value and what stands before it tells the look of it, in bytes.
const LOOK: usize = 64;

/// So far a line is looked at for what else stands on it, in bytes.
const NEAR: usize = 256;

/// A value without quotes.
fn bare(
    rules: &Rules,
    text: &[u8],
    name: &Name,
    at: usize,
    (colon, spaced, header, in_query): (bool, bool, bool, bool),
) -> Option<Range<usize>> {
    if matches!(byte(text, at), b'{') {
        return None;
    }
    if byte(text, at) == b'[' {
        let list = text.get(at..)?;
        let close = list.iter().position(|b| matches!(b, b']' | b'\n'))?;
        let is_list = memchr::memchr(b'"', list.get(..close)?).is_some();
        return is_list.then_some(at + 1..at + close);
    }
    // A line ends at an escape as well, in a text within a text.
    let line_end = |limit: usize| {
        let mut end = at;
        loop {
            let stops = |b: u8| matches!(b, b'\n' | b'\r' | b'\\') || (name.quote != 0 && b == name.quote);
            end = while_within(text, end, (at + limit).saturating_sub(end), |b| !stops(b));
            if byte(text, end) != b'\\' || matches!(byte(text, end + 1), b'n' | b'r') || end >= at + limit {
                return end;
            }
            end += 1;
        }
    };
    if header && colon {
        let scheme = while_(text, at, |b| b.is_ascii_alphanumeric() || b == b'-');
        let is_scheme = byte(text, scheme) == b' '
            && rules.schemes.contains(&String::from_utf8_lossy(text.get(at..scheme)?).to_ascii_lowercase());
        return Some(if is_scheme { while_(text, scheme, |b| b == b' ') } else { at }..line_end(text.len()));
    }
    let end = word(text, at, in_query);
    let value = text.get(at..end)?;
    let near = line_end(NEAR);
    let rest = text.get(end..near).unwrap_or_default().trim_ascii();
    let is_alone = rest.is_empty() || !byte(text, end).is_ascii_whitespace();
    // Behind a sign without blanks a value is one; in a sentence it may be anything.
    if !spaced && !colon {
        return Some(at..end);
    }
    if name.leads && (is_alone || is_comment(rest)) {
        return Some(at..end);
    }
    if name.leads && !is_alone && (is_no_word(value) || name.is(text, &["phrase"]) || is_among_pairs(text, near)) {
        return Some(at..line_end(text.len()));
    }
    (is_no_word(value) || !colon && is_alone).then_some(at..end)
}

fn is_comment(rest: &[u8]) -> bool {
    rest.starts_with(b"#") || rest.starts_with(b"//")
}

/// Whether the next line is a name with its value too, so that this is no sentence.
fn is_among_pairs(text: &[u8], line_end: usize) -> bool {
    let next = while_(text, line_end, |b| b.is_ascii_whitespace() || b == b'-');
    let end = while_within(text, next, 64, is_part);
    next > line_end && end > next && byte(text, end) == b':' && matches!(byte(text, end + 1), b' ' | b'\n')
}

/// The end of a word: a blank, a quote, or a sign with which the next pair begins.
fn word(text: &[u8], at: usize, in_query: bool) -> usize {
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

/// Whether the next pair or nothing stands here.
fn ends_pair(text: &[u8], at: usize) -> bool {
    if byte(text, at).is_ascii_whitespace() || at >= text.len() || matches!(byte(text, at), b'"' | b'\'') {
        return true;
    }
    // A name of some words, as `User Id`.
    let end = while_within(text, at, 64, |b| is_part(b) || matches!(b, b' ' | b'[' | b']' | b'%' | b'"'));
    end > at && matches!(byte(text, end), b'=' | b':')
}

/// The value of a pair that is split over two members: behind `value:` or `value=`.
fn split(rules: &Rules, text: &[u8], at: usize) -> Option<usize> {
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
fn attribute(text: &[u8], at: usize) -> Option<Value> {
    let within = text.get(at..text.len().min(at + 256))?;
    let end = within.iter().position(|b| matches!(b, b'>' | b'<' | b'\n'))?;
    let value = memchr::memmem::find(within.get(..end)?, b" value=")?;
    Some(Value::Quoted(at + value + 7))
}

/// The part of a form whose head ends here: behind an empty line.
fn part_of_form(text: &[u8], at: usize) -> Option<Value> {
    let within = text.get(at..text.len().min(at + 512))?;
    if !matches!(within.first(), Some(b'\r' | b'\n' | b';')) {
        return None;
    }
    let blank = [&b"\r\n\r\n"[..], b"\n\n"]
        .iter()
        .find_map(|blank| memchr::memmem::find(within, blank).map(|found| found + blank.len()))?;
    Some(Value::Part(at + blank))
}

/// `<key>password</key><string>…</string>`: the next element, if it holds one word.
fn next_element(text: &[u8], at: usize) -> Option<Value> {
    let close = while_within(text, at, 64, |b| b != b'>') + 1;
    let open = while_(text, close, |b| b.is_ascii_whitespace());
    if byte(text, open) != b'<' || byte(text, open + 1) == b'/' {
        return None;
    }
    let start = while_within(text, open, 128, |b| b != b'>') + 1;
    let end = while_(text, start, |b| b != b'<' && !b.is_ascii_whitespace());
    (end > start && byte(text, end) == b'<').then_some(Value::Element(start))
}

/// The lines of a block of YAML.
fn indented(text: &[u8], at: usize) -> Option<Range<usize>> {
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

/// `login ada password …`, the way of a netrc.
fn is_netrc(text: &[u8], name: &Name) -> bool {
    let before = text.get(name.start.saturating_sub(256)..name.start).unwrap_or_default();
    let mut words = before.rsplit(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty());
    words.next();
    matches!(words.next(), Some(b"login" | b"user" | b"account" | b"machine"))
}

/// Behind `is`, if what follows is no word: `the password is hunter2`.
fn says_is(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let behind = ["is ", "was ", "is: "].iter().find(|says| rest.starts_with(says.as_bytes()))?.len();
    let end = while_(text, at + behind, |b| !b.is_ascii_whitespace());
    is_no_word(text.get(at + behind..end)?).then_some(at + behind)
}
