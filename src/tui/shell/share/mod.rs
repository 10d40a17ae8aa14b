//! Screen-share mode: what is personal or secret is masked on screen, for whoever shows the screen to others.
//!
//! It works on the finished frame, cell by cell, so that nothing that is drawn can go around it: no screen, no popup, no
//! message, no link that terminals follow. What is not text (a QR code) and what is not ours to draw (another program
//! that is lent the terminal) asks [`Cx::masked`](crate::tui::core::cx::Cx::masked) and stays away.

mod known;
mod lines;
mod mask;
mod patterns;

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::Modifier;

use self::known::Known;
use self::lines::Segment;
use self::mask::{Found, Mask};
use crate::order::StableOrder as _;
use crate::tui::activity::screen::Call;
use crate::tui::shell::model::Model;
use crate::tui::widgets::text;

/// Names that are masked wherever they stand, and where they were read.
#[derive(Default)]
pub struct Names {
    known: Known,
    /// Revision of the accounts that are among them.
    accounts: Option<u64>,
    /// Place and length of the results whose addresses are: of the playground, of the past call, of an agent's call.
    results: [(usize, usize); 3],
}

impl Names {
    /// Makes the short names of addresses those of this run of the program alone.
    pub fn salt(&mut self, salt: u64) {
        self.known.salt = salt;
    }
}

/// Columns of a row that are masked; without a mask they become blank, as the rest of what began in another row.
struct MaskedColumns {
    columns: Range<u16>,
    mask: Option<Mask>,
}

/// Bytes of a result in which addresses are looked for: a millisecond's work.
const LOOKED_AT: usize = 1 << 20;

/// Takes note of everybody and everything that is to be masked and is known by name. Called after every event while
/// the mode is on.
pub fn learn(model: &mut Model) {
    let Model { names: Names { known, accounts, results }, cx, activity, playground, agent, .. } = model;
    let revision = Some(cx.accounts.revision());
    if *accounts != revision {
        *accounts = revision;
        let rows = cx.accounts.all();
        let people: Vec<_> = rows.iter().map(|account| account.identifier.scrubbed()).collect();
        let ids = rows.iter().flat_map(|account| [account.id.scrubbed(), account.connection_id.scrubbed()]);
        let ids: Vec<_> = ids.collect();
        known.learn(people.iter().map(AsRef::as_ref), ids.iter().map(AsRef::as_ref));
    }
    let acting_as = cx.acting_as.iter().chain(agent.identifier(cx)).map(|identifier| identifier.scrubbed());
    let authorized = cx.authorizations.newest_first().map(|(_, one)| one.identifier.as_str().into());
    let calls = activity.calls().map(|call| match call {
        Call::Ours(summary) => &summary.identifier,
        Call::Theirs(call) => &call.identifier,
    });
    let unsent = cx.unsent.iter().map(|input| input.identifier.scrubbed());
    let people: Vec<_> =
        acting_as.chain(authorized).chain(unsent).chain(calls.map(|identifier| identifier.scrubbed())).collect();
    known.learn(people.iter().map(AsRef::as_ref), std::iter::empty());
    let receipts = cx.authorizations.newest_first().filter_map(|(_, one)| one.receipt.as_ref());
    let proven: Vec<String> = receipts.flat_map(|receipt| receipt.names()).collect();
    known.learn(proven.iter().map(String::as_str), std::iter::empty());
    // Not as a text: whether it is one would be read again each time.
    let shown = [playground.output.view(), activity.view(), agent.result()]
        .map(|view| view.map(|view| view.document().text().bytes()));
    for (bytes, learnt) in shown.into_iter().zip(results) {
        let place = bytes.map_or((0, 0), |bytes| (bytes.as_ptr().addr(), bytes.len()));
        if *learnt != place {
            *learnt = place;
            let beginning = bytes.and_then(|bytes| bytes.get(..bytes.len().min(LOOKED_AT))).unwrap_or_default();
            known.learn_addresses(patterns::addresses(&String::from_utf8_lossy(beginning)));
        }
    }
}

/// Masks a finished frame. The terminal's cursor stays beside the character that it stood at.
pub fn mask(names: &Names, cells: &mut Buffer, cursor: &mut Option<Position>) {
    let known = &names.known;
    forget_links(cells);
    let rows: Vec<Vec<Segment>> = (cells.area.top()..cells.area.bottom()).map(|y| Segment::of_row(cells, y)).collect();
    for (at, row) in rows.iter().enumerate() {
        for segment in row {
            let mut masked = alone(known, segment);
            let above = at.checked_sub(1).and_then(|at| rows.get(at)).into_iter().flatten();
            let is_continued = above.into_iter().any(|above| above.goes_on_in(segment));
            masked.extend(broken(known, segment, &rows, is_continued));
            for one in merged(masked).into_iter().rev() {
                put(cells, segment, &one, cursor);
            }
        }
    }
}

