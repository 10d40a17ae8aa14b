//! The route about connections. Reference: section 3.2, ListAppConnections.

use super::api::Api;
use super::convert;
use super::route::{Kind, Limits, Refusal, Route, When};
use super::transport::parse;
use crate::broker::{Page, PageToken};
use crate::domain::{Connection, Fault, FaultKind};
use crate::wire::connections::{ListConnectionsResponse, MAX_PAGE_SIZE};

const LIST: Route = Route {
    kind: Kind::Read,
    path: "/api/v1/connections/app",
    patience: |limits: &Limits| limits.control,
    expects: "a page of connections",
    // A route the vendor calls a preview: it may be missing (section 13).
    refusals: &[Refusal {
        when: When::Status(404),
        kind: FaultKind::NotOffered,
        message: "This environment does not list its connections.",
    }],
};

pub(super) async fn list(api: &Api, page: Option<&PageToken>) -> Result<Page<Connection>, Fault> {
    let size = MAX_PAGE_SIZE.to_string();
    let mut query = vec![("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    let answer = api.get(&LIST, &query).await?;
    let wire: ListConnectionsResponse = parse(&LIST, answer.status, &answer.body)?;
    Ok(convert::page(wire.connections, convert::connection, wire.next_page_token, wire.total_size))
}
