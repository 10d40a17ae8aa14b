//! A name and the value that stands beside it, in all the ways in which texts write that down:
//! `name=value`, `AssignedName: value`, `"name": "value"` also with escaped quotes, an element or an
//! attribute of XML, a part of a form, a line of a netrc, an option of a command.

use std::ops::Range;

use super::MARK;
use super::extent::{
    attribute, closers, indented, is_part, next_element, operator, part_of_form, quote, quoted, says_is, split, word,
};
use super::names::{Judgement, LONGEST, looks_random};
use super::rules::RedactionRules;
use super::text::{byte, is_no_word, while_, while_within};

/// The value beside the name around `hit`, if the name is that of a credential. `judged` is the end
/// of the name that was judged last: each name is, once.
pub(super) fn find(rules: &RedactionRules, text: &[u8], hit: usize, judged: &mut usize) -> Option<Range<usize>> {
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
    let name = AssignedName::new(text, from, end);
    let value = AssignedValue::behind(rules, text, &name)?;
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

/// No value but a word that says what would stand here, or where it comes from.
fn is_innocent(rules: &RedactionRules, value: &[u8]) -> bool {
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
struct AssignedName {
    start: usize,
    end: usize,
    /// The quote it opens with.
    quote: u8,
    /// True if it is an option of a command: `--name`.
    is_option: bool,
    /// True if only blanks and list marks stand before it on its line, or a bracket or comma.
    leads: bool,
}

impl AssignedName {
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
        let is_mark = |b: u8| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'-' | b'*' | b'>');
        let before =
            before.get(..before.iter().rposition(|b| !is_mark(*b)).map_or(0, |last| last + 1)).unwrap_or_default();
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

/// Notation of a value behind its name, with the offset at which it begins.
enum AssignedValue {
    /// Behind `=` or `:`.
    Assigned { at: usize, colon: bool, spaced: bool },
    /// Behind blanks alone, as one word.
    Word(usize),
    /// Up to the next element of XML.
    Element(usize),
    /// Value in quotes.
    Quoted(usize),
    /// The part of a form: up to the line that ends it.
    Part(usize),
}

impl AssignedValue {
    /// The value behind a name, if one stands there.
    fn behind(rules: &RedactionRules, text: &[u8], name: &AssignedName) -> Option<Self> {
        let closed = closers(text, name.end);
        let is_quoted = closed > name.end;
        let blanks = while_(text, closed, |b| matches!(b, b' ' | b'\t'));
        match byte(text, blanks) {
            b'>' if !is_quoted && byte(text, blanks + 1) == b'>' => return None,
            b'>' => return Some(Self::Element(blanks + 1)),
            b'<' if text.get(blanks..)?.starts_with(b"</") => return next_element(text, blanks).map(Self::Element),
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
            return part_of_form(text, closed).map(Self::Part).or_else(|| attribute(text, closed).map(Self::Quoted));
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

    /// Byte range of the value.
    fn range(&self, rules: &RedactionRules, text: &[u8], name: &AssignedName, in_query: bool) -> Option<Range<usize>> {
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

/// So much of a value and what stands before it tells the look of it, in bytes.
const LOOK: usize = 64;

/// So far a line is looked at for what else stands on it, in bytes.
const NEAR: usize = 256;

/// A value without quotes.
fn bare(
    rules: &RedactionRules,
    text: &[u8],
    name: &AssignedName,
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

/// True if the next line is a name with its value too, so that this is no sentence.
fn is_among_pairs(text: &[u8], line_end: usize) -> bool {
    let next = while_(text, line_end, |b| b.is_ascii_whitespace() || b == b'-');
    let end = while_within(text, next, 64, is_part);
    next > line_end && end > next && byte(text, end) == b':' && matches!(byte(text, end + 1), b' ' | b'\n')
}

/// `login ada password …`, the way of a netrc.
fn is_netrc(text: &[u8], name: &AssignedName) -> bool {
    let before = text.get(name.start.saturating_sub(256)..name.start).unwrap_or_default();
    let mut words = before.rsplit(|b| b.is_ascii_whitespace()).filter(|word| !word.is_empty());
    words.next();
    matches!(words.next(), Some(b"login" | b"user" | b"account" | b"machine"))
}
