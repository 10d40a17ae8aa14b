//! Short texts that announce a credential, all looked for at once.
//!
//! An automaton for so many costs three times as much a byte: its steps wait for each other. Here
//! each place of a text is tried on its own, by the first three bytes, against one bit.

use std::collections::HashMap;

use super::rules::Sight;

/// The texts, and what may be seen where one stands.
pub(super) struct Anchors {
    /// A bit for each beginning that an anchor has, by its hash.
    beginnings: Vec<u64>,
    /// The anchors whose beginnings have the same hash, by it.
    same: HashMap<usize, Vec<Anchor>>,
}

type Anchor = (Box<[u8]>, Sight);

/// Hashes have so many bits.
const BITS: u32 = 16;

impl Anchors {
    /// None if one is shorter than three bytes.
    pub(super) fn new(anchors: Vec<(Vec<u8>, Sight)>) -> Option<Self> {
        let mut all = Self { beginnings: vec![0; 1 << (BITS - 6)], same: HashMap::new() };
        for (anchor, sight) in anchors {
            let [first, second, third, ..] = *anchor else { return None };
            let hash = hash([first, second, third]);
            *all.beginnings.get_mut(hash >> 6)? |= 1 << (hash & 63);
            let same = all.same.entry(hash).or_default();
            if !same.iter().any(|(other, seen)| other.eq_ignore_ascii_case(&anchor) && *seen == sight) {
                same.push((anchor.into(), sight));
            }
        }
        Some(all)
    }

    /// Tells every place where an anchor stands, in order: its beginning, its end, and what it may be.
    /// Capitals do not count.
    pub(super) fn each(&self, text: &[u8], mut tell: impl FnMut(usize, usize, Sight)) {
        for (at, three) in text.windows(3).enumerate() {
            let &[first, second, third] = three else { continue };
            let hash = hash([first, second, third]);
            if self.beginnings.get(hash >> 6).is_none_or(|bits| bits >> (hash & 63) & 1 == 0) {
                continue;
            }
            for (anchor, sight) in self.same.get(&hash).into_iter().flatten() {
                let end = at + anchor.len();
                if text.get(at..end).is_some_and(|here| here.eq_ignore_ascii_case(anchor)) {
                    tell(at, end, *sight);
                }
            }
        }
    }

    /// True if any anchor stands in the text.
    pub(super) fn any(&self, text: &[u8]) -> bool {
        let mut any = false;
        self.each(text, |_, _, _| any = true);
        any
    }
}

/// The hash of a beginning. Capitals are as small letters; other signs may fall together, which costs a
/// look and no more.
fn hash(beginning: [u8; 3]) -> usize {
    let [first, second, third] = beginning.map(|b| u32::from(b | 0x20));
    ((first | second << 8 | third << 16).wrapping_mul(0x9E37_79B1) >> (32 - BITS)) as usize
}
