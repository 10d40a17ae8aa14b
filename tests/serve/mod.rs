//! Tools served to agents: the protocol in both eras, one person's tools in the sandbox, and a person who allows calls.

mod approval;
mod environment;
mod granting;
mod http;
mod program;
mod protocol;

use std::sync::{Arc, Mutex};

use jackfield::testing::mcp::server::{ToolHost, stream};
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult,
    ElicitationCapability, FormElicitationCapability, Implementation, ProgressNotificationParam, ProtocolVersion,
    UrlElicitationCapability,
};
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt as _, NotificationContext, RequestContext, RoleClient, RunningService,
};
use rmcp::{ClientHandler, ErrorData};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::waiting::soon;

/// Both eras of the protocol.
pub fn eras() -> [ClientLifecycleMode; 2] {
    [
        ClientLifecycleMode::Initialize,
        ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] },
    ]
}

/// What a client hears beside answers.
#[derive(Debug)]
pub enum Heard {
    Asked(Value),
    Progress(String),
    ListChanged,
}

/// A client that can ask its person, or cannot.
#[derive(Clone)]
pub struct Agent {
    asks: bool,
    answer: Arc<Mutex<ElicitResult>>,
    heard: UnboundedSender<Heard>,
}

impl Agent {
    pub fn new(answer: Option<ElicitResult>) -> (Self, UnboundedReceiver<Heard>) {
        let (heard, hears) = unbounded_channel();
        let asks = answer.is_some();
        let answer = answer.unwrap_or_else(|| ElicitResult::new(rmcp::model::ElicitationAction::Decline));
        (Self { asks, answer: Arc::new(Mutex::new(answer)), heard }, hears)
    }

    pub fn answers(&self, answer: ElicitResult) {
        *self.answer.lock().unwrap() = answer;
    }
}

impl ClientHandler for Agent {
    fn get_info(&self) -> ClientConfig {
        let mut can = ClientCapabilities::default();
        if self.asks {
            let asks = ElicitationCapability::new()
                .with_form(FormElicitationCapability::default())
                .with_url(UrlElicitationCapability::default());
            can.elicitation = Some(asks);
        }
        ClientConfig::new(can, Implementation::new("test-agent", "1.2"))
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let _ = self.heard.send(Heard::Asked(serde_json::to_value(&request).unwrap()));
        Ok(self.answer.lock().unwrap().clone())
    }

    async fn on_progress(&self, params: ProgressNotificationParam, _context: NotificationContext<RoleClient>) {
        let _ = self.heard.send(Heard::Progress(params.message.unwrap_or_default()));
    }

    async fn on_tool_list_changed(&self, _context: NotificationContext<RoleClient>) {
        let _ = self.heard.send(Heard::ListChanged);
    }
}

/// A client of a server in this process.
pub struct Connected {
    pub client: RunningService<RoleClient, Agent>,
    pub hears: UnboundedReceiver<Heard>,
    pub served: JoinHandle<Result<(), jackfield::testing::domain::Fault>>,
    pub stop: CancellationToken,
}

impl Connected {
    pub async fn new(host: Arc<dyn ToolHost>, era: ClientLifecycleMode, answer: Option<ElicitResult>) -> Self {
        let (here, there) = tokio::io::duplex(1 << 16);
        let stop = CancellationToken::new();
        let (read, write) = tokio::io::split(there);
        let served = tokio::spawn(stream::serve(host, read, write, stop.clone()));
        let (agent, hears) = Agent::new(answer);
        let client = soon("a session", agent.serve_with_lifecycle(here, era)).await.unwrap();
        Self { client, hears, served, stop }
    }

    pub async fn names(&self) -> Vec<String> {
        let tools = soon("the tools", self.client.list_all_tools()).await.unwrap();
        tools.into_iter().map(|tool| tool.name.into_owned()).collect()
    }

    pub async fn call(&self, name: &str, arguments: Value) -> Result<CallToolResult, rmcp::ServiceError> {
        soon("an answer", self.client.call_tool(request(name, arguments))).await
    }

    /// Words of an answer, and whether it is an error.
    pub async fn said(&self, name: &str, arguments: Value) -> (bool, String) {
        let result = self.call(name, arguments).await.unwrap();
        (result.is_error == Some(true), text(&result))
    }

    /// Asks for the list until it is as expected, and waits for the news of that.
    pub async fn hears_of(&mut self, expected: impl Fn(&[String]) -> bool) {
        let asked = async {
            while !expected(&self.names().await) {
                tokio::task::yield_now().await;
            }
        };
        soon("another list", asked).await;
        let heard = async {
            loop {
                match self.hears.recv().await {
                    Some(Heard::ListChanged) => return,
                    Some(_) => {}
                    None => panic!("the client is gone"),
                }
            }
        };
        soon("news of the list", heard).await;
    }

    /// Goes away, and waits until the server has noticed.
    pub async fn leave(self) {
        let _ = self.client.cancel().await;
        soon("the end", self.served).await.unwrap().unwrap();
    }
}

pub fn request(name: &str, arguments: Value) -> CallToolRequestParams {
    let arguments = arguments.as_object().cloned().unwrap_or_default();
    CallToolRequestParams::new(name.to_owned()).with_arguments(arguments)
}

pub fn text(result: &CallToolResult) -> String {
    let value = serde_json::to_value(&result.content).unwrap();
    let texts = value.as_array().unwrap().iter().filter_map(|block| block["text"].as_str());
    texts.collect::<Vec<_>>().join("\n")
}
