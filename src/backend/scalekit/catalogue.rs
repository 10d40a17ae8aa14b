//! The routes about what an environment could do for anybody: providers and all tools.
//! Reference: sections 3.3 and 3.4.

use bytes::Bytes;
use serde_json::value::RawValue;

use super::answer::parse;
use super::api::Api;
use super::convert;
use super::pages::{ListPage, PageToken};
use super::route::{Kind, Limits, Refusal, Route, When};
use crate::backend::scalekit::wire::providers::{self, ListProvidersResponse};
use crate::backend::scalekit::wire::tools::{ListToolsResponse, MAX_PAGE_SIZE};
use crate::background;
use crate::domain::{Fault, FaultKind, Provider, ProviderInfo, Tool, ToolName};

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

pub(super) async fn providers(api: &Api, page: Option<&PageToken>) -> Result<ListPage<ProviderInfo>, Fault> {
    let size = providers::PAGE_SIZE.to_string();
    let mut query = vec![("filter.provider_type", providers::ALL), ("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    let answer = api.get(&PROVIDERS, &query).await?;
    let body = Bytes::from(answer.body);
    let wire: ListProvidersResponse<&RawValue> = parse(&PROVIDERS, answer.status, &body)?;
    Ok(convert::page(&body, wire.providers, convert::provider, wire.paging))
}

pub(super) async fn tools(
    api: &Api,
    provider: Option<&Provider>,
    names: &[ToolName],
    page: Option<&PageToken>,
) -> Result<ListPage<Tool>, Fault> {
    let size = MAX_PAGE_SIZE.to_string();
    let mut query = vec![("page_size", size.as_str())];
    query.extend(page.map(|token| ("page_token", token.raw())));
    query.extend(provider.map(|provider| ("filter.provider", provider.raw())));
    query.extend(names.iter().map(|name| ("filter.tool_name", name.raw())));
    let answer = api.get(&TOOLS, &query).await?;
    // A thousand tools with their schemas: reading them holds a worker up.
    background::blocking(move || {
        let body = Bytes::from(answer.body);
        let wire: ListToolsResponse<&RawValue> = parse(&TOOLS, answer.status, &body)?;
        Ok(convert::page(&body, wire.tools, convert::tool, wire.paging))
    })
    .await
    .unwrap_or_else(|_| Err(Fault::new(FaultKind::Local, "Reading the tools was stopped half-way.")))
}
