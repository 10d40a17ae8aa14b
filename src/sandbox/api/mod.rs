//! The REST routes. Reference: sections 1.5 and 3. All want a bearer token.

mod account_changes;
mod account_row;
mod accounts;
mod connection;
mod connections;
mod custom_providers;
pub(super) mod execute;
mod forbidden;
mod json_body;
mod links;
mod logs;
pub(super) mod mcp;
mod nulls;
mod providers;
mod proxy;
mod scoped_tools;
mod selection;
mod tool_row;
mod tool_search;
mod tools;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get, post, put};

use super::auth;
use super::environment::SandboxEnvironment;

pub fn routes(environment: &Arc<SandboxEnvironment>) -> Router<Arc<SandboxEnvironment>> {
    // A verb behind a colon belongs to the path's last part, which the router takes whole.
    let accounts = get(accounts::list).post(account_changes::create).put(account_changes::update);
    Router::new()
        .route("/api/v1/connected_accounts", accounts)
        .route("/api/v1/connected_accounts:search", get(accounts::search))
        .route("/api/v1/connected_accounts:delete", post(account_changes::delete))
        .route("/api/v1/connected_accounts/auth", get(accounts::auth))
        .route("/api/v1/connected_accounts/details", get(accounts::details))
        .route("/api/v1/connected_accounts/magic_link", post(links::issue))
        .route("/api/v1/connected_accounts/user/verify", post(links::verify))
        .route("/api/v1/connected_accounts/{id}", get(accounts::get).post(account_changes::verb))
        .route("/api/v1/connections", get(connections::list))
        .route("/api/v1/connections/app", get(connections::app))
        .route("/api/v1/connections/{id}", get(connection::get).patch(connection::verb))
        .route("/api/v1/providers", get(providers::list))
        .route("/api/v1/custom-providers", post(custom_providers::create))
        .route("/api/v1/custom-providers/{identifier}", put(custom_providers::update).delete(custom_providers::delete))
        .route("/api/v1/tools", get(tools::list))
        .route("/api/v1/tools:search", post(tool_search::search))
        .route("/api/v1/tools/scoped", get(scoped_tools::scoped))
        .route("/api/v1/tools/available", get(scoped_tools::available))
        .route("/api/v1/execute_tool", post(execute::execute))
        .route("/api/v1/agentkit/tool_call_logs", get(logs::list))
        .route("/api/v1/agentkit/tool_call_logs/{execution_id}", get(logs::get))
        .route("/proxy/{*path}", any(proxy::forward))
        .merge(forbidden::routes())
        .merge(mcp::routes())
        .route_layer(from_fn_with_state(Arc::clone(environment), auth::bearer))
}
