//! The form of one kind of credential, and whether it stands at a place of a text.

use std::ops::Range;

/// A set of bytes, by its name in the data.
#[derive(Clone, Copy)]
struct Class {
    contains: fn(u8) -> bool,
    /// True if a run of it must hold a digit, so that mere words are none.
    digit: bool,
}

impl Class {
    fn named(name: &str) -> Option<Self> {
        let contains: fn(u8) -> bool = match name {
            "digit" => |b| b.is_ascii_digit(),
            "hex" => |b| matches!(b, b'0'..=b'9' | b'a'..=b'f'),
            "xdigit" => |b| b.is_ascii_hexdigit(),
            "lower" => |b| b.is_ascii_lowercase() || b.is_ascii_digit(),
            "upper" => |b| b.is_ascii_uppercase() || b.is_ascii_digit(),
            "alnum" | "mixed" => |b| b.is_ascii_alphanumeric(),
            "word" => |b| b.is_ascii_alphanumeric() || b == b'_',
            "url" | "mixurl" => |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'),
            "pad" => |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'='),
            "dotted" => |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'),
            "tilde" => |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'~'),
            "base64" => |b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='),
            "list" => |b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b',' | b'_' | b'-'),
            "path" => |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/' | b'@' | b'=' | b'%'),
            "crypt" => |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/'),
            "graph" => |b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'`' | b'<' | b'\\'),
            _ => return None,
        };
        Some(Self { contains, digit: name.starts_with("mix") })
    }
}

/// So many characters of a class.
#[derive(Clone, Copy)]
pub(super) struct CharRun {
    class: Class,
    least: usize,
    /// None where there is no bound.
    most: Option<usize>,
}

/// A piece of a form.
pub(super) enum ShapePart {
    Literal(Box<[u8]>),
    Run(CharRun),
}

/// The form of one kind of credential: what is looked for, and what stands before and behind it.
pub(super) struct CredentialShape {
    /// From the anchor outwards, so the last comes first.
    before: Vec<ShapePart>,
    anchor: Box<[u8]>,
    after: Vec<ShapePart>,
}

impl CredentialShape {
    /// Reads a form as the data writes it; none for one that makes no sense.
    pub(super) fn read(form: &str) -> Option<Self> {
        let mut before = parts(form)?;
        let length = |part: &ShapePart| match part {
            ShapePart::Literal(text) => text.len(),
            ShapePart::Run(_) => 0,
        };
        // Whatever begins with a text is found by it; the rest by its longest one.
        let anchor = match before.first()? {
            ShapePart::Literal(_) => 0,
            ShapePart::Run(_) => {
                let longest = before.iter().map(length).max()?;
                before.iter().position(|part| length(part) == longest)?
            }
        };
        let after = before.split_off(anchor + 1);
        let ShapePart::Literal(anchor) = before.pop()? else { return None };
        before.reverse();
        Some(Self { before, anchor, after })
    }

    /// The texts by which it is found, of three bytes or more; also as it is written within a URL, and
    /// with `\/`.
    pub(super) fn anchors(&self) -> Vec<Vec<u8>> {
        let escaped = |escape: fn(u8) -> Option<String>| -> Vec<u8> {
            self.anchor.iter().flat_map(|&b| escape(b).map_or_else(|| vec![b], String::into_bytes)).collect()
        };
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'~');
        let percent = escaped(|b| (!(b.is_ascii_alphanumeric() || b"_-.~".contains(&b))).then(|| format!("%{b:02X}")));
        let mut anchors = vec![self.anchor.to_vec()];
        if let ([first, second], Some(ShapePart::Run(run))) = (&*self.anchor, self.after.first()) {
            let next = (0..=0x7f_u8).filter(|b| {
                !b.is_ascii_uppercase() && ((run.class.contains)(*b) || (run.class.contains)(b.to_ascii_uppercase()))
            });
            anchors = next.map(|next| vec![*first, *second, next]).collect();
        }
        if !self.anchor.iter().all(|b| plain(*b)) {
            anchors.push(percent);
        }
        if self.anchor.contains(&b'/') {
            anchors.push(escaped(|b| (b == b'/').then(|| "\\/".to_owned())));
        }
        anchors
    }

    /// Byte range of the credential whose anchor was seen at `at`. `dead` is kept from one place of the
    /// same text to the next: before it, nothing of this form can begin any more, since the run that all of
    /// them share has been walked in vain. That keeps the search linear.
    pub(super) fn find(&self, text: &[u8], at: usize, dead: &mut usize) -> Option<Range<usize>> {
        let mut start = at;
        for part in &self.before {
            start = match part {
                ShapePart::Literal(literal) => start
                    .checked_sub(literal.len())
                    .filter(|from| text.get(*from..start).is_some_and(|before| before == &**literal))?,
                ShapePart::Run(run) => run.before(text, start)?,
            };
        }
        if !is_boundary(text, start) {
            return None;
        }
        let mut end = literal(text, at, &self.anchor)?;
        for (nth, part) in self.after.iter().enumerate() {
            end = match part {
                ShapePart::Literal(wanted) => literal(text, end, wanted),
                ShapePart::Run(run) => {
                    if nth == 0 && end <= *dead {
                        return None;
                    }
                    let run_end = run.after(text, end, nth + 1 == self.after.len());
                    if nth == 0 && run.most.is_none() {
                        let walked = run_end.unwrap_or(end);
                        let rest = self.after.get(1..).unwrap_or_default();
                        if run_end.is_none() || (!rest.is_empty() && !goes_on(text, walked, rest)) {
                            *dead = walked.max(end);
                            return None;
                        }
                    }
                    run_end
                }
            }?;
        }
        Some(start..end)
    }
}

