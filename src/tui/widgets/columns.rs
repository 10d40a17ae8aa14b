//! Columns of a list: which there is room for, how wide they are, and the line of their names.

use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::text;

/// Blanks between two columns, at the least.
const GAP: usize = 1;

/// Column of a list.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Name in the head line.
    pub name: &'static str,
    /// Least width, in cells, that is of any use.
    pub least: usize,
    /// Width of the widest value.
    pub widest: usize,
    /// Number of columns that stay longer than this one where there is no room for all; a column of rank 0 always stays.
    pub rank: u8,
}

impl Column {
    /// A column that there is nothing for: it leaves before any other, however much room there is.
    pub fn absent(name: &'static str) -> Self {
        Self { name, least: usize::MAX >> 8, widest: 0, rank: u8::MAX }
    }
}

/// Direction of the order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// As the order is by itself.
    #[default]
    Forward,
    /// The other way around.
    Reverse,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Forward => Self::Reverse,
            Self::Reverse => Self::Forward,
        }
    }

    /// An ordering in this direction.
    #[must_use]
    pub fn apply(self, ordering: std::cmp::Ordering) -> std::cmp::Ordering {
        match self {
            Self::Forward => ordering,
            Self::Reverse => ordering.reverse(),
        }
    }

    /// Sign beside the name of the column that orders the list.
    fn sign(self) -> char {
        match self {
            Self::Forward => '↓',
            Self::Reverse => '↑',
        }
    }
}

/// Columns in their place, each as wide as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    widths: Vec<usize>,
    names: Vec<&'static str>,
}

impl Columns {
    /// The columns that fit into so many cells. `kept` stays however little room there is: the list is ordered by it.
    /// Each has its least width first, then as much as its values take, the first columns first; what is left over is
    /// shared by all that stay.
    pub fn fitting(columns: &[Column], kept: Option<usize>, room: usize) -> Self {
        let mut stays = vec![true; columns.len()];
        // The sign of the order stands behind the name.
        let signed = |at: usize, column: &Column| if kept == Some(at) { text::width(column.name) + 2 } else { 0 };
        let least: Vec<usize> =
            columns.iter().enumerate().map(|(at, column)| column.least.max(signed(at, column))).collect();
        let needs = |stays: &[bool]| -> usize {
            least.iter().zip(stays).filter(|(_, stays)| **stays).map(|(least, _)| least + GAP).sum()
        };
        while needs(&stays) > room {
            let leaving = columns.iter().enumerate().filter(|(at, column)| {
                stays.get(*at).copied().unwrap_or_default() && column.rank > 0 && kept != Some(*at)
            });
            let Some((at, _)) = leaving.max_by_key(|(_, column)| column.rank) else { break };
            if let Some(stays) = stays.get_mut(at) {
                *stays = false;
            }
        }
        let mut left = room.saturating_sub(needs(&stays));
        let mut widths: Vec<usize> = Vec::with_capacity(columns.len());
        for ((column, least), stays) in columns.iter().zip(least).zip(&stays) {
            let more = if *stays { column.widest.saturating_sub(least).min(left) } else { 0 };
            left -= more;
            widths.push(if *stays { least + more + GAP } else { 0 });
        }
        let shown = stays.iter().filter(|stays| **stays).count().max(1);
        // More than a few blanks between columns, and the eye loses the row.
        let each = (left / shown).min(6);
        widths.iter_mut().filter(|width| **width > 0).for_each(|width| *width += each);
        left -= each * shown;
        // Where even the least is too much, the last one is cut.
        let mut room = room;
        for width in &mut widths {
            *width = (*width).min(room);
            room -= *width;
        }
        if let Some(last) = widths.iter_mut().rev().find(|width| **width > 0) {
            *last += left.min(room);
        }
        Self { widths, names: columns.iter().map(|column| column.name).collect() }
    }

    /// Width of a column with the gap behind it; 0 if it is not shown.
    pub fn width(&self, at: usize) -> usize {
        self.widths.get(at).copied().unwrap_or_default()
    }

    /// `text` in a column, with the gap to the next; nothing in a column that is not shown.
    pub fn cell(&self, at: usize, text: &str) -> String {
        let (text, gap) = self.fitted(at, text);
        format!("{text}{}", " ".repeat(gap))
    }

    /// `text` as far as it fits into a column, and the number of blanks behind it.
    pub fn fitted<'t>(&self, at: usize, text: &'t str) -> (std::borrow::Cow<'t, str>, usize) {
        let wide = self.width(at);
        let text = text::fit(text, wide.saturating_sub(GAP));
        let gap = wide.saturating_sub(text::width(&text));
        (text, gap)
    }

    /// Draws the names into the first line of `area`, which begins where the columns begin. The one that orders the
    /// list has a sign for its direction; a click on a name is a [`Target::Head`].
    pub fn draw_head(&self, canvas: &mut Canvas<'_>, area: Rect, order: Option<(usize, Direction)>, theme: &Theme) {
        let mut x = area.x;
        for (at, (name, width)) in self.names.iter().zip(&self.widths).enumerate().filter(|(_, (_, width))| **width > 0)
        {
            // Of a column of one sign no name is left.
            let name = if *width > 4 { name } else { "" };
            let place = Rect { x, width: narrow(*width).min(area.right().saturating_sub(x)), height: 1, ..area };
            let direction = order.filter(|(by, _)| *by == at).map(|(_, direction)| direction);
            let span = match direction {
                Some(direction) => {
                    // The sign is what must be seen, so a long name gives way.
                    let name = text::fit(name, width.saturating_sub(GAP + 2));
                    Span::styled(format!("{name} {}", direction.sign()), theme.accent)
                }
                None => Span::styled(text::fit(name, width.saturating_sub(GAP)).into_owned(), theme.muted),
            };
            canvas.line(place, span);
            canvas.hit(place, Target::Head(at));
            x = x.saturating_add(narrow(*width));
        }
    }
}

fn narrow(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COLUMNS: [Column; 4] = [
        Column { name: "status", least: 6, widest: 12, rank: 0 },
        Column { name: "identifier", least: 8, widest: 20, rank: 0 },
        Column { name: "provider", least: 6, widest: 10, rank: 2 },
        Column { name: "expires", least: 8, widest: 9, rank: 1 },
    ];

    fn widths(kept: Option<usize>, room: usize) -> Vec<usize> {
        Columns::fitting(&COLUMNS, kept, room).widths
    }

    #[test]
    fn columns_leave_by_rank_unless_the_list_is_ordered_by_them() {
        assert_eq!(widths(None, 16), [7, 9, 0, 0]);
        assert_eq!(widths(None, 25), [7, 9, 0, 9]);
        assert_eq!(widths(Some(2), 27), [7, 9, 11, 0], "with room for the sign behind its name");
        assert_eq!(widths(None, 32), [7, 9, 7, 9]);
    }

    #[test]
    fn values_are_whole_where_there_is_room() {
        assert_eq!(widths(None, 13 + 21 + 11 + 10), [13, 21, 11, 10]);
        let wide = widths(None, 200);
        assert_eq!(wide[..3], [19, 27, 17], "no column drifts far away from the one before");
        assert_eq!(wide.iter().sum::<usize>(), 200);
    }

    proptest! {
        #[test]
        fn no_column_is_ever_outside(room in 0_usize..250, kept in proptest::option::of(0_usize..4)) {
            prop_assert!(widths(kept, room).iter().sum::<usize>() <= room);
        }
    }
}
