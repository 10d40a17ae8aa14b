//! The routes about the environment's log of calls. Reference: section 3.6.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::answer::parse;
use super::api::Api;
use super::convert;
use super::route::{Kind, Limits, Refusal, Route, When};
use crate::backend::scalekit::wire::logs::{ListToolCallLogsResponse, MAX_PAGE_SIZE};
use crate::backend::{CallFilter, Page, PageToken};
use crate::domain::{ExecutionId, Fault, FaultKind, LoggedCall};

/// Routes the vendor calls a preview: they may be missing (section 13).
const MISSING: Refusal = Refusal {
    when: When::Missing,
    kind: FaultKind::NotOffered,
    message: "This environment does not show its log of calls.",
};

const LIST: Route = Route {
    kind: Kind::Read,
    path: "/api/v1/agentkit/tool_call_logs",
    patience: |limits: &Limits| Some(limits.control),
    expects: "a page of logged calls",
    refusals: &[MISSING],
};

const ONE: Route = Route {
    path: "/api/v1/agentkit/tool_call_logs/{}",
    expects: "a logged call",
    refusals: &[
        Refusal { when: When::Coded(404), kind: FaultKind::NotFound, message: "This call is not in the log." },
        MISSING,
    ],
    ..LIST
};

pub(super) async fn list(api: &Api, filter: &CallFilter, page: Option<&PageToken>) -> Result<Page<LoggedCall>, Fault> {
    let size = MAX_PAGE_SIZE.to_string();
    let (from, until) = (filter.from.map(|at| at.to_string()), filter.until.map(|at| at.to_string()));
    let mut query = vec![("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    query.extend(from.as_deref().map(|at| ("start_time", at)));
    query.extend(until.as_deref().map(|at| ("end_time", at)));
    query.extend(filter.statuses.iter().map(|status| ("status", status.wire())));
    query.extend(filter.providers.iter().map(|provider| ("provider", provider.raw())));
    query.extend(filter.connection.as_ref().map(|connection| ("connection_name", connection.raw())));
    query.extend(filter.account.as_ref().map(|account| ("connected_account_id", account.raw())));
    query.extend(filter.identifier.as_ref().map(|identifier| ("identifier", identifier.raw())));
    query.extend(filter.run.as_ref().map(|run| ("agent_run_id", run.raw())));
    query.extend(filter.sources.iter().map(|source| ("source", source.wire())));
    let answer = api.get(&LIST, &query).await?;
    let body = Bytes::from(answer.body);
    let wire: ListToolCallLogsResponse<&RawValue> = parse(&LIST, answer.status, &body)?;
    Ok(convert::page(&body, wire.tool_call_logs, convert::call, wire.paging))
}

/// The row stands by itself, not wrapped.
pub(super) async fn one(api: &Api, execution: &ExecutionId) -> Result<LoggedCall, Fault> {
    let answer = api.get_one(&ONE, execution.raw()).await?;
    let body = Bytes::from(answer.body);
    let wire: &RawValue = parse(&ONE, answer.status, &body)?;
    if !wire.get().starts_with('{') {
        return Err(Fault::new(FaultKind::BadAnswer, "Expected a logged call, but the answer is none."));
    }
    Ok(convert::call(&body, wire))
}
