//! Actions on the Checks screen.

use std::time::Duration;

use crate::flow::doctor::Remedy;
use crate::flow::snapshot;
use crate::tui::checks::save;
use crate::tui::checks::screen::Checks;
use crate::tui::checks::tasks::{
    ChecksEnd, ChecksStep, LookForSnapshot, RunChecks, SnapshotDue, SnapshotTaken, TakeSnapshot,
};
use crate::tui::checks::view;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{AccountsLoaded, ApplyFilter, AuthorizeAccount, CopyText, GoToAccount};
use crate::tui::core::screen::Screen;
use crate::tui::core::state::account_store::Load;
use crate::tui::core::state::environment::NOT_OPEN;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Move;

const NONE_SELECTED: &str = "No finding is selected.";

impl Component for Checks {
    fn context(&self) -> Context {
        match self.focus {
            _ if self.filter.typing => Context::Filter,
            Pane::List => Context::Checks,
            Pane::Side => Context::Finding,
        }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        use Availability::{No, Yes};
        let is_running = cx.is_running(RunChecks::SLOT);
        match action {
            Action::RunChecks | Action::ProveAll if cx.environment.open().is_none() => No(NOT_OPEN.into()),
            Action::RunChecks | Action::ProveAll => Availability::when(!is_running, "The checks are running already."),
            Action::StopLoading => Availability::here(is_running),
            Action::Repair => match self.selected() {
                None => No(NONE_SELECTED.into()),
                Some(row) => Availability::when(
                    row.remedy.as_ref().is_some_and(|remedy| *remedy != Remedy::SetClock),
                    "Nothing here repairs it.",
                ),
            },
            Action::Detail | Action::Copy => Availability::when(self.selected().is_some(), NONE_SELECTED),
            Action::Save => Availability::when(self.shown_rows() > 0, "There are no findings to save."),
            Action::CycleGroup => Availability::when(!self.all().is_empty(), "There are no findings to group."),
            Action::NextGroup | Action::PreviousGroup => {
                Availability::when(self.has_groups(), "There are no groups here.")
            }
            Action::Filter => Availability::when(!self.all().is_empty(), "There are no findings to filter."),
            Action::AcceptFilter => Availability::here(self.filter.typing),
            Action::NextPane | Action::PreviousPane | Action::Back => Yes,
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::RunChecks => run(false, cx),
            Action::ProveAll => run(true, cx),
            Action::StopLoading => {
                self.stop();
                cx.cancel(RunChecks::SLOT);
            }
            Action::Repair => self.repair(cx),
            Action::Detail => (self.focus, self.detail_top) = (Pane::Side, 0),
            Action::Copy => {
                if let Some(row) = self.selected() {
                    let text = format!("{}: {}", row.subject.raw(), row.sentence);
                    cx.send(CopyText { text, what: "the finding".to_owned() });
                }
            }
            Action::Save => cx.send(save::list(self)),
            Action::CycleGroup => {
                self.group = self.group.next();
                self.arrange();
            }
            Action::NextGroup | Action::PreviousGroup => self.step_group(action == Action::NextGroup),
            Action::Filter => (self.focus, self.filter.typing) = (Pane::List, true),
            Action::AcceptFilter => self.filter.typing = false,
            Action::NextPane | Action::PreviousPane => self.focus = self.focus.other(),
            Action::Back => self.back(cx),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Typed(typed) => {
                if self.filter.typing && self.filter.take(typed) {
                    self.arrange();
                }
            }
            Input::Step(step) => self.step(*step),
            Input::Click(Target::Row(Pane::List, line)) => {
                self.focus = Pane::List;
                self.select(*line);
            }
            Input::Click(Target::Row(pane, _) | Target::Pane(pane)) => self.focus = *pane,
            Input::Scroll(Target::Row(Pane::List, _) | Target::Pane(Pane::List), rows) => self.scroll(*rows),
            // Turning the wheel looks at a pane without moving the keyboard into it.
            Input::Scroll(Target::Row(Pane::Side, _) | Target::Pane(Pane::Side), rows) => {
                self.scroll_detail(Move::By(*rows));
            }
            Input::Click(_) | Input::Scroll(..) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        self.filter.typing.then(|| self.filter.capacity())
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        if message.is::<AccountsLoaded>() {
            self.look_for_snapshot(cx);
            return Err(message);
        }
        message
            .take()
            .map(|ChecksStep(step)| self.step = Some(step))
            .or_else(|message| {
                message.take().map(|ChecksEnd(result)| {
                    cx.jobs.finish(RunChecks::SLOT);
                    if let Ok(report) = &result
                        && !report.proofs.is_empty()
                    {
                        cx.accounts.prove(report.proofs.clone());
                        cx.accounts.judged();
                    }
                    self.take(result);
                })
            })
            .or_else(|message| {
                message.take().map(|SnapshotDue| {
                    cx.jobs.finish(LookForSnapshot::SLOT);
                    // Whoever loads them again meanwhile has them whole in a moment; the next start sees to it.
                    if matches!(cx.accounts.load, Load::Complete(_)) && !cx.accounts.is_incomplete() {
                        cx.start(TakeSnapshot(snapshot::account_states(cx.accounts.all())));
                    }
                })
            })
            .or_else(|message| message.take().map(|SnapshotTaken| cx.jobs.finish(LookForSnapshot::SLOT)))
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.fit(body);
    }

    fn settle(&mut self, cx: &mut Cx) {
        self.follow(cx.now.uptime);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, self, cx);
    }

    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        self.waits(cx.now.uptime)
    }
}

