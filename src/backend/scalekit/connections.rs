//! The routes about connections. Reference: section 3.2.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::answer::parse;
use super::api::Api;
use super::convert;
use super::pages::{ListPage, PageToken};
use super::route::{Kind, Limits, Refusal, Route, When};
use crate::backend::scalekit::wire::connections::{ListConnectionsResponse, MAX_PAGE_SIZE};
use crate::domain::{Connection, Fault, FaultKind};

const LIST: Route = Route {
    kind: Kind::Read,
    path: "/api/v1/connections/app",
    patience: |limits: &Limits| Some(limits.control),
    expects: "a page of connections",
    // A route the vendor calls a preview: it may be missing (section 13).
    refusals: &[Refusal {
        when: When::Missing,
        kind: FaultKind::NotOffered,
        message: "This environment does not list its connections.",
    }],
};

/// Made for single sign-on, and without pages.
const LIST_ALL: Route = Route { path: "/api/v1/connections", ..LIST };

pub(super) async fn list(api: &Api, page: Option<&PageToken>) -> Result<ListPage<Connection>, Fault> {
    let size = MAX_PAGE_SIZE.to_string();
    let mut query = vec![("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    let answer = match api.get(&LIST, &query).await {
        Err(fault) if fault.kind == FaultKind::NotOffered && page.is_none() => return list_all(api).await,
        answer => answer?,
    };
    let body = Bytes::from(answer.body);
    let wire: ListConnectionsResponse<&RawValue> = parse(&LIST, answer.status, &body)?;
    Ok(convert::page(&body, wire.connections, convert::connection, wire.paging))
}

/// The other list, where the proper one is missing. Whether it holds the connections that accounts
/// belong to is not verified (section 13); those for single sign-on have no name and are left out.
async fn list_all(api: &Api) -> Result<ListPage<Connection>, Fault> {
    let answer = api.get(&LIST_ALL, &[("include", "all")]).await?;
    let body = Bytes::from(answer.body);
    let wire: ListConnectionsResponse<&RawValue> = parse(&LIST_ALL, answer.status, &body)?;
    let items: Vec<_> = wire.connections.into_iter().map(|raw| convert::connection(&body, raw)).collect();
    let items: Vec<_> = items.into_iter().filter(|connection| !connection.name.is_empty()).collect();
    Ok(ListPage { total: Some(items.len() as u64), items, next: None })
}
