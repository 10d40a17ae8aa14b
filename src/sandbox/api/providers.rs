//! The catalogue of providers. Reference: section 3.4.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use crate::backend::scalekit::wire::providers::WireProvider;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{PROVIDER_IDENTIFIER, check, of_query};
use crate::sandbox::paging::{Most, PageRequest, PageResponse, PageSize};
use crate::sandbox::params::Params;
use crate::sandbox::world::Vendor;

pub async fn list(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<PageResponse<WireProvider>>, RpcError> {
    check(of_query(&params, &[("identifier", PROVIDER_IDENTIFIER)]))?;
    let identifier = params.one("identifier");
    let custom = match params.one("filter.provider_type") {
        // The vendor's own sample finds a custom one by its identifier alone.
        None => identifier.is_none().then_some(false),
        Some("DEFAULT" | "0") => Some(false),
        Some("CUSTOM" | "1") => Some(true),
        Some("ALL" | "2") => None,
        _ => return Err(RpcError::violation("filter.provider_type", "value must be one of the enum values", "enum")),
    };
    let page = PageRequest::read(&params, PageSize::ten(Most::Any))?;
    let wanted = |vendor: &&Arc<Vendor>| {
        custom.is_none_or(|custom| vendor.listed.is_custom == custom)
            && identifier.is_none_or(|identifier| vendor.key() == identifier)
    };
    let world = env.world();
    let rows = world.vendors().filter(wanted).collect();
    Ok(Json(page.cut("providers", rows, |vendor| vec![vendor.number]).map(|vendor| vendor.listed.clone())))
}
