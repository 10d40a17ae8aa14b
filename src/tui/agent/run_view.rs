//! One run on screen: its transcript, and where in it the person is.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use ratatui::layout::Size;

use crate::agent::{AgentEvent, CallRow, CallState, Transcript, TranscriptItem};
use crate::domain::Untrusted;
use crate::tui::agent::rows::{Row, Rows};
use crate::tui::widgets::list::Move;

/// A row of the transcript: its item, and its place among the item's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) item: usize,
    pub(super) row: usize,
}

/// A transcript with a cursor.
#[derive(Debug, Default)]
pub(super) struct RunView {
    transcript: Transcript,
    rows: Rows,
    unfolded: HashSet<usize>,
    cursor: Place,
    top: Place,
    /// Whether somebody has gone back in the transcript, so that it does not follow its end.
    is_away: bool,
    /// Whether rows stand below the window.
    has_more: bool,
    /// Uptimes at which calls that are under way were sent.
    sent: HashMap<Untrusted, Duration>,
    /// Call that waits and has the cursor, and the uptime since which it does.
    asked: Option<(usize, Duration)>,
    size: Size,
}

impl RunView {
    /// A run that was read.
    pub(super) fn of(transcript: Transcript) -> Self {
        Self { transcript, ..Self::default() }
    }

    /// The run.
    pub(super) fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Takes in what happened.
    pub(super) fn apply(&mut self, event: AgentEvent, uptime: Duration) {
        if let AgentEvent::Sending { call, .. } = &event {
            self.sent.insert(call.clone(), uptime);
        }
        if let AgentEvent::Returned { call, .. } = &event {
            self.sent.remove(call);
        }
        let about = match &event {
            AgentEvent::Asking { call, .. }
            | AgentEvent::AwaitingAccount { call, .. }
            | AgentEvent::Sending { call, .. }
            | AgentEvent::Progress { call, .. }
            | AgentEvent::Returned { call, .. } => self.item_of(call),
            _ => None,
        };
        let grows = matches!(event, AgentEvent::Thinking(_));
        let restarts = matches!(event, AgentEvent::AnswerRestarted | AgentEvent::Rests(_));
        self.transcript.apply(event);
        about.into_iter().for_each(|item| self.rows.forget(item));
        if grows {
            let grown = self.transcript.items.iter().rposition(|item| matches!(item, TranscriptItem::Thinking(_)));
            grown.into_iter().for_each(|item| self.rows.forget(item));
        }
        if restarts {
            // What was there may be gone, and calls that waited wait no more.
            self.rows.forget_all();
        }
    }

    fn item_of(&self, call: &Untrusted) -> Option<usize> {
        self.transcript.items.iter().rposition(|item| matches!(item, TranscriptItem::Call(row) if row.id == *call))
    }

    /// Places of the calls that wait for the person, in their order.
    pub(super) fn waiting(&self) -> impl Iterator<Item = usize> {
        // Only those of the last answer can wait.
        let items = self.transcript.items.iter().enumerate().rev();
        let recent = items.take_while(|(_, item)| !matches!(item, TranscriptItem::Said(_)));
        let mut waiting: Vec<usize> = recent.filter(|(_, item)| waits(item)).map(|(at, _)| at).collect();
        waiting.reverse();
        waiting.into_iter()
    }

    /// The item under the cursor.
    pub(super) fn selected(&self) -> Option<&TranscriptItem> {
        self.transcript.items.get(self.cursor.item)
    }

    /// The call under the cursor.
    pub(super) fn call(&self) -> Option<&CallRow> {
        match self.selected() {
            Some(TranscriptItem::Call(row)) => Some(row),
            _ => None,
        }
    }

    /// The call under the cursor that waits for the person, and the uptime since which the cursor has been on it.
    pub(super) fn question(&self) -> Option<(&CallRow, Duration)> {
        let (item, since) = self.asked.filter(|(item, _)| *item == self.cursor.item)?;
        match self.transcript.items.get(item) {
            Some(TranscriptItem::Call(row)) => Some((row, since)),
            _ => None,
        }
    }

