//! The agent's screen as a component.

use std::time::Duration;

use ratatui::layout::Size;

use crate::agent::{AgentEvent, RunEnd};
use crate::domain::{Account, Fault, Identifier};
use crate::tui::agent::actions::{InsertPrompt, OpenPast};
use crate::tui::agent::line::{Decided, KeyChanged};
use crate::tui::agent::new_run::BeginRun;
use crate::tui::agent::opened::tasks::{BodiesRead, ReadBodies};
use crate::tui::agent::screen::{Agent, ModelState, ShownRun};
use crate::tui::agent::tasks::{
    AgentHeard, DriveRun, KeepKey, KeyKept, ListRuns, LookAtModel, ModelSeen, ReadRun, RunOver, RunRead, RunsListed,
};
use crate::tui::agent::{actions, deciding, export, replay, view};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{AccountChanged, AccountRefreshed, OpenAgentRun};
use crate::tui::core::screen::Screen;
use crate::tui::core::state::environment::EnvironmentCard;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Move;

/// Time after a run in which its key to stop may still be on its way.
const JUST_NOW: Duration = Duration::from_secs(1);

impl Component for Agent {
    fn context(&self) -> Context {
        match (&self.opened, self.focus) {
            (Some(opened), _) if opened.view().is_some_and(|view| view.find.input.typing) => Context::Find,
            (Some(_), _) => Context::Entry,
            (None, Pane::List) => Context::Agent,
            (None, Pane::Side) => Context::Message,
        }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        actions::availability(self, action, cx)
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        actions::act(self, action, cx);
        self.count_asks(cx);
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        if let Some(opened) = &mut self.opened {
            match input {
                Input::Step(step) => opened.step(*step),
                Input::Scroll(Target::Row(..), rows) => opened.step(Move::By(*rows)),
                Input::Click(Target::Pane(pane)) | Input::Scroll(Target::Pane(pane), _) => opened.go_to(*pane),
                input => opened.view_mut().into_iter().for_each(|view| explorer::input(view, input, cx)),
            }
            return;
        }
        match input {
            Input::Typed(typed) if self.focus == Pane::Side => {
                self.field.take_typed(typed);
                self.message_changed(cx);
            }
            Input::Typed(_) => {}
            Input::Step(step) => self.step(*step),
            Input::Scroll(Target::Row(Pane::List, _) | Target::Pane(Pane::List), rows) => self.step(Move::By(*rows)),
            Input::Click(Target::Row(Pane::List, row)) => {
                self.focus = Pane::List;
                self.shown_mut().into_iter().for_each(|run| run.view.select(*row));
            }
            Input::Click(Target::Pane(pane)) => self.focus = *pane,
            Input::Scroll(..) | Input::Click(_) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        match (&self.opened, self.focus) {
            (Some(opened), _) => opened.view().map(|view| view.find.input.capacity()),
            (None, Pane::Side) => Some(self.field.capacity()),
            (None, Pane::List) => None,
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let taken = self.receive_report(message, cx).or_else(|message| self.receive_request(message, cx));
        self.count_asks(cx);
        let message = match taken {
            Ok(()) => return Ok(()),
            Err(message) => message,
        };
        if let Some(account) = changed(&message) {
            deciding::account_changed(self, account);
        }
        match cx.tab {
            Tab::Agent => explorer::receive(self.opened.as_mut().and_then(|opened| opened.view_mut()), message, cx),
            _ => Err(message),
        }
    }

    fn layout(&mut self, body: Body, cx: &Cx) {
        let places = view::places(self, body);
        self.size = Size::new(places.rows.width, places.rows.height);
        let (size, uptime) = (self.size, cx.now.uptime);
        self.shown_mut().into_iter().for_each(|run| run.view.settle(size, uptime));
        self.opened.iter_mut().for_each(|opened| opened.layout(body));
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, self, cx);
    }

    fn holds_back_quit(&self, cx: &Cx) -> Option<&'static str> {
        // The key that stops a run is the one that quits: whoever pressed it a moment too late meant the run.
        let just_ended = self.ended.is_some_and(|ended| cx.now.uptime.saturating_sub(ended) < JUST_NOW);
        match () {
            () if self.is_busy() => Some("The agent is at work: what it has not finished is stopped."),
            () if self.holds_unsent() => Some("The message to the agent has not been sent."),
            () if just_ended => Some("The agent has just come to rest."),
            () => None,
        }
    }

    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        let counts = self.shown().is_some_and(|run| run.is_busy() && run.view.counts());
        let second = counts.then(|| {
            let into = cx.now.uptime.subsec_nanos();
            Duration::from_nanos(u64::from(1_000_000_000 - into))
        });
        [second, deciding::unread(self, cx)].into_iter().flatten().min()
    }
}

