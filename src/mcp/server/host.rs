//! The side that has the tools.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

use super::peer::Peer;
use crate::domain::{Fault, JsonText, Untrusted};

/// Whoever offers tools and carries out calls. Calls of several clients come at the same time.
#[async_trait]
pub trait ToolHost: Send + Sync + 'static {
    /// Name of the server, as clients show it.
    fn server(&self) -> ServerName {
        ServerName::default()
    }

    /// Tools that this client may call now. Asked for with every list and every call: a host that has to ask somebody
    /// else remembers the answer for a while.
    ///
    /// # Errors
    /// The tools cannot be listed, and why.
    async fn tools(&self, peer: &Peer) -> Result<Vec<Arc<OfferedTool>>, Fault>;

    /// Result of one call, carried out once. Dropped where the client cancels it or goes away.
    ///
    /// # Errors
    /// The call was refused or failed.
    async fn call(&self, tool: &OfferedTool, arguments: JsonText, peer: &Peer) -> Result<ToolAnswer, HostRefusal>;

    /// Refusal of a call of a tool that this client is not offered, where there is more to say than that there is none of
    /// this name.
    async fn withheld(&self, _name: &str, _peer: &Peer) -> Option<HostRefusal> {
        None
    }

    /// Counter that moves when the list may have changed; none where it never does.
    fn changes(&self) -> Option<watch::Receiver<u64>> {
        None
    }

    /// Words to a model about all of the tools, or about why there are none.
    fn instructions(&self) -> Option<String> {
        None
    }
}

/// Name of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerName {
    /// Name for programs.
    pub name: String,
    /// Name for people.
    pub title: Option<String>,
    /// Version of the server.
    pub version: String,
}

impl Default for ServerName {
    fn default() -> Self {
        Self { name: "jackfield".into(), title: None, version: env!("CARGO_PKG_VERSION").into() }
    }
}

/// One tool as a host offers it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OfferedTool {
    /// Name that the host knows it by. A client may see another one, which every client takes.
    pub name: Untrusted,
    /// What tells it from another of the same name, such as a connection: it stands before the name where it has to.
    pub group: Untrusted,
    /// A title for people; may be empty.
    pub title: Untrusted,
    /// Description for a model.
    pub description: Untrusted,
    /// JSON Schema of its arguments; anything is taken where there is none.
    pub input_schema: Option<JsonText>,
    /// JSON Schema of its structured result, where it promises one.
    pub output_schema: Option<JsonText>,
    /// Effect of a call.
    pub hints: ToolHints,
}

/// Hints about a tool, as the protocol has them; none where it is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToolHints {
    /// It changes nothing.
    pub read_only: Option<bool>,
    /// It may take something away.
    pub destructive: Option<bool>,
    /// A second call with the same arguments changes nothing more.
    pub idempotent: Option<bool>,
    /// It reaches a world outside of the server.
    pub open_world: Option<bool>,
}

/// Answer to a call.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolAnswer {
    /// The result as it came. An object with `content` of the protocol's own kinds is passed through.
    pub result: JsonText,
    /// Failure that the result reports of itself, in words.
    pub reported: Option<String>,
    /// What the model should know beside the result.
    pub remarks: Vec<String>,
}

impl ToolAnswer {
    /// A result with nothing to say about it.
    pub fn new(result: JsonText) -> Self {
        Self { result, reported: None, remarks: Vec::new() }
    }
}

/// Reason why there is no answer to a call.
#[derive(Clone, Debug, PartialEq)]
pub enum HostRefusal {
    /// The call was refused or failed. The model is told, and what to do.
    Failed {
        /// Failure.
        fault: Box<Fault>,
        /// What to do next, in a sentence; may be empty.
        next: String,
    },
    /// The request makes no sense in the protocol, which is told as an error of the protocol (invalid parameters).
    InvalidRequest(String),
}

impl From<Fault> for HostRefusal {
    fn from(fault: Fault) -> Self {
        Self::Failed { fault: Box::new(fault), next: String::new() }
    }
}
