//! The whole catalogue of tools. Reference: section 3.3, ListTools.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::selection::{AccountSelection, no_account};
use super::tool_row::ToolRow;
use crate::backend::scalekit::wire::tools::{MAX_PAGE_SIZE, MAX_PAGE_SIZE_WITH_QUERY};
use crate::domain::AccountRef;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{
    ACCOUNT_ID, CONNECTOR, IDENTIFIER, ORGANIZATION_ID, PROVIDER, TOOL_QUERY, USER_ID, check, of_query,
};
use crate::sandbox::paging::{Most, PageRequest, PageResponse, PageSize};
use crate::sandbox::params::Params;
use crate::sandbox::world::ToolRecord;

/// Tools on a page when no size is asked for (section 1.6).
const DEFAULT_SIZE: usize = 300;

#[derive(Serialize)]
pub struct ToolCatalogPage {
    #[serde(flatten)]
    page: PageResponse<ToolRow>,
    /// Also beside whole tools, as a real answer had it.
    tool_names: Vec<String>,
}

/// Tools that everybody has, and on top of them the custom MCP tools of one account.
pub async fn list(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<ToolCatalogPage>, RpcError> {
    check(of_query(
        &params,
        &[
            ("filter.provider", PROVIDER),
            ("filter.identifier", IDENTIFIER),
            ("filter.query", TOOL_QUERY),
            ("filter.connector", CONNECTOR),
            ("filter.organization_id", ORGANIZATION_ID),
            ("filter.user_id", USER_ID),
            ("filter.connected_account_id", ACCOUNT_ID),
        ],
    ))?;
    let query = params.one("filter.query").map(str::to_lowercase);
    // More are not refused, only not given.
    let most = Most::Clamped(if query.is_some() { MAX_PAGE_SIZE_WITH_QUERY } else { MAX_PAGE_SIZE });
    let page = PageRequest::read(&params, PageSize { default: DEFAULT_SIZE, most })?;
    let names: Vec<&str> = params.all("filter.tool_name").collect();
    let provider = params.one("filter.provider");
    // Words of a query stand in the name, in any order.
    let words: Option<Vec<&str>> = query.as_ref().map(|query| query.split([' ', '_']).collect());

    let world = env.world();
    let owner = match account(&params)? {
        None => None,
        Some(named) => Some(world.account(&named).ok_or_else(no_account)?.connection.provider.key()),
    };
    let wanted = |tool: &&Arc<ToolRecord>| {
        (!tool.custom || query.is_none() && owner == Some(&*tool.provider))
            && provider.is_none_or(|provider| *tool.provider == *provider)
            && (names.is_empty() || names.contains(&&*tool.name))
            && words.as_ref().is_none_or(|words| {
                let name = tool.name.to_lowercase();
                words.iter().all(|word| name.contains(word))
            })
    };
    let page = page.cut("tools", world.tools()?.iter().filter(wanted).collect(), |tool| vec![tool.number]);
    let tool_names = page.rows().iter().map(|tool| tool.name.to_string()).collect();
    let page = page.map(|tool| ToolRow { tool: Arc::clone(tool), unset: env.unset });
    let page = if params.one("filter.summary") == Some("true") { page.without_rows() } else { page };
    Ok(Json(ToolCatalogPage { page, tool_names }))
}

/// The account that the filter names, if it names one.
fn account(params: &Params) -> Result<Option<AccountRef>, RpcError> {
    let selection = AccountSelection {
        id: params.one("filter.connected_account_id"),
        connector: params.one("filter.connector"),
        identifier: params.one("filter.identifier"),
        organization_id: params.one("filter.organization_id"),
        user_id: params.one("filter.user_id"),
    };
    match selection {
        AccountSelection { id: Some(_), .. } | AccountSelection { connector: Some(_), identifier: Some(_), .. } => {
            selection.named().map(Some)
        }
        _ => Ok(None),
    }
}