fn find(known: &Known, text: &str, is_cut: (bool, bool)) -> Vec<Found> {
    let mut found = Vec::new();
    known.find(text, is_cut, &mut found);
    patterns::find(text, known, &mut found);
    found
}

/// What is to be masked of a row's text by itself.
fn alone(known: &Known, segment: &Segment) -> Vec<MaskedColumns> {
    let found = find(known, &segment.text, segment.is_cut());
    let columns = |found: Found| {
        let columns = segment.columns_of(&found.place)?;
        Some(MaskedColumns { columns, mask: Some(found.mask) })
    };
    found.into_iter().filter_map(columns).collect()
}

/// Rows over which one word may be broken.
const ROWS: usize = 64;

/// What is to be masked of a row because of the rows that its text goes on in, or comes from.
fn broken(known: &Known, segment: &Segment, rows: &[Vec<Segment>], is_continued: bool) -> Vec<MaskedColumns> {
    let row = |y: u16| rows.iter().find(|row| row.first().is_some_and(|first| first.y == y));
    let mut chain = vec![segment];
    if is_continued {
        while let Some(above) = chain.first().and_then(|first| {
            let above = first.y.checked_sub(1).and_then(row)?;
            above.iter().find(|above| above.goes_on_in(first))
        }) {
            chain.insert(0, above);
            if chain.len() >= ROWS {
                break;
            }
        }
    }
    while let Some(below) = chain.last().and_then(|last| row(last.y + 1)?.iter().find(|below| last.goes_on_in(below))) {
        chain.push(below);
        if chain.len() >= 2 * ROWS {
            break;
        }
    }
    if chain.len() == 1 {
        return Vec::new();
    }
    let mut text = String::new();
    let mut own = 0..0;
    let mut skipped = 0;
    for (at, part) in chain.iter().enumerate() {
        let skip = if at == 0 { 0 } else { part.continuation() };
        let from = text.len();
        text.push_str(part.text.get(skip..).unwrap_or_default());
        if part.y == segment.y {
            (own, skipped) = (from..text.len(), skip);
        }
    }
    let columns = |found: Found| {
        let place = found.place.start.max(own.start)..found.place.end.min(own.end);
        let is_broken = found.place.start < own.start || found.place.end > own.end;
        let begins_here = found.place.start >= own.start;
        if place.is_empty() || !is_broken {
            return None;
        }
        let place = place.start - own.start + skipped..place.end - own.start + skipped;
        Some(MaskedColumns { columns: segment.columns_of(&place)?, mask: begins_here.then_some(found.mask) })
    };
    find(known, &text, (false, false)).into_iter().filter_map(columns).collect()
}

/// Overlapping places as one, with the mask of the longest: an address within a link is part of the link.
fn merged(mut masked: Vec<MaskedColumns>) -> Vec<MaskedColumns> {
    masked.order_by_key(|one| (one.columns.start, std::cmp::Reverse(one.columns.end)));
    let mut all: Vec<(MaskedColumns, u16)> = Vec::new();
    for one in masked {
        let width = one.columns.end - one.columns.start;
        match all.last_mut().filter(|(last, _)| one.columns.start < last.columns.end) {
            Some((last, widest)) => {
                last.columns.end = last.columns.end.max(one.columns.end);
                let tells_more = width == *widest && matches!(one.mask, Some(Mask::Person(_)));
                if width > *widest || tells_more {
                    (last.mask, *widest) = (one.mask, width);
                }
            }
            None => all.push((one, width)),
        }
    }
    all.into_iter().map(|(one, _)| one).collect()
}

