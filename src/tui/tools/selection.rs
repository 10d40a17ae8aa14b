//! Rows that somebody has picked out of a list.

use std::collections::BTreeSet;

/// The picked rows, by their places in the whole list: filtering and ordering move none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    rows: BTreeSet<usize>,
}

impl Selection {
    /// Picks a row, or drops it.
    pub fn toggle(&mut self, row: usize) {
        if !self.rows.remove(&row) {
            self.rows.insert(row);
        }
    }

    /// Picks all of these; where all of them are picked already, drops them.
    pub fn toggle_all(&mut self, rows: &[usize]) {
        if rows.iter().all(|row| self.rows.contains(row)) {
            for row in rows {
                self.rows.remove(row);
            }
        } else {
            self.rows.extend(rows);
        }
    }

    /// Drops every row. Whether there were any.
    pub fn clear(&mut self) -> bool {
        !std::mem::take(&mut self.rows).is_empty()
    }

    /// Whether this row is picked.
    pub fn contains(&self, row: usize) -> bool {
        self.rows.contains(&row)
    }

    /// Number of rows that are picked.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no tool is selected.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The picked rows, in the order of the whole list.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.rows.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_picked_one_by_one_and_together() {
        let mut selection = Selection::default();
        [3, 1, 3, 2].into_iter().for_each(|row| selection.toggle(row));
        assert_eq!(selection.iter().collect::<Vec<_>>(), [1, 2]);
        selection.toggle_all(&[2, 5]);
        assert_eq!(selection.len(), 3, "one of them was not picked");
        selection.toggle_all(&[2, 5]);
        assert!(selection.contains(1) && selection.len() == 1);
        assert!(selection.clear() && !selection.clear() && selection.is_empty());
    }
}
