//! The route of the environment's log of calls. Reference: section 3.6.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::value::RawValue;

use super::answer::parse;
use super::api::Api;
use super::convert;
use super::pages::{ListPage, PageToken};
use super::route::{Kind, Limits, Refusal, Route, When};
use crate::backend::scalekit::wire::logs::{ListToolCallLogsResponse, MAX_PAGE_SIZE};
use crate::domain::{Fault, FaultKind, LoggedCall};

const LIST: Route = Route {
    kind: Kind::Read,
    path: "/api/v1/agentkit/tool_call_logs",
    patience: |limits: &Limits| Some(limits.control),
    expects: "a page of logged calls",
    // A route the vendor calls a preview: it may be missing (section 13).
    refusals: &[Refusal {
        when: When::Missing,
        kind: FaultKind::NotOffered,
        message: "This environment does not show its log of calls.",
    }],
};

pub(super) async fn list(
    api: &Api,
    since: Option<Timestamp>,
    page: Option<&PageToken>,
) -> Result<ListPage<LoggedCall>, Fault> {
    let size = MAX_PAGE_SIZE.to_string();
    let since = since.map(|since| since.to_string());
    let mut query = vec![("page_size", size.as_str())];
    query.extend(since.as_deref().map(|since| ("start_time", since)));
    query.extend(page.map(|token| ("page_token", token.raw())));
    let answer = api.get(&LIST, &query).await?;
    let body = Bytes::from(answer.body);
    let wire: ListToolCallLogsResponse<&RawValue> = parse(&LIST, answer.status, &body)?;
    Ok(convert::page(&body, wire.tool_call_logs, convert::call, wire.paging))
}
