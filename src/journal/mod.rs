//! Floor 2: every execution and proxy request ever made, in one SQLite file that its owner alone
//! may read.
//!
//! A call is written *before* it is sent ([`Journal::begin`]) and completed when its outcome is known
//! ([`Journal::complete`]). One that a crash left open is shown as [`CallOutcome::Unknown`]: never lost,
//! and never sent again by itself. Arguments that were given a name ([`Preset`]) stand beside the
//! calls and outlive them. What looks like a credential is replaced before anything is
//! written ([`redact`](crate::redact)). Every method blocks on the disk: call them where that hurts nobody.

mod audit;
mod body;
mod busy;
mod filter;
mod home;
mod note;
mod preset;
mod proof;
mod query;
mod receipt;
mod record;
mod remembered;
mod retention;
mod runs;
mod schema;
mod snapshot;
mod store;
#[cfg(test)]
mod tests;
mod usage;

pub use audit::{AuditFilter, AuditLine, AuditVerdict, ChainHash, ChainProblem};
pub use busy::long_wait;
pub use filter::{FilterError, FilterNames, JournalFilter, completions};
pub use preset::{IfTaken, Preset, PresetName};
pub use query::{EntryOrder, EntryPage};
pub use receipt::KeptReceipt;
pub use record::{
    CallKind, CallOutcome, Ending, EntryId, EntrySummary, Front, JournalEntry, NewCall, SentArguments, StoredBody,
};
pub use retention::Retention;
pub use runs::{NewRun, RunFilter, RunItem, RunItemKind, RunLock, RunNumber, RunSummary, StoredWish, WishNumber};
pub use snapshot::{AccountState, ConnectionState, SchemaKey, Snapshot, State, ToolState};
pub use store::Journal;
pub use usage::RecentTool;
