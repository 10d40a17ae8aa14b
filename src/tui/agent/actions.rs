//! Actions on the agent's screen: whether they apply, and what they do.

use crate::agent::{AgentCommand, AgentHandle, AgentStart, RunHead, TranscriptItem};
use crate::domain::{listed, pluralize};
use crate::tui::agent::deciding;
use crate::tui::agent::export::{self, WriteRun};
use crate::tui::agent::line::{LinePopup, Purpose};
use crate::tui::agent::new_run::NewRun;
use crate::tui::agent::opened::OpenedCall;
use crate::tui::agent::replay::{self, ReplayTask};
use crate::tui::agent::screen::{Agent, ModelState, RunChoice, ShownRun};
use crate::tui::agent::tasks::{DriveRun, ListRuns, LookAtModel, ReadRun};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::messages::{CopyText, GoToCalls, MenuEntry, OpenMenu, Pick, PickEntry};
use crate::tui::core::state::environment::NOT_OPEN;
use crate::tui::core::toast::Level;
use crate::tui::explorer::actions as explorer;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::widgets::time;

/// Prompts that the sandbox's script answers, with the letters that choose them.
pub(super) const PROMPTS: [(char, &str); 3] = [
    ('l', "Link ENG-2 as blocking ENG-3 and tell me who closed what last week"),
    ('b', "What is on the Leadership board?"),
    ('c', "Create a task \"Proofread\" for me in Website"),
];

const BUSY: &str = "The run is under way: stop it first.";