impl Screen for Agent {
    /// The person that the run on screen acts as.
    fn acting_as<'a>(&'a self, cx: &'a Cx) -> Option<&'a Identifier> {
        self.identifier(cx)
    }

    fn enter(&mut self, cx: &mut Cx) {
        if matches!(self.model, ModelState::Unknown | ModelState::Missing(_)) && cx.environment.open().is_some() {
            cx.start(LookAtModel(self.asking.clone()));
        }
    }

    fn environment_opened(&mut self, card: &EnvironmentCard, cx: &mut Cx) {
        self.give_back_message(&card.recorded_as, cx);
        if cx.tab == Tab::Agent {
            cx.start(LookAtModel(self.asking.clone()));
        }
    }

    /// What is typed stays; a run goes with its environment.
    fn environment_left(&mut self, cx: &mut Cx) {
        if self.is_busy() {
            cx.say(Level::Note, "The agent was stopped. Its run is kept in the history.");
        }
        let Self { field, unsent, limits, asking, settings, .. } = std::mem::take(self);
        (self.field, self.unsent, self.limits, self.asking, self.settings) = (field, unsent, limits, asking, settings);
        cx.agent_asks = 0;
    }
}

/// Account that a message tells of.
fn changed(message: &Message) -> Option<&Account> {
    let changed = message.peek::<AccountChanged>().map(|AccountChanged(account)| account.as_ref());
    changed.or_else(|| message.peek::<AccountRefreshed>().map(|AccountRefreshed(account)| account.as_ref()))
}

impl Agent {
    fn step(&mut self, step: Move) {
        self.shown_mut().into_iter().for_each(|run| run.view.step(step));
    }

    fn count_asks(&self, cx: &mut Cx) {
        cx.agent_asks = self.asks();
    }

    /// Takes what the tasks report.
    fn receive_report(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let taken = message.take().map(|AgentHeard(event)| self.hear(event, cx));
        let taken = taken.or_else(|message| message.take().map(|RunOver(why)| self.over(why, cx)));
        let taken = taken.or_else(|message| {
            message.take().map(|ModelSeen(seen)| {
                cx.jobs.finish(LookAtModel::SLOT);
                self.model = match seen {
                    Ok(facts) => ModelState::Known(facts),
                    Err(fault) => ModelState::Missing(fault),
                };
            })
        });
        let taken = taken.or_else(|message| {
            message.take().map(|RunsListed(listed)| {
                cx.jobs.finish(ListRuns::SLOT);
                match listed {
                    Ok(runs) => self.offer_runs(runs, cx),
                    Err(fault) => cx.say(Level::Problem, fault.to_string()),
                }
            })
        });
        let taken = taken.or_else(|message| {
            message.take().map(|RunRead(read)| {
                cx.jobs.finish(ReadRun::SLOT);
                match read {
                    Ok(read) => self.show_past(ShownRun::read(read.0, read.1)),
                    Err(fault) => cx.say(Level::Problem, fault.to_string()),
                }
            })
        });
        let taken = taken.or_else(|message| {
            message.take().map(|BodiesRead(read)| {
                cx.jobs.finish(ReadBodies::SLOT);
                match (read, &mut self.opened) {
                    (Ok(bodies), Some(opened)) => opened.take(bodies),
                    (Ok(_), None) => {}
                    (Err(fault), _) => cx.say(Level::Problem, fault.to_string()),
                }
            })
        });
        // Its popup is closed.
        taken.or_else(|message| {
            message.take().map(|KeyKept(kept)| {
                cx.jobs.finish(KeepKey::SLOT);
                match kept {
                    Ok(_) => cx.start(LookAtModel(self.asking.clone())),
                    Err(fault) => cx.say(Level::Problem, fault.to_string()),
                }
            })
        })
    }

