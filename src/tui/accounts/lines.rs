//! The lines of a list of accounts: rows, and over each group a heading.

use std::cmp::Ordering;

use crate::domain::{Account, Status};
use crate::order::StableOrder as _;
use crate::tui::accounts::order::{Group, urgency};
use crate::tui::widgets::list::{Cursor, Move};

/// Position of a line's row or heading. Half as wide as it could be, because there are as many as there are
/// accounts.
#[derive(Clone, Copy, Debug)]
enum AccountLine {
    Heading(u32),
    Row(u32),
}

/// Heading over a group.
#[derive(Debug)]
pub struct Heading {
    /// Value that the group has in common, safe to show.
    pub title: String,
    /// Number of accounts in the group.
    pub count: usize,
    /// Number of those that call for attention, by status, the most urgent first.
    pub needy: Vec<(Status, usize)>,
    /// Position of the heading among the lines.
    at: usize,
    /// The first row below it.
    row: usize,
}

/// Content of a line.
#[derive(Clone, Copy, Debug)]
pub enum ShownLine<'a> {
    /// A heading; the cursor never rests on one.
    Heading(&'a Heading),
    /// Row of one account.
    Account(&'a Account),
}

/// Lines of the list.
#[derive(Debug, Default)]
pub struct Lines {
    lines: Vec<AccountLine>,
    headings: Vec<Heading>,
}

impl Lines {
    /// The lines for those of `rows` that `fits`, in the order of `sorted`, in which each group
    /// stands together.
    pub fn of(rows: &[Account], sorted: &[usize], group: Group, fits: impl Fn(&Account) -> bool) -> Self {
        let mut made = Self::default();
        for row in sorted.iter().copied() {
            let Some(account) = rows.get(row).filter(|account| fits(account)) else { continue };
            if group != Group::Nothing {
                made.count(rows, row, account, group);
            }
            made.lines.push(AccountLine::Row(small(row)));
        }
        for heading in &mut made.headings {
            heading.needy.order_by_key(|(status, _)| urgency(status));
        }
        made
    }

    /// Adds an account to its group, which may be a new one.
    fn count(&mut self, rows: &[Account], row: usize, account: &Account, group: Group) {
        let last = self.headings.last().and_then(|heading| rows.get(heading.row));
        if last.is_none_or(|last| group.compare(last, account) != Ordering::Equal) {
            let heading =
                Heading { title: group.title(account), count: 0, needy: Vec::new(), at: self.lines.len(), row };
            self.lines.push(AccountLine::Heading(small(self.headings.len())));
            self.headings.push(heading);
        }
        let Some(heading) = self.headings.last_mut() else { return };
        heading.count += 1;
        if account.status.needs_you() {
            match heading.needy.iter_mut().find(|(status, _)| *status == account.status) {
                Some((_, count)) => *count += 1,
                None => heading.needy.push((account.status.clone(), 1)),
            }
        }
    }

    /// Number of lines, headings included.
    fn len(&self) -> usize {
        self.lines.len()
    }

    /// Number of accounts, headings left out.
    pub fn rows(&self) -> usize {
        self.lines.len() - self.headings.len()
    }

    /// The row that this line shows, unless it is a heading.
    pub fn row(&self, line: usize) -> Option<usize> {
        match self.lines.get(line) {
            Some(AccountLine::Row(row)) => Some(*row as usize),
            _ => None,
        }
    }

    /// The line that shows a row for which `is` holds.
    pub fn find(&self, is: impl Fn(usize) -> bool) -> Option<usize> {
        self.lines.iter().position(|line| matches!(line, AccountLine::Row(row) if is(*row as usize)))
    }

    /// The next line behind this one, from the end on to the beginning, that shows a row for which `is` holds.
    pub fn find_after(&self, line: usize, is: impl Fn(usize) -> bool) -> Option<usize> {
        let shows = |at: &usize| self.row(*at).is_some_and(&is);
        (line + 1..self.len()).chain(0..=line).find(shows)
    }

    /// The first row of the next group, or of this one or the one before where that row is the line already.
    pub fn group(&self, line: usize, forward: bool) -> Option<usize> {
        let heading = match forward {
            true => self.headings.get(self.headings.partition_point(|heading| heading.at <= line)),
            false => {
                let before = self.headings.partition_point(|heading| heading.at + 1 < line);
                before.checked_sub(1).and_then(|at| self.headings.get(at))
            }
        };
        heading.map(|heading| heading.at + 1)
    }

    /// Shows as much as fits of the group that the cursor is on, from its heading on.
    pub fn show_group(&self, cursor: &mut Cursor, height: usize) {
        cursor.top = cursor.row.saturating_sub(1).min(self.len().saturating_sub(height.max(1)));
    }

    /// Whether there is more than one group.
    pub fn has_groups(&self) -> bool {
        self.headings.len() > 1
    }

    /// Position of this line's account, counted from one without the headings.
    pub fn place(&self, line: usize) -> usize {
        (line + 1).saturating_sub(self.headings.partition_point(|heading| heading.at <= line))
    }

    /// Content of the lines from `top` on, with their positions.
    pub fn from<'a>(&'a self, top: usize, rows: &'a [Account]) -> impl Iterator<Item = (usize, ShownLine<'a>)> {
        self.lines.iter().enumerate().skip(top).filter_map(move |(at, line)| {
            let shown = match line {
                AccountLine::Heading(heading) => ShownLine::Heading(self.headings.get(*heading as usize)?),
                AccountLine::Row(row) => ShownLine::Account(rows.get(*row as usize)?),
            };
            Some((at, shown))
        })
    }

    /// Moves `cursor`, past a heading it would come to rest on.
    pub fn step(&self, cursor: &mut Cursor, step: Move, height: usize) {
        cursor.step(step, self.len(), height);
        let up = matches!(step, Move::By(..0) | Move::Pages(..0));
        self.off_heading(cursor, up, height);
    }

    /// Puts `cursor` onto a line, or below it where it is a heading.
    pub fn go(&self, cursor: &mut Cursor, line: usize, height: usize) {
        cursor.go(line, self.len(), height);
        self.off_heading(cursor, false, height);
    }

    /// Scrolls the window, moving `cursor` no more than it must.
    pub fn scroll(&self, cursor: &mut Cursor, by: isize, height: usize) {
        cursor.scroll(by, self.len(), height);
        if self.is_heading(cursor.row) {
            // A heading is never the last line, and below the top of a window there is room.
            let below = cursor.row + 1 < cursor.top + height.max(2);
            cursor.row = if below { cursor.row + 1 } else { cursor.row.saturating_sub(1) };
        }
    }

    fn off_heading(&self, cursor: &mut Cursor, up: bool, height: usize) {
        if self.is_heading(cursor.row) {
            let row = if up && cursor.row > 0 { cursor.row - 1 } else { cursor.row + 1 };
            cursor.go(row, self.len(), height);
        }
        // The first row of a group does not stand at the top without the name of the group.
        if cursor.top == cursor.row && height > 1 && cursor.row.checked_sub(1).is_some_and(|at| self.is_heading(at)) {
            cursor.top -= 1;
        }
    }

    fn is_heading(&self, line: usize) -> bool {
        matches!(self.lines.get(line), Some(AccountLine::Heading(_)))
    }
}

/// Position in four bytes: nobody has four thousand million accounts.
fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
