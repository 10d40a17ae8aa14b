//! Changes of a text, to be taken back and done again.

use std::collections::VecDeque;
use std::ops::Range;

/// Steps that are remembered.
const STEPS: usize = 1_000;

/// Bytes of text that are remembered.
const BYTES: usize = 32 << 20;

/// Run of changes: those of the same run, with nothing between them, are one step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Run {
    /// Typing in one go.
    Typing,
    /// Filling in one thing, by its name.
    Filling(String),
    /// No run: a step of its own.
    Alone,
}

/// Piece of a text that gave way to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Splice {
    /// Offset of the start, in bytes.
    pub at: usize,
    /// Text that stood there.
    pub removed: String,
    /// Text that stands there instead.
    pub inserted: String,
}

impl Splice {
    /// Smallest change that makes `new` of `old`; none where they are the same.
    pub fn between(old: &str, new: &str) -> Option<Self> {
        if old == new {
            return None;
        }
        let mut start = same_at_start(old.as_bytes(), new.as_bytes());
        while !old.is_char_boundary(start) || !new.is_char_boundary(start) {
            start -= 1;
        }
        let (old_rest, new_rest) = (old.get(start..)?, new.get(start..)?);
        let mut end = same_at_end(old_rest.as_bytes(), new_rest.as_bytes());
        while !old_rest.is_char_boundary(old_rest.len() - end) || !new_rest.is_char_boundary(new_rest.len() - end) {
            end -= 1;
        }
        let middle = |rest: &str| rest.get(..rest.len() - end).unwrap_or_default().to_owned();
        Some(Self { at: start, removed: middle(old_rest), inserted: middle(new_rest) })
    }

    /// The other way round.
    fn reversed(&self) -> Self {
        Self { at: self.at, removed: self.inserted.clone(), inserted: self.removed.clone() }
    }

    /// One change made of this and then `next`, where that happens within what this one put there.
    fn then(&self, next: &Self) -> Option<Self> {
        let from = next.at.checked_sub(self.at)?;
        let to = from + next.removed.len();
        let (before, after) = (self.inserted.get(..from)?, self.inserted.get(to..)?);
        let inserted = [before, &next.inserted, after].concat();
        Some(Self { at: self.at, removed: self.removed.clone(), inserted })
    }

    /// Range of the replaced text, in the text before.
    pub fn range(&self) -> Range<usize> {
        self.at..self.at + self.removed.len()
    }

    fn size(&self) -> usize {
        self.removed.len() + self.inserted.len()
    }
}

/// Bytes that are compared at a time, which is much faster than one by one.
const BLOCK: usize = 512;

/// Number of bytes that two texts have in common at the start.
fn same_at_start(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.chunks_exact(BLOCK).zip(other.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    let rest = one.iter().zip(other).skip(blocks).take_while(|(a, b)| a == b).count();
    blocks + rest
}

/// Number of bytes that two texts have in common at the end.
fn same_at_end(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.rchunks_exact(BLOCK).zip(other.rchunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    let rest = one.iter().rev().zip(other.iter().rev()).skip(blocks).take_while(|(a, b)| a == b).count();
    blocks + rest
}

/// Steps back and forth.
#[derive(Debug, Default)]
pub struct Undo {
    past: VecDeque<(Splice, Run)>,
    future: Vec<(Splice, Run)>,
    size: usize,
    /// Whether a change may still become part of the last step.
    open: bool,
}

impl Undo {
    /// Notes a change that was made. What was taken back before it cannot be done again.
    pub fn note(&mut self, change: Splice, run: Run) {
        self.future.clear();
        let last = self.past.back_mut().filter(|(_, last)| self.open && *last == run && run != Run::Alone);
        let joined = last.and_then(|(last, _)| Some((last.then(&change)?, last)));
        match joined {
            Some((joined, last)) => {
                self.size = self.size + joined.size() - last.size();
                *last = joined;
            }
            None => {
                self.size += change.size();
                self.past.push_back((change, run));
            }
        }
        self.open = true;
        while self.past.len() > STEPS || (self.size > BYTES && self.past.len() > 1) {
            self.size -= self.past.pop_front().map_or(0, |(oldest, _)| oldest.size());
        }
    }

    /// Text that is remembered, in bytes, of steps that were taken back as well.
    pub fn size(&self) -> usize {
        self.size + self.future.iter().map(|(step, _)| step.size()).sum::<usize>()
    }

    /// Ends the step: the next change is a step of its own.
    pub fn close(&mut self) {
        self.open = false;
    }

    /// Takes the last step back: the change that does.
    pub fn back(&mut self) -> Option<Splice> {
        let (step, run) = self.past.pop_back()?;
        self.size -= step.size();
        self.open = false;
        let back = step.reversed();
        self.future.push((step, run));
        Some(back)
    }

    /// Does again what was taken back last: the change that does.
    pub fn again(&mut self) -> Option<Splice> {
        let (step, run) = self.future.pop()?;
        self.size += step.size();
        self.open = false;
        self.past.push_back((step.clone(), run));
        Some(step)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn apply(text: &mut String, change: &Splice) {
        assert_eq!(&text[change.range()], change.removed);
        text.replace_range(change.range(), &change.inserted);
    }

    #[test]
    fn what_is_typed_in_one_go_is_one_step() {
        let mut undo = Undo::default();
        let mut text = String::new();
        for new in ["a", "ab", "abc", "ab"] {
            let change = Splice::between(&text, new).unwrap();
            apply(&mut text, &change);
            undo.note(change, Run::Typing);
        }
        undo.close();
        for new in ["ab ", "ab d"] {
            let change = Splice::between(&text, new).unwrap();
            apply(&mut text, &change);
            undo.note(change, Run::Typing);
        }
        apply(&mut text, &undo.back().unwrap());
        assert_eq!(text, "ab");
        apply(&mut text, &undo.back().unwrap());
        assert_eq!(text, "");
        assert_eq!(undo.back(), None);
        apply(&mut text, &undo.again().unwrap());
        assert_eq!(text, "ab");
    }

    proptest! {
        #[test]
        fn every_step_can_be_taken_back_and_done_again(
            texts in proptest::collection::vec("[aäb\n✗]{0,8}", 1..20),
            runs in proptest::collection::vec(0_u8..4, 20),
        ) {
            let mut undo = Undo::default();
            let mut text = String::new();
            for (new, run) in texts.iter().zip(&runs) {
                let Some(change) = Splice::between(&text, new) else { continue };
                apply(&mut text, &change);
                prop_assert_eq!(&text, new);
                let run = match run {
                    0 => Run::Typing,
                    1 => Run::Alone,
                    n => Run::Filling(n.to_string()),
                };
                undo.note(change, run);
            }
            let last = text.clone();
            while let Some(back) = undo.back() {
                apply(&mut text, &back);
            }
            prop_assert_eq!(&text, "");
            while let Some(again) = undo.again() {
                apply(&mut text, &again);
            }
            prop_assert_eq!(text, last);
        }
    }
}
