//! Credentials in a JSON document: by the name they stand under, by their look, or by a name that
//! stands beside them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::Redacted;
use super::names::{Judgement, looks_random};
use super::text::Scanner;
use crate::domain::Untrusted;
use crate::json::{Document, NodeId, NodeKind};

/// The document with its credentials replaced. Everything else keeps its bytes.
pub(super) fn replaced(scanner: &mut Scanner, document: &Document, depth: usize) -> Redacted {
    let mut walk = Walk::new(scanner, document, depth);
    walk.run();
    let Walk { changes, pointers, .. } = walk;
    if changes.is_empty() {
        return Redacted { json: document.text().clone(), hidden: Vec::new() };
    }
    let json = document.text().with(changes.into_iter().map(|change| (change.range, change.shown)));
    Redacted { json, hidden: pointers.all() }
}

/// The values that hold a credential, in document order.
pub(super) fn found(scanner: &mut Scanner, document: &Document) -> Vec<NodeId> {
    let mut walk = Walk::new(scanner, document, 0);
    walk.run();
    walk.changes.into_iter().filter(|change| !change.is_key).map(|change| change.node).collect()
}

struct Replacement {
    node: NodeId,
    range: Range<usize>,
    shown: Cow<'static, str>,
    is_key: bool,
}

/// Verdict about a name, kept since the same few stand in every element of a list.
struct KeyVerdict {
    judgement: Judgement,
    is_split_name: bool,
    is_split_value: bool,
    holds_names: bool,
    is_query: bool,
    /// The name itself without the credential that it holds.
    shown: Option<String>,
    /// The name that came next, the last time.
    next: Option<usize>,
}

/// The names of a document that were met, each judged once.
#[derive(Default)]
struct KeyVerdicts<'a> {
    known: Vec<(&'a [u8], KeyVerdict)>,
    numbers: HashMap<&'a [u8], usize>,
    /// The one that was met last.
    last: usize,
}

impl<'a> KeyVerdicts<'a> {
    fn get(&self, number: usize) -> Option<&KeyVerdict> {
        self.known.get(number).map(|(_, key)| key)
    }

    /// The number of a name. Elements of a list have the same names in the same order, so most are
    /// guessed from the one before.
    fn number(&mut self, raw: &'a [u8], judge: impl FnOnce() -> KeyVerdict) -> usize {
        let guess = self.get(self.last).and_then(|key| key.next);
        if let Some(guess) = guess.filter(|guess| self.known.get(*guess).is_some_and(|(known, _)| *known == raw)) {
            self.last = guess;
            return guess;
        }
        let new = self.known.len();
        let number = *self.numbers.entry(raw).or_insert(new);
        if number == new {
            self.known.push((raw, judge()));
        }
        if let Some((_, before)) = self.known.get_mut(self.last) {
            before.next = Some(number);
        }
        self.last = number;
        number
    }
}

/// A container on the way to where the walk is.
struct OpenContainer {
    node: NodeId,
    is_object: bool,
    /// The place of the value in it.
    place: usize,
    /// The name of the value in it, as it is shown.
    key: Option<String>,
    /// True if its members are a name of a credential and the value of it; none before it is asked.
    split: Option<bool>,
    /// True if the element before is the name of a credential.
    after_name: bool,
    holds_names: bool,
    in_query: bool,
}

struct Walk<'a, 's> {
    scanner: &'s mut Scanner,
    document: &'a Document,
    depth: usize,
    frames: Vec<OpenContainer>,
    keys: KeyVerdicts<'a>,
    changes: Vec<Replacement>,
    pointers: Pointers,
}

impl<'a, 's> Walk<'a, 's> {
    fn new(scanner: &'s mut Scanner, document: &'a Document, depth: usize) -> Self {
        let pointers = Pointers::with_room(document.text().bytes().len());
        Self {
            scanner,
            document,
            depth,
            frames: Vec::new(),
            keys: KeyVerdicts::default(),
            changes: Vec::new(),
            pointers,
        }
    }

    fn run(&mut self) {
        let document = self.document;
        let mut next = Some(document.root());
        while let Some(node) = next {
            next = match self.visit(node).and_then(|frame| Some((frame, document.first_child(node)?))) {
                Some((frame, child)) => {
                    self.frames.push(frame);
                    Some(child)
                }
                None => self.after(node),
            };
        }
    }

