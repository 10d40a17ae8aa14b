//! Tools: listing and calling them.

use async_trait::async_trait;

use super::{Answered, Batches, Watch};
use crate::domain::{ConnectionName, Execution, Fault, Identifier, Provider, Tool, ToolCall, ToolName};

/// Tools, to list and to call.
#[async_trait]
pub trait Tools: Send + Sync {
    /// The tools of `scope`, those called one of `names` where that is not empty. Nobody promises that
    /// other names do not come along.
    fn stream(&self, scope: ToolScope, names: Vec<ToolName>) -> Batches<'_, Tool>;

    /// Runs a tool. Not idempotent: sent once, and again only if our own token was turned away at the
    /// door.
    async fn call(&self, call: &ToolCall) -> Result<Execution, Fault>;

    /// The same, and tells of the result while it comes, where the back-end hears of it before it is whole.
    async fn call_watched(&self, call: &ToolCall, _watch: Watch) -> Result<Answered, Fault> {
        Ok(Answered { execution: self.call(call).await?, document: None })
    }
}

/// Selection of tools to list.
#[derive(Clone, Debug)]
pub enum ToolScope {
    /// Those that one person may call on these connections, of which there is at least one. Case matters.
    Person(Identifier, Vec<ConnectionName>),
    /// The environment's, whoever may call them; those of one provider where one is named. Case matters.
    Environment(Option<Provider>),
}
