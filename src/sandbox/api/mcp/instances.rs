//! Instances: servers of one person each, whose URL is the credential. Reference: section 3.5.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth_state;
use super::rows::{InstanceAnswer, InstanceRow};
use super::{PAGE, mentions, no_config, no_instance, unset};
use crate::sandbox::api::json_body::JsonBody;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::{RpcError, no_such_method, no_such_route};
use crate::sandbox::limits::{
    INSTANCE_NAME, SERVER_PERSON, SERVER_SEARCH, SESSION_IDENTIFIER, check, of_query, required,
};
use crate::sandbox::paging::{PageRequest, PageResponse};
use crate::sandbox::params::Params;
use crate::sandbox::random;
use crate::sandbox::world::ServerInstanceRecord;

#[derive(Debug, Deserialize)]
pub struct EnsureInstanceRequest {
    #[serde(default, deserialize_with = "unset")]
    name: String,
    #[serde(default, deserialize_with = "unset")]
    config_name: String,
    #[serde(default, deserialize_with = "unset")]
    user_identifier: String,
}

/// What is not there stays as it is.
#[derive(Debug, Deserialize)]
pub struct UpdateInstanceRequest {
    #[serde(default, deserialize_with = "unset")]
    name: String,
    #[serde(default, deserialize_with = "unset")]
    config_name: String,
}

/// The instance that the three fields name, made where there is none. One without a name is called like its
/// configuration, and 200 is answered either way: guesses.
pub async fn ensure(
    State(env): State<Arc<SandboxEnvironment>>,
    JsonBody(request): JsonBody<EnsureInstanceRequest>,
) -> Result<Json<InstanceAnswer>, RpcError> {
    let EnsureInstanceRequest { name, config_name, user_identifier } = &request;
    check([
        ("name", Some(name.as_str()), INSTANCE_NAME),
        ("config_name", Some(config_name.as_str()), required(SERVER_SEARCH)),
        ("user_identifier", Some(user_identifier.as_str()), SESSION_IDENTIFIER),
    ])?;
    let key = random::text()?;
    let mut world = env.world();
    let config = world.servers.config_named(config_name).ok_or_else(no_config)?.number;
    let name = if name.is_empty() { config_name } else { name };
    let instance = match world.servers.instance_of(config, name, user_identifier) {
        Some(known) => known.clone(),
        None => world.servers.create_instance(config, name, user_identifier, key, env.now()).clone(),
    };
    Ok(Json(InstanceAnswer::new(&instance, &world, &env)))
}

pub async fn list(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<PageResponse<InstanceRow>>, RpcError> {
    check(of_query(
        &params,
        &[
            ("filter.id", SERVER_SEARCH),
            ("filter.name", SERVER_SEARCH),
            ("filter.config_name", SERVER_SEARCH),
            ("filter.user_identifier", SERVER_PERSON),
            ("search", SERVER_SEARCH),
        ],
    ))?;
    let page = PageRequest::read(&params, PAGE)?;
    let world = env.world();
    let (id, name) = (params.one("filter.id"), params.one("filter.name"));
    let (config, identifier) = (params.one("filter.config_name"), params.one("filter.user_identifier"));
    let named = |number: u64| world.servers.config_numbered(number).map_or("", |config| config.name.as_str());
    let wanted = |instance: &&ServerInstanceRecord| {
        let config_name = named(instance.config);
        id.is_none_or(|id| instance.id() == id)
            && name.is_none_or(|name| instance.name.eq_ignore_ascii_case(name))
            && config.is_none_or(|config| config_name.eq_ignore_ascii_case(config))
            && identifier.is_none_or(|identifier| instance.identifier == identifier)
            && mentions(params.one("search"), &[&instance.name, config_name, &instance.identifier])
    };
    let rows = world.servers.instances().filter(wanted).collect();
    let page = page.cut("instances", rows, |instance| vec![instance.number]);
    Ok(Json(page.map(|instance| InstanceRow::new(instance, &world, &env))))
}

pub async fn get(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(id): Path<String>,
) -> Result<Json<InstanceAnswer>, RpcError> {
    let world = env.world();
    let instance = world.servers.instance(&id).ok_or_else(no_instance)?;
    Ok(Json(InstanceAnswer::new(instance, &world, &env)))
}

/// Another configuration brings its own mappings; the URL stays: a guess.
pub async fn update(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<UpdateInstanceRequest>,
) -> Result<Json<InstanceAnswer>, RpcError> {
    let UpdateInstanceRequest { name, config_name } = request;
    check([("name", Some(name.as_str()), INSTANCE_NAME), ("config_name", Some(config_name.as_str()), SERVER_SEARCH)])?;
    let mut world = env.world();
    let before = world.servers.instance(&id).cloned().ok_or_else(no_instance)?;
    let config = match config_name.as_str() {
        "" => before.config,
        name => world.servers.config_named(name).ok_or_else(no_config)?.number,
    };
    let name = if name.is_empty() { before.name } else { name };
    if world.servers.instance_of(config, &name, &before.identifier).is_some_and(|other| other.number != before.number) {
        return Err(RpcError::exists("an mcp instance with this name, config and user already exists"));
    }
    let instance = world.servers.instance_numbered(before.number).ok_or_else(no_instance)?;
    (instance.name, instance.config, instance.updated_at) = (name, config, env.now());
    let instance = instance.clone();
    Ok(Json(InstanceAnswer::new(&instance, &world, &env)))
}

pub async fn delete(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, RpcError> {
    let mut world = env.world();
    let number = world.servers.instance(&id).ok_or_else(no_instance)?.number;
    world.servers.delete_instance(number);
    Ok(Json(json!({})))
}

/// `POST …/{id}:get_auth_state`. It has no body; what it takes stands in the query (section 1.5).
pub async fn verb(State(env): State<Arc<SandboxEnvironment>>, Path(segment): Path<String>, params: Params) -> Response {
    match segment.rsplit_once(':') {
        Some((id, "get_auth_state")) => auth_state::of_instance(&env, id, &params).into_response(),
        Some(_) => no_such_route().await.into_response(),
        None => no_such_method().await.into_response(),
    }
}