/// True if the next text of the form stands here.
fn goes_on(text: &[u8], at: usize, rest: &[ShapePart]) -> bool {
    match rest.first() {
        Some(ShapePart::Literal(wanted)) => literal(text, at, wanted).is_some(),
        _ => true,
    }
}

impl CharRun {
    /// The end of a run that begins at `at`.
    fn after(&self, text: &[u8], at: usize, is_last: bool) -> Option<usize> {
        let (mut end, mut count, mut digits) = (at, 0, 0_usize);
        loop {
            let next = self.step(text, end);
            let Some((byte, length)) = next.filter(|_| self.most.is_none_or(|most| count < most)) else {
                // One more of the same: this is something longer. A sign may well stand behind.
                let longer = is_last && next.is_some_and(|(byte, _)| byte.is_ascii_alphanumeric());
                return (count >= self.least && !longer && (digits > 0 || !self.class.digit)).then_some(end);
            };
            digits += usize::from(byte.is_ascii_digit());
            count += 1;
            end += length;
        }
    }

    /// The beginning of a run that ends before `at`.
    fn before(&self, text: &[u8], at: usize) -> Option<usize> {
        let (mut start, mut count) = (at, 0);
        while self.most.is_none_or(|most| count < most) {
            let percent = start.checked_sub(3).filter(|from| text.get(*from) == Some(&b'%'));
            let step = percent.and_then(|from| self.step(text, from)).filter(|(_, length)| *length == 3);
            start = match step {
                Some(_) => start - 3,
                None => {
                    match start.checked_sub(1).filter(|from| text.get(*from).is_some_and(|b| (self.class.contains)(*b)))
                    {
                        Some(from) => from,
                        None => break,
                    }
                }
            };
            count += 1;
        }
        (count >= self.least).then_some(start)
    }

    /// The next byte of the class, and how long it is written.
    fn step(&self, text: &[u8], at: usize) -> Option<(u8, usize)> {
        let byte = *text.get(at)?;
        if (self.class.contains)(byte) {
            return Some((byte, 1));
        }
        let (byte, length) = decoded(text, at)?;
        (length > 1 && (self.class.contains)(byte)).then_some((byte, length))
    }
}

/// The end of this text, if it stands at `at`.
fn literal(text: &[u8], at: usize, wanted: &[u8]) -> Option<usize> {
    wanted.iter().try_fold(at, |at, wanted| match text.get(at)? {
        byte if byte == wanted => Some(at + 1),
        _ => decoded(text, at).filter(|(byte, _)| byte == wanted).map(|(_, length)| at + length),
    })
}

/// The byte at `at` and how long it is written: `%2F` and `\/` are one.
fn decoded(text: &[u8], at: usize) -> Option<(u8, usize)> {
    match *text.get(at)? {
        b'%' => {
            let digits = std::str::from_utf8(text.get(at + 1..at + 3)?).ok()?;
            u8::from_str_radix(digits, 16).ok().map(|byte| (byte, 3))
        }
        b'\\' if text.get(at + 1) == Some(&b'/') => Some((b'/', 2)),
        byte => Some((byte, 1)),
    }
}

/// True if a word may begin at `at`: no letter or digit stands before, but for the end of an escape.
pub(super) fn is_boundary(text: &[u8], at: usize) -> bool {
    let back = |by: usize| at.checked_sub(by).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
    if !back(1).is_ascii_alphanumeric() {
        return true;
    }
    (back(3) == b'%' && back(2).is_ascii_hexdigit() && back(1).is_ascii_hexdigit())
        || (back(2) == b'\\' && matches!(back(1), b'n' | b'r' | b't'))
        || (back(6) == b'\\' && back(5) == b'u')
}

fn parts(form: &str) -> Option<Vec<ShapePart>> {
    let mut parts = Vec::new();
    let mut rest = form;
    while !rest.is_empty() {
        let (text, run) = rest.split_once('{').unwrap_or((rest, ""));
        if !text.is_empty() {
            parts.push(ShapePart::Literal(text.as_bytes().into()));
        }
        rest = run;
        if !run.is_empty() {
            let (run, behind) = run.split_once('}')?;
            let (class, length) = run.split_once(':')?;
            let (least, most) = match length.split_once('-') {
                None => (length.parse().ok()?, Some(length.parse().ok()?)),
                Some((least, "")) => (least.parse().ok()?, None),
                Some((least, most)) => (least.parse().ok()?, Some(most.parse().ok()?)),
            };
            parts.push(ShapePart::Run(CharRun { class: Class::named(class)?, least, most }));
            rest = behind;
        }
    }
    Some(parts)
}
