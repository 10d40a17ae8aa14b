//! Runs of agents: what was said and answered in them, and the calls that were wished for.
//!
//! A run is a row and a list of items that only grows. Whatever is about to be acted on is written first: the person's
//! message before the model is asked, an answer with its wishes before a call of theirs is sent. A call's own entry names
//! its wish, so that after a crash nobody has to guess which wish was begun.

mod content;
mod lock;
mod read;
#[cfg(test)]
mod tests;
mod write;

use jiff::Timestamp;
use strum::{EnumString, IntoStaticStr};

use super::record::EntryId;
use crate::domain::{ConnectionName, Identifier, JsonText, Untrusted};
use crate::model_api::Usage;

pub use lock::RunLock;
pub(super) use read::RUN_COLUMNS;
pub(super) use write::forget;

/// Number of a run in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunNumber(pub i64);

/// Number of a wish for a call, among those of all runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WishNumber(pub i64);

/// Run that is about to begin.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRun {
    /// Its id.
    pub id: String,
    /// Name of the environment in the journal.
    pub environment: String,
    /// Identifier of the person that it acts as.
    pub identifier: Identifier,
    /// Connections whose tools it may call; all where there is none.
    pub connections: Vec<ConnectionName>,
    /// Id of the model.
    pub model: String,
    /// Word for the mode of the environment.
    pub mode: String,
    /// Its first words; credentials are replaced before they are written.
    pub title: String,
    /// Limits, as JSON.
    pub limits: String,
}

/// One run of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    /// Number in the file.
    pub number: RunNumber,
    /// Its id.
    pub id: Untrusted,
    /// Name of the environment in the journal.
    pub environment: Untrusted,
    /// Identifier of the person that it acts as.
    pub identifier: Identifier,
    /// Connections whose tools it may call; all where there is none.
    pub connections: Vec<ConnectionName>,
    /// Id of the model.
    pub model: Untrusted,
    /// Word for the mode of the environment at its beginning.
    pub mode: Untrusted,
    /// Its first words.
    pub title: Untrusted,
    /// Time at which it began.
    pub began: Timestamp,
    /// Time at which something last happened in it.
    pub changed: Timestamp,
    /// Word for how it rests; `running` while it does not, or where its program ended.
    pub state: Untrusted,
    /// Limits, as JSON.
    pub limits: String,
    /// Tokens of the whole run.
    pub total: Usage,
    /// Calls that were wished for.
    pub calls: u64,
}

/// Kind of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum RunItemKind {
    /// The person's message.
    Said,
    /// The model is asked: everything said and returned before this goes to it.
    Turn,
    /// Answer of the model, whole.
    Answer,
    /// Beginning of an answer that never ended.
    Partial,
    /// Something that the person was told.
    Notice,
    /// Why the run rested.
    Rest,
}

/// One thing that happened in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunItem {
    /// Its number; later ones are larger.
    pub number: i64,
    /// Time at which it was written.
    pub at: Timestamp,
    /// Kind.
    pub kind: RunItemKind,
    /// What it says, credentials replaced; `null` where it was too large to be kept.
    pub document: JsonText,
}

/// A call that a model wished for.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredWish {
    /// Its number.
    pub number: WishNumber,
    /// Number of the item whose answer holds the wish.
    pub item: i64,
    /// The wish, credentials replaced.
    pub wish: JsonText,
    /// What came of it, credentials replaced; none while nobody knows.
    pub fate: Option<JsonText>,
    /// The last entry that was begun for it.
    pub entry: Option<EntryId>,
}

/// Conditions for runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Name of the environment, all of it, as it is recorded.
    pub environment: Option<String>,
    /// Part of the identifier.
    pub identifier: Option<String>,
    /// Words of which each stands in the title, the id, the identifier or the model.
    pub words: Vec<String>,
}
