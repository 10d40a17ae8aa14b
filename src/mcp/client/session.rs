//! A session with a server: how it is opened, and one request in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use rmcp::RoleClient;
use rmcp::model::{
    CancelledNotification, CancelledNotificationParam, ClientRequest, CustomRequest, ProtocolVersion, RequestId,
    ServerPeerInfo, ServerResult, SubscriptionFilter,
};
use rmcp::service::{
    ClientInitializeError, ClientLifecycleMode, ClientServiceExt as _, Peer, PeerRequestOptions, RunningService,
};
use rmcp::transport::streamable_http_client::{StreamableHttpClientTransport, StreamableHttpClientTransportConfig};
use serde_json::{Map, Value, json};
use tokio::runtime;
use tokio::sync::Mutex;
use tokio::task::AbortHandle;

use super::endpoint::Endpoint;
use super::fault::McpFault;
use super::handler::{Handler, NEWEST_OLD};
use super::http_link::HttpLink;
use super::http_transport::HttpTransport;
use super::ledger::Ledger;
use super::offer::{Era, ServerCapabilities, ServerInfo};
use super::options::ClientOptions;
use super::process::{self, ProcessGroup};
use super::rpc_error::RpcError;
use super::slot::{Outcome, RawAnswer, RequestSlot};
use crate::domain::{Fault, FaultKind, Untrusted};

/// An open session.
pub(super) struct Session {
    pub ledger: Arc<Ledger>,
    pub info: Arc<ServerInfo>,
    peer: Peer<RoleClient>,
    service: Mutex<Option<RunningService<RoleClient, Handler>>>,
    /// Its processes, where it has some.
    group: Option<Arc<ProcessGroup>>,
    /// The stream by which a stateless server tells its changes.
    subscription: Option<AbortHandle>,
}

/// Answer to a request.
pub(super) struct Answer {
    /// As it came.
    pub raw: RawAnswer,
    /// Names of the tools that `rmcp` lets pass, where the answer lists tools.
    pub passed: Option<BTreeSet<String>>,
}

/// End of a request that is no answer.
pub(super) enum RequestError {
    /// It never left: the session had died before.
    NeverSent,
    /// The server refused it.
    Refused(Box<RpcError>),
    /// Anything else.
    Failed(McpFault),
}

/// How a session is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opening {
    /// The server is asked what it speaks.
    Ask,
    /// By `initialize`.
    Old,
}

impl Session {
    /// Opens a session with a server; `era` is what it is known to speak.
    pub async fn open(endpoint: &Endpoint, options: &ClientOptions, era: Option<Era>) -> Result<Self, McpFault> {
        let opening = async {
            if era == Some(Era::Sessions) {
                return Self::open_by(endpoint, options, Opening::Old).await.map_err(|(fault, _)| fault);
            }
            match Self::open_by(endpoint, options, Opening::Ask).await {
                // It speaks nothing but older versions, or could not bear to be asked.
                Err((_, true)) => Self::open_by(endpoint, options, Opening::Old).await.map_err(|(fault, _)| fault),
                opened => opened.map_err(|(fault, _)| fault),
            }
        };
        let patience = options.limits.opening;
        tokio::time::timeout(patience, opening).await.unwrap_or_else(|_| {
            let (label, seconds) = (endpoint.names().label, patience.as_secs_f32());
            let message = format!("{label} was not ready within {seconds} seconds.");
            Err(McpFault::new(FaultKind::TimedOut, message))
        })
    }

    /// The same in one way. The error tells whether the older way may still work.
    async fn open_by(endpoint: &Endpoint, options: &ClientOptions, opening: Opening) -> Result<Self, (McpFault, bool)> {
        let ledger = Ledger::new(endpoint.names(), options.clone());
        let lifecycle = match opening {
            Opening::Ask => ClientLifecycleMode::Auto {
                preferred_versions: vec![ProtocolVersion::V_2026_07_28],
                legacy_version: Some(NEWEST_OLD),
            },
            Opening::Old => ClientLifecycleMode::Initialize,
        };
        let handler = Handler { ledger: Arc::clone(&ledger) };
        let mut group = None;
        let opened = match endpoint {
            Endpoint::Http(endpoint) => {
                let link = HttpLink::new(endpoint.clone(), Arc::clone(&ledger)).map_err(|fault| (fault, false))?;
                let limit = options.limits.message;
                let config = StreamableHttpClientTransportConfig::with_uri(endpoint.url.as_str())
                    // A request that was sent is never repeated, and a session opened by the next one.
                    .reinit_on_expired_session(false)
                    .max_sse_event_size(limit)
                    .max_json_response_size(limit);
                let transport = StreamableHttpClientTransport::with_client(HttpTransport::new(link), config);
                handler.serve_with_lifecycle(transport, lifecycle).await
            }
            Endpoint::Process(endpoint) => {
                let (transport, processes) = process::start(endpoint, &ledger).map_err(|fault| (fault, false))?;
                group = Some(processes);
                handler.serve_with_lifecycle(transport, lifecycle).await
            }
        };
        let service = match opened {
            Ok(service) => service,
            Err(error) => {
                let is_process = matches!(endpoint, Endpoint::Process(_));
                let old = opening == Opening::Ask && may_be_old(&error, is_process);
                return Err((unopened(&error, &ledger), old));
            }
        };
        let peer = service.peer().clone();
        let Some(info) = peer.peer_info() else {
            let message = format!("{} did not say who it is.", ledger.names.label);
            return Err((McpFault::new(FaultKind::BadAnswer, message), false));
        };
        let info = Arc::new(server_info(&info));
        let subscription = subscribe(&peer, &info);
        Ok(Self { ledger, info, peer, service: Mutex::new(Some(service)), group, subscription })
    }