    /// The value after this one and all that stands in it.
    fn after(&mut self, mut node: NodeId) -> Option<NodeId> {
        loop {
            if let Some(next) = self.document.next_sibling(node) {
                if let Some(frame) = self.frames.last_mut() {
                    frame.place += 1;
                }
                return Some(next);
            }
            node = self.frames.pop()?.node;
        }
    }

    /// Looks at one value. Returns a frame to go into it.
    fn visit(&mut self, node: NodeId) -> Option<OpenContainer> {
        let document = self.document;
        let raw_key = if self.frames.last().is_some_and(|frame| frame.is_object) { document.key(node) } else { None };
        let number = raw_key.map(|raw| self.key(raw));
        let kind = document.kind(node);
        if let Some(frame) = self.frames.last_mut() {
            frame.key = None;
        }
        let key = number.and_then(|number| self.keys.get(number));
        if let (Some(shown), Some(raw)) = (key.and_then(|key| key.shown.clone()), raw_key) {
            let start = raw.as_ptr() as usize - document.text().bytes().as_ptr() as usize;
            let change =
                Replacement { node, range: start..start + raw.len(), shown: quoted(&shown).into(), is_key: true };
            if let Some(frame) = self.frames.last_mut() {
                frame.key = Some(shown);
            }
            self.change(change);
        }
        let is_empty = kind.is_container() && document.count(node) == 0;
        if !is_empty
            && !matches!(kind, NodeKind::Null | NodeKind::Bool)
            && let Some(shown) = self.replacement(node, kind, number)
        {
            self.change(Replacement { node, range: document.range(node), shown, is_key: false });
            return None;
        }
        if !kind.is_container() {
            return None;
        }
        let key = number.and_then(|number| self.keys.get(number));
        Some(OpenContainer {
            node,
            is_object: kind == NodeKind::Object,
            place: 0,
            key: None,
            split: None,
            after_name: false,
            holds_names: key.is_some_and(|key| key.holds_names),
            in_query: key.is_some_and(|key| key.is_query) || self.frames.last().is_some_and(|outer| outer.in_query),
        })
    }

