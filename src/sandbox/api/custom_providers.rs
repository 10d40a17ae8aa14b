//! Providers that the environment's owner makes. Reference: section 3.4.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::json_body::JsonBody;
use crate::backend::scalekit::wire::providers::WireProvider;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{DISPLAY_NAME, ICON_SRC, METADATA_KEY, METADATA_VALUE, PROXY_URL, check};
use crate::sandbox::options::CreateStatus;
use crate::sandbox::world::{CustomProvider, ProviderError, Vendor};

/// Pairs of metadata.
const MOST_METADATA: usize = 20;

/// A bare provider, as create and update take it. Unset fields may be `null`.
#[derive(Deserialize)]
pub struct ProviderBody {
    display_name: Option<String>,
    description: Option<String>,
    auth_patterns: Option<Vec<Box<RawValue>>>,
    proxy_url: Option<String>,
    proxy_enabled: Option<bool>,
    icon_src: Option<String>,
    metadata: Option<Map<String, Value>>,
}

#[derive(Serialize)]
pub struct ProviderAnswer {
    provider: WireProvider,
}

pub async fn create(
    State(env): State<Arc<SandboxEnvironment>>,
    JsonBody(body): JsonBody<ProviderBody>,
) -> Result<(StatusCode, Json<ProviderAnswer>), RpcError> {
    let provider = body.checked()?;
    let mut world = env.world();
    let vendor = world.create_custom_provider(provider).map_err(refusal)?;
    let status = match env.create_status {
        CreateStatus::Ok => StatusCode::OK,
        CreateStatus::Created => StatusCode::CREATED,
    };
    Ok((status, Json(answer(vendor))))
}

/// Whether fields that are left out keep their values is told both ways; here they do, as the SDKs have it: they cannot
/// send `proxy_enabled`, and an update of theirs would switch the proxy off.
pub async fn update(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(identifier): Path<String>,
    JsonBody(body): JsonBody<ProviderBody>,
) -> Result<Json<ProviderAnswer>, RpcError> {
    let mut world = env.world();
    let now = world.custom_provider(&identifier).ok_or_else(|| refusal(ProviderError::Unknown))?;
    let provider = body.or_kept(&now.listed).checked()?;
    Ok(Json(answer(world.update_custom_provider(&identifier, provider).map_err(refusal)?)))
}

pub async fn delete(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(identifier): Path<String>,
) -> Result<Json<Value>, RpcError> {
    env.world().delete_custom_provider(&identifier).map_err(refusal)?;
    Ok(Json(json!({})))
}

impl ProviderBody {
    /// With the values of now for what is left out. Name and address are wanted every time.
    fn or_kept(self, now: &WireProvider) -> Self {
        Self {
            display_name: self.display_name,
            proxy_url: self.proxy_url,
            description: self.description.or_else(|| Some(now.description.clone())),
            auth_patterns: self.auth_patterns.or_else(|| Some(now.auth_patterns.clone())),
            proxy_enabled: self.proxy_enabled.or(Some(now.proxy_enabled)),
            icon_src: self.icon_src.or_else(|| Some(now.icon_src.clone())),
            metadata: self.metadata.or_else(|| Some(now.metadata.clone())),
        }
    }

    fn checked(self) -> Result<CustomProvider, RpcError> {
        let metadata = self.metadata.unwrap_or_default();
        let pairs = metadata.iter().flat_map(|(key, value)| {
            [("metadata", Some(key.as_str()), METADATA_KEY), ("metadata", value.as_str(), METADATA_VALUE)]
        });
        let own = [
            ("display_name", self.display_name.as_deref(), DISPLAY_NAME),
            ("proxy_url", self.proxy_url.as_deref(), PROXY_URL),
            ("icon_src", self.icon_src.as_deref(), ICON_SRC),
        ];
        check(own.into_iter().chain(pairs))?;
        if metadata.len() > MOST_METADATA {
            return Err(RpcError::violation("metadata", "map must be at most 20 entries", "map.max_pairs"));
        }
        let Some(auth_patterns) = self.auth_patterns else {
            return Err(RpcError::violation("auth_patterns", "value is required", "required"));
        };
        // The list is free-form on the wire; whatever is no object could not be shown to anybody.
        let patterns = auth_patterns.iter().map(|raw| serde_json::from_str::<Map<String, Value>>(raw.get()));
        let patterns: Vec<_> = patterns
            .collect::<Result<_, _>>()
            .map_err(|_| RpcError::violation("auth_patterns", "every pattern must be an object", "list_value"))?;
        Ok(CustomProvider {
            display_name: self.display_name.unwrap_or_default(),
            description: self.description.unwrap_or_default(),
            is_mcp: patterns.iter().any(|pattern| pattern.get("is_mcp") == Some(&Value::Bool(true))),
            auth_patterns,
            proxy_url: self.proxy_url.unwrap_or_default(),
            proxy_enabled: self.proxy_enabled.unwrap_or_default(),
            icon_src: self.icon_src.unwrap_or_default(),
            metadata,
        })
    }
}

fn answer(vendor: &Vendor) -> ProviderAnswer {
    ProviderAnswer { provider: vendor.listed.clone() }
}

/// That a name must be unique, and that one in use is forbidden to be deleted, stand in remarks of the vendor's samples.
fn refusal(error: ProviderError) -> RpcError {
    match error {
        ProviderError::Unknown => RpcError::not_found("custom provider not found"),
        ProviderError::NameTaken => RpcError::exists("a custom provider with this display name already exists"),
        ProviderError::InUse => RpcError::forbidden("a connection uses this provider; delete the connection first"),
        ProviderError::TooMany => RpcError::precondition("this sandbox has too many custom providers"),
    }
}