    /// True if no request can be made in it any more.
    pub fn is_over(&self) -> bool {
        self.peer.is_transport_closed() || self.ledger.death().is_some()
    }

    /// Makes a request. Whoever drops the future cancels it.
    pub async fn request(
        &self,
        method: &'static str,
        mut params: Map<String, Value>,
        slot: RequestSlot,
    ) -> Result<Answer, RequestError> {
        let slot = Arc::new(slot);
        if self.info.era == Era::Stateless {
            // Without it a server must not log. MCP 2026-07-28, “Logging”.
            params.insert("_meta".to_owned(), json!({ "io.modelcontextprotocol/logLevel": "info" }));
        }
        let mut request = CustomRequest::new(method, Some(Value::Object(params)));
        request.extensions.insert(Arc::clone(&slot));
        let options = PeerRequestOptions::no_options();
        let over = slot.over.clone().drop_guard();
        let sent = self.peer.send_cancellable_request(ClientRequest::CustomRequest(request), options).await;
        let Ok(handle) = sent else { return Err(RequestError::NeverSent) };
        let mut cancellation = Cancellation {
            peer: self.peer.clone(),
            ledger: Arc::clone(&self.ledger),
            id: handle.id.clone(),
            runtime: runtime::Handle::current(),
            is_armed: true,
        };
        let reading = self.ledger.options.limits.reading;
        let response = handle.await_response();
        let response = if slot.acts {
            // How long a call may take is for whoever makes it to say.
            response.await
        } else {
            match tokio::time::timeout(reading, response).await {
                Ok(response) => response,
                Err(_) => {
                    let (label, seconds) = (&self.ledger.names.label, reading.as_secs_f32());
                    let message = format!("{label} did not answer {method} within {seconds} seconds.");
                    return Err(RequestError::Failed(McpFault::new(FaultKind::TimedOut, message)));
                }
            }
        };
        cancellation.is_armed = false;
        drop(over);
        match slot.take() {
            Some(Outcome::Answered(raw)) => {
                let passed = match response {
                    Ok(ServerResult::ListToolsResult(list)) => {
                        Some(list.tools.into_iter().map(|tool| tool.name.into_owned()).collect())
                    }
                    _ => None,
                };
                Ok(Answer { raw, passed })
            }
            Some(Outcome::Refused(error)) => Err(RequestError::Refused(Box::new(error))),
            Some(Outcome::Failed(fault)) => Err(RequestError::Failed(fault)),
            None if !slot.was_sent() => Err(RequestError::NeverSent),
            None => {
                cancellation.forget();
                let fault = slot.suspicion().or_else(|| self.ledger.death()).unwrap_or_else(|| {
                    let message = format!("{} ended the session before it answered.", self.ledger.names.label);
                    let fault = Fault::new(FaultKind::Network, message);
                    McpFault::Other(if slot.acts { fault.perhaps_carried_out() } else { fault })
                });
                Err(RequestError::Failed(fault))
            }
        }
    }

