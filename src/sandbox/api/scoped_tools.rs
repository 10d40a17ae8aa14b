//! The tools that one identifier may call. Reference: section 3.3, ListScopedTools and
//! ListAvailableTools.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::tool_row::ToolRow;
use crate::order::StableOrder as _;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{IDENTIFIER, check, required};
use crate::sandbox::paging::{Most, PageRequest, PageResponse, PageSize};
use crate::sandbox::params::Params;
use crate::sandbox::world::{AccountRecord, ToolRecord};

#[derive(Serialize)]
pub struct ScopedRow {
    tool: ToolRow,
    identifier: String,
    connected_account_id: String,
}

/// Only ACTIVE accounts have tools: a reading of the reference, which does not say so outright.
pub async fn scoped(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<PageResponse<ScopedRow>>, RpcError> {
    let identifier = params.one("identifier");
    check([("identifier", identifier, required(IDENTIFIER))])?;
    let filter = |name: &'static str| -> Vec<&str> { params.all(name).collect() };
    let (connections, providers, names) =
        (filter("filter.connection_names"), filter("filter.providers"), filter("filter.tool_names"));
    // A filter that is there but empty, which only a message can be, is one that allows everything.
    let there = params.one("filter").is_some();
    if !there && connections.is_empty() && providers.is_empty() && names.is_empty() {
        return Err(RpcError::violation("filter", "value is required", "required"));
    }
    let page = PageRequest::read(&params, PageSize::ten(Most::Any))?;

    // Case matters in all three.
    let allows = |filter: &[&str], value: &str| filter.is_empty() || filter.contains(&value);
    let world = env.world();
    let tools = world.tools()?;
    let accounts = world.accounts().filter(|account| {
        account.works()
            && identifier == Some(account.identifier.as_str())
            && allows(&connections, &account.connection.name)
            && allows(&providers, account.connection.provider.key())
    });
    let rows: Vec<(&AccountRecord, &Arc<ToolRecord>)> = accounts
        .flat_map(|account| tools.of_provider(account.connection.provider.key()).map(move |tool| (account, tool)))
        .filter(|(_, tool)| allows(&names, &tool.name))
        .collect();
    let page = page.cut("tools", rows, |(account, tool)| vec![account.number, tool.number]);
    Ok(Json(page.map(|(account, tool)| ScopedRow {
        tool: ToolRow { tool: Arc::clone(tool), unset: env.unset },
        identifier: account.identifier.clone(),
        connected_account_id: account.id(),
    })))
}

/// The same without a filter, each tool once, and without a word about accounts.
pub async fn available(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<PageResponse<ToolRow>>, RpcError> {
    let identifier = params.one("identifier");
    check([("identifier", identifier, required(IDENTIFIER))])?;
    let page = PageRequest::read(&params, PageSize::ten(Most::Any))?;
    let world = env.world();
    let tools = world.tools()?;
    let accounts =
        world.accounts().filter(|account| account.works() && identifier == Some(account.identifier.as_str()));
    let mut rows: Vec<&Arc<ToolRecord>> =
        accounts.flat_map(|account| tools.of_provider(account.connection.provider.key())).collect();
    rows.order_by_key(|tool| tool.number);
    rows.dedup_by_key(|tool| tool.number);
    let page = page.cut("tools", rows, |tool| vec![tool.number]);
    Ok(Json(page.map(|tool| ToolRow { tool: Arc::clone(tool), unset: env.unset })))
}
