//! Limits of a client, and whom it tells what it hears.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::fault::McpFault;
use crate::domain::Untrusted;

/// Options of a client.
#[derive(Clone)]
pub struct ClientOptions {
    /// Name that this client gives itself.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Limits of what is read.
    pub limits: ClientLimits,
    /// Listener to every exchange, for a log of requests.
    pub observer: Arc<dyn Fn(ServerExchange) + Send + Sync>,
    /// Listener to what a server says beside its answers.
    pub log: Arc<dyn Fn(ServerMessage) + Send + Sync>,
    /// Listener to changes of what a server offers.
    pub changed: Arc<dyn Fn(Changed) + Send + Sync>,
}

/// Limits of what is read of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientLimits {
    /// Largest message, in bytes.
    pub message: usize,
    /// Entries of one list at most: tools, resources, prompts.
    pub entries: usize,
    /// Pages of one list at most.
    pub pages: usize,
    /// Time until the server must be ready.
    pub opening: Duration,
    /// Time for the answer to a request that reads: a page of a list, a resource, a prompt.
    pub reading: Duration,
}

/// One message with its answer, or why there is none. Bodies are their beginnings, at most
/// [`KEPT_BODY`] bytes, with whatever credentials are in them: whoever writes them down redacts them.
#[derive(Clone, Debug)]
pub struct ServerExchange {
    /// Time of its start (UTC).
    pub at: Timestamp,
    /// Method of the protocol: `tools/call`.
    pub method: String,
    /// Tool, prompt or URI that it is about; empty where there is none.
    pub name: Untrusted,
    /// Scheme, host and port; for a process its program.
    pub origin: String,
    /// Path and query; empty for a process.
    pub target: String,
    /// HTTP status, where there was one.
    pub status: Option<u16>,
    /// Time from sending it to the end of its answer.
    pub took: Duration,
    /// Message as it was sent, as far as it is kept.
    pub sent: Untrusted,
    /// Bytes that were sent.
    pub sent_bytes: u64,
    /// Answer as it came, as far as it is kept.
    pub received: Untrusted,
    /// Bytes that came.
    pub received_bytes: u64,
    /// Reason why there was no good answer.
    pub problem: Option<McpFault>,
}

/// Bytes of a body that an exchange keeps.
pub const KEPT_BODY: usize = 64 << 10;

/// Something that a server said beside its answers.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerMessage {
    /// Time at which it came (UTC).
    pub at: Timestamp,
    /// The way that it came.
    pub source: MessageSource,
    /// `debug`, `info`, `notice`, `warning`, `error` and the like; empty where it is not said.
    pub level: Untrusted,
    /// Part of the server that says it; empty where it is not said.
    pub logger: Untrusted,
    /// The words, or the data as JSON; bounded.
    pub text: Untrusted,
}

/// Way of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageSource {
    /// A log notification of the protocol.
    Log,
    /// A line of a process's standard error.
    Stderr,
    /// A line of a process's standard output that is no message of the protocol.
    Stdout,
    /// This client, about something odd that the server did.
    Client,
}

/// List of a server that is another now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Changed {
    /// Its tools.
    Tools,
    /// Its resources.
    Resources,
    /// Its prompts.
    Prompts,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            message: 64 << 20,
            entries: 10_000,
            pages: 1_000,
            opening: Duration::from_secs(30),
            reading: Duration::from_secs(60),
        }
    }
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            limits: ClientLimits::default(),
            observer: Arc::new(|_| ()),
            log: Arc::new(|_| ()),
            changed: Arc::new(|_| ()),
        }
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, version, limits, .. } = self;
        let mut shown = f.debug_struct("ClientOptions");
        shown.field("name", name).field("version", version).field("limits", limits).finish_non_exhaustive()
    }
}
