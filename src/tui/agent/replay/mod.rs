//! A run replayed as somebody else: what would they have seen?

mod view;

use std::sync::Arc;

use async_trait::async_trait;

use crate::agent::{ActingAs, ReplayOrder, ReplayedCall, RunId, calls_of, replay, replay_summary};
use crate::domain::{Fault, Identifier, JsonText};
use crate::flow::record::Recorder;
use crate::journal::Front;
use crate::json::Ignore;
use crate::tui::agent::people::people;
use crate::tui::agent::screen::ShownRun;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{GoToCalls, Pick, PickEntry, ShowDifference};
use crate::tui::core::toast::Level;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Cursor;

/// Replay a run as this person.
#[derive(Clone, Debug)]
pub(super) struct ReplayAs(RunId, Identifier);

/// Send the calls of a run that only read again.
#[derive(Clone, Debug)]
pub struct ReplayTask {
    /// The run.
    pub run: RunId,
    /// Person to send them as, and the label of the new calls.
    pub order: ReplayOrder,
    /// Whether they go into the journal.
    pub recording: bool,
}

/// Report: one more call came back.
#[derive(Debug)]
pub struct CallReplayed(pub Box<ReplayedCall>);

/// Report: all of them did, or it broke off.
#[derive(Debug)]
pub struct Replayed(pub Result<(), Fault>);

impl ReplayTask {
    /// Place of the replay.
    pub const SLOT: Slot = Slot::new("replay of a run");

    async fn replay(self, services: &Services, reporter: &Reporter) -> Result<(), Fault> {
        let opened = services.environment()?;
        let calls = calls_of(&services.records, &self.run).await?;
        let records = self.recording.then(|| Arc::clone(&services.records));
        let recorder = Recorder::of(&opened, Front::Screen, records);
        let told = |call: &ReplayedCall| reporter.send(CallReplayed(Box::new(call.clone())));
        replay(opened.backend.as_ref(), &recorder, calls, &self.order, told).await?;
        Ok(())
    }
}

#[async_trait]
impl Task for ReplayTask {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(Replayed(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let ended = self.replay(&services, &reporter).await;
        reporter.send(Replayed(ended));
    }
}

/// Has somebody chosen.
pub(super) fn choose(run: &ShownRun, cx: &mut Cx) {
    let Some(id) = run.id() else { return };
    let itself = run.order.acting_as.identifier();
    let mut people = people(cx);
    people.retain(|(person, _)| person != itself);
    if people.is_empty() {
        return cx.say(Level::Reason, "Nobody else has an account here.");
    }
    let entry =
        |(person, on): (Identifier, String)| PickEntry::new(person.raw(), on, ReplayAs(id.clone(), person.clone()));
    let entries = people.into_iter().map(entry).collect();
    cx.send(Pick { title: "Replay as".to_owned(), entries, current: None, typed: None });
}

/// Takes who was chosen, and what comes when nobody looks any more.
///
/// # Errors
/// The message, for whoever understands it.
pub(super) fn receive(message: Message, cx: &mut Cx) -> Result<(), Message> {
    message
        .take()
        .map(|ReplayAs(run, identifier)| {
            let order = ReplayOrder::new(ActingAs::chosen(identifier), false);
            cx.open(ReplayPopup::new(run.clone(), order.clone()));
            cx.start(ReplayTask { run, order, recording: cx.recording });
        })
        .or_else(|message| message.take().map(|CallReplayed(_)| ()))
        .or_else(|message| message.take().map(|Replayed(_)| cx.jobs.finish(ReplayTask::SLOT)))
}

/// Popup: the calls, each as it was and as it came back.
pub(super) struct ReplayPopup {
    /// The run as it was.
    run: RunId,
    order: ReplayOrder,
    calls: Vec<ReplayedCall>,
    /// How it ended; none while it goes on.
    ended: Option<Result<(), Fault>>,
    cursor: Cursor,
    height: usize,
}

impl ReplayPopup {
    fn new(run: RunId, order: ReplayOrder) -> Self {
        Self { run, order, calls: Vec::new(), ended: None, cursor: Cursor::default(), height: 1 }
    }

    /// Opens the call under the cursor: the differences between what the run was given and what the other was given; where
    /// one of them was given nothing, the call as it was.
    fn open_call(&self, cx: &mut Cx) {
        let Some(call) = self.calls.get(self.cursor.row) else { return };
        match results(call) {
            Some([left, right]) => {
                cx.send(ShowDifference { left, right, inputs: false, ignore: Ignore::between_people() });
            }
            None => {
                let entry = Some(call.entry);
                let run = self.run.as_str().to_owned();
                cx.close_popup::<Self>();
                cx.cancel(ReplayTask::SLOT);
                cx.send(GoToCalls { run, entry });
            }
        }
    }

    /// One sentence on all of it.
    fn summary(&self) -> String {
        match &self.ended {
            None => format!("Sending what was read again as {} …", self.order.acting_as.identifier()),
            Some(Err(fault)) => fault.to_string(),
            Some(Ok(())) => replay_summary(&self.calls, &self.order),
        }
    }
}

/// Both results of a call and whose they are; none where somebody was given nothing.
fn results(call: &ReplayedCall) -> Option<[(String, JsonText); 2]> {
    let people = &call.comparison.as_ref()?.people;
    let result = |at: usize| {
        let person = people.get(at)?;
        Some((person.identifier.to_string(), person.answer()?.text().clone()))
    };
    Some([result(0)?, result(1)?])
}

impl Component for ReplayPopup {
    fn context(&self) -> Context {
        Context::Replay
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match action {
            Action::CallsOfRun | Action::OpenItem => {
                Availability::when(!self.calls.is_empty(), "No call came back yet.")
            }
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        if action == Action::OpenItem {
            self.open_call(cx);
        } else if action == Action::CallsOfRun {
            let run = self.order.label.as_str().to_owned();
            cx.close_popup::<Self>();
            cx.send(GoToCalls { run, entry: None });
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        let (rows, height) = (self.calls.len(), self.height);
        input.move_in_list(&mut self.cursor, rows, height);
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message.take().map(|CallReplayed(call)| self.calls.push(*call)).or_else(|message| {
            message.take().map(|Replayed(ended)| {
                cx.jobs.finish(ReplayTask::SLOT);
                self.ended = Some(ended);
            })
        })
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.height = view::rows(body.area);
        self.cursor.settle(self.calls.len(), self.height);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(ReplayTask::SLOT);
    }
}