/// Put this prompt into the message.
#[derive(Debug)]
pub(super) struct InsertPrompt(&'static str);

/// Open this run of the past.
#[derive(Debug)]
pub(super) struct OpenPast(RunHead);

/// Whether an action applies.
pub(super) fn availability(agent: &Agent, action: Action, cx: &Cx) -> Availability {
    use Availability::{No, NotHere, Yes};
    if let Some(opened) = &agent.opened {
        return match action {
            Action::Refresh => NotHere,
            action => opened.availability(action),
        };
    }
    let open = cx.environment.open().is_some();
    let run = agent.shown();
    match action {
        Action::AllowOnce
        | Action::AllowRun
        | Action::EditCall
        | Action::DenyCall
        | Action::Authorize
        | Action::GoOn => deciding::availability(agent, action, cx),
        Action::OpenItem => match run.and_then(|run| run.view.selected()) {
            Some(TranscriptItem::Call(_) | TranscriptItem::Thinking(_)) => Yes,
            _ => NotHere,
        },
        Action::TypeMessage => Availability::when(open, NOT_OPEN),
        Action::SendMessage if !open => No(NOT_OPEN.into()),
        Action::SendMessage => match (agent.field.is_blank(), &agent.past) {
            (true, _) => No("There is no message yet.".into()),
            (false, Some(_)) => {
                Availability::when(!agent.is_busy(), "Another run is under way: stop it first, or wait.")
            }
            (false, None) => Yes,
        },
        Action::NewLine | Action::NextPane | Action::PreviousPane | Action::Back => Yes,
        Action::Stop => Availability::here(agent.is_busy()),
        Action::NewRun if !open => No(NOT_OPEN.into()),
        Action::NewRun => Availability::when(!agent.is_busy(), BUSY),
        Action::EarlierRuns if !open => No(NOT_OPEN.into()),
        Action::EarlierRuns => Availability::when(!cx.is_running(ListRuns::SLOT), "The runs are being read already."),
        Action::TryPrompt if !agent.is_script() || run.is_some_and(ShownRun::is_busy) => NotHere,
        Action::TryPrompt => Availability::here(open),
        Action::ModelKey => Availability::when(open, NOT_OPEN),
        Action::CallsOfRun => Availability::when(run.and_then(ShownRun::id).is_some(), "This run has no calls yet."),
        Action::ExportRun => match run.and_then(ShownRun::id) {
            None => No("There is no run to export yet.".into()),
            Some(_) => Availability::when(!cx.is_running(WriteRun::SLOT), "A run is being written already."),
        },
        Action::ReplayRun => match run.and_then(ShownRun::id) {
            None => No("There is no run to replay yet.".into()),
            Some(_) => Availability::when(!cx.is_running(ReplayTask::SLOT), "A run is being replayed already."),
        },
        // Its key answers the question.
        Action::Copy if agent.question().is_some() => NotHere,
        Action::ShowApprovals if cx.approvals.count() == 0 => {
            Availability::here(agent.asks() > 0 && agent.question().is_none())
        }
        Action::Copy => match run.and_then(|run| run.view.selected()) {
            None => NotHere,
            Some(item) => Availability::when(copied(item).is_some(), "There is nothing here to copy."),
        },
        Action::NextGroup | Action::PreviousGroup => Availability::here(run.is_some()),
        // It is the key of earlier runs here.
        Action::Refresh => {
            Availability::when(!cx.is_running(LookAtModel::SLOT), "The model is being looked for already.")
        }
        _ => NotHere,
    }
}

/// Carries out an action that applies.
pub(super) fn act(agent: &mut Agent, action: Action, cx: &mut Cx) {
    if agent.opened.is_some() {
        return act_on_opened(agent, action, cx);
    }
    match action {
        Action::AllowOnce
        | Action::AllowRun
        | Action::EditCall
        | Action::DenyCall
        | Action::Authorize
        | Action::GoOn => {
            deciding::act(agent, action, cx);
        }
        Action::OpenItem => agent.open_item(cx),
        Action::TypeMessage => agent.focus = Pane::Side,
        Action::NextPane | Action::PreviousPane => agent.focus = agent.focus.other(),
        Action::SendMessage => agent.say(cx),
        Action::NewLine => {
            agent.field.new_line();
            agent.message_changed(cx);
        }
        Action::Stop => agent.stop(cx),
        Action::NewRun => {
            let usual = match &agent.model {
                ModelState::Known(facts) => Some(facts.usual_model.clone()),
                _ => None,
            };
            NewRun::open(&agent.choice, usual, agent.asking.clone(), cx);
        }
        Action::EarlierRuns => cx.start(ListRuns),
        Action::TryPrompt => {
            let entry =
                |(letter, prompt): (char, &'static str)| MenuEntry::new(letter, prompt, "", InsertPrompt(prompt));
            cx.send(OpenMenu { title: "Prompts to try".to_owned(), entries: PROMPTS.map(entry).into() });
        }
        Action::ModelKey => {
            let server = match &agent.model {
                ModelState::Known(facts) if !facts.is_script => facts.server.clone(),
                _ => "the models' server".to_owned(),
            };
            LinePopup::open(Purpose::Key(server, agent.asking.clone()), cx);
        }
        Action::CallsOfRun => {
            if let Some(run) = agent.shown().and_then(ShownRun::id) {
                cx.send(GoToCalls { run: run.as_str().to_owned(), entry: None });
            }
        }
        Action::ExportRun => {
            if let Some(run) = agent.shown().and_then(ShownRun::id) {
                export::choose(run, &agent.settings, cx);
            }
        }
        Action::ReplayRun => {
            if let Some(run) = agent.shown() {
                replay::choose(run, cx);
            }
        }
        Action::Copy => {
            if let Some((text, what)) = agent.shown().and_then(|run| run.view.selected()).and_then(copied) {
                cx.send(CopyText { text, what: what.to_owned() });
            }
        }
        Action::NextGroup | Action::PreviousGroup => {
            agent.shown_mut().into_iter().for_each(|run| run.view.step_item(action == Action::NextGroup));
        }
        Action::Refresh => cx.start(LookAtModel(agent.asking.clone())),
        Action::ShowApprovals => {
            (agent.past, agent.focus) = (None, Pane::List);
            agent.current.iter_mut().for_each(|run| run.view.follow_end());
        }
        Action::Back => agent.back(cx),
        _ => {}
    }
}

fn act_on_opened(agent: &mut Agent, action: Action, cx: &mut Cx) {
    let run = agent.shown().and_then(ShownRun::id).map(|run| run.as_str().to_owned());
    let Some(opened) = &mut agent.opened else { return };
    match action {
        Action::Back => {
            let explored = opened.view_mut().is_some_and(|view| explorer::back(view, cx));
            if !explored {
                agent.opened = None;
            }
        }
        Action::SwitchHalf | Action::NextPane | Action::PreviousPane => opened.switch(),
        Action::SwitchTold => opened.switch_told(),
        Action::GoActivity => match (run, opened.entry()) {
            (Some(run), Some(entry)) => cx.send(GoToCalls { run, entry: Some(entry) }),
            _ => cx.request(Request::Show(Tab::Activity)),
        },
        explored => {
            if let Some(view) = opened.view_mut() {
                explorer::act(view, explored, cx);
            }
        }
    }
}

/// Text of an item to copy, and its name.
fn copied(item: &TranscriptItem) -> Option<(String, &'static str)> {
    match item {
        TranscriptItem::Said(text) => Some((text.clone(), "the message")),
        TranscriptItem::Text(text) => Some((text.raw().to_owned(), "the answer")),
        TranscriptItem::Thinking(text) => Some((text.raw().to_owned(), "the thinking")),
        TranscriptItem::Call(call) => Some((call.tool.raw().to_owned(), "the tool's name")),
        TranscriptItem::OtherBlock(_) | TranscriptItem::Notice(_) | TranscriptItem::Rests(_) => None,
    }
}

impl Agent {
    fn open_item(&mut self, cx: &mut Cx) {
        let Some(run) = self.shown_mut() else { return };
        if run.view.toggle_fold() {
            return;
        }
        let identifier = run.order.acting_as.identifier().clone();
        if let Some(call) = run.view.call().cloned() {
            self.opened = Some(OpenedCall::new(&call, &identifier, cx));
        }
    }

    /// Sends the message: to the run on screen, or to one that begins with it.
    fn say(&mut self, cx: &mut Cx) {
        if let Some(past) = self.past.take() {
            self.current = Some(past);
            cx.cancel(DriveRun::SLOT);
        }
        if self.current.is_none() {
            let Some(order) = self.order(cx) else {
                cx.say(Level::Reason, "Choose whom it acts as first. What you typed stays.");
                return NewRun::open(&self.choice, None, self.asking.clone(), cx);
            };
            self.current = Some(ShownRun::new(order));
        }
        let text = self.field.take();
        self.message_changed(cx);
        let Some(run) = &mut self.current else { return };
        let command = AgentCommand::Say(text.clone());
        run.unsaid.push(text);
        run.view.follow_end();
        if !run.send(command.clone()) {
            let (handle, commands) = AgentHandle::new();
            let order = run.order.clone();
            let start = match run.id() {
                Some(id) => AgentStart::Continue(id.clone(), order),
                None => AgentStart::New(order),
            };
            handle.send(command);
            run.handle = Some(handle);
            cx.start(DriveRun {
                start,
                commands: Some(commands),
                asking: self.asking.clone(),
                recording: cx.recording,
            });
        }
    }

    fn stop(&mut self, cx: &mut Cx) {
        if let Some(run) = &self.current
            && !run.send(AgentCommand::Stop)
        {
            cx.cancel(DriveRun::SLOT);
        }
    }

    /// Begins anew: the message goes to a new run.
    pub(super) fn begin(&mut self, choice: RunChoice, cx: &mut Cx) {
        self.choice = choice;
        (self.current, self.past, self.opened) = (None, None, None);
        cx.cancel(DriveRun::SLOT);
        self.focus = Pane::Side;
    }

    /// Has one of the earlier runs chosen.
    pub(super) fn offer_runs(&self, runs: Vec<RunHead>, cx: &mut Cx) {
        if runs.is_empty() {
            return cx.say(Level::Note, "There are no earlier runs in this environment.");
        }
        let entries = runs.into_iter().map(|head| {
            let on = match head.connections.as_slice() {
                [] => String::new(),
                names => format!(" on {}", listed(names, ", ")),
            };
            let calls = pluralize(head.calls, "call");
            let when = time::relative(head.changed, cx.now.wall);
            let note = format!("{when} · as {}{on} · {calls} · {}", head.identifier, head.model);
            PickEntry::new(head.title.clone(), note, OpenPast(head))
        });
        cx.send(Pick { title: "Earlier runs".to_owned(), entries: entries.collect(), current: None, typed: None });
    }

    pub(super) fn open_past(&mut self, OpenPast(head): OpenPast, cx: &mut Cx) {
        if self.current.as_ref().and_then(ShownRun::id) == Some(&head.id) {
            self.past = None;
            return;
        }
        cx.start(ReadRun(head.id));
    }

    pub(super) fn insert(&mut self, InsertPrompt(prompt): InsertPrompt, cx: &Cx) {
        if self.field.is_blank() {
            self.field.set(prompt);
        } else {
            let text = format!("{}\n{prompt}", self.field.text());
            self.field.set(&text);
        }
        self.focus = Pane::Side;
        self.message_changed(cx);
    }

    /// Out of whatever is innermost: the message, the earlier run, the screen.
    fn back(&mut self, cx: &mut Cx) {
        if self.focus == Pane::Side {
            self.focus = Pane::List;
        } else if self.past.take().is_none() {
            cx.request(Request::Show(Tab::Accounts));
        }
    }
}
