//! Recently left work, kept up to a limit.

use std::collections::VecDeque;

/// Map of the most recent entries. Where there are too many, or they weigh too much together, the oldest go; the
/// newest always stays.
pub struct Recent<K, V> {
    /// The newest last, with its weight in bytes.
    entries: VecDeque<(K, V, usize)>,
    most: usize,
    heaviest: usize,
}

impl<K: PartialEq, V> Recent<K, V> {
    /// A map of up to `most` entries of up to `heaviest` bytes together.
    pub fn new(most: usize, heaviest: usize) -> Self {
        Self { entries: VecDeque::new(), most, heaviest }
    }

    /// Adds the newest entry, of so many bytes, in the place of an older one of its name.
    pub fn insert(&mut self, key: K, value: V, weight: usize) {
        self.remove(&key);
        self.entries.push_back((key, value, weight));
        while self.entries.len() > 1 && (self.entries.len() > self.most || self.weight() > self.heaviest) {
            self.entries.pop_front();
        }
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let at = self.entries.iter().position(|(other, ..)| other == key)?;
        self.entries.remove(at).map(|(_, value, _)| value)
    }

    /// The values, the newest last.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|(_, value, _)| value)
    }

    /// Weight of all of them, in bytes.
    pub fn weight(&self) -> usize {
        self.entries.iter().map(|(.., weight)| weight).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(recent: &mut Recent<u32, u32>) -> Vec<u32> {
        (0..100).filter_map(|key| recent.remove(&key)).collect()
    }

    #[test]
    fn the_oldest_goes_where_there_are_too_many_and_what_was_visited_again_is_new() {
        let mut recent = Recent::new(3, 100);
        for key in [1, 2, 3, 1, 4] {
            recent.insert(key, key, 1);
        }
        assert_eq!(left(&mut recent), [1, 3, 4]);
    }

    #[test]
    fn the_oldest_goes_where_they_are_too_heavy_and_the_newest_stays_whatever_it_weighs() {
        let mut recent = Recent::new(10, 100);
        for (key, weight) in [(1, 60), (2, 30), (3, 20)] {
            recent.insert(key, key, weight);
        }
        assert_eq!(recent.weight(), 50);
        recent.insert(4, 4, 1_000);
        assert_eq!(left(&mut recent), [4]);
    }
}
