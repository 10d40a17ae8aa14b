//! Driving a run.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;

use super::event::{AgentEvent, RunEnd};
use super::handle::AgentCommand;
use super::order::{AgentOrder, RunId};
use crate::domain::{Fault, FaultKind};
use crate::flow::environment::Opened;
use crate::flow::model_access::ModelAccess;
use crate::flow::record::Recorder;

/// What a run works with.
#[derive(Clone)]
pub struct AgentParts {
    /// Environment whose tools it may call.
    pub opened: Arc<Opened>,
    /// Writes its calls down.
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

/// Drives a run until every handle is gone: takes commands, and tells `on` of what happens. A person's message begins
/// it; dropping the future leaves everything in the journal as far as it is known.
pub async fn drive(
    parts: AgentParts,
    start: AgentStart,
    mut commands: UnboundedReceiver<AgentCommand>,
    on: Arc<dyn Fn(AgentEvent) + Send + Sync>,
) {
    let _ = (parts, start);
    while commands.recv().await.is_some() {
        on(AgentEvent::Rests(RunEnd::Failed(Box::new(Fault::new(FaultKind::NotOffered, "Not built yet.")))));
    }
}