impl Screen for Checks {
    fn environment_left(&mut self, _cx: &mut Cx) {
        self.forget();
    }
}

impl Checks {
    /// Has the day's snapshot taken, once for each environment that is opened.
    fn look_for_snapshot(&mut self, cx: &mut Cx) {
        let is_whole = matches!(cx.accounts.load, Load::Complete(_)) && !cx.accounts.is_incomplete();
        if is_whole && cx.recording && !self.snapshot_seen {
            self.snapshot_seen = true;
            cx.start(LookForSnapshot);
        }
    }

    /// Out of whatever is innermost: the filter, the pane, the screen.
    fn back(&mut self, cx: &mut Cx) {
        if self.filter.typing || !self.filter.is_empty() {
            self.filter.clear();
            self.arrange();
        } else if self.focus == Pane::Side {
            self.focus = Pane::List;
        } else {
            cx.request(Request::Show(Tab::Accounts));
        }
    }

    /// Does what repairs the finding under the cursor, or leads there.
    fn repair(&self, cx: &mut Cx) {
        let Some(remedy) = self.selected().and_then(|row| row.remedy.clone()) else { return };
        match remedy {
            Remedy::Authorize(id, ..) => match cx.accounts.by_id(&id).cloned() {
                Some(account) => cx.send(AuthorizeAccount(Box::new(account))),
                None => cx.send(GoToAccount(id)),
            },
            Remedy::OpenConnection(name) => show(Tab::Accounts, format!("connection:{}", quoted(name.raw())), cx),
            Remedy::OpenTool(tool) => show(Tab::Tools, quoted(tool.raw()), cx),
            Remedy::OpenTools => cx.request(Request::Show(Tab::Tools)),
            Remedy::CheckKey | Remedy::SetVerifyUrl => cx.request(Request::Do(Action::Environments)),
            Remedy::CheckNetwork | Remedy::TryLater => cx.request(Request::Do(Action::RunChecks)),
            Remedy::SetClock => {}
        }
    }
}

/// Shows a list with this filter.
fn show(tab: Tab, text: String, cx: &mut Cx) {
    cx.request(Request::Show(tab));
    cx.send(ApplyFilter { tab, text });
}

/// A name as filters hold it together.
fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) { format!("\"{name}\"") } else { name.to_owned() }
}

fn run(prove: bool, cx: &mut Cx) {
    let (prove, recording) = (prove.then_some(cx.proofs_at_once), cx.recording);
    cx.start(RunChecks { prove, recording });
}
