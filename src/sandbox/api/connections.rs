//! Listing connections. Reference: section 3.2.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::json_body::timestamp;
use crate::backend::scalekit::wire::connections::{ListConnection, MAX_PAGE_SIZE};
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{CONNECTION_QUERY, PROVIDER, check, of_query};
use crate::sandbox::paging::{Most, PageRequest, PageResponse, PageSize};
use crate::sandbox::params::Params;
use crate::sandbox::paths;
use crate::sandbox::world::ConnectionRecord;

/// The fields that stand empty on every app connection (section 11) come beside the ones we read.
#[derive(Serialize)]
pub struct ListedConnection {
    #[serde(flatten)]
    connection: ListConnection,
    organization_id: &'static str,
    organization_name: &'static str,
    ui_button_title: &'static str,
    domains: [&'static str; 0],
    mcp_server_url: String,
}

/// The list without pages.
#[derive(Serialize)]
pub struct ConnectionList {
    connections: Vec<ListedConnection>,
}

pub async fn app(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<PageResponse<ListedConnection>>, RpcError> {
    check(of_query(&params, &[("provider", PROVIDER), ("query", CONNECTION_QUERY)]))?;
    let page = PageRequest::read(&params, PageSize::ten(Most::Refused(MAX_PAGE_SIZE)))?;
    let provider = params.one("provider");
    let query = params.one("query").map(str::to_lowercase);
    let wanted = |connection: &&Arc<ConnectionRecord>| {
        let texts = [&connection.name, connection.provider.key()];
        provider.is_none_or(|provider| connection.provider.key() == provider)
            && query.as_ref().is_none_or(|query| texts.iter().any(|text| text.to_lowercase().contains(query)))
    };
    let world = env.world();
    let rows = world.connections().filter(wanted).collect();
    Ok(Json(
        page.cut("connections", rows, |connection| vec![connection.number]).map(|connection| wire(connection, &env)),
    ))
}

/// That the connections of apps stand in this list at all is a guess.
pub async fn list(State(env): State<Arc<SandboxEnvironment>>, params: Params) -> Json<ConnectionList> {
    let everything = params.one("include") == Some("all");
    // None of this world's connections belongs to an organization or a domain.
    let nobodys = params.one("organization_id").or(params.one("domain")).is_some();
    let wanted = |connection: &&Arc<ConnectionRecord>| {
        !nobodys && (everything || connection.enabled() && connection.status == "COMPLETED")
    };
    let world = env.world();
    Json(ConnectionList {
        connections: world.connections().filter(wanted).map(|connection| wire(connection, &env)).collect(),
    })
}

fn wire(connection: &ConnectionRecord, env: &SandboxEnvironment) -> ListedConnection {
    let mcp_server_url = env.at(&paths::connection_server(&connection.name));
    let connection = ListConnection {
        id: connection.id(),
        provider: "CUSTOM".into(),
        connection_type: connection.kind.clone(),
        status: connection.status.clone(),
        enabled: connection.enabled(),
        provider_key: connection.provider.key().into(),
        key_id: connection.name.clone(),
        created_at: Some(timestamp(connection.created_at)),
        auth_mode: "USER".into(),
    };
    ListedConnection {
        connection,
        organization_id: "",
        organization_name: "",
        ui_button_title: "",
        domains: [],
        mcp_server_url,
    }
}
