//! The routes about what an environment could do for anybody: providers, all tools, a search.
//! Reference: sections 3.3 and 3.4.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::answer::parse;
use super::api::Api;
use super::convert;
use super::route::{Kind, Limits, Refusal, Route, When};
use crate::backend::scalekit::wire::providers::{self, ListProvidersResponse};
use crate::backend::scalekit::wire::tool_search::{MAX_TOP_K, SearchToolsRequest, SearchToolsResponse};
use crate::backend::scalekit::wire::tools::{ListToolsResponse, MAX_PAGE_SIZE, MAX_PAGE_SIZE_WITH_QUERY};
use crate::backend::{CatalogFilter, Page, PageToken};
use crate::domain::{AccountRef, Fault, FaultKind, Identifier, ProviderInfo, Tool, ToolMatch};

const PROVIDERS: Route = Route {
    kind: Kind::Read,
    path: "/api/v1/providers",
    patience: |limits: &Limits| Some(limits.control),
    expects: "a page of providers",
    // A route the vendor calls a preview: it may be missing (section 13).
    refusals: &[Refusal {
        when: When::Missing,
        kind: FaultKind::NotOffered,
        message: "This environment does not list its providers.",
    }],
};

const TOOLS: Route = Route {
    path: "/api/v1/tools",
    patience: |limits: &Limits| Some(limits.tools),
    expects: "a page of tools",
    refusals: &[],
    ..PROVIDERS
};

const SEARCH: Route = Route {
    path: "/api/v1/tools:search",
    expects: "the tools that were found",
    // A preview as well.
    refusals: &[Refusal {
        when: When::Missing,
        kind: FaultKind::NotOffered,
        message: "This environment does not search its tools.",
    }],
    ..TOOLS
};

pub(super) async fn providers(api: &Api, page: Option<&PageToken>) -> Result<Page<ProviderInfo>, Fault> {
    let size = providers::PAGE_SIZE.to_string();
    let mut query = vec![("filter.provider_type", providers::ALL), ("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    let answer = api.get(&PROVIDERS, &query).await?;
    let body = Bytes::from(answer.body);
    let wire: ListProvidersResponse<&RawValue> = parse(&PROVIDERS, answer.status, &body)?;
    Ok(convert::page(&body, wire.providers, convert::provider, wire.paging))
}

pub(super) async fn tools(api: &Api, filter: &CatalogFilter, page: Option<&PageToken>) -> Result<Page<Tool>, Fault> {
    let words = filter.query.as_ref().map(|words| words.raw());
    if words.is_some_and(|words| !(3..=100).contains(&words.chars().count())) {
        return Err(Fault::new(FaultKind::InvalidInput, "A search in tool names takes 3 to 100 characters."));
    }
    let size = if words.is_some() { MAX_PAGE_SIZE_WITH_QUERY } else { MAX_PAGE_SIZE }.to_string();
    let mut query = vec![("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    query.extend(filter.provider.as_ref().map(|provider| ("filter.provider", provider.raw())));
    match &filter.account {
        Some(AccountRef::Id(id)) => query.push(("filter.connected_account_id", id.raw())),
        Some(AccountRef::Pair(connection, identifier)) => {
            query.extend([("filter.connector", connection.raw()), ("filter.identifier", identifier.raw())]);
        }
        None => {}
    }
    query.extend(filter.names.iter().map(|name| ("filter.tool_name", name.raw())));
    query.extend(words.map(|words| ("filter.query", words)));
    let answer = api.get(&TOOLS, &query).await?;
    // A thousand tools with their schemas: reading them holds a worker up.
    tokio::task::spawn_blocking(move || {
        let body = Bytes::from(answer.body);
        let wire: ListToolsResponse<&RawValue> = parse(&TOOLS, answer.status, &body)?;
        Ok(convert::page(&body, wire.tools, convert::tool, wire.paging))
    })
    .await
    .unwrap_or_else(|_| Err(Fault::new(FaultKind::Local, "Reading the tools was stopped half-way.")))
}

pub(super) async fn search_tools(
    api: &Api,
    words: &str,
    identifier: Option<&Identifier>,
    top_k: Option<u32>,
) -> Result<Vec<ToolMatch>, Fault> {
    if !(1..=256).contains(&words.chars().count()) {
        return Err(Fault::new(FaultKind::InvalidInput, "A search for tools takes 1 to 256 characters."));
    }
    let request = SearchToolsRequest {
        query: words.to_owned(),
        identifier: identifier.map(|identifier| identifier.raw().to_owned()),
        top_k: top_k.map(|top_k| top_k.min(MAX_TOP_K)),
    };
    let answer = api.ask(&SEARCH, &request).await?;
    let body = Bytes::from(answer.body);
    let wire: SearchToolsResponse<&RawValue> = parse(&SEARCH, answer.status, &body)?;
    Ok(wire.tools.into_iter().map(|raw| convert::found(&body, raw)).collect())
}
