//! Connections. Reference: section 3.2, ListAppConnections.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::body::timestamp;
use crate::sandbox::environment::Environment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{CONNECTION_QUERY, PROVIDER, check};
use crate::sandbox::paging::{Listing, PageRequest};
use crate::sandbox::params::Params;
use crate::sandbox::world::Connection;
use crate::wire::connections::{ListConnection, MAX_PAGE_SIZE};

/// The fields that stand empty on every app connection (section 11) come beside the ones we read.
#[derive(Serialize)]
pub struct AppConnection {
    #[serde(flatten)]
    connection: ListConnection,
    organization_id: &'static str,
    organization_name: &'static str,
    ui_button_title: &'static str,
    domains: [&'static str; 0],
    mcp_server_url: &'static str,
}

pub async fn list(
    State(env): State<Arc<Environment>>,
    params: Params,
) -> Result<Json<Listing<AppConnection>>, RpcError> {
    let (provider, query) = (params.one("provider"), params.one("query"));
    check([("provider", provider, PROVIDER), ("query", query, CONNECTION_QUERY)])?;
    let page = PageRequest::read(&params, Some(MAX_PAGE_SIZE))?;
    let query = query.map(str::to_lowercase);
    let wanted = |connection: &&Arc<Connection>| {
        let texts = [&connection.name, &connection.provider];
        provider.is_none_or(|provider| connection.provider == provider)
            && query.as_ref().is_none_or(|query| texts.iter().any(|text| text.to_lowercase().contains(query)))
    };
    let world = env.world();
    let rows = world.connections().filter(wanted).collect();
    Ok(Json(page.cut("connections", rows, |connection| vec![connection.number]).map(|connection| wire(connection))))
}

fn wire(connection: &Connection) -> AppConnection {
    let connection = ListConnection {
        id: connection.id(),
        provider: "CUSTOM".into(),
        connection_type: connection.kind.clone(),
        status: connection.status.clone(),
        enabled: connection.enabled,
        provider_key: connection.provider.clone(),
        key_id: connection.name.clone(),
        created_at: Some(timestamp(connection.created_at)),
        auth_mode: "USER".into(),
    };
    AppConnection {
        connection,
        organization_id: "",
        organization_name: "",
        ui_button_title: "",
        domains: [],
        mcp_server_url: "",
    }
}
