//! The REST routes. Reference: sections 1.5 and 3. All want a bearer token.

mod accounts;
mod body;
mod connections;
mod execute;
mod links;
mod selection;
mod tools;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use super::auth;
use super::environment::Environment;

pub fn routes(environment: &Arc<Environment>) -> Router<Arc<Environment>> {
    Router::new()
        .route("/api/v1/connected_accounts", get(accounts::list).post(accounts::create))
        .route("/api/v1/connected_accounts/details", get(accounts::details))
        .route("/api/v1/connected_accounts/magic_link", post(links::issue))
        .route("/api/v1/connected_accounts/user/verify", post(links::verify))
        .route("/api/v1/connections/app", get(connections::list))
        .route("/api/v1/tools/scoped", get(tools::scoped))
        .route("/api/v1/execute_tool", post(execute::execute))
        .route_layer(from_fn_with_state(Arc::clone(environment), auth::bearer))
}
