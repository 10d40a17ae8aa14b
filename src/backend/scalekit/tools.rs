//! The routes about tools. Reference: section 3.3.

use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use serde_json::value::RawValue;

use super::answer::{HttpAnswer, parse};
use super::api::Api;
use super::convert;
use super::pages::{ListPage, PageToken};
use super::result::{IndexedResult, ResultReader, WholeResult};
use super::route::{Kind, Limits, Refusal, Route, When};
use super::transport::NOT_READ;
use crate::backend::scalekit::wire::tools::{
    ExecuteToolRequest, ExecuteToolResponseRef, ListScopedToolsResponse, PAGE_SIZE,
};
use crate::backend::{Answered, Watch};
use crate::background;
use crate::domain::{
    ConnectionName, CredentialEvent, CredentialUse, Execution, ExecutionId, Fault, FaultKind, Identifier, JsonText,
    Tool, ToolCall, ToolName,
};

const SCOPED: Route = Route {
    kind: Kind::Read,
    path: "/api/v1/tools/scoped",
    patience: |limits: &Limits| Some(limits.tools),
    expects: "a page of tools",
    // A route the vendor calls a preview: it may be missing (section 13).
    refusals: &[Refusal {
        when: When::Missing,
        kind: FaultKind::NotOffered,
        message: "This environment does not list the tools of one identifier.",
    }],
};

const EXECUTE: Route = Route {
    kind: Kind::Act,
    path: "/api/v1/execute_tool",
    patience: |limits: &Limits| limits.calls,
    expects: "a tool's result",
    refusals: &[
        Refusal {
            when: When::AccountNotReady,
            kind: FaultKind::NeedsAuthorization,
            message: "The account is not ready for use, so the tool did not run.",
        },
        Refusal {
            when: When::Status(404),
            kind: FaultKind::NotFound,
            message: "There is no such tool for this account, or no such account.",
        },
    ],
};

pub(super) async fn scoped(
    api: &Api,
    identifier: &Identifier,
    connections: &[ConnectionName],
    names: &[ToolName],
    page: Option<&PageToken>,
) -> Result<ListPage<Tool>, Fault> {
    if connections.is_empty() {
        return Err(Fault::new(FaultKind::InvalidInput, "Tools can only be listed for connections that are named."));
    }
    let size = PAGE_SIZE.to_string();
    let mut query = vec![("identifier", identifier.raw()), ("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    query.extend(connections.iter().map(|connection| ("filter.connection_names", connection.raw())));
    query.extend(names.iter().map(|name| ("filter.tool_names", name.raw())));
    let answer = api.get(&SCOPED, &query).await?;
    let body = Bytes::from(answer.body);
    let wire: ListScopedToolsResponse<&RawValue> = parse(&SCOPED, answer.status, &body)?;
    Ok(convert::page(&body, wire.tools, convert::scoped_tool, wire.paging))
}

pub(super) async fn execute(api: &Api, call: &ToolCall) -> Result<Execution, Fault> {
    let answer = api.post_call(&EXECUTE, &request(call)?, account_use(api, call), None).await?;
    let (status, took, body) = (answer.status, answer.took, Bytes::from(answer.body));
    read_elsewhere(move || read(status, took, &body)).await
}

/// The same, and tells of the result while it comes.
pub(super) async fn execute_watched(api: &Api, call: &ToolCall, watch: Watch) -> Result<Answered, Fault> {
    let reader = ResultReader::new(watch);
    let answer = api.post_call(&EXECUTE, &request(call)?, account_use(api, call), Some(&reader)).await;
    // What came is told of before it is said that no more comes.
    let result = reader.end().await;
    let HttpAnswer { status, took, .. } = answer?;
    let Some(WholeResult { body, indexed }) = result else { return Err(not_read()) };
    if let Some(IndexedResult { document, envelope }) = indexed
        && let Ok(ExecuteToolResponseRef { execution_id: id, .. }) = parse(&EXECUTE, status, &envelope)
    {
        let id = id.and_then(execution_id);
        let execution = Execution { id, data: document.text().clone(), http_status: status.as_u16(), took };
        return Ok(Answered { execution, document: Some(document) });
    }
    let execution = read_elsewhere(move || read(status, took, &body)).await?;
    Ok(Answered { execution, document: None })
}

fn account_use(api: &Api, call: &ToolCall) -> CredentialUse {
    api.account_use(CredentialEvent::BrokerCall, &call.identifier, &call.connection, &call.account)
}

fn request(call: &ToolCall) -> Result<ExecuteToolRequest, Fault> {
    // Without it the broker would choose an account by itself.
    if call.account.is_empty() {
        return Err(Fault::new(FaultKind::InvalidInput, "The call does not say which account it is for."));
    }
    if !call.input.is_object() {
        return Err(Fault::new(FaultKind::InvalidInput, "A tool's input must be a JSON object."));
    }
    let params = serde_json::from_slice(call.input.bytes())
        .map_err(|_| Fault::new(FaultKind::InvalidInput, "The input is not JSON."))?;
    Ok(ExecuteToolRequest {
        tool_name: call.tool.raw().to_owned(),
        connected_account_id: Some(call.account.raw().to_owned()),
        identifier: None,
        connector: None,
        params: Some(params),
        agent_run_id: call.agent_run.as_ref().map(|run| run.raw().to_owned()),
    })
}

/// Reads on a thread for such work: a result may be hundreds of megabytes, and skimming that holds a worker up.
async fn read_elsewhere(read: impl FnOnce() -> Result<Execution, Fault> + Send + 'static) -> Result<Execution, Fault> {
    background::blocking(read).await.unwrap_or_else(|_| Err(not_read()))
}

fn not_read() -> Fault {
    Fault::new(FaultKind::Local, NOT_READ).after_it_was_carried_out()
}

fn read(status: StatusCode, took: Duration, body: &Bytes) -> Result<Execution, Fault> {
    let wire: ExecuteToolResponseRef<'_> = parse(&EXECUTE, status, body)?;
    Ok(Execution {
        id: wire.execution_id.and_then(execution_id),
        data: wire.data.map_or_else(JsonText::empty_object, |data| JsonText::within(body, data)),
        http_status: status.as_u16(),
        took,
    })
}

/// Execution id that the broker gave, if it is a text.
fn execution_id(raw: &RawValue) -> Option<ExecutionId> {
    let id: String = serde_json::from_str(raw.get()).ok()?;
    (!id.is_empty()).then(|| ExecutionId::new(id))
}
