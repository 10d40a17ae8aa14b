//! Floor 4: a model that works as one user, through the same flows as a person.
//!
//! A front makes an [`AgentOrder`], whose identifier comes from the person at the keyboard, and drives the run by its
//! [`AgentHandle`]. What happens is told as [`AgentEvent`]s, which a [`Transcript`] makes rows of; a run that is read back
//! from the journal ([`load`]) is the same rows.
//!
//! The model's part ends at its words. A wish names a tool and an input; which account that means follows from the order
//! ([`ActingAs`]), whether it is sent from the same objections as every call of a person's, and an answer to a question
//! comes through the handle alone. A text, whoever wrote it, is never more than a text here.

mod begin;
pub mod brief;
mod call;
mod conversation;
mod cost;
mod event;
mod export;
mod fate;
mod handle;
mod heard;
mod instructions;
mod order;
mod replay;
mod run;
mod shorten;
mod stored;
mod told;
mod toolbox;
mod transcript;
mod work;

pub use self::event::{AgentEvent, CallReturn, EventSink, Question, RunEnd};
pub use self::export::{cost_words, end_sentence, exported, program_plan};
pub use self::handle::{AgentCommand, AgentHandle, CallDecision};
pub use self::order::{ActingAs, AgentLimits, AgentOrder, RunId};
pub use self::replay::{ReplayOrder, ReplayVerdict, ReplayedCall, calls_of, replay, replay_summary};
pub use self::run::{AgentParts, AgentStart, drive};
pub use self::stored::{RunHead, StoredRun, end_word, list, load};
pub use self::transcript::{CallRow, CallState, Transcript, TranscriptItem};
