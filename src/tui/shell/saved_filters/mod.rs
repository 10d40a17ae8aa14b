//! Popup: filters of a screen, those that were saved and a few that always help.

pub mod store;
pub mod tasks;
mod view;

use ratatui::layout::Rect;

use crate::domain::Fault;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{ApplyFilter, OpenSavedFilters};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::saved_filters::store::SavedFilter;
use crate::tui::shell::saved_filters::tasks::{FilterTask, FiltersRead};
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Cursor;

/// Filters that always help, with the screens that they belong to.
const ALWAYS: [(Tab, &str); 8] = [
    (Tab::Accounts, "status:needs-you"),
    (Tab::Accounts, "status:expired"),
    (Tab::Tools, "effect:reads"),
    (Tab::Tools, "effect:writes"),
    (Tab::Tools, "effect:destroys"),
    (Tab::Activity, "status:failed since:1d"),
    (Tab::Activity, "from:cli since:1d"),
    (Tab::Activity, "since:2h"),
];

/// The list.
pub struct SavedFilters {
    tab: Tab,
    /// The filter of the screen as it is now.
    current: String,
    /// Filters of the screen that were saved; none while they are being read.
    saved: Option<Vec<SavedFilter>>,
    cursor: Cursor,
    /// Reason why something could not be done, safe to show.
    broken: Option<String>,
    screen: Rect,
}

impl SavedFilters {
    /// Shows those of a screen.
    pub(super) fn open(OpenSavedFilters { tab, current }: OpenSavedFilters, cx: &mut Cx) {
        cx.start(FilterTask::Read);
        let (cursor, screen) = (Cursor::default(), Rect::default());
        cx.open(Self { tab, current, saved: None, cursor, broken: None, screen });
    }

    /// Texts of the filters in their rows, and whether each was saved by the person.
    fn rows(&self) -> impl Iterator<Item = (&str, bool)> {
        let saved = self.saved.iter().flatten().map(|filter| (filter.text.as_str(), true));
        let is_saved = |text: &str| self.saved.iter().flatten().any(|filter| filter.text == text);
        let always = ALWAYS.iter().filter(move |(tab, text)| *tab == self.tab && !is_saved(text));
        saved.chain(always.map(|(_, text)| (*text, false)))
    }

    fn selected(&self) -> Option<(&str, bool)> {
        self.rows().nth(self.cursor.row)
    }

    fn height(&self) -> usize {
        view::rows_shown(self.screen, self.rows().count())
    }

    fn take(&mut self, result: Result<Vec<SavedFilter>, Fault>, cx: &mut Cx) {
        cx.jobs.finish(FilterTask::SLOT);
        match result {
            Ok(mut all) => {
                all.retain(|filter| filter.screen == self.tab.name());
                self.saved = Some(all);
                self.broken = None;
            }
            Err(fault) => {
                self.saved.get_or_insert_default();
                self.broken = Some(fault.to_string());
            }
        }
        self.cursor.go(self.cursor.row, self.rows().count(), self.height());
    }

    fn apply(&self, cx: &mut Cx) {
        if let Some((text, _)) = self.selected() {
            cx.close();
            cx.send(ApplyFilter { tab: self.tab, text: text.to_owned() });
        }
    }
}

impl Component for SavedFilters {
    fn context(&self) -> Context {
        Context::SavedFilters
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let is_busy = cx.is_running(FilterTask::SLOT);
        match action {
            Action::Choose => Availability::here(self.selected().is_some()),
            Action::SaveFilter | Action::DeleteFilter if is_busy => {
                Availability::No("Still reading what is saved.".into())
            }
            Action::SaveFilter => Availability::when(
                !self.current.trim().is_empty(),
                "There is no filter to save: close this, press / and type one.",
            ),
            Action::DeleteFilter => match self.selected() {
                Some((_, false)) => Availability::No("This filter is always here.".into()),
                selected => Availability::here(selected.is_some()),
            },
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Choose => self.apply(cx),
            Action::SaveFilter => {
                self.cursor = Cursor::default();
                cx.start(FilterTask::Save(SavedFilter::new(self.tab, self.current.trim())));
            }
            Action::DeleteFilter => {
                if let Some((text, true)) = self.selected() {
                    cx.start(FilterTask::Delete(SavedFilter::new(self.tab, text)));
                }
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Step(step) => self.cursor.step(*step, self.rows().count(), self.height()),
            Input::Click(Target::Entry(row)) => {
                self.cursor.row = *row;
                self.apply(cx);
            }
            _ => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message.take().map(|FiltersRead(result)| self.take(result, cx))
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
