//! Text of a finished frame, as somebody reads it: between the lines of its frames, and on across rows where a word
//! was broken at the edge.

use std::ops::Range;

use ratatui::buffer::{Buffer, CellWidth as _};

/// Cells of one row between two lines of a frame.
pub struct Segment {
    /// Row of the buffer.
    pub y: u16,
    /// First column, and the one behind the last.
    pub columns: Range<u16>,
    /// Text without the blanks at its end.
    pub text: String,
    /// Byte, column and width of each character in it.
    places: Vec<(usize, u16, u16)>,
}

/// Lines of frames.
const FRAME: [&str; 8] = ["│", "╭", "╮", "╰", "╯", "┃", "├", "┤"];

/// Blank columns at the edge behind which a broken word may end.
const EDGE: u16 = 2;

impl Segment {
    /// The segments of a row that hold anything.
    pub fn of_row(cells: &Buffer, y: u16) -> Vec<Self> {
        let mut segments = Vec::new();
        let area = cells.area;
        let mut begun = area.left();
        for x in area.left()..=area.right() {
            if x == area.right() || FRAME.contains(&cells[(x, y)].symbol()) {
                segments.extend(Self::read(cells, y, begun..x));
                begun = x + 1;
            }
        }
        segments
    }

    fn read(cells: &Buffer, y: u16, columns: Range<u16>) -> Option<Self> {
        let (mut text, mut places) = (String::new(), Vec::new());
        let mut x = columns.start;
        while x < columns.end {
            let cell = &cells[(x, y)];
            let width = cell.cell_width().max(1);
            places.push((text.len(), x, width));
            text.push_str(cell.symbol());
            x = x.saturating_add(width);
        }
        text.truncate(text.trim_end().len());
        places.retain(|(byte, ..)| *byte < text.len());
        (!text.is_empty()).then_some(Self { y, columns, text, places })
    }

    /// Columns of a part of the text.
    pub fn columns_of(&self, part: &Range<usize>) -> Option<Range<u16>> {
        // A part may begin or end within a character that is drawn as several.
        let first = self.places.iter().rev().find(|(byte, ..)| *byte <= part.start)?;
        let last = self.places.iter().rev().find(|(byte, ..)| *byte < part.end)?;
        (part.start < part.end).then(|| first.1..last.1 + last.2)
    }

    /// Column behind the last character.
    pub fn end(&self) -> u16 {
        self.places.last().map_or(self.columns.start, |(_, x, width)| x + width)
    }

    /// Whether the text begins, and whether it ends, at a frame or at the edge of the screen: it may be cut there. Many
    /// popups keep one column free at the end.
    pub fn is_cut(&self) -> (bool, bool) {
        (!self.text.starts_with(' '), self.end() + 1 >= self.columns.end)
    }

    /// Byte at which the text of a following row goes on: behind blanks and the bar of a selected row.
    pub fn continuation(&self) -> usize {
        self.text.len() - self.text.trim_start_matches([' ', '▌']).len()
    }

    /// Whether a word may go on in the segment below.
    pub fn goes_on_in(&self, below: &Self) -> bool {
        let token = |c: char| c.is_alphanumeric() || "-_.@/%+=&?:~#".contains(c);
        let begins = below.text.get(below.continuation()..).is_some_and(|rest| rest.starts_with(token));
        below.y == self.y + 1
            && below.columns == self.columns
            && self.end() + EDGE >= self.columns.end
            && self.text.ends_with(token)
            && begins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(rows: &[&str]) -> Vec<Segment> {
        let cells = Buffer::with_lines(rows.iter().copied());
        (0..cells.area.height).flat_map(|y| Segment::of_row(&cells, y)).collect()
    }

    #[test]
    fn frames_divide_a_row() {
        let segments = segments(&["│ ada  ││ 日本x │"]);
        let texts: Vec<&str> = segments.iter().map(|segment| segment.text.as_str()).collect();
        assert_eq!(texts, [" ada", " 日本x"]);
        let wide = segments.get(1).unwrap();
        let x = wide.text.find('x').unwrap();
        assert_eq!(wide.columns_of(&(x..x + 1)), Some(14..15));
        assert_eq!(wide.columns_of(&(1..4)), Some(10..12));
    }

    #[test]
    fn a_word_goes_on_below_where_it_meets_the_edge() {
        let goes_on = |rows: &[&str]| match segments(rows).as_slice() {
            [above, below] => above.goes_on_in(below),
            _ => panic!("two segments"),
        };
        assert!(goes_on(&["│ https://acme.dev/ab │", "│ cdef                │"]));
        assert!(!goes_on(&["│ https://acme.dev    │", "│ cdef                │"]));
        assert!(!goes_on(&["│ ends here at edge.. │", "│ ✖ expired           │"]));
    }
}
