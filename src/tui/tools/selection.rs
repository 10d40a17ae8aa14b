//! Rows that somebody has picked out of a list.

use std::collections::BTreeSet;

/// The picked rows, by their places in the whole list: filtering and ordering move none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    rows: BTreeSet<usize>,
}

impl Marks {
    /// Marks a row, or takes its mark away.
    pub fn turn(&mut self, row: usize) {
        if !self.rows.remove(&row) {
            self.rows.insert(row);
        }
    }

    /// Marks all of these; where all of them are marked already, takes their marks away.
    pub fn turn_all(&mut self, rows: &[usize]) {
        if rows.iter().all(|row| self.rows.contains(row)) {
            for row in rows {
                self.rows.remove(row);
            }
        } else {
            self.rows.extend(rows);
        }
    }

    /// Takes every mark away. Whether there were any.
    pub fn clear(&mut self) -> bool {
        !std::mem::take(&mut self.rows).is_empty()
    }

    /// Whether this row is marked.
    pub fn contains(&self, row: usize) -> bool {
        self.rows.contains(&row)
    }

    /// How many are marked.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The marked rows, in the order of the whole list.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.rows.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_turned_one_by_one_and_together() {
        let mut marks = Marks::default();
        [3, 1, 3, 2].into_iter().for_each(|row| marks.turn(row));
        assert_eq!(marks.iter().collect::<Vec<_>>(), [1, 2]);
        marks.turn_all(&[2, 5]);
        assert_eq!(marks.len(), 3, "one of them was not marked");
        marks.turn_all(&[2, 5]);
        assert!(marks.contains(1) && marks.len() == 1);
        assert!(marks.clear() && !marks.clear() && marks.is_empty());
    }
}
