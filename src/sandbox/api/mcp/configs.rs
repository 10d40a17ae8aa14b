//! Configurations of MCP servers. Reference: section 3.5.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::mappings::{MappingRequest, accepted};
use super::rows::{ConfigAnswer, ConfigRow};
use super::{PAGE, mentions, no_config, unset};
use crate::sandbox::api::json_body::JsonBody;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{PROVIDER, SERVER_NAME, SERVER_SEARCH, SERVER_URL, check, of_query};
use crate::sandbox::options::CreateStatus;
use crate::sandbox::paging::{PageRequest, PageResponse};
use crate::sandbox::params::Params;
use crate::sandbox::paths;
use crate::sandbox::world::ServerConfigRecord;

/// The bare configuration: on this route the body is that field itself (section 1.5).
#[derive(Debug, Deserialize)]
pub struct CreateConfigRequest {
    #[serde(default, deserialize_with = "unset")]
    name: String,
    #[serde(default, deserialize_with = "unset")]
    description: String,
    #[serde(default, deserialize_with = "unset")]
    connection_tool_mappings: Vec<MappingRequest>,
}

/// What of a configuration may change: everything but its name. What is not there stays as it is: the vendor's SDKs
/// leave out what they are not given. Over gRPC what is empty is not there.
#[derive(Debug, Deserialize)]
pub struct UpdateConfigRequest {
    description: Option<String>,
    connection_tool_mappings: Option<Vec<MappingRequest>>,
}

pub async fn create(
    State(env): State<Arc<SandboxEnvironment>>,
    JsonBody(request): JsonBody<CreateConfigRequest>,
) -> Result<(StatusCode, Json<ConfigAnswer>), RpcError> {
    let CreateConfigRequest { name, description, connection_tool_mappings } = request;
    check([("config.name", Some(name.as_str()), SERVER_NAME)])?;
    let mut world = env.world();
    let mappings = accepted(&world, "config.connection_tool_mappings", connection_tool_mappings)?;
    // Instances name their configuration by it.
    if world.servers.config_named(&name).is_some() {
        return Err(RpcError::exists("an mcp config with this name already exists"));
    }
    let config = world.servers.create(&name, description, mappings).clone();
    let status = match env.create_status {
        CreateStatus::Ok => StatusCode::OK,
        CreateStatus::Created => StatusCode::CREATED,
    };
    Ok((status, Json(ConfigAnswer::new(&config, &world, &env))))
}

pub async fn list(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<PageResponse<ConfigRow>>, RpcError> {
    check(of_query(
        &params,
        &[
            ("filter.id", SERVER_SEARCH),
            ("filter.name", SERVER_SEARCH),
            ("filter.provider", PROVIDER),
            ("filter.mcp_server_url", SERVER_URL),
            ("search", SERVER_SEARCH),
        ],
    ))?;
    let page = PageRequest::read(&params, PAGE)?;
    let world = env.world();
    let (id, name) = (params.one("filter.id"), params.one("filter.name"));
    let (provider, url) = (params.one("filter.provider"), params.one("filter.mcp_server_url"));
    let at = |connection: &str| world.connection(connection).map(|known| known.provider.key().to_owned());
    let wanted = |config: &&ServerConfigRecord| {
        id.is_none_or(|id| config.id() == id)
            && name.is_none_or(|name| config.name.eq_ignore_ascii_case(name))
            && url.is_none_or(|url| env.at(&paths::config_server(&config.server_id)) == url)
            && provider
                .is_none_or(|key| config.mappings.iter().any(|mapping| at(&mapping.connection).as_deref() == Some(key)))
            && mentions(params.one("search"), &[&config.name, &config.description])
    };
    let rows = world.servers.configs().filter(wanted).collect();
    let page = page.cut("configs", rows, |config| vec![config.number]);
    Ok(Json(page.map(|config| ConfigRow::new(config, &world, &env))))
}

pub async fn get(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(id): Path<String>,
) -> Result<Json<ConfigAnswer>, RpcError> {
    let world = env.world();
    let config = world.servers.config(&id).ok_or_else(no_config)?;
    Ok(Json(ConfigAnswer::new(config, &world, &env)))
}

pub async fn update(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<UpdateConfigRequest>,
) -> Result<Json<ConfigAnswer>, RpcError> {
    let UpdateConfigRequest { description, connection_tool_mappings } = request;
    let mut world = env.world();
    let known = world.servers.config(&id).cloned().ok_or_else(no_config)?;
    let description = description.unwrap_or(known.description);
    let mappings = match connection_tool_mappings {
        Some(mappings) => accepted(&world, "connection_tool_mappings", mappings)?,
        None => known.mappings,
    };
    let config = world.servers.update(known.number, description, mappings).cloned().ok_or_else(no_config)?;
    Ok(Json(ConfigAnswer::new(&config, &world, &env)))
}

/// Its instances go with it: a guess.
pub async fn delete(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, RpcError> {
    let mut world = env.world();
    let number = world.servers.config(&id).ok_or_else(no_config)?.number;
    world.servers.delete(number);
    Ok(Json(json!({})))
}
