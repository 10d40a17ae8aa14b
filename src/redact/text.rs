//! Credentials in a text: what has the shape of one, and what stands beside a name or a sign that
//! announces one.
//!
//! The text is walked once for a few hundred anchors at a time; only around an anchor is it looked
//! at closer. Whatever is walked around one is not walked again for the next, so that no text costs
//! more than its length.

use crate::order::StableOrder as _;

use std::borrow::Cow;
use std::ops::Range;

use super::MARK;
use super::assignments;
use super::rules::{RedactionRules, Sight};
use super::shape::is_boundary;

/// Finds credentials in one text after another.
pub(super) struct Scanner {
    pub(super) rules: &'static RedactionRules,
    /// For each shape, in which text and before which place of it it cannot begin; see
    /// `shape`.
    dead: Vec<(u64, usize)>,
    /// Number of the text in hand: what `dead` says holds for one text only.
    texts: u64,
}

impl Scanner {
    pub(super) fn new(rules: &'static RedactionRules) -> Self {
        Self { rules, dead: vec![(0, 0); rules.shapes.len()], texts: 0 }
    }

    /// The text with its credentials replaced.
    pub(super) fn replaced<'a>(&mut self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let mut ranges = self.find(text);
        if ranges.is_empty() {
            return Cow::Borrowed(text);
        }
        ranges.order_by_key(|range| range.start);
        let mut out = Vec::with_capacity(text.len());
        let mut copied = 0;
        for range in ranges {
            if range.start >= copied {
                out.extend(text.get(copied..range.start).unwrap_or_default());
                out.extend(MARK.as_bytes());
            }
            copied = copied.max(range.end);
        }
        out.extend(text.get(copied..).unwrap_or_default());
        Cow::Owned(out)
    }

    fn find(&mut self, text: &[u8]) -> Vec<Range<usize>> {
        let rules = self.rules;
        self.texts += 1;
        let (mut found, mut covered, mut began, mut judged) = (Vec::new(), 0, 0, 0);
        rules.anchors.each(text, |start, end, sight| {
            // What lies in a credential is part of it; one that begins at the same place may be longer.
            if start < covered && start != began {
                return;
            }
            let range = match sight {
                Sight::Shape(number) => match (rules.shapes.get(number), self.dead.get_mut(number)) {
                    (Some(shape), Some((of, dead))) => {
                        if std::mem::replace(of, self.texts) != self.texts {
                            *dead = 0;
                        }
                        shape.find(text, start, dead)
                    }
                    _ => None,
                },
                Sight::Name => assignments::find(rules, text, start, &mut judged),
                Sight::Scheme => scheme(text, start, end),
                Sight::Authority => authority(text, end),
                Sight::DataSource => data_source(text, start),
                Sight::Oracle => part(text, end, b'/', b'@'),
                Sight::User => part(text, end, b':', b' '),
                Sight::Block => block(text, start, end),
            };
            if let Some(range) = range.filter(|range| !range.is_empty()) {
                (covered, began) = (covered.max(range.end), start);
                found.push(range);
            }
        });
        found
    }
}

/// So far is looked for what ends a thing that is short by nature, in bytes.
const REACH: usize = 512;

pub(super) fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// The end of the bytes from `at` on that fit.
pub(super) fn while_(text: &[u8], at: usize, fits: impl Fn(u8) -> bool) -> usize {
    at + text.get(at..).unwrap_or_default().iter().take_while(|b| fits(**b)).count()
}

/// The same over `limit` bytes at most.
pub(super) fn while_within(text: &[u8], at: usize, limit: usize, fits: impl Fn(u8) -> bool) -> usize {
    while_(text.get(..text.len().min(at + limit)).unwrap_or_default(), at, fits)
}

/// `Bearer …`: a token behind the word, unless it is a word itself.
fn scheme(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let at = while_(text, end, |b| b == b' ');
    let is_token =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'.' | b'_' | b'~' | b'-' | b'%');
    let mut value_end = while_(text, at, is_token);
    while value_end > at && byte(text, value_end - 1) == b'.' {
        value_end -= 1;
    }
    let value = text.get(at..value_end)?;
    (is_boundary(text, start) && value.len() >= 12 && is_no_word(value)).then_some(at..value_end)
}