/// Puts a mask into its columns. It is shorter than what it covers, and what follows up to the next gap moves up to it,
/// so that no length is told; columns of a table stay where they are.
fn put(cells: &mut Buffer, segment: &Segment, one: &MaskedColumns, cursor: &mut Option<Position>) {
    let y = segment.y;
    let Range { start, end } = one.columns;
    let words = one.mask.as_ref().map(|mask| mask.words(usize::from(end - start))).unwrap_or_default();
    let width = u16::try_from(text::width(&words)).unwrap_or(0);
    let style = cells[(start, y)].style();
    for x in start..end {
        cells[(x, y)].set_symbol(" ");
    }
    cells.set_stringn(start, y, &words, usize::from(width), style);
    // The line of a frame goes on where it is, as a column does.
    let blank = |x: u16, cells: &Buffer| matches!(cells[(x, y)].symbol(), " " | "─");
    let is_gap = |x: u16, cells: &Buffer| {
        x >= segment.columns.end || blank(x, cells) && (x + 1 >= segment.columns.end || blank(x + 1, cells))
    };
    let was_cut = end < segment.columns.end && cells[(end, y)].symbol() == "…";
    let mut tight = end;
    if !was_cut && one.mask.is_some() {
        while !is_gap(tight, cells) {
            tight += 1;
        }
    }
    let gap = end - start - width;
    for x in end..tight {
        cells[(x - gap, y)] = cells[(x, y)].clone();
    }
    for x in (tight - gap).max(start + width)..tight {
        cells[(x, y)].set_symbol(" ").modifier.remove(Modifier::UNDERLINED);
    }
    // A title ends with a blank, and behind it the line of its frame goes on.
    let line = cells.cell((tight + 1, y)).filter(|cell| cell.symbol() == "─").cloned();
    if let Some(line) = line.filter(|_| tight < segment.columns.end && cells[(tight, y)].symbol() == " ") {
        for x in tight - gap + 1..=tight {
            cells[(x, y)] = line.clone();
        }
    }
    if let Some(at) = cursor.as_mut().filter(|at| at.y == y) {
        if (end..=tight).contains(&at.x) {
            at.x -= gap;
        } else if (start..end).contains(&at.x) {
            at.x = at.x.min(start + width);
        }
    }
}

/// Takes away the addresses that cells hold for terminals that make links of them.
fn forget_links(cells: &mut Buffer) {
    for cell in &mut cells.content {
        if cell.symbol().contains('\x1b') {
            let mut parts = cell.symbol().split('\x1b');
            let before = parts.next().unwrap_or_default();
            let shown: String =
                std::iter::once(before).chain(parts.filter_map(|part| part.strip_prefix('\\'))).collect();
            cell.set_symbol(&shown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of a screen once it is masked, and the column of the caret that stood at this one.
    fn masked(rows: &[&str], caret: u16) -> (Vec<String>, Option<u16>) {
        let mut names = Names::default();
        names.known.learn(["ada@acme.dev", "grace@acme.dev"].into_iter(), ["ca_101"].into_iter());
        let mut cells = Buffer::with_lines(rows.iter().copied());
        let mut cursor = Some(Position::new(caret, 0));
        mask(&names, &mut cells, &mut cursor);
        let area = cells.area;
        let row = |y: u16| (0..area.width).map(|x| cells[(x, y)].symbol()).collect::<String>();
        ((0..area.height).map(row).collect(), cursor.map(|at| at.x))
    }

    #[test]
    fn what_follows_moves_up_to_its_mask_and_columns_stay() {
        let (rows, caret) = masked(&["│ for ada@acme.dev: ca_101, 5) │", "│ grace@acme.dev  active       │"], 18);
        assert_eq!(rows, ["│ for user-1: ca_•••, 5)       │", "│ user-2          active       │"]);
        assert_eq!(caret, Some(12), "it stays beside its character");
        assert_eq!(masked(&["│ / ada@acme.dev │"], 6).1, Some(6));
        assert_eq!(masked(&["│ / ada@acme.dev │"], 13).1, Some(10));
    }

    #[test]
    fn titles_keep_the_line_of_their_frame() {
        let (rows, _) = masked(&["╭ linear · ada@acme.dev ───╮"], 0);
        assert_eq!(rows, ["╭ linear · user-1 ─────────╮"]);
    }

    #[test]
    fn what_is_broken_at_an_edge_is_masked_as_one() {
        let (rows, _) =
            masked(&["│ https://else.example/ab │", "│ cd/efg and more         │", "│ ada@acme.dev            │"], 0);
        assert_eq!(rows, ["│ https://else.example/•• │", "│        and more         │", "│ user-1                  │"]);
        let (rows, _) = masked(&["│ for grace@a │", "│ cme.dev     │"], 0);
        assert!(!rows.concat().contains("grace") && !rows.concat().contains("cme"), "{rows:?}");
    }

    #[test]
    fn links_of_the_terminal_are_forgotten() {
        let mut cells = Buffer::with_lines(["ab"]);
        cells[(0, 0)].set_symbol("\x1b]8;;https://else.example/x\x1b\\a");
        cells[(1, 0)].set_symbol("b\x1b]8;;\x1b\\");
        mask(&Names::default(), &mut cells, &mut None);
        assert_eq!([cells[(0, 0)].symbol(), cells[(1, 0)].symbol()], ["a", "b"]);
    }
}
