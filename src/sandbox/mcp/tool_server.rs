//! What MCP clients get: the tools of their server, and calls that go the way of any execution.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::{Map, Value};
use tokio::sync::watch;
use url::Url;

use super::access::{ServerAccess, ServerRef};
use super::offer::{account, described, mappings, permitted, tools};
use super::session_token::AccessLevel;
use crate::backend::scalekit::wire::tools::ExecuteToolRequest;
use crate::background::blocking;
use crate::domain::{AccountRef, ElicitationAnswer, ElicitationRequest, Fault, FaultKind, JsonText};
use crate::mcp::server::{HostRefusal, OfferedTool, Peer, Question, ServerName, ToolAnswer, ToolHost};
use crate::sandbox::api::execute::{ExecuteFailure, carry_out};
use crate::sandbox::api::mcp::auth_state;
use crate::sandbox::call_origin::CallOrigin;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::provider::{ProviderData, ProviderRefusal, ProviderRefusalKind};
use crate::sandbox::world::ConnectionRecord;

/// Tools of all servers of an environment; whose they are is told by the request.
pub struct ToolServer {
    env: Arc<SandboxEnvironment>,
    /// Tools as they are offered, by number and connection: the catalogue does not change.
    described: Mutex<HashMap<(u64, u64), Arc<OfferedTool>>>,
}

/// Call that is about to be made.
struct PlannedCall {
    connection: Arc<ConnectionRecord>,
    account: u64,
    request: ExecuteToolRequest,
    arguments: Map<String, Value>,
}

impl ToolServer {
    pub fn new(env: &Arc<SandboxEnvironment>) -> Arc<Self> {
        Arc::new(Self { env: Arc::clone(env), described: Mutex::default() })
    }

    fn plan(
        &self,
        tool: &OfferedTool,
        arguments: &JsonText,
        access: &ServerAccess,
    ) -> Result<PlannedCall, HostRefusal> {
        let arguments = serde_json::from_str(arguments.raw())
            .map_err(|_| HostRefusal::InvalidRequest("The arguments must be an object.".into()))?;
        let mut world = self.env.world();
        let connection = world.connection(tool.group.raw()).ok_or_else(gone)?;
        let known = world.tools().ok().and_then(|tools| tools.named(tool.name.raw()).cloned()).ok_or_else(gone)?;
        if !permitted(access, &known) {
            return Err(read_only());
        }
        let now = self.env.now();
        let account = match account(&world, access, &connection.name) {
            Some(account) => account,
            // Only an instance has connections that its person never used.
            None => world.create_account(&connection, &access.identifier, None, None, now).number,
        };
        if let ServerRef::Instance(number) = access.server
            && let Some(instance) = world.servers.instance_numbered(number)
        {
            instance.last_used_at = Some(now);
        }
        let request = ExecuteToolRequest {
            tool_name: known.name.to_string(),
            connected_account_id: Some(format!("ca_{account}")),
            identifier: None,
            connector: None,
            params: None,
            agent_run_id: None,
        };
        Ok(PlannedCall { connection, account, request, arguments })
    }

    async fn execute(&self, call: &PlannedCall) -> Result<ToolAnswer, ExecuteFailure> {
        let (data, _) = carry_out(&self.env, CallOrigin::Mcp, &call.request, &call.arguments).await?;
        written(&data).map(ToolAnswer::new).map_err(ExecuteFailure::TurnedAway)
    }

    /// Whether calls with this account go out.
    fn works(&self, account: u64) -> bool {
        let id = format!("ca_{account}");
        self.env.world().account(&AccountRef::Id(id.as_str().into())).is_some_and(|account| account.works())
    }

    /// Refusal of a call that its account could not make, with a link for its person.
    async fn unauthorized(
        &self,
        call: &PlannedCall,
        identifier: &str,
        fault: Fault,
        peer: &Peer,
    ) -> Result<Authorized, HostRefusal> {
        let connection = &call.connection.name;
        let link = auth_state::issue(&self.env, &mut self.env.world(), call.account);
        let Some(url) = link.ok().and_then(|link| Url::parse(&link).ok()) else { return Err(fault.into()) };
        if peer.visits_pages() {
            let message = format!("Authorize {connection} for {identifier}. The link works for a minute, once.");
            let question = Question { message, request: ElicitationRequest::Url(url.clone()) };
            match peer.ask(question).await {
                Ok(ElicitationAnswer::Accept(_)) if self.works(call.account) => return Ok(Authorized),
                Ok(ElicitationAnswer::Accept(_)) => {
                    let next = "The person opened the authorization link. Call the tool again when they are done.";
                    return Err(HostRefusal::Failed { fault: Box::new(fault), next: next.into() });
                }
                Ok(ElicitationAnswer::Decline | ElicitationAnswer::Cancel) => {
                    let next = "The person did not want to authorize it now.";
                    return Err(HostRefusal::Failed { fault: Box::new(fault), next: next.into() });
                }
                // A client that cannot ask after all gets the words.
                Err(_) => {}
            }
        }
        let next = format!(
            "Ask the person to authorize {connection} for {identifier} at {url} within a minute, then call the tool again."
        );
        Err(HostRefusal::Failed { fault: Box::new(fault), next })
    }

    /// Keeps what a call changed: its answer may have begun before it was carried out.
    async fn keep(&self) {
        if self.env.state.is_some() {
            let env = Arc::clone(&self.env);
            if let Ok(Err(fault)) = blocking(move || env.save()).await {
                tracing::warn!(%fault, "the sandbox could not be kept");
            }
        }
    }
}

/// The account can make calls now.
struct Authorized;