    /// Ends the session in good order.
    pub async fn close(&self) {
        let service = self.service.lock().await.take();
        if let Some(mut service) = service {
            // Whatever comes of it: it is over.
            let _ = service.close().await;
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(subscription) = &self.subscription {
            subscription.abort();
        }
        if let Some(group) = &self.group {
            group.kill();
        }
    }
}

/// Tells the server that nobody waits for an answer any more, when it is dropped too early.
struct Cancellation {
    peer: Peer<RoleClient>,
    ledger: Arc<Ledger>,
    id: RequestId,
    runtime: runtime::Handle,
    is_armed: bool,
}

impl Cancellation {
    fn forget(&self) {
        if let RequestId::Number(id) = self.id {
            self.ledger.forget(id);
        }
    }
}

impl Drop for Cancellation {
    fn drop(&mut self) {
        if self.is_armed {
            self.forget();
            let reason = Some("nobody waits for it any more".to_owned());
            let params = CancelledNotificationParam::new(Some(self.id.clone()), reason);
            let peer = self.peer.clone();
            self.runtime.spawn(async move { peer.send_notification(CancelledNotification::new(params).into()).await });
        }
    }
}

/// True if the server may still be opened the old way.
fn may_be_old(error: &ClientInitializeError, is_process: bool) -> bool {
    match error {
        ClientInitializeError::NoCompatibleProtocolVersion { server_supported, .. } => {
            server_supported.iter().any(ProtocolVersion::has_initialize)
        }
        // Some answer every question that they do not know with an empty result.
        ClientInitializeError::ExpectedInitResult(_) => true,
        // Some programs end at the first message that they do not know.
        ClientInitializeError::ConnectionClosed(_) => is_process,
        _ => false,
    }
}

/// Reason why a session did not come about.
fn unopened(error: &ClientInitializeError, ledger: &Ledger) -> McpFault {
    let opening = ledger.opening();
    let label = &ledger.names.label;
    if let ClientInitializeError::NoCompatibleProtocolVersion { server_supported, .. } = error {
        let versions: Vec<_> = server_supported.iter().take(10).map(ProtocolVersion::as_str).collect();
        let versions = Untrusted::from(versions.join(", "));
        let message = format!("{label} speaks no version of the protocol that we do.");
        return McpFault::Other(Fault::new(FaultKind::NotOffered, message).said(versions));
    }
    match opening.as_ref().and_then(|slot| slot.take()) {
        Some(Outcome::Failed(fault)) => return fault,
        Some(Outcome::Refused(error)) => return error.fault("initialize", label),
        Some(Outcome::Answered(_)) | None => {}
    }
    let known = ledger.death().or_else(|| opening.as_ref().and_then(|slot| slot.suspicion()));
    known.unwrap_or_else(|| match error {
        ClientInitializeError::ConnectionClosed(_) => {
            McpFault::new(FaultKind::Network, format!("{label} closed the connection before the session was open."))
        }
        _ => McpFault::new(FaultKind::BadAnswer, format!("{label} did not answer as an MCP server does.")),
    })
}

fn server_info(info: &ServerPeerInfo) -> ServerInfo {
    let text = |text: Option<&str>| Untrusted::from(text.unwrap_or_default());
    let server = info.server_info.as_ref();
    let capabilities = &info.capabilities;
    let (tools, resources, prompts) = (&capabilities.tools, &capabilities.resources, &capabilities.prompts);
    ServerInfo {
        name: text(server.map(|server| server.name.as_str())),
        title: text(server.and_then(|server| server.title.as_deref())),
        version: text(server.map(|server| server.version.as_str())),
        instructions: text(info.instructions.as_deref()),
        protocol: info.protocol_version.as_str().into(),
        era: if info.protocol_version.has_initialize() { Era::Sessions } else { Era::Stateless },
        capabilities: ServerCapabilities {
            tools: tools.is_some(),
            tools_change: tools.as_ref().is_some_and(|tools| tools.list_changed == Some(true)),
            resources: resources.is_some(),
            resources_change: resources.as_ref().is_some_and(|resources| resources.list_changed == Some(true)),
            prompts: prompts.is_some(),
            prompts_change: prompts.as_ref().is_some_and(|prompts| prompts.list_changed == Some(true)),
            logging: capabilities.logging.is_some(),
        },
    }
}

/// Listens to the changes of a stateless server, where it tells any. MCP 2026-07-28, “Subscriptions”.
fn subscribe(peer: &Peer<RoleClient>, info: &ServerInfo) -> Option<AbortHandle> {
    let ServerCapabilities { tools_change, resources_change, prompts_change, .. } = info.capabilities;
    if info.era == Era::Sessions || !(tools_change || resources_change || prompts_change) {
        return None;
    }
    let mut filter = SubscriptionFilter::new();
    filter.tools_list_changed = tools_change.then_some(true);
    filter.resources_list_changed = resources_change.then_some(true);
    filter.prompts_list_changed = prompts_change.then_some(true);
    let peer = peer.clone();
    let task = tokio::spawn(async move {
        // A server that cannot do what it says is none the worse for it.
        if let Ok(mut subscription) = peer.listen(filter).await {
            while let Ok(Some(_)) = subscription.next().await {}
        }
    });
    Some(task.abort_handle())
}
