//! Rows in groups, with a heading above each: which line shows what.

/// Content of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The heading of a group: its first row, and how many rows it has.
    Heading {
        /// The group's first row.
        first: usize,
        /// Number of rows in the group.
        rows: usize,
    },
    /// Row, by its position without the headings.
    Row(usize),
}

/// Starts of the groups in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    /// The line of each heading.
    headings: Vec<usize>,
    rows: usize,
}

impl Groups {
    /// List of rows without headings.
    pub fn none(rows: usize) -> Self {
        Self { headings: Vec::new(), rows }
    }

    /// Brings what belongs together together, each group where its first member stood, and otherwise
    /// in the order given. `group` numbers the groups from 0, less than `groups`.
    pub fn gather(order: Vec<usize>, groups: usize, group: impl Fn(usize) -> usize) -> (Vec<usize>, Self) {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups];
        let mut appeared = Vec::new();
        for row in order {
            let at = group(row);
            if let Some(group) = members.get_mut(at) {
                if group.is_empty() {
                    appeared.push(at);
                }
                group.push(row);
            }
        }
        let mut order = Vec::new();
        let mut headings = Vec::new();
        for at in appeared {
            headings.push(order.len() + headings.len());
            order.append(&mut members.get_mut(at).map(std::mem::take).unwrap_or_default());
        }
        let rows = order.len();
        (order, Self { headings, rows })
    }

    /// Number of lines, headings included.
    pub fn lines(&self) -> usize {
        self.rows + self.headings.len()
    }

    /// Content of a line.
    pub fn at(&self, line: usize) -> Option<Line> {
        if line >= self.lines() {
            return None;
        }
        let above = self.headings.partition_point(|heading| *heading <= line);
        match above.checked_sub(1).and_then(|group| self.headings.get(group)) {
            Some(heading) if *heading == line => {
                let end = self.headings.get(above).copied().unwrap_or(self.lines());
                Some(Line::Heading { first: line + 1 - above, rows: end - line - 1 })
            }
            _ => Some(Line::Row(line - above)),
        }
    }

    /// The line that a row stands on.
    pub fn line_of(&self, row: usize) -> usize {
        let above = |(group, heading): (usize, &usize)| heading - group <= row;
        row + self.headings.iter().enumerate().take_while(|heading| above(*heading)).count()
    }

    /// Whether a heading stands on this line.
    pub fn is_heading(&self, line: usize) -> bool {
        self.headings.binary_search(&line).is_ok()
    }

    /// The line of the first row of the next group.
    pub fn next(&self, line: usize) -> Option<usize> {
        self.headings.get(self.headings.partition_point(|heading| *heading <= line)).map(|heading| heading + 1)
    }

    /// The line of the first row of this group, or of the group before where the line is that already.
    pub fn previous(&self, line: usize) -> Option<usize> {
        let above = self.headings.partition_point(|heading| heading + 1 < line);
        above.checked_sub(1).and_then(|group| self.headings.get(group)).map(|heading| heading + 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_belongs_together_stands_together_under_a_heading() {
        let of = [0, 1, 0, 2, 1];
        let (order, groups) = Groups::gather(vec![4, 0, 2, 1, 3], 3, |row| of[row]);
        assert_eq!(order, [4, 1, 0, 2, 3]);
        let lines: Vec<_> = (0..groups.lines()).filter_map(|line| groups.at(line)).collect();
        use Line::*;
        let heading = |first, rows| Heading { first, rows };
        assert_eq!(lines, [heading(0, 2), Row(0), Row(1), heading(2, 2), Row(2), Row(3), heading(4, 1), Row(4)]);
        assert_eq!((groups.next(1), groups.next(4), groups.next(7)), (Some(4), Some(7), None));
        assert_eq!((groups.previous(7), groups.previous(5), groups.previous(1)), (Some(4), Some(4), None));
    }

    #[test]
    fn without_headings_a_line_is_a_row() {
        let groups = Groups::none(2);
        assert_eq!((groups.at(0), groups.at(1), groups.at(2)), (Some(Line::Row(0)), Some(Line::Row(1)), None));
        assert_eq!((groups.next(0), groups.previous(1)), (None, None));
    }

    proptest! {
        #[test]
        fn every_row_is_found_on_its_line(of in proptest::collection::vec(0_usize..5, 0..40)) {
            let (order, groups) = Groups::gather((0..of.len()).collect(), 5, |row| of[row]);
            prop_assert_eq!(order.len(), of.len());
            for row in 0..order.len() {
                prop_assert_eq!(groups.at(groups.line_of(row)), Some(Line::Row(row)));
            }
            let headings = (0..groups.lines()).filter(|line| groups.is_heading(*line)).count();
            prop_assert_eq!(headings + order.len(), groups.lines());
        }
    }
}
