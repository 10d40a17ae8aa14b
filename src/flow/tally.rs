//! Rows of a list held against what was announced of it: it need not be whole, nor say everything once.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::backend::Batch;
use crate::domain::{Fault, FaultKind, pluralize};

/// Batches in a row that may bring nothing new.
const BARREN: u32 = 20;

/// Keeps count of what a list gave: takes out what was there before, and compares what arrived with
/// what was announced.
#[derive(Debug)]
pub struct Tally<K> {
    /// Rows of this reading, each with the page it stood on first.
    seen: HashMap<K, u32>,
    pages: u32,
    /// Rows of the readings before.
    before: HashSet<K>,
    arrived: u64,
    repeated: u64,
    overlaps: bool,
    /// The totals that were stated first and last.
    stated: Option<(u64, u64)>,
    barren: u32,
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self {
            seen: HashMap::new(),
            pages: 0,
            before: HashSet::new(),
            arrived: 0,
            repeated: 0,
            overlaps: false,
            stated: None,
            barren: 0,
        }
    }
}

impl<K: Hash + Eq> Tally<K> {
    /// Counts a batch in and leaves in it only what is new.
    pub fn count<T>(&mut self, batch: &mut Batch<T>, key: impl Fn(&T) -> K) {
        let (rows, seen) = (batch.items.len(), self.seen.len());
        self.pages += 1;
        batch.items.retain(|item| match self.seen.entry(key(item)) {
            Entry::Occupied(entry) => {
                self.overlaps |= *entry.get() != self.pages;
                false
            }
            Entry::Vacant(entry) => {
                let is_new = !self.before.contains(entry.key());
                entry.insert(self.pages);
                is_new
            }
        });
        let fresh = self.seen.len() - seen;
        self.arrived += batch.items.len() as u64;
        self.repeated += (rows - fresh) as u64;
        self.barren = if fresh == 0 { self.barren + 1 } else { 0 };
        if let Some(total) = batch.total {
            self.stated = Some((self.stated.map_or(total, |(first, _)| first), total));
        }
    }

    /// Refuses to read on where that makes no sense.
    ///
    /// # Errors
    /// [`FaultKind::BadAnswer`]: page after page brings nothing new.
    pub fn goes_on(&self) -> Result<(), Fault> {
        if self.barren < BARREN {
            return Ok(());
        }
        let message = format!(
            "The environment's list does not end: its last {BARREN} pages held nothing new, and there is always one more."
        );
        Err(Fault::new(FaultKind::BadAnswer, message))
    }

    /// The same list is read once more, perhaps in another way: what comes again did not come twice.
    pub fn read_anew(&mut self) {
        self.before.extend(self.seen.drain().map(|(key, _)| key));
        (self.repeated, self.overlaps, self.barren) = (0, false, 0);
    }

    /// Number of different rows.
    pub fn seen(&self) -> u64 {
        self.arrived
    }

    /// The total that was stated last.
    pub fn stated(&self) -> Option<u64> {
        self.stated.map(|(_, last)| last)
    }

    /// Number of rows that were announced and never came.
    pub fn missing(&self) -> u64 {
        self.mismatch().map_or(0, |mismatch| mismatch.missing())
    }

    /// Difference of the list from its total, if there is one.
    pub fn mismatch(&self) -> Option<Mismatch> {
        let (first, last) = self.stated.unwrap_or((self.arrived, self.arrived));
        let mismatch =
            Mismatch { first, last, arrived: self.arrived, repeated: self.repeated, overlaps: self.overlaps };
        (mismatch.missing() > 0 || mismatch.repeated > 0 || mismatch.grown()).then_some(mismatch)
    }
}

/// Difference of a list from the total that was stated of it. All that arrived was given, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The total that was stated first.
    pub first: u64,
    /// The total that was stated last.
    pub last: u64,
    /// Number of different rows that arrived.
    pub arrived: u64,
    /// Number of rows that held what an earlier row had held.
    pub repeated: u64,
    /// True if any of those rows stood on an earlier page.
    pub overlaps: bool,
}

impl Mismatch {
    /// Number of rows that were announced and never came. A total counts rows, so one that comes twice was
    /// announced twice; and what was added or removed meanwhile is not missed.
    pub fn missing(&self) -> u64 {
        self.first.min(self.last).saturating_sub(self.arrived + self.repeated)
    }

