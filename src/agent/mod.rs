//! Floor 4: a model that works as one user, through the same flows as a person.
//!
//! A front makes an [`AgentOrder`], whose identifier comes from the person at the keyboard, and drives the run by its
//! [`AgentHandle`]. What happens is told as [`AgentEvent`]s, which a [`Transcript`] makes rows of; a run that is read back
//! from the journal is the same rows.

pub mod brief;
mod event;
mod handle;
mod order;
mod replay;
mod run;
mod transcript;

pub use self::event::{AgentEvent, CallReturn, RunEnd};
pub use self::handle::{AgentCommand, AgentHandle, CallDecision};
pub use self::order::{ActingAs, AgentLimits, AgentOrder, RunId};
pub use self::replay::{ReplayOrder, ReplayVerdict, ReplayedCall, calls_of, replay, replay_summary};
pub use self::run::{AgentParts, AgentStart, drive};
pub use self::transcript::{CallRow, CallState, Transcript, TranscriptItem};
