//! Actions on the calls of the past.

use std::time::Duration;

use crate::flow::snippets;
use crate::journal::EntryOrder;
use crate::json::Ignore;
use crate::tui::activity::call_actions::open_call;
use crate::tui::activity::diff::{Comparison, Difference, Side};
use crate::tui::activity::note::{NotePopup, NoteSet, NoteWritten, SetNote};
use crate::tui::activity::order::{self, OrderBy};
use crate::tui::activity::replay;
use crate::tui::activity::screen::{Activity, Half};
use crate::tui::activity::snippet::AsCode;
use crate::tui::activity::tasks::{CallRead, EntryRead, LogRead, PageRead, ReadCall, ReadEntry, ReadLog, ReadPage};
use crate::tui::activity::view;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{
    CallsWritten, CopyText, ExplainThis, GoToCalls, OpenAgentRun, OpenCall, OpenSavedFilters, ShowDifference,
    ShowSnippets,
};
use crate::tui::core::screen::Screen;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Move;

impl Component for Activity {
    fn context(&self) -> Context {
        match self.focus {
            _ if self.filter.typing => Context::Filter,
            Pane::Side if self.view().is_some_and(|view| view.find.input.typing) => Context::Find,
            Pane::List => Context::Activity,
            Pane::Side => Context::Entry,
        }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        use Availability::{NotHere, Yes};
        match action {
            Action::EditReplay | Action::Replay | Action::ReplayAs | Action::AsCode if self.is_unread() => {
                Availability::No("This call is not read yet.".into())
            }
            Action::EditReplay => Availability::unless(replay::objection(self.whole(), cx, false)),
            Action::Replay => Availability::unless(replay::refusal(self.whole(), cx, false)),
            Action::ReplayAs => Availability::unless(replay::refusal(self.whole(), cx, true)),
            Action::Mark => Availability::when(
                self.selected_entry().is_some(),
                "Calls made elsewhere cannot be compared: their result is not in the log.",
            ),
            Action::Explain => self.why_not_explained(cx),
            Action::WriteNote => Availability::when(
                self.selected_entry().is_some(),
                "Only calls made from here can have a note: others are not in the history.",
            ),
            Action::Compare => Availability::when(
                self.pair().is_some(),
                "Mark one call, and put the cursor on another or mark that too.",
            ),
            Action::SwitchHalf => Availability::here(self.selected_entry().is_some()),
            Action::AsCode => match self.whole() {
                None => Availability::No("The input of this call is not in the log.".into()),
                Some(shown) => {
                    let refusal = snippets::refusal(shown.entry.summary.environment.raw());
                    Availability::unless(refusal.map(Into::into))
                }
            },
            Action::Detail => Availability::here(self.selected().is_some()),
            Action::CallsOfRun => Availability::when(self.selected_run().is_some(), "This call belongs to no run."),
            Action::OpenRun => {
                Availability::when(self.agent_run().is_some(), "This call belongs to no run of the agent here.")
            }
            Action::Copy if self.focus == Pane::List => {
                Availability::when(self.selected().is_some(), "No call is selected.")
            }
            Action::Refresh => Availability::when(!cx.is_running(ReadPage::SLOT), "The calls are being read already."),
            Action::EveryEnvironment => Availability::here(cx.environment.open().is_some()),
            Action::Save if self.focus == Pane::List => {
                Availability::when(self.shown() > 0, "There are no calls to save.")
            }
            Action::ChooseOrder => Availability::when(self.shown() > 0, "There are no calls to order."),
            Action::Complete | Action::CompleteBack => Availability::here(self.filter.typing),
            Action::SavedFilters
            | Action::Filter
            | Action::AcceptFilter
            | Action::NextPane
            | Action::PreviousPane
            | Action::Back => Yes,
            Action::StopLoading => NotHere,
            explored => explorer::availability(self.view(), explored),
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Replay => self.replay(true, false, cx),
            Action::EditReplay => self.replay(false, false, cx),
            Action::ReplayAs => self.replay(true, true, cx),
            Action::Explain => {
                let question = self.question();
                question.into_iter().for_each(|question| cx.send(ExplainThis(Box::new(question))));
            }
            Action::Mark => self.mark(),
            Action::WriteNote => {
                if let Some(call) = self.selected_entry() {
                    NotePopup::open(call, cx);
                }
            }
            Action::Compare => {
                if let Some((left, right)) = self.pair() {
                    let arguments = self.half == Half::Arguments;
                    let (left, right) = (Side::Call(left), Side::Call(right));
                    Difference::open(Comparison { left, right, arguments, ignore: Ignore::default() }, cx);
                }
            }
            Action::SwitchHalf => self.turn(),
            Action::AsCode => {
                if let Some(shown) = self.whole() {
                    let open = cx.environment.open().map(|card| (card.recorded_as.as_str(), &card.source));
                    match snippets::of_entry(&shown.entry, open) {
                        Ok(forms) => cx.send(ShowSnippets(forms)),
                        Err(fault) => cx.say(Level::Problem, fault.to_string()),
                    }
                }
            }
            Action::Detail => self.focus = Pane::Side,
            Action::CallsOfRun => {
                if let Some(run) = self.selected_run().map(|run| run.raw().to_owned()) {
                    self.show_run(&GoToCalls { run, entry: None }, cx);
                }
            }
            Action::OpenRun => {
                let run = self.agent_run();
                run.into_iter().for_each(|run| cx.send(OpenAgentRun(run)));
            }
            Action::Copy if self.focus == Pane::List => {
                if let Some((text, what)) = self.copied() {
                    cx.send(CopyText { text, what: what.to_owned() });
                }
            }
            Action::Refresh => self.read_again(cx),
            Action::EveryEnvironment => {
                self.everywhere = !self.everywhere;
                self.read_again(cx);
            }
            Action::Filter => {
                self.focus = Pane::List;
                self.filter.typing = true;
                self.offer_names(cx);
            }
            Action::AcceptFilter => self.filter.typing = false,
            Action::Complete | Action::CompleteBack => {
                self.filter.complete(action == Action::CompleteBack);
                if self.filter.wants_value() {
                    self.offer_names(cx);
                }
                self.search(cx);
            }
            Action::Save if self.focus == Pane::List => cx.send(self.list_to_save(cx)),
            Action::SavedFilters => {
                cx.send(OpenSavedFilters { tab: Tab::Activity, current: self.filter.text().to_owned() });
            }
            Action::ChooseOrder => order::choose(self.by, cx),
            Action::NextPane | Action::PreviousPane => self.focus = self.focus.other(),
            Action::Back => self.back(cx),
            explored => {
                if let Some(view) = self.view_mut() {
                    explorer::act(view, explored, cx);
                }
            }
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(typed) if self.filter.typing => {
                if self.filter.take(typed) {
                    self.offer_names(cx);
                    self.search(cx);
                }
            }
            Input::Typed(_) => self.explore(input, cx),
            Input::Step(step) => self.step(*step, self.height),
            Input::Click(Target::Row(Pane::List, row)) => {
                self.focus = Pane::List;
                self.select(*row, self.height);
            }
            Input::Click(Target::Row(Pane::Side, _)) => {
                self.focus = Pane::Side;
                self.explore(input, cx);
            }
            Input::Click(Target::Head(column)) => {
                if let Some((by, ..)) = EntryOrder::ALL.get(*column) {
                    self.reorder(*by, cx);
                }
            }
            Input::Click(Target::Pane(pane)) => self.focus = *pane,
            // Turning the wheel looks at a pane without moving the keyboard into it.
            Input::Scroll(Target::Row(pane, _) | Target::Pane(pane), rows) => {
                let focus = std::mem::replace(&mut self.focus, *pane);
                self.step(Move::By(*rows), self.height);
                self.focus = focus;
            }
            Input::Click(_) | Input::Scroll(..) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        let input = if self.filter.typing { &self.filter } else { &self.view()?.find.input };
        input.typing.then(|| input.capacity())
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let message = match message.take::<PageRead>() {
            Ok(PageRead(result)) => {
                cx.jobs.finish(ReadPage::SLOT);
                self.page(result, self.height);
                self.go_to_sought();
                if std::mem::take(&mut self.is_stale) {
                    self.calls_written(cx);
                }
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<LogRead>() {
            Ok(LogRead(calls)) => {
                cx.jobs.finish(ReadLog::SLOT);
                self.logged(calls, self.height);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<EntryRead>() {
            Ok(EntryRead(result)) => {
                cx.jobs.finish(ReadEntry::SLOT);
                match result {
                    Ok(shown) => self.shown = Some(*shown),
                    Err(fault) => cx.say(Level::Problem, fault.to_string()),
                }
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<OpenCall>() {
            Ok(OpenCall(entry)) => {
                cx.start(ReadCall(entry));
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<CallRead>() {
            Ok(CallRead(result)) => {
                cx.jobs.finish(ReadCall::SLOT);
                match result {
                    Ok(shown) => open_call(&shown, cx),
                    Err(fault) => cx.say(Level::Problem, fault.to_string()),
                }
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<CallsWritten>() {
            Ok(CallsWritten) => {
                self.calls_written(cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<NoteWritten>() {
            Ok(NoteWritten) => {
                self.read_again(cx);
                return Ok(());
            }
            Err(message) => message,
        };
        // Its popup is closed.
        let message = match message.take::<NoteSet>() {
            Ok(NoteSet { result, .. }) => {
                cx.jobs.finish(SetNote::SLOT);
                match result {
                    Ok(()) => cx.send(NoteWritten),
                    Err(fault) => cx.say(Level::Problem, fault.to_string()),
                }
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<ShowDifference>() {
            Ok(show) => {
                Difference::open_results(show, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<ShowSnippets>() {
            Ok(ShowSnippets(forms)) => {
                cx.open(AsCode::new(forms));
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match self.apply_filter(message, cx) {
            Ok(()) => return Ok(()),
            Err(message) => message,
        };
        let message = match message.take::<GoToCalls>() {
            Ok(calls) => {
                self.show_run(&calls, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let message = match message.take::<OrderBy>() {
            Ok(OrderBy(by)) => {
                self.reorder(by, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        match cx.tab {
            Tab::Activity => explorer::receive(self.view_mut(), message, cx),
            _ => Err(message),
        }
    }

    fn layout(&mut self, body: Body, cx: &Cx) {
        self.fit(body, cx.clock.offset);
    }

    /// Reads what the cursor has come to rest on, and more where it has come near the end.
    fn settle(&mut self, cx: &mut Cx) {
        if let Some(id) = self.follow(cx.now.uptime) {
            cx.start(ReadEntry(id));
        }
        if let Some(page) = self.more(cx.environment.open()) {
            cx.start(ReadPage(page));
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, self, cx);
    }

    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        self.waits(cx.now.uptime)
    }
}

impl Screen for Activity {
    fn enter(&mut self, cx: &mut Cx) {
        self.read_again(cx);
    }

    fn environment_left(&mut self, _cx: &mut Cx) {
        let height = self.height;
        *self = Self::default();
        self.height = height;
    }
}
