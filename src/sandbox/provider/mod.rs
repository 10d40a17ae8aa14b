//! The providers behind the connections: what a tool really does.

mod arguments;
mod asana;
mod call;
mod linear;

use jiff::Timestamp;

pub use self::call::{Call, Provider, Trouble, TroubleKind};
use super::ids::Ids;
use super::people::People;

/// One provider as it is built in.
pub struct Entry {
    /// Its key on the wire.
    pub key: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its tools' definitions, a JSON array.
    pub tools: &'static str,
    /// Opens its part of the world; times in the data count from the timestamp.
    pub open: fn(Ids, &People, Timestamp) -> Opened,
}

/// A provider, or what is wrong with its data.
type Opened = Result<Box<dyn Provider>, serde_json::Error>;

/// All providers.
pub const PROVIDERS: [Entry; 2] = [
    Entry {
        key: "LINEAR",
        title: "Linear",
        tools: include_str!("../../../assets/sandbox/tools/linear.json"),
        open: |ids, people, now| Ok(Box::new(linear::Linear::open(ids, people, now)?)),
    },
    Entry {
        key: "ASANA",
        title: "Asana",
        tools: include_str!("../../../assets/sandbox/tools/asana.json"),
        open: |ids, people, now| Ok(Box::new(asana::Asana::open(ids, people, now)?)),
    },
];
