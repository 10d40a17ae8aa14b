//! A set of numbers as bits, with answers to "number of members below" and "nth member".

/// Bits of a block; the members before each block are counted.
const BLOCK: usize = 512;
const WORDS: usize = BLOCK / 64;

/// Members from one sample to the next.
const SAMPLED: usize = 512;

/// Set of numbers that is filled in rising order. Costs a bit for each number up to the greatest, and 7 % more.
#[derive(Clone, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    /// Members before each block.
    ranks: Vec<u32>,
    /// Block of each [`SAMPLED`]th member.
    samples: Vec<u32>,
    count: u32,
}

impl Bits {
    /// Number of members.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Adds a member greater than all that are in.
    #[allow(clippy::cast_possible_truncation)]
    #[inline(always)]
    pub fn push(&mut self, member: u32) {
        let word = member as usize / 64;
        if self.words.len() <= word {
            self.extend_to(word);
        }
        if let Some(bits) = self.words.last_mut() {
            *bits |= 1 << (member % 64);
        }
        if (self.count as usize).is_multiple_of(SAMPLED) {
            self.samples.push((word / WORDS) as u32);
        }
        self.count += 1;
    }

    fn extend_to(&mut self, word: usize) {
        while self.words.len() <= word {
            if self.words.len().is_multiple_of(WORDS) {
                self.ranks.push(self.count);
            }
            self.words.push(0);
        }
    }

    /// True for members. O(1).
    pub fn contains(&self, number: u32) -> bool {
        self.words.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// Number of members below `number`. O(1).
    pub fn rank(&self, number: u32) -> u32 {
        let (block, word) = (number as usize / BLOCK, number as usize / 64);
        let Some(&before) = self.ranks.get(block) else { return self.count };
        let whole = self.words.get(block * WORDS..word.min(self.words.len())).unwrap_or_default();
        let part = self.words.get(word).map_or(0, |bits| bits & ((1 << (number % 64)) - 1));
        before + whole.iter().map(|word| word.count_ones()).sum::<u32>() + part.count_ones()
    }

    /// The member with so many below it. O(log of the distance of two samples).
    #[allow(clippy::cast_possible_truncation)]
    pub fn select(&self, nth: u32) -> Option<u32> {
        if nth >= self.count {
            return None;
        }
        let sample = nth as usize / SAMPLED;
        let first = *self.samples.get(sample)? as usize;
        let last = self.samples.get(sample + 1).map_or(self.ranks.len(), |block| *block as usize + 1);
        let blocks = self.ranks.get(first..last)?;
        let block = first + blocks.partition_point(|before| *before <= nth).checked_sub(1)?;
        let mut left = nth - self.ranks.get(block)?;
        for (at, &word) in self.words.get(block * WORDS..)?.iter().enumerate() {
            let ones = word.count_ones();
            if left < ones {
                let rest = (0..left).fold(word, |word, _| word & (word - 1));
                return Some(((block * WORDS + at) * 64) as u32 + rest.trailing_zeros());
            }
            left -= ones;
        }
        None
    }

    /// The members from `number` on, in rising order.
    #[allow(clippy::cast_possible_truncation)]
    pub fn from(&self, number: u32) -> impl Iterator<Item = u32> + '_ {
        let first = number as usize / 64;
        let mask = u64::MAX << (number % 64);
        let words = self.words.get(first..).unwrap_or_default().iter().enumerate();
        words.flat_map(move |(at, &word)| {
            let word = if at == 0 { word & mask } else { word };
            let rest = std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)));
            rest.take_while(|word| *word != 0).map(move |word| ((first + at) * 64) as u32 + word.trailing_zeros())
        })
    }

    /// Bytes that it takes.
    pub fn size(&self) -> usize {
        self.words.len() * 8 + (self.ranks.len() + self.samples.len()) * 4
    }

    pub fn shrink_to_fit(&mut self) {
        self.words.shrink_to_fit();
        self.ranks.shrink_to_fit();
        self.samples.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_agrees_with_a_list(
            runs in prop::collection::vec((0_u32..3_000, 1_u32..700), 0..6),
            scattered in prop::collection::btree_set(0_u32..20_000, 0..400),
        ) {
            let runs = runs.into_iter().flat_map(|(from, length)| from..from + length);
            let members: Vec<u32> = runs.chain(scattered).collect::<BTreeSet<_>>().into_iter().collect();
            let mut bits = Bits::default();
            members.iter().for_each(|member| bits.push(*member));
            prop_assert_eq!(bits.count() as usize, members.len());
            prop_assert_eq!(bits.select(bits.count()), None);
            for (nth, member) in members.iter().enumerate() {
                prop_assert_eq!(bits.select(nth as u32), Some(*member));
            }
            for number in (0..members.last().map_or(3, |last| last + 700)).step_by(7) {
                let below = members.partition_point(|member| *member < number);
                prop_assert_eq!(bits.rank(number) as usize, below);
                prop_assert_eq!(bits.contains(number), members.get(below) == Some(&number));
                prop_assert!(bits.from(number).take(5).eq(members[below..].iter().copied().take(5)));
            }
        }
    }
}
