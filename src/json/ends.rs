//! Ends of containers, in the order in which they begin: whatever contains something ends behind it.

use std::ops::Range;

/// Ends that are put together into one maximum.
const FAN: usize = 32;

/// Offsets, with maxima of blocks of them, of blocks of these and so on.
#[derive(Clone, Default)]
pub(super) struct Ends {
    offsets: Vec<u32>,
    maxima: Vec<Vec<u32>>,
}

impl Ends {
    pub fn new(mut offsets: Vec<u32>) -> Self {
        offsets.shrink_to_fit();
        let mut maxima: Vec<Vec<u32>> = Vec::new();
        loop {
            let below = maxima.last().unwrap_or(&offsets);
            if below.len() <= FAN {
                return Self { offsets, maxima };
            }
            let above = below.chunks(FAN).map(|block| block.iter().copied().max().unwrap_or(0)).collect();
            maxima.push(above);
        }
    }

    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    pub fn get(&self, number: usize) -> Option<u32> {
        self.offsets.get(number).copied()
    }

    /// The last of the first `before` that is no less than `least`. O(log of their number).
    pub fn last_reaching(&self, before: usize, least: u32) -> Option<usize> {
        let mut before = before.min(self.offsets.len());
        for level in 0..=self.maxima.len() {
            // Where a block ends just here, it is all of this one.
            let block = before.checked_sub(1)? / FAN * FAN;
            if let Some(found) = self.rposition(level, block, before, least) {
                return (0..level)
                    .rev()
                    .try_fold(found, |at, level| self.rposition(level, at * FAN, (at + 1) * FAN, least));
            }
            before = block / FAN;
        }
        None
    }

    /// The one of these that is the greatest. O(log of their number).
    pub fn last_to_end(&self, numbers: Range<usize>) -> Option<usize> {
        let greatest = self.greatest(0, numbers.clone())?;
        self.last_reaching(numbers.end, greatest)
    }

    fn greatest(&self, level: usize, places: Range<usize>) -> Option<u32> {
        let max = |places: Range<usize>| self.level(level)?.get(places)?.iter().copied().max();
        let blocks = places.start.div_ceil(FAN)..places.end / FAN;
        if blocks.is_empty() {
            return max(places);
        }
        let (head, tail) = (places.start..blocks.start * FAN, blocks.end * FAN..places.end);
        max(head).max(max(tail)).max(self.greatest(level + 1, blocks))
    }

    /// Bytes that they take.
    pub fn size(&self) -> usize {
        (self.offsets.len() + self.maxima.iter().map(Vec::len).sum::<usize>()) * 4
    }

    fn level(&self, level: usize) -> Option<&Vec<u32>> {
        level.checked_sub(1).map_or(Some(&self.offsets), |level| self.maxima.get(level))
    }

    fn rposition(&self, level: usize, from: usize, to: usize, least: u32) -> Option<usize> {
        let all = self.level(level)?;
        let found = all.get(from..to.min(all.len()))?.iter().rposition(|offset| *offset >= least)?;
        Some(from + found)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_agrees_with_a_walk(offsets in prop::collection::vec(0_u32..5_000, 0..3_000), least in 0_u32..5_100) {
            let ends = Ends::new(offsets.clone());
            for before in (0..offsets.len() + 40).step_by(11).chain([offsets.len()]) {
                let walked = offsets[..before.min(offsets.len())].iter().rposition(|offset| *offset >= least);
                prop_assert_eq!(ends.last_reaching(before, least), walked);
                let inside = offsets.len() / 3..before.clamp(offsets.len() / 3, offsets.len());
                let greatest = ends.last_to_end(inside.clone());
                prop_assert_eq!(greatest.map(|at| offsets[at]), offsets[inside].iter().copied().max());
            }
        }
    }
}
