//! Driving a run.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;

use super::begin::{Begun, begin};
use super::event::{AgentEvent, EventSink, RunEnd};
use super::handle::AgentCommand;
use super::order::{AgentOrder, RunId};
use crate::flow::environment::Opened;
use crate::flow::model_access::ModelAccess;
use crate::flow::record::Recorder;

/// Environment, recorder and model of a run.
#[derive(Clone)]
pub struct AgentParts {
    /// Environment whose tools it may call.
    pub opened: Arc<Opened>,
    /// Writes its calls down, whatever front it is of.
    pub recorder: Recorder,
    /// The model.
    pub model: ModelAccess,
}

/// Beginning of a run.
#[derive(Clone, Debug)]
pub enum AgentStart {
    /// A new run.
    New(AgentOrder),
    /// A run of the journal goes on, as the same person, in the same environment.
    Continue(RunId, AgentOrder),
}

/// Commands of a person, in their order; some may have come while nobody could take them.
pub(super) struct Commands {
    receiver: UnboundedReceiver<AgentCommand>,
    waiting: VecDeque<AgentCommand>,
}

impl Commands {
    /// The next one; none where every handle is gone.
    pub async fn next(&mut self) -> Option<AgentCommand> {
        match self.waiting.pop_front() {
            Some(command) => Some(command),
            None => self.receiver.recv().await,
        }
    }

    /// Messages that wait, which nobody will take.
    pub fn give_up(&mut self) -> Vec<String> {
        let texts = std::mem::take(&mut self.waiting).into_iter().filter_map(|command| match command {
            AgentCommand::Say(text) => Some(text),
            _ => None,
        });
        texts.collect()
    }

    /// Does work that takes no commands but to stop; others wait. None where somebody stops it or goes away.
    pub async fn during<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Interrupted> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                command = self.receiver.recv() => match command {
                    None => return Err(Interrupted::Gone),
                    Some(AgentCommand::Stop) => return Err(Interrupted::Stopped),
                    Some(other) => self.waiting.push_back(other),
                },
                done = &mut work => return Ok(done),
            }
        }
    }
}

/// Reason for which work was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interrupted {
    /// The person stopped it.
    Stopped,
    /// Nobody holds a handle any more.
    Gone,
}

/// Drives a run until every handle is gone: takes commands, and tells `on` of what happens. A person's message begins
/// it; dropping the future leaves everything in the journal as far as it is known.
pub async fn drive(
    parts: AgentParts,
    start: AgentStart,
    commands: UnboundedReceiver<AgentCommand>,
    on: Arc<dyn Fn(AgentEvent) + Send + Sync>,
) {
    let mut commands = Commands { receiver: commands, waiting: VecDeque::new() };
    let Some(mut begun) = begun(parts, start, &mut commands, &on).await else { return };
    while let Some(command) = commands.next().await {
        let AgentCommand::Say(text) = command else { continue };
        begun.said(text).await;
        if !begun.is_open() {
            on(AgentEvent::Rests(RunEnd::Answered));
            continue;
        }
        match begun.work(&mut commands).await {
            Ok(end) => begun.rest(end).await,
            Err(_gone) => return begun.rest_unheard().await,
        }
    }
}

/// Begins until it succeeds: what is in the way may have gone when the person says something again. A message that could
/// not be taken goes back to them.
async fn begun(parts: AgentParts, start: AgentStart, commands: &mut Commands, on: &EventSink) -> Option<Begun> {
    loop {
        let end = match commands.during(begin(parts.clone(), start.clone(), Arc::clone(on))).await {
            Ok(Ok(begun)) => return Some(begun),
            Ok(Err(fault)) => RunEnd::Failed(Box::new(fault)),
            Err(Interrupted::Stopped) => RunEnd::Stopped,
            Err(Interrupted::Gone) => return None,
        };
        commands.give_up().into_iter().for_each(|text| on(AgentEvent::NotTaken(text)));
        on(AgentEvent::Rests(end));
        loop {
            match commands.next().await? {
                AgentCommand::Say(text) => {
                    commands.waiting.push_front(AgentCommand::Say(text));
                    break;
                }
                _ => continue,
            }
        }
    }
}