    /// Text to stand in the place of a value that is or holds a credential.
    fn replacement(&mut self, node: NodeId, kind: NodeKind, key: Option<usize>) -> Option<Cow<'static, str>> {
        const WHOLE: Option<Cow<'static, str>> = Some(Cow::Borrowed("\"[redacted]\""));
        let key = key.and_then(|number| self.keys.get(number));
        let judgement = key.map_or(Judgement::Plain, |key| key.judgement);
        let is_split_value = key.is_some_and(|key| key.is_split_value);
        match judgement {
            Judgement::Always => return WHOLE,
            Judgement::Plural if kind != NodeKind::Number => return WHOLE,
            _ => {}
        }
        if is_split_value && self.is_split() || self.is_paired(node) {
            return WHOLE;
        }
        if kind != NodeKind::String {
            return None;
        }
        let raw = self.document.raw(node);
        let text = decoded(raw);
        let in_query = self.frames.last().is_some_and(|frame| frame.in_query);
        let by_look = match judgement {
            Judgement::IfRandom => in_query || looks_random(&text),
            Judgement::InQuery => in_query,
            Judgement::InQueryIfRandom => in_query && looks_random(&text),
            _ => false,
        };
        if by_look && !text.is_empty() {
            return WHOLE;
        }
        let shown = self.scanner.text(&text, self.depth)?;
        Some(quoted(&String::from_utf8_lossy(&shown)).into())
    }

    /// True if the object the walk is in is a name of a credential and the value of it.
    fn is_split(&mut self) -> bool {
        let Some(frame) = self.frames.last() else { return false };
        let node = frame.node;
        if let Some(known) = frame.split {
            return known;
        }
        let document = self.document;
        let is_split = document.children(node).any(|child| {
            document.kind(child) == NodeKind::String
                && document.key(child).is_some_and(|raw| {
                    let number = self.key(raw);
                    self.keys.get(number).is_some_and(|key| key.is_split_name)
                })
                && self.names_a_credential(child)
        });
        if let Some(frame) = self.frames.last_mut() {
            frame.split = Some(is_split);
        }
        is_split
    }

    /// True if the value is the second of two, and the first is the name of a credential.
    fn is_paired(&mut self, node: NodeId) -> bool {
        let Some(frame) = self.frames.last().filter(|frame| !frame.is_object && !frame.holds_names) else {
            return false;
        };
        let (place, count, after_name) = (frame.place, self.document.count(frame.node), frame.after_name);
        // A list of names and values in turn, or of pairs; in longer ones a mere word is another name.
        let is_value = count % 2 == 0 && place % 2 == 1 && after_name;
        let is_pair = is_value && (count == 2 || !is_word(self.document.raw(node)));
        let names = !is_pair && self.document.kind(node) == NodeKind::String && self.names_a_credential(node);
        if let Some(frame) = self.frames.last_mut() {
            frame.after_name = names;
        }
        is_pair
    }

    /// True if this text is the name of a credential, not a sentence that has one in it.
    fn names_a_credential(&self, node: NodeId) -> bool {
        let raw = self.document.raw(node);
        if raw.len() > 64 || !self.scanner.rules.anchors.any(raw) {
            return false;
        }
        let text = decoded(raw);
        let words = text.iter().filter(|b| **b == b' ').count();
        words < 3
            && text.iter().all(|b| b.is_ascii_alphanumeric() || b" _-.:[]$".contains(b) || *b >= 0x80)
            && self.scanner.rules.judge(&text) >= Judgement::Plural
    }

    /// The number of a name.
    fn key(&mut self, raw: &'a [u8]) -> usize {
        let (scanner, depth) = (&mut *self.scanner, self.depth);
        self.keys.number(raw, || {
            let rules = scanner.rules;
            let text = decoded(raw);
            let lower =
                if text.len() <= 16 { String::from_utf8_lossy(&text).to_ascii_lowercase() } else { String::new() };
            let shown = scanner.text(&text, depth);
            KeyVerdict {
                judgement: rules.judge(&text),
                is_split_name: rules.split_names.contains(&lower),
                is_split_value: rules.split_values.contains(&lower),
                holds_names: rules.lists_of_names.contains(&lower),
                is_query: rules.queries.contains(&lower),
                shown: shown.map(|shown| String::from_utf8_lossy(&shown).into_owned()),
                next: None,
            }
        })
    }

    fn change(&mut self, change: Replacement) {
        if self.pointers.has_room() {
            let mut pointer = String::new();
            for (nth, frame) in self.frames.iter().enumerate() {
                // The value on the way lies in the next frame, or is the one that changed.
                let inner = self.frames.get(nth + 1).map_or(change.node, |inner| inner.node);
                pointer.push('/');
                match (&frame.key, self.document.key(inner)) {
                    (Some(shown), _) => push_escaped(&mut pointer, shown),
                    (None, Some(raw)) => push_escaped(&mut pointer, &String::from_utf8_lossy(&decoded(raw))),
                    (None, None) => pointer.push_str(&frame.place.to_string()),
                }
            }
            self.pointers.add(pointer);
        }
        self.changes.push(change);
    }
}

/// Pointers to credentials. Their number is bounded by the document, their length is not: a deep document
/// or one of long names would need far more room for the pointers than for itself.
struct Pointers {
    hidden: Vec<String>,
    room: usize,
}

impl Pointers {
    fn with_room(bytes: usize) -> Self {
        Self { hidden: Vec::new(), room: bytes.saturating_mul(2).saturating_add(1 << 16) }
    }

    fn has_room(&self) -> bool {
        self.room > 0
    }

    fn add(&mut self, pointer: String) {
        self.room = self.room.saturating_sub(pointer.len() + 1);
        // A value that is replaced under a name that is replaced is one place.
        if self.hidden.last() != Some(&pointer) {
            self.hidden.push(pointer);
        }
    }

    /// All of them; where there was no room, the document as a whole.
    fn all(self) -> Vec<Untrusted> {
        if self.room == 0 {
            return vec!["".into()];
        }
        self.hidden.into_iter().map(Untrusted::from).collect()
    }
}

fn push_escaped(pointer: &mut String, step: &str) {
    for c in step.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// The text of a string of JSON; bytes, since half a surrogate is none.
fn decoded(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', raw).is_none() {
        return raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default().into();
    }
    match serde_json::from_slice::<String>(raw) {
        Ok(text) => text.into_bytes().into(),
        Err(_) => raw.into(),
    }
}

/// True if the string is a word of letters, as a name is.
fn is_word(raw: &[u8]) -> bool {
    raw.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b' ' | b'"'))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