/// True if this is no word of a language: a digit, a capital within, or far too long for one.
pub(super) fn is_no_word(value: &[u8]) -> bool {
    value.len() >= 24
        || value.iter().any(u8::is_ascii_digit)
        || value.windows(2).any(|two| byte(two, 0).is_ascii_lowercase() && byte(two, 1).is_ascii_uppercase())
        || value
            .iter()
            .any(|b| matches!(b, b'!' | b'#' | b'$' | b'%' | b'^' | b'&' | b'*' | b'=' | b'+' | b'_' | b'@' | b'~'))
}

/// The name and password of a URL; a name alone only if it is none that a person has.
fn authority(text: &[u8], at: usize) -> Option<Range<usize>> {
    let stops = |b: u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'>' | b'\\' | b'`');
    let slash = while_within(text, at, REACH, |b| !stops(b) && !matches!(b, b'/' | b'?' | b'#'));
    let last_at = |end: usize| Some(at + text.get(at..end)?.iter().rposition(|b| *b == b'@')?);
    let colon = text.get(at..slash)?.iter().position(|b| *b == b':').map(|colon| at + colon);
    // A password may hold a slash, unless this is the number of a port.
    let may_go_on =
        colon.is_some_and(|colon| !text.get(colon + 1..slash).is_some_and(|port| port.iter().all(u8::is_ascii_digit)));
    let further = || last_at(while_within(text, slash, REACH, |b| !stops(b)));
    let close = last_at(slash).or_else(|| further().filter(|_| may_go_on))?;
    let colon = colon.filter(|colon| *colon < close);
    let user = text.get(at..colon.unwrap_or(close))?;
    let password = colon.and_then(|colon| text.get(colon + 1..close));
    // What is written for a password where the name is the credential.
    let is_filler = matches!(password, Some(b"" | b"x-oauth-basic" | b"X" | b"x" | b"api_token" | b"token"));
    let is_long = user.len() >= 20 && user.iter().any(u8::is_ascii_digit) && !user.contains(&b'.');
    if is_long || (is_filler && !user.is_empty() && user != MARK.as_bytes()) {
        return Some(at..close);
    }
    let password = password.filter(|password| !password.is_empty() && *password != MARK.as_bytes())?;
    Some(close - password.len()..close)
}

/// `name:password@tcp(host)`: the password before the `@`.
fn data_source(text: &[u8], at: usize) -> Option<Range<usize>> {
    let from = at.saturating_sub(256);
    let before = text.get(from..at)?;
    let stops = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'=');
    let start = before.iter().rposition(stops).map_or(0, |stop| stop + 1);
    let colon = before.get(start..)?.iter().position(|b| *b == b':')?;
    Some(from + start + colon + 1..at)
}

/// Byte range between `open` and `close`, or to the end of the word, behind a sign.
fn part(text: &[u8], at: usize, open: u8, close: u8) -> Option<Range<usize>> {
    let at = while_(text, at, |b| matches!(b, b' ' | b'"' | b'\'')).min(at + 4);
    let stops = |b: u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'\\');
    let end = while_within(text, at, REACH, |b| !stops(b));
    let word = text.get(at..end)?;
    let opened = word.iter().position(|b| *b == open)? + 1;
    let closed = word.iter().position(|b| *b == close).unwrap_or(word.len());
    let value = word.get(opened..closed)?;
    (opened > 1 && !value.starts_with(b"//") && value != MARK.as_bytes()).then_some(at + opened..at + closed)
}

/// A private key as text, to its last line or the end.
fn block(text: &[u8], start: usize, at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let is_putty = text.get(start) == Some(&b'P');
    let title_end = memchr::memchr2(b'-', b':', rest).filter(|end| *end < 64)?;
    let title = rest.get(..title_end)?;
    let is_private = memchr::memmem::find(title, b"PRIVATE KEY").is_some();
    let end = match is_putty {
        true => {
            memchr::memmem::find(rest, b"Private-MAC: ").map(|mac| while_(rest, mac + 13, |b| b.is_ascii_hexdigit()))
        }
        false if !is_private => return None,
        false => {
            memchr::memmem::find(rest, b"-- END ").or_else(|| memchr::memmem::find(rest, b"-----END ")).map(|end| {
                let behind = while_(rest, end + 9, |b| b != b'-');
                while_(rest, behind, |b| b == b'-')
            })
        }
    };
    Some(start..at + end.unwrap_or(rest.len()))
}