    fn grown(&self) -> bool {
        self.last > self.first || self.arrived > self.last
    }

    /// Report on the list: a sentence or two, safe to show. `noun` is one of what is listed.
    pub fn told(&self, noun: &str) -> String {
        let mut said = Vec::new();
        let (missing, arrived) = (self.missing(), self.arrived);
        if missing > 0 {
            let are = if missing == 1 { "is" } else { "are" };
            let total = pluralize(self.first.min(self.last), noun);
            said.push(format!(
                "The environment speaks of {total}, but its pages held only {arrived}: {missing} {are} missing."
            ));
        }
        if self.repeated > 0 {
            let (rows, are) = (pluralize(self.repeated, noun), if self.repeated == 1 { "is" } else { "are" });
            let doubt =
                if self.overlaps { " If the list moved while it was read, as many others may be missing." } else { "" };
            said.push(format!("{rows} came more than once and {are} listed once.{doubt}"));
        }
        if self.grown() {
            let (from, to) = (self.first, self.last.max(arrived));
            let rest = if to > arrived { " Reading it again shows the rest." } else { "" };
            said.push(format!("The list grew from {from} to {to} while it was read.{rest}"));
        }
        said.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[u8]) -> Batch<u8> {
        Batch { items: items.to_vec(), total: None, more: false, left_out: Vec::new() }
    }

    /// Report on a list that states `totals` on its pages of `rows`.
    fn told(rows: &[&[u8]], totals: &[u64]) -> (u64, String) {
        let mut tally = Tally::default();
        for (rows, total) in rows.iter().zip(totals) {
            tally.count(&mut Batch { total: Some(*total), ..page(rows) }, |item| *item);
        }
        (tally.missing(), tally.mismatch().map(|mismatch| mismatch.told("tool")).unwrap_or_default())
    }

    #[test]
    fn what_is_missing_what_came_twice_and_what_was_added_are_three_things() {
        for (rows, totals, missing, says) in [
            (&[&[1, 2][..], &[3]][..], &[3, 3][..], 0, ""),
            (
                &[&[1, 2], &[3]],
                &[4, 4],
                1,
                "The environment speaks of 4 tools, but its pages held only 3: 1 is missing.",
            ),
            (&[&[1, 2, 2], &[3]], &[4, 4], 0, "1 tool came more than once and is listed once."),
            (
                &[&[1, 2], &[2, 3]],
                &[4, 4],
                0,
                "1 tool came more than once and is listed once. If the list moved while it was read, as many others \
                 may be missing.",
            ),
            (
                &[&[1, 2, 2, 2], &[3]],
                &[7, 7],
                2,
                "The environment speaks of 7 tools, but its pages held only 3: 2 are missing. 2 tools came more than once \
                 and are listed once.",
            ),
            (
                &[&[1, 2], &[3]],
                &[3, 4],
                0,
                "The list grew from 3 to 4 while it was read. Reading it again shows the rest.",
            ),
            (&[&[1, 2], &[3]], &[2, 2], 0, "The list grew from 2 to 3 while it was read."),
            (&[&[1, 2], &[3]], &[4, 3], 0, ""),
        ] {
            assert_eq!(told(rows, totals), (missing, says.to_owned()), "{rows:?} of {totals:?}");
        }
    }

    #[test]
    fn what_is_read_anew_does_not_come_twice() {
        let mut tally = Tally::default();
        tally.count(&mut Batch { total: Some(4), ..page(&[1, 2]) }, |item| *item);
        tally.read_anew();
        let mut again = page(&[2, 3, 3]);
        tally.count(&mut again, |item| *item);
        assert_eq!((again.items, tally.seen()), (vec![3], 3));
        let mismatch = tally.mismatch().unwrap();
        assert_eq!((mismatch.repeated, mismatch.missing()), (1, 0));
    }

    #[test]
    fn pages_that_only_repeat_are_no_progress() {
        let mut tally = Tally::default();
        for _ in 0..BARREN {
            tally.count(&mut page(&[1, 2]), |item| *item);
            assert_eq!(tally.goes_on(), Ok(()));
        }
        tally.count(&mut page(&[1, 2]), |item| *item);
        assert!(tally.goes_on().unwrap_err().message.contains("its last 20 pages held nothing new"));
        tally.count(&mut page(&[3]), |item| *item);
        assert_eq!(tally.goes_on(), Ok(()));
    }
}