#[async_trait]
impl ToolHost for ToolServer {
    fn server(&self) -> ServerName {
        ServerName { name: "jackfield-sandbox".into(), title: Some("Sandbox".into()), ..ServerName::default() }
    }

    async fn tools(&self, peer: &Peer) -> Result<Vec<Arc<OfferedTool>>, Fault> {
        let access = access(peer)?;
        let world = self.env.world();
        let mappings = mappings(&world, &access).ok_or_else(deleted)?;
        let mut known = self.described.lock().unwrap_or_else(PoisonError::into_inner);
        let offered = tools(&world, &access, &mappings).into_iter().map(|(connection, tool)| {
            let offered = known.entry((tool.number, connection.number));
            Arc::clone(offered.or_insert_with(|| Arc::new(described(&connection, &tool))))
        });
        Ok(offered.collect())
    }

    async fn withheld(&self, name: &str, peer: &Peer) -> Option<HostRefusal> {
        let access = access(peer).ok()?;
        let world = self.env.world();
        let mappings = mappings(&world, &access)?;
        let full = ServerAccess { level: AccessLevel::Full, ..access };
        tools(&world, &full, &mappings).iter().any(|(_, tool)| *tool.name == *name).then(read_only)
    }

    fn changes(&self) -> Option<watch::Receiver<u64>> {
        Some(self.env.offers.changes(&self.env.world()))
    }

    async fn call(&self, tool: &OfferedTool, arguments: JsonText, peer: &Peer) -> Result<ToolAnswer, HostRefusal> {
        let access = access(peer)?;
        let call = self.plan(tool, &arguments, &access)?;
        let answer = match self.execute(&call).await {
            Ok(answer) => Ok(answer),
            Err(failure) => {
                let needs_authorization = needs_authorization(&failure) && call.connection.enabled();
                let fault = fault(failure, &call.connection);
                match needs_authorization {
                    false => Err(fault.into()),
                    true => match self.unauthorized(&call, &access.identifier, fault, peer).await {
                        Err(refusal) => Err(refusal),
                        Ok(Authorized) => {
                            self.execute(&call).await.map_err(|failure| fault_again(failure, &call.connection))
                        }
                    },
                }
            }
        };
        self.keep().await;
        answer
    }
}

fn access(peer: &Peer) -> Result<ServerAccess, Fault> {
    peer.extension().ok_or_else(|| Fault::new(FaultKind::Local, "The request came past the check of its token."))
}

fn read_only() -> HostRefusal {
    let message = "This session token is read-only, and the tool is not known to only read.";
    let next = "The person would have to mint a token that may write.".to_owned();
    HostRefusal::Failed { fault: Box::new(Fault::new(FaultKind::ReadOnly, message)), next }
}

fn gone() -> HostRefusal {
    Fault::new(FaultKind::NotFound, "The connection or the tool is not there any more.").into()
}

fn deleted() -> Fault {
    Fault::new(FaultKind::NotFound, "This MCP server was deleted.")
}

fn written(data: &ProviderData) -> Result<JsonText, RpcError> {
    let unreadable = |error: serde_json::Error| RpcError::internal(format!("the result cannot be written: {error}"));
    let text = serde_json::to_vec(data).map_err(unreadable)?;
    JsonText::parse(text).map_err(unreadable)
}

/// Whether a person can mend it by authorizing the account: it is not ACTIVE, or its provider does not take its token.
fn needs_authorization(failure: &ExecuteFailure) -> bool {
    match failure {
        ExecuteFailure::Provider(trouble, _) => trouble.kind == ProviderRefusalKind::Unauthorized,
        ExecuteFailure::TurnedAway(error) => error.said().0 == "FAILED_PRECONDITION",
    }
}

/// Failure of a call that was made after its person had agreed to authorize the account.
fn fault_again(failure: ExecuteFailure, connection: &ConnectionRecord) -> HostRefusal {
    // To agree is to open the page, not to be done with it.
    let next =
        if needs_authorization(&failure) { "Call the tool again when the person has authorized it." } else { "" };
    HostRefusal::Failed { fault: Box::new(fault(failure, connection)), next: next.into() }
}

fn fault(failure: ExecuteFailure, connection: &ConnectionRecord) -> Fault {
    match failure {
        ExecuteFailure::Provider(trouble, id) => {
            let wait = trouble.wait();
            let ProviderRefusal { kind, message, .. } = trouble;
            let kind = match kind {
                ProviderRefusalKind::Input => FaultKind::InvalidInput,
                ProviderRefusalKind::NotFound | ProviderRefusalKind::Forbidden => FaultKind::ProviderFailed,
                ProviderRefusalKind::Unauthorized => FaultKind::NeedsAuthorization,
                ProviderRefusalKind::TooOften(_) => FaultKind::ProviderLimited,
                ProviderRefusalKind::Failed { .. } => FaultKind::ProviderFailed,
            };
            let title = connection.provider.title();
            let fault = Fault::new(kind, format!("{title} refused the call {id}.")).said(message.as_str());
            Fault { retry_after: wait.map(std::time::Duration::from_secs), ..fault }
        }
        ExecuteFailure::TurnedAway(error) => {
            let (code, message) = error.said();
            let kind = match code {
                "FAILED_PRECONDITION" => FaultKind::NeedsAuthorization,
                "RESOURCE_NOT_FOUND" => FaultKind::NotFound,
                "INTERNAL" => FaultKind::BrokerFailed,
                _ => FaultKind::InvalidInput,
            };
            Fault::new(kind, format!("The call on {} was not made.", connection.name)).said(message)
        }
    }
}
