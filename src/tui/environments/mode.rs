//! Mode of the open environment, for this run: stricter at once, looser once somebody has said yes.

use async_trait::async_trait;

use crate::domain::{Fault, Mode};
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Ask, MenuEntry, OpenMenu};
use crate::tui::core::state::environment::{Environment, NOT_OPEN};
use crate::tui::core::toast::Level;
use crate::tui::core::work::job::{Job, Slot};
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};
use crate::tui::input::action::{Action, Availability};

/// Task: put this mode in force for everything that is sent from here on.
#[derive(Debug)]
pub struct SetMode(pub Mode);

/// Report: the mode is in force.
#[derive(Debug)]
pub(super) struct ModeSet;

/// Order: somebody has agreed to this mode.
#[derive(Debug)]
pub(super) struct Loosen(Mode);

impl SetMode {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("mode");
}

#[async_trait]
impl Task for SetMode {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(ModeSet)
    }

    /// Not a moment later: a call that is started next must find it in force.
    fn prepare(&self, services: &Services, _job: Job) {
        if let Some(opened) = services.opened() {
            opened.mode.set(self.0);
        }
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(ModeSet);
    }
}

/// The mode that an action puts in force.
fn of(action: Action) -> Option<Mode> {
    match action {
        Action::ModeRead => Some(Mode::Read),
        Action::ModeAsk => Some(Mode::Ask),
        Action::ModeFree => Some(Mode::Free),
        _ => None,
    }
}

/// Whether the mode can be changed now.
pub(super) fn availability(action: Action, cx: &Cx) -> Availability {
    match (cx.environment.open(), of(action)) {
        _ if cx.is_covered => Availability::NotHere,
        (None, _) => Availability::No(NOT_OPEN.into()),
        (Some(card), Some(mode)) if card.mode == mode => Availability::No("It is in this mode already.".into()),
        (Some(_), _) => Availability::Yes,
    }
}

/// Changes the mode, asks first, or lets it be chosen.
pub(super) fn act(action: Action, cx: &mut Cx) {
    let Some(card) = cx.environment.open() else { return };
    let Some(mode) = of(action) else { return choose(cx) };
    if mode <= card.mode {
        return set(mode, cx);
    }
    let follows = match mode {
        Mode::Free => "Whatever is not destructive is then sent without a question.",
        Mode::Ask | Mode::Read => "Whatever is not known to read can then be sent, after a question.",
    };
    let lines = vec![
        format!("{} is open in the mode “{}”.", card.name, card.mode.word()),
        format!("{follows} It lasts until you quit or open an environment; no file is changed."),
    ];
    let yes = format!("change to {}", mode.word());
    cx.send(Ask { title: format!("Mode: {}", mode.word()), lines, yes, then: Message::new(Loosen(mode)) });
}

fn choose(cx: &mut Cx) {
    let row = |letter, mode: Mode, action| {
        let label = format!("{:<5}{}", mode.word(), mode.meaning());
        MenuEntry::doing(letter, label, action)
    };
    let entries = vec![
        row('r', Mode::Read, Action::ModeRead),
        row('a', Mode::Ask, Action::ModeAsk),
        row('f', Mode::Free, Action::ModeFree),
    ];
    cx.send(OpenMenu { title: "Mode of this environment".to_owned(), entries });
}

/// Puts a mode in force, and says so.
fn set(mode: Mode, cx: &mut Cx) {
    let Environment::Open(card) = &mut cx.environment else { return };
    card.mode = mode;
    cx.start(SetMode(mode));
    cx.say(Level::Done, format!("Mode “{}” for this run. {}", mode.word(), mode.meaning()));
}

/// Takes an answer and the report of the task.
///
/// # Errors
/// The message, for whoever understands it.
pub(super) fn receive(message: Message, cx: &mut Cx) -> Result<(), Message> {
    message
        .take()
        .map(|Loosen(mode)| set(mode, cx))
        .or_else(|message| message.take().map(|ModeSet| cx.jobs.finish(SetMode::SLOT)))
}