    /// Uptime at which a call was sent.
    pub(super) fn sent(&self, call: &Untrusted) -> Option<Duration> {
        self.sent.get(call).copied()
    }

    /// Whether something of it counts seconds.
    pub(super) fn counts(&self) -> bool {
        self.transcript.is_busy
    }

    /// Unfolds the thinking under the cursor, or folds it. Whether there is any.
    pub(super) fn toggle_fold(&mut self) -> bool {
        let item = self.cursor.item;
        if !matches!(self.selected(), Some(TranscriptItem::Thinking(_))) {
            return false;
        }
        if !self.unfolded.remove(&item) {
            self.unfolded.insert(item);
        }
        self.rows.forget(item);
        true
    }

    /// Follows the end again.
    pub(super) fn follow_end(&mut self) {
        self.is_away = false;
    }

    /// Whether the end is out of sight.
    pub(super) fn has_more(&self) -> bool {
        self.has_more
    }

    /// Moves the cursor by rows.
    pub(super) fn step(&mut self, step: Move) {
        match step.in_rows(usize::from(self.size.height)) {
            Move::Top => self.cursor = self.first().unwrap_or_default(),
            Move::Bottom => self.cursor = self.last().unwrap_or_default(),
            Move::By(by) | Move::Pages(by) | Move::Halves(by) => self.cursor = self.moved(self.cursor, by),
        }
        self.is_away = self.after(self.cursor).is_some();
        self.show_cursor();
    }

    /// Puts the cursor onto a row.
    pub(super) fn select(&mut self, row: usize) {
        self.cursor = self.moved(self.top, isize::try_from(row).unwrap_or_default());
        self.is_away = self.after(self.cursor).is_some();
        self.show_cursor();
    }

    /// Goes to the next message or call, or the one before.
    pub(super) fn step_item(&mut self, forward: bool) {
        let stands = |item: &TranscriptItem| matches!(item, TranscriptItem::Said(_) | TranscriptItem::Call(_));
        let items = self.transcript.items.iter().enumerate();
        let found = match forward {
            true => items.skip(self.cursor.item + 1).find(|(_, item)| stands(item)).map(|(at, _)| at),
            false => items.take(self.cursor.item).rev().find(|(_, item)| stands(item)).map(|(at, _)| at),
        };
        if let Some(item) = found {
            self.go_to(item);
            self.is_away = self.after(self.cursor).is_some();
        }
    }

    /// Puts the cursor onto an item, all of which is seen where there is room for it.
    fn go_to(&mut self, item: usize) {
        let rows = self.rows.of(&self.transcript.items, item, &self.unfolded);
        let head = rows.iter().position(|row| !row.text.is_empty() || rows.len() == 1).unwrap_or_default();
        let end = rows.len().saturating_sub(1);
        self.cursor = Place { item, row: end };
        self.show_cursor();
        self.cursor = Place { item, row: head.min(end) };
        self.show_cursor();
    }

    /// Fits into its place, and follows the end, or the question that waits there, unless somebody went back.
    pub(super) fn settle(&mut self, size: Size, uptime: Duration) {
        self.size = size;
        self.rows.fit(usize::from(size.width).saturating_sub(2));
        let waiting = self.waiting().next();
        let is_known = self.asked.is_some_and(|(item, _)| item == self.cursor.item);
        let stays = is_known && waits_at(&self.transcript, self.cursor.item);
        match waiting {
            Some(item) if !self.is_away && !stays => self.go_to(item),
            None if !self.is_away => self.cursor = self.last().unwrap_or_default(),
            _ => {}
        }
        let rows = self.count(self.cursor.item);
        self.cursor = match rows {
            0 => self.before(self.cursor).or_else(|| self.first()).unwrap_or_default(),
            rows => Place { row: self.cursor.row.min(rows - 1), ..self.cursor },
        };
        let item = self.cursor.item;
        self.asked = match (waits_at(&self.transcript, item), self.asked) {
            (true, Some((known, since))) if known == item => Some((known, since)),
            (true, _) => Some((item, uptime)),
            (false, _) => None,
        };
        self.show_cursor();
    }

