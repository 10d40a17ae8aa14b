//! Everything that environments can come from, to choose among.

use ratatui::layout::Rect;

use crate::profile::{ProfileName, Source, SourceEntry, SourceList, SourceState};
use crate::tui::core::layout::inner_rows;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::pane;

/// The list, and what is being done about it.
#[derive(Default)]
pub struct Environments {
    /// What there is; none while it is being looked for.
    pub survey: Option<SourceList>,
    /// The entry under the cursor.
    pub cursor: Cursor,
    /// The source that the cursor goes to as soon as it is there.
    wanted: Option<Source>,
    /// What the keychain is being asked to do.
    pub at_keychain: bool,
}

impl Environments {
    /// A list that is still to come, with the cursor on what is open.
    pub fn new(open: Option<Source>) -> Self {
        Self { wanted: open, ..Self::default() }
    }

    /// The sources, in the order in which they are tried.
    pub fn entries(&self) -> &[SourceEntry] {
        self.survey.as_ref().map_or(&[], |survey| &survey.entries)
    }

    /// The one under the cursor.
    pub fn selected(&self) -> Option<&SourceEntry> {
        self.entries().get(self.cursor.row)
    }

    /// The profile under the cursor, and what is known of it.
    pub fn profile(&self) -> Option<(&ProfileName, &SourceState)> {
        match self.selected() {
            Some(SourceEntry { source: Source::Profile(name), state, .. }) => Some((name, state)),
            _ => None,
        }
    }

    /// The cursor is to go to this source when the list comes again.
    pub fn look_for(&mut self, source: Source) {
        self.wanted = Some(source);
    }

    /// The list has come. The cursor stays on its source unless it is to go to another.
    pub fn surveyed(&mut self, survey: SourceList, screen: Rect) {
        let before = self.selected().map(|entry| entry.source.clone());
        let wanted = self.wanted.take().or(before);
        self.survey = Some(survey);
        let row = self.entries().iter().position(|entry| Some(&entry.source) == wanted.as_ref());
        let rows = self.entries().len();
        self.cursor.go(row.unwrap_or(self.cursor.row), rows, rows_shown(screen, rows));
    }

    /// Moves the cursor.
    pub fn step(&mut self, step: Move, screen: Rect) {
        let rows = self.entries().len();
        self.cursor.step(step, rows, rows_shown(screen, rows));
    }
}

/// Rows below the list: a space, and what is said of the entry under the cursor.
const BELOW: usize = 7;

/// Where it stands with so many entries: room for the footer stays, which tells its keys.
pub fn area(screen: Rect, entries: usize) -> Rect {
    let above = Rect { height: screen.height.saturating_sub(1), ..screen };
    let height = u16::try_from(entries.max(1) + BELOW + 2).unwrap_or(u16::MAX);
    pane::centred(above, 96, height)
}

/// How many entries it shows at once.
pub fn rows_shown(screen: Rect, entries: usize) -> usize {
    let rows = inner_rows(area(screen, entries));
    rows.saturating_sub(BELOW).max(rows / 3)
}
