//! The tools that one identifier may call. Reference: section 3.3, ListScopedTools, and section 8.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::Status;
use crate::sandbox::environment::Environment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{IDENTIFIER, check, required};
use crate::sandbox::paging::{Listing, PageRequest};
use crate::sandbox::params::Params;
use crate::sandbox::world::{Account, Tool};

#[derive(Serialize)]
pub struct ScopedRow {
    tool: ToolRow,
    identifier: String,
    connected_account_id: String,
}

/// With `is_default` and an empty `metadata`, which the types we read with leave out, and with the
/// definition as it stands in the data file.
#[derive(Serialize)]
struct ToolRow {
    id: String,
    provider: &'static str,
    definition: &'static RawValue,
    metadata: Empty,
    tags: [&'static str; 0],
    is_default: bool,
}

#[derive(Serialize)]
struct Empty {}

/// Only ACTIVE accounts have tools: a reading of the reference, which does not say so outright.
pub async fn scoped(State(env): State<Arc<Environment>>, params: Params) -> Result<Json<Listing<ScopedRow>>, RpcError> {
    let identifier = params.one("identifier");
    check([("identifier", identifier, required(IDENTIFIER))])?;
    let filter = |name: &'static str| -> Vec<&str> { params.all(name).collect() };
    let (connections, providers, names) =
        (filter("filter.connection_names"), filter("filter.providers"), filter("filter.tool_names"));
    if connections.is_empty() && providers.is_empty() && names.is_empty() {
        return Err(RpcError::violation("filter", "value is required", "required"));
    }
    let page = PageRequest::read(&params, None)?;

    // Case matters in all three.
    let allows = |filter: &[&str], value: &str| filter.is_empty() || filter.contains(&value);
    let world = env.world();
    let accounts = world.accounts().filter(|account| {
        account.status == Status::Active
            && identifier == Some(account.identifier.as_str())
            && allows(&connections, &account.connection.name)
            && allows(&providers, &account.connection.provider)
    });
    let rows: Vec<(&Account, &Tool)> = accounts
        .flat_map(|account| world.tools().map(move |tool| (account, tool)))
        .filter(|(account, tool)| tool.provider == account.connection.provider && allows(&names, tool.name))
        .collect();
    Ok(Json(page.cut("tools", rows, |(account, tool)| vec![account.number, tool.number]).map(wire)))
}

fn wire((account, tool): (&Account, &Tool)) -> ScopedRow {
    ScopedRow {
        tool: ToolRow {
            id: format!("tol_{}", tool.number),
            provider: tool.provider,
            definition: tool.definition,
            metadata: Empty {},
            tags: [],
            is_default: true,
        },
        identifier: account.identifier.clone(),
        connected_account_id: account.id(),
    }
}