    /// Brings the cursor into the window, and fills the window where there is enough for that.
    fn show_cursor(&mut self) {
        let height = usize::from(self.size.height).max(1);
        if self.top > self.cursor {
            self.top = self.cursor;
        }
        let lowest = self.moved(self.cursor, 1 - isize::try_from(height).unwrap_or(isize::MAX));
        self.top = self.top.max(lowest);
        // All rows of what was laid out anew may be others.
        let rows = self.count(self.top.item);
        if self.top.row >= rows {
            self.top = self.before(self.top).or_else(|| self.first()).unwrap_or_default();
        }
        if let Some(last) = self.last() {
            let full = self.moved(last, 1 - isize::try_from(height).unwrap_or(isize::MAX));
            self.top = self.top.min(full);
        }
        // What is drawn is laid out.
        let mut at = self.top;
        self.has_more = false;
        for row in 1..=height {
            match self.after(at) {
                Some(next) => at = next,
                None => break,
            }
            self.has_more = row == height;
        }
    }

    fn count(&mut self, item: usize) -> usize {
        self.rows.of(&self.transcript.items, item, &self.unfolded).len()
    }

    fn first(&mut self) -> Option<Place> {
        (0..self.transcript.items.len()).find(|item| self.count(*item) > 0).map(|item| Place { item, row: 0 })
    }

    fn last(&mut self) -> Option<Place> {
        self.before(Place { item: self.transcript.items.len(), row: 0 })
    }

    fn after(&mut self, place: Place) -> Option<Place> {
        if place.row + 1 < self.count(place.item) {
            return Some(Place { row: place.row + 1, ..place });
        }
        let mut rest = place.item + 1..self.transcript.items.len();
        rest.find(|item| self.count(*item) > 0).map(|item| Place { item, row: 0 })
    }

    fn before(&mut self, place: Place) -> Option<Place> {
        if place.row > 0 && self.count(place.item) > 0 {
            return Some(Place { row: (place.row - 1).min(self.count(place.item) - 1), ..place });
        }
        let item = (0..place.item).rev().find(|item| self.count(*item) > 0)?;
        Some(Place { item, row: self.count(item) - 1 })
    }

    /// The row so many further on, or the last one there.
    fn moved(&mut self, from: Place, by: isize) -> Place {
        let mut at = from;
        for _ in 0..by.unsigned_abs() {
            let next = if by < 0 { self.before(at) } else { self.after(at) };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// Number of items that are laid out.
    pub(super) fn laid_out(&self) -> usize {
        self.rows.count()
    }

    /// Rows that are seen, from the top of the window on: the item, whether the cursor is there, and the row.
    pub(super) fn window(&self) -> impl Iterator<Item = (usize, bool, &Row)> {
        let rows = move |item: usize| {
            self.rows.known(item).iter().enumerate().map(move |(row, shown)| (Place { item, row }, shown))
        };
        let all = (self.top.item..self.transcript.items.len()).flat_map(rows);
        let from = all.filter(|(place, _)| *place >= self.top).take(usize::from(self.size.height));
        from.map(|(place, row)| (place.item, place == self.cursor, row))
    }
}

fn waits(item: &TranscriptItem) -> bool {
    let is_waiting = |state: &CallState| matches!(state, CallState::Asking(_) | CallState::AwaitingAccount(..));
    matches!(item, TranscriptItem::Call(row) if is_waiting(&row.state))
}

fn waits_at(transcript: &Transcript, item: usize) -> bool {
    transcript.items.get(item).is_some_and(waits)
}
