//! A client: one server, its session, and the requests to it.

use std::sync::Arc;

use super::call::{CallAnswer, CallListener};
use super::endpoint::Endpoint;
use super::fault::McpFault;
use super::offer::{ServerInfo, ServerPrompt, ServerResource, ServerTool};
use super::options::ClientOptions;
use crate::domain::{FaultKind, JsonText, PromptMessage, ResourceContent};

/// Client of one server. Clones share its session.
///
/// It is opened by the first request, once for all who wait for it. A session that died is opened again by the next
/// request. A call that was sent is never repeated.
#[derive(Clone, Debug)]
pub struct McpClient(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    endpoint: Endpoint,
    options: ClientOptions,
}

impl McpClient {
    /// A client that has not spoken to its server yet.
    pub fn new(endpoint: Endpoint, options: ClientOptions) -> Self {
        Self(Arc::new(Shared { endpoint, options }))
    }

    fn pending(&self) -> McpFault {
        let _ = (&self.0.endpoint, &self.0.options);
        McpFault::new(FaultKind::NotOffered, "Servers cannot be spoken to yet.")
    }

    /// What the server says of itself.
    pub async fn server(&self) -> Result<Arc<ServerInfo>, McpFault> {
        Err(self.pending())
    }

    /// All of its tools, in its order.
    pub async fn tools(&self) -> Result<Vec<ServerTool>, McpFault> {
        Err(self.pending())
    }

    /// Calls a tool, once. `arguments` is a JSON object, and goes out as it is. Whoever drops the future cancels the call.
    pub async fn call(
        &self,
        _tool: &str,
        _arguments: &JsonText,
        _listener: Arc<dyn CallListener>,
    ) -> Result<CallAnswer, McpFault> {
        Err(self.pending())
    }

    /// All of its resources.
    pub async fn resources(&self) -> Result<Vec<ServerResource>, McpFault> {
        Err(self.pending())
    }

    /// All of its templates of resources.
    pub async fn resource_templates(&self) -> Result<Vec<ServerResource>, McpFault> {
        Err(self.pending())
    }

    /// Content of a resource; `uri` is whole, with nothing left to fill in.
    pub async fn read(&self, _uri: &str) -> Result<Vec<ResourceContent>, McpFault> {
        Err(self.pending())
    }

    /// All of its prompts.
    pub async fn prompts(&self) -> Result<Vec<ServerPrompt>, McpFault> {
        Err(self.pending())
    }

    /// Messages of a prompt with these values: a JSON object of texts.
    pub async fn prompt(&self, _name: &str, _arguments: &JsonText) -> Result<Vec<PromptMessage>, McpFault> {
        Err(self.pending())
    }

    /// Ends the session, in good order where the server lets it: a session is deleted, a process asked to end and then
    /// killed. The next request opens another.
    pub async fn close(&self) {}
}
