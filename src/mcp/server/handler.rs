//! Requests of the protocol, whatever they came by.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::request::Parts;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, Implementation, ListToolsResult, PaginatedRequestParams,
    ProtocolVersion, ServerCapabilities, ServerConfig, SubscriptionFilter,
};
use rmcp::service::{NotificationContext, RequestContext, RoleServer, SubscriptionContext};
use rmcp::{ErrorData, ServerHandler};
use tokio_util::task::AbortOnDropHandle;

use super::call::{self, Running};
use super::host::OfferedTool;
use super::names;
use super::parked::RequestDigest;
use super::peer::{Era, Peer};
use super::shared::{Shared, random_word};
use super::wire;
use crate::domain::{Fault, FaultKind, JsonText, Untrusted, nearest_name};

/// Tools on one page of a list.
const PAGE: usize = 500;

/// Characters of a client's name or version that are kept.
const LONGEST_NAME: usize = 120;

/// One session of a client, or one request of a client without sessions.
pub(super) struct Handler {
    shared: Arc<Shared>,
    /// Label of the session. It is not the session's id, which is as good as a key.
    session: Untrusted,
    /// Tells the client of changes.
    news: Mutex<Option<AbortOnDropHandle<()>>>,
}

impl Handler {
    pub fn new(shared: Arc<Shared>) -> Self {
        let session: String = random_word().chars().take(12).collect();
        Self { shared, session: session.into(), news: Mutex::default() }
    }

    fn peer(&self, context: &RequestContext<RoleServer>) -> Peer {
        let about = context.client_info().unwrap_or_else(|| Implementation::new("", ""));
        let era = match context.protocol_version() {
            Some(version) if version.as_str() >= ProtocolVersion::V_2026_07_28.as_str() => Era::Stateless,
            _ => Era::Session,
        };
        let asks = context.client_capabilities().and_then(|can| can.elicitation);
        // A client of before there were several ways says nothing of the form.
        let fills_forms = asks.as_ref().is_some_and(|asks| asks.form.is_some() || asks.url.is_none());
        let http = context.extensions.get::<Parts>();
        let over_http = http.is_some();
        Peer {
            session: (era == Era::Session || !over_http).then(|| self.session.clone()),
            fills_forms,
            visits_pages: asks.is_some_and(|asks| asks.url.is_some()),
            wants_progress: context.meta.get_progress_token().is_some(),
            http: http.cloned().map(Arc::new),
            ..Peer::new(&short(&about.name), &short(&about.version), era)
        }
    }

    async fn named_tools(&self, peer: &Peer) -> Result<Vec<(String, Arc<OfferedTool>)>, Fault> {
        let tools = self.shared.host.tools(peer).await?;
        Ok(names::assign(&tools).into_iter().zip(tools).collect())
    }
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect()
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        let host = &self.shared.host;
        let can = ServerCapabilities::builder().enable_tools();
        let can = if host.changes().is_some() { can.enable_tool_list_changed().build() } else { can.build() };
        let name = host.server();
        let mut about = Implementation::new(name.name, name.version);
        about.title = name.title;
        let mut info = ServerConfig::new(can).with_server_info(about);
        info.instructions = host.instructions();
        info
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let peer = self.peer(&context);
        let tools = self.named_tools(&peer).await.map_err(not_listed)?;
        let begin = match request.and_then(|request| request.cursor) {
            None => 0,
            Some(cursor) => cursor
                .parse::<usize>()
                .ok()
                .filter(|begin| *begin < tools.len())
                .ok_or_else(|| ErrorData::invalid_params("This is no cursor of the list.", None))?,
        };
        let end = begin.saturating_add(PAGE);
        let page = tools.iter().skip(begin).take(PAGE).map(|(name, tool)| wire::tool(name.clone(), tool));
        let mut list = ListToolsResult::with_all_items(page.collect());
        list.next_cursor = (end < tools.len()).then(|| end.to_string());
        list.ttl_ms = Some(0);
        list.cache_scope = Some(CacheScope::Private);
        Ok(list)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = serde_json::to_string(&request.arguments.unwrap_or_default())
            .ok()
            .and_then(|text| JsonText::parse(text).ok())
            .unwrap_or_else(JsonText::empty_object);
        let digest = RequestDigest::new(&request.name, arguments.raw());
        if let Some(handle) = request.request_state {
            return call::resume(&self.shared, &handle, request.input_responses, digest, &context).await;
        }
        let peer = self.peer(&context);
        let tools = match self.named_tools(&peer).await {
            Ok(tools) => tools,
            Err(fault) => return Ok(wire::refusal(&fault, "Nothing was sent. Try again later.").into()),
        };
        let Some((_, tool)) = tools.iter().find(|(name, _)| *name == request.name) else {
            return match self.shared.host.withheld(&request.name, &peer).await {
                Some(refusal) => wire::refused(refusal).map(Into::into),
                None => Err(unknown(&request.name, &tools)),
            };
        };
        let turn = tokio::select! {
            turn = self.shared.turn() => turn,
            () = context.ct.cancelled() => return Err(ErrorData::invalid_request("The call was cancelled.", None)),
        };
        let Some(turn) = turn else {
            let fault = Fault::new(FaultKind::Local, "Too many calls are under way. Nothing was sent.");
            return Ok(wire::refusal(&fault, "Wait until some of them are answered.").into());
        };
        let era = peer.era;
        let running = Running::start(&self.shared, Arc::clone(tool), arguments, peer, turn);
        call::drive(&self.shared, running, digest, era, &context).await
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        let Some(mut changes) = self.shared.host.changes() else { return };
        changes.mark_unchanged();
        let stop = self.shared.stop.clone();
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    changed = changes.changed() => if changed.is_err() { break },
                    () = stop.cancelled() => break,
                }
                if context.peer.notify_tool_list_changed().await.is_err() {
                    break;
                }
            }
        });
        *self.news.lock().unwrap_or_else(PoisonError::into_inner) = Some(AbortOnDropHandle::new(task));
    }

    fn accepted_subscription_filter(&self, requested: &SubscriptionFilter) -> Option<SubscriptionFilter> {
        self.shared.host.changes()?;
        let all = SubscriptionFilter::builder().tools_list_changed().build();
        Some(all.intersection(requested))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let Some(mut changes) = self.shared.host.changes() else { return Ok(()) };
        let Ok(_place) = self.shared.listening.try_acquire() else {
            return Err(ErrorData::internal_error("Too many subscriptions are open.", None));
        };
        changes.mark_unchanged();
        loop {
            tokio::select! {
                () = context.cancelled() => return Ok(()),
                () = self.shared.stop.cancelled() => return Ok(()),
                changed = changes.changed() => if changed.is_err() { return Ok(()) },
            }
            if context.sink().notify_tool_list_changed().await.is_err() {
                return Ok(());
            }
        }
    }
}

fn not_listed(fault: Fault) -> ErrorData {
    ErrorData::internal_error(format!("{}: {}", fault.headline(), fault.message), None)
}

fn unknown(name: &str, tools: &[(String, Arc<OfferedTool>)]) -> ErrorData {
    let near = nearest_name(name, tools.iter().map(|(name, _)| name.as_str()));
    let near = near.map_or_else(String::new, |near| format!(" Is {near} meant?"));
    let name = Untrusted::from(short(name));
    ErrorData::invalid_params(format!("There is no tool named {name}.{near} List the tools again."), None)
}
