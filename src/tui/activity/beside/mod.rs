//! What stands beside the list of past calls: the entry under the cursor, read whole, or the row of the environment's log.

mod uses;
pub(super) mod view;

use std::time::Duration;

use crate::flow::call_log;
use crate::journal::EntryId;
use crate::tui::activity::logged::LoggedRow;
use crate::tui::activity::screen::{Activity, Call, FACTS, Half, Shown};
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::tabs::Pane;

impl Activity {
    /// The entry under the cursor, read whole.
    pub fn whole(&self) -> Option<&Shown> {
        let selected = self.selected_entry()?;
        self.shown.as_ref().filter(|shown| shown.entry.summary.id == selected.id)
    }

    /// Whether the call under the cursor was made from here and has yet to be read.
    pub fn is_unread(&self) -> bool {
        self.selected_entry().is_some() && self.whole().is_none()
    }

    /// The call that stands beside the list.
    pub fn beside(&self) -> Option<&Call> {
        self.beside.shown().and_then(|line| self.call_at(line))
    }

    /// Lets what stands beside the list follow the cursor. The entry to read for that, if it is not
    /// here yet.
    pub fn follow(&mut self, now: Duration) -> Option<EntryId> {
        let row = (!self.lines.is_empty()).then_some(self.cursor.row);
        let changes = match self.focus {
            Pane::List => self.beside.cursor(row, now),
            Pane::Side => self.beside.at_once(row),
        };
        match self.beside() {
            Some(Call::Ours(summary)) if changes => {
                let id = summary.id;
                let known = self.shown.as_ref().is_some_and(|shown| shown.entry.summary == *summary);
                (!known).then_some(id)
            }
            _ => None,
        }
    }

    /// Lets the row of the environment's log stand beside the list, where that shows a call made elsewhere.
    pub(super) fn show_logged_row(&mut self) {
        let Some(Call::Theirs(theirs)) = self.selected() else { return };
        if !self.logged_row.as_ref().is_some_and(|row| row.is_of(call_log::key(theirs))) {
            self.logged_row = LoggedRow::new(theirs);
        }
    }

    /// Time until the entry beside the list follows the cursor; none where it shows the right row already.
    pub fn waits(&self, now: Duration) -> Option<Duration> {
        self.beside.due(now)
    }

    /// View beside the list, to move in.
    pub fn view_mut(&mut self) -> Option<&mut JsonView> {
        if self.selected_group().is_some() {
            return None;
        }
        if let Some(Call::Theirs(theirs)) = self.call_at(self.cursor.row) {
            let key = call_log::key(theirs);
            let row = self.logged_row.as_ref().filter(|row| row.is_of(key));
            return if row.is_some() { self.logged_row.as_mut().map(|row| &mut row.view) } else { None };
        }
        let half = self.half;
        self.shown.as_mut().and_then(|shown| shown.half_mut(half))
    }

    /// Rows that uses of credentials take of so many beside the list.
    pub(super) fn uses_rows(&self, inner: usize) -> usize {
        let uses = self.whole().map_or(0, |shown| shown.uses.len());
        uses::rows(uses, inner.saturating_sub(FACTS))
    }

    /// View beside the list.
    pub fn view(&self) -> Option<&JsonView> {
        if let Some(Call::Theirs(theirs)) = self.selected() {
            let row = self.logged_row.as_ref().filter(|row| row.is_of(call_log::key(theirs)));
            return row.map(|row| &row.view);
        }
        self.whole().and_then(|shown| shown.half(self.half).ok())
    }

    /// Turns to the other half of the call.
    pub fn turn(&mut self) {
        self.half = match self.half {
            Half::Result => Half::Arguments,
            Half::Arguments => Half::Result,
        };
    }
}