    /// Takes what its popups and other features ask for.
    fn receive_request(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let taken = message.take().map(|decided: Decided| deciding::decide(self, decided, cx));
        let taken = taken.or_else(|message| message.take().map(|BeginRun(choice)| self.begin(choice, cx)));
        let taken = taken.or_else(|message| message.take().map(|insert: InsertPrompt| self.insert(insert, cx)));
        let taken = taken.or_else(|message| message.take().map(|open: OpenPast| self.open_past(open, cx)));
        let taken =
            taken.or_else(|message| message.take().map(|KeyChanged| cx.start(LookAtModel(self.asking.clone()))));
        let taken = taken.or_else(|message| export::receive(message, cx));
        let taken = taken.or_else(|message| replay::receive(message, cx));
        taken.or_else(|message| {
            message.take().map(|OpenAgentRun(run)| {
                cx.request(Request::Show(Tab::Agent));
                self.opened = None;
                if self.current.as_ref().and_then(ShownRun::id) == Some(&run) {
                    self.past = None;
                } else {
                    cx.start(ReadRun(run));
                }
            })
        })
    }

    /// Shows a run of the past: in the place of the current one, unless that is under way.
    fn show_past(&mut self, run: ShownRun) {
        (self.opened, self.focus) = (None, Pane::List);
        if self.is_busy() {
            self.past = Some(run);
        } else {
            (self.past, self.current) = (None, Some(run));
        }
    }

    fn hear(&mut self, event: AgentEvent, cx: &mut Cx) {
        if let AgentEvent::NotTaken(text) = event {
            return self.take_back(&text, cx);
        }
        let Some(run) = &mut self.current else { return };
        let asks = match &event {
            AgentEvent::Asking { call, .. } | AgentEvent::AwaitingAccount { call, .. } => Some(call.clone()),
            _ => None,
        };
        if let AgentEvent::Rests(_) = &event {
            self.ended = Some(cx.now.uptime);
        }
        let rests = matches!(event, AgentEvent::Rests(_));
        run.hear(event, cx.now.uptime);
        if let Some(call) = asks {
            deciding::tell(self, &call, cx);
        } else if rests && cx.tab != Tab::Agent {
            cx.say(Level::Note, "The agent has come to rest.");
        }
    }

    /// Nobody drives the run any more. What was not taken goes back into the message.
    fn over(&mut self, why: Option<Box<Fault>>, cx: &mut Cx) {
        cx.jobs.finish(DriveRun::SLOT);
        let Some(run) = &mut self.current else { return };
        run.handle = None;
        let unsaid = std::mem::take(&mut run.unsaid).join("\n");
        if let Some(fault) = why {
            run.hear(AgentEvent::Rests(RunEnd::Failed(fault)), cx.now.uptime);
        }
        if !unsaid.is_empty() {
            self.take_back(&unsaid, cx);
        }
    }

    /// Puts what was not taken back into the message, ahead of what was typed since.
    fn take_back(&mut self, unsaid: &str, cx: &Cx) {
        let rest = if self.field.is_blank() { unsaid.to_owned() } else { format!("{unsaid}\n{}", self.field.text()) };
        self.field.set(&rest);
        self.message_changed(cx);
    }
}
