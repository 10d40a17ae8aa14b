//! A client of the Model Context Protocol, in both of its eras, with a person who can be asked to visit a page.

use std::sync::{Arc, Mutex};

use rmcp::ServiceError;
use rmcp::handler::client::ClientHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientConfig, ElicitRequestParams, ElicitResult, ElicitationAction,
    ElicitationCapability, ErrorData, ProtocolVersion, UrlElicitationCapability,
};
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt as _, NotificationContext, RequestContext, RoleClient, RunningService,
};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};

use super::client;
use crate::browser;

/// Era of the protocol that a client speaks.
#[derive(Clone, Copy, Debug)]
pub enum Spoken {
    Session,
    Stateless,
}

/// Both, for tests that hold in both.
pub const BOTH: [Spoken; 2] = [Spoken::Session, Spoken::Stateless];

/// The person at a client: visits pages and signs in as somebody, or says no.
#[derive(Clone, Default)]
pub struct Reader {
    pub can_be_asked: bool,
    pub signs_in_as: Option<&'static str>,
    /// Pages that it was asked to visit.
    pub asked: Arc<Mutex<Vec<String>>>,
    /// Told of every change of the list of tools.
    pub changed: Arc<tokio::sync::Notify>,
}

impl ClientHandler for Reader {
    fn get_info(&self) -> ClientConfig {
        let mut info = ClientConfig::default();
        if self.can_be_asked {
            let asks = ElicitationCapability::new().with_url(UrlElicitationCapability::new());
            info.capabilities.elicitation = Some(asks);
        }
        info
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.changed.notify_one();
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let ElicitRequestParams::UrlElicitationParams { url, .. } = request else { panic!("a page was expected") };
        self.asked.lock().unwrap().push(url.clone());
        Ok(ElicitResult::new(match self.signs_in_as {
            None => ElicitationAction::Decline,
            Some(person) => {
                browser::decide(&client(), &url, Some(person), "allow").await;
                ElicitationAction::Accept
            }
        }))
    }
}

/// A client that is connected to a server.
pub struct McpClient(RunningService<RoleClient, Reader>);

impl McpClient {
    pub async fn connect(url: &str, token: Option<&str>, spoken: Spoken) -> Self {
        Self::with(url, token, spoken, Reader::default()).await.unwrap()
    }

    pub async fn with(url: &str, token: Option<&str>, spoken: Spoken, reader: Reader) -> Result<Self, String> {
        let config = StreamableHttpClientTransportConfig::with_uri(url);
        let config = match token {
            None => config,
            Some(token) => config.auth_header(token),
        };
        let transport = StreamableHttpClientTransport::with_client(client(), config);
        let lifecycle = match spoken {
            Spoken::Session => ClientLifecycleMode::Initialize,
            Spoken::Stateless => {
                ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] }
            }
        };
        reader.serve_with_lifecycle(transport, lifecycle).await.map(Self).map_err(|error| format!("{error:?}"))
    }

    /// Names of the tools it is offered.
    pub async fn tools(&self) -> Vec<String> {
        self.0.list_all_tools().await.unwrap().into_iter().map(|tool| tool.name.into_owned()).collect()
    }

    /// One tool as it came.
    pub async fn tool(&self, name: &str) -> Value {
        let tools = self.0.list_all_tools().await.unwrap();
        serde_json::to_value(tools.into_iter().find(|tool| tool.name == name).expect("it")).unwrap()
    }

    pub async fn call(&self, tool: &str, arguments: Value) -> Result<CallToolResult, ServiceError> {
        let Value::Object(arguments) = arguments else { panic!("an object") };
        self.0.call_tool(CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments)).await
    }

    /// Structured result of a call that must succeed.
    pub async fn result(&self, tool: &str, arguments: Value) -> Value {
        let result = self.call(tool, arguments).await.unwrap();
        assert_eq!(result.is_error, Some(false), "{result:?}");
        result.structured_content.expect("an object")
    }

    /// Words of a call that must fail.
    pub async fn failure(&self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments).await.unwrap();
        assert_eq!(result.is_error, Some(true), "{result:?}");
        json!(result.content)[0]["text"].as_str().expect("words").to_owned()
    }
}
