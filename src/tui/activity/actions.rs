//! Actions on the calls of the past.

use std::time::Duration;

use crate::flow::snippets;
use crate::journal::EntryOrder;
use crate::json::Ignore;
use crate::tui::activity::diff::{Comparison, Difference, Side};
use crate::tui::activity::note::NotePopup;
use crate::tui::activity::order;
use crate::tui::activity::replay;
use crate::tui::activity::screen::{Activity, Half};
use crate::tui::activity::tasks::{ReadEntry, ReadPage};
use crate::tui::activity::view;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{CopyText, ExplainThis, GoToCalls, OpenAgentRun, OpenSavedFilters, ShowSnippets};
use crate::tui::core::screen::Screen;
use crate::tui::core::state::environment::{EnvironmentCard, NOT_OPEN};
use crate::tui::core::state::session::Session;
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
            // Their keys fold it.
            Action::Mark | Action::Detail if self.selected_group().is_some() => NotHere,
            Action::EditReplay
            | Action::Replay
            | Action::ReplayAs
            | Action::AsCode
            | Action::WriteNote
            | Action::Explain
                if self.selected_group().is_some() =>
            {
                Availability::No("This is a run: unfold it, and choose a call of it.".into())
            }
            Action::EditReplay | Action::Replay | Action::ReplayAs | Action::AsCode if self.is_unread() => {
                Availability::No("This call is not read yet.".into())
            }
            Action::Replay | Action::ReplayAs if let Some(reason) = self.why_not_at_once(cx) => {
                Availability::No(reason.into())
            }
            Action::EditReplay => Availability::unless(replay::objection(self.whole(), cx, false)),
            Action::Replay => Availability::unless(replay::refusal(self.whole(), cx, false)),
            Action::ReplayAs => Availability::unless(replay::refusal(self.whole(), cx, true)),
            Action::ToggleFold if self.focus == Pane::List => Availability::here(self.selected_group().is_some()),
            Action::Follow => Availability::when(cx.environment.open().is_some(), NOT_OPEN),
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
                Availability::when(self.copied_line().is_some(), "There is nothing here to copy.")
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
            Action::ToggleFold if self.focus == Pane::List => self.toggle_run(),
            Action::Follow => self.switch_following(cx),
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
                if let Some((text, what)) = self.copied_line() {
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
        self.take_message(message, cx)
    }

    fn layout(&mut self, body: Body, cx: &Cx) {
        self.fit(body, cx.clock.offset);
    }

    /// Reads what the cursor has come to rest on, and more where it has come near the end.
    fn settle(&mut self, cx: &mut Cx) {
        self.keep_following(cx);
        if let Some(id) = self.follow(cx.now.uptime) {
            cx.start(ReadEntry(id));
        }
        if let Some(page) = self.more(cx.environment.open()) {
            cx.start(ReadPage(page));
        }
        self.show_logged_row();
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, self, cx);
    }

    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        [self.waits(cx.now.uptime), self.following_wakes_in(cx)].into_iter().flatten().min()
    }
}

impl Screen for Activity {
    fn enter(&mut self, cx: &mut Cx) {
        self.read_again(cx);
    }

    fn leave(&mut self, cx: &mut Cx) {
        self.stop_following(cx);
    }

    /// Whoever was here in an earlier run is here again, without having come.
    fn environment_opened(&mut self, _card: &EnvironmentCard, cx: &mut Cx) {
        if cx.tab == Tab::Activity {
            self.read_again(cx);
        }
    }

    fn environment_left(&mut self, _cx: &mut Cx) {
        let (height, following) = (self.height, self.following.elsewhere());
        *self = Self::default();
        (self.height, self.following) = (height, following);
    }

    fn prefer(&mut self, session: &Session) {
        self.following.prefer(&session.follow_switched);
    }

    fn remember(&self, session: &mut Session, _cx: &Cx) {
        session.follow_switched = self.following.switches();
    }
}
