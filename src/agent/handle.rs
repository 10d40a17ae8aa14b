//! The way to a run that is under way.

use tokio::sync::mpsc;

use crate::domain::{JsonText, Untrusted};

/// Handle of a run that is under way. Nothing here waits. Dropping every clone stops the run.
#[derive(Clone, Debug)]
pub struct AgentHandle(mpsc::UnboundedSender<AgentCommand>);

/// Command of a person to a run.
#[derive(Clone, Debug, PartialEq)]
pub enum AgentCommand {
    /// A message to the model. An empty one goes on without one, where the model has not answered the last, or has not
    /// heard yet what came of its calls.
    Say(String),
    /// Decision on a call that waits for one, by the id of the wish.
    Decide(Untrusted, CallDecision),
    /// Try a call again that waits for its account: it may be authorized now.
    GoOn(Untrusted),
    /// Stop what is under way. What was said and done stays; the person may go on.
    Stop,
}

/// Decision of a person on a call.
#[derive(Clone, Debug, PartialEq)]
pub enum CallDecision {
    /// This call may be sent.
    Once,
    /// So may every later call of this tool on this connection in this run.
    Run,
    /// This call may be sent with this input instead.
    Edited(JsonText),
    /// It may not, for this reason, which the model is told; empty where none was given.
    Deny(String),
    /// It may not, as nobody could be asked; why not, for the model.
    Unasked(String),
}

impl AgentHandle {
    /// A handle, and the end at which its commands come out.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<AgentCommand>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Sends a command. False where the run is over.
    pub fn send(&self, command: AgentCommand) -> bool {
        self.0.send(command).is_ok()
    }
}
