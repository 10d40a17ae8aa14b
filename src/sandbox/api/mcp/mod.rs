//! Provisioning of MCP servers: configurations, instances, accounts and session tokens. Reference: section 3.5.
//!
//! The oldest generation, bare `/api/v1/mcp`, is not there: no descriptor has it any more.

pub(in crate::sandbox) mod auth_state;
mod configs;
mod instances;
mod mappings;
mod rows;
mod tokens;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use serde::{Deserialize, Deserializer};

use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::paging::{Most, PageSize};

/// Rows of a page. "Typically 20" is said of configurations (section 1.6).
const PAGE: PageSize = PageSize { default: 20, most: Most::Refused(30) };

pub fn routes() -> Router<Arc<SandboxEnvironment>> {
    let config = get(configs::get).put(configs::update).delete(configs::delete);
    let instance = get(instances::get).patch(instances::update).delete(instances::delete).post(instances::verb);
    Router::new()
        .route("/api/v1/mcp/configs", get(configs::list).post(configs::create))
        .route("/api/v1/mcp/configs/{id}", config)
        .route("/api/v1/mcp/configs/{id}/connected_accounts", post(auth_state::of_config))
        .route("/api/v1/mcp/configs/{id}/tokens", post(tokens::for_config))
        .route("/api/v1/mcp/connections/{key_id}/tokens", post(tokens::for_connection))
        .route("/api/v1/mcp/instances", get(instances::list).post(instances::ensure))
        .route("/api/v1/mcp/instances/{id}", instance)
}

/// The refusal when there is no such configuration.
fn no_config() -> RpcError {
    RpcError::not_found("mcp config not found")
}

/// The refusal when there is no such instance.
fn no_instance() -> RpcError {
    RpcError::not_found("mcp instance not found")
}

/// Reads `null` like an absent field, as this wire does in requests.
fn unset<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Whether one of the texts holds the words of a search, in any case. What a search looks at is a guess.
fn mentions(search: Option<&str>, texts: &[&str]) -> bool {
    search.is_none_or(|search| {
        let search = search.to_lowercase();
        texts.iter().any(|text| text.to_lowercase().contains(&search))
    })
}
