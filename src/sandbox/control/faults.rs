//! Faults that are switched on and off while the sandbox runs.

use std::sync::Arc;

use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::answer::ControlError;
use super::body::ControlBody;
use crate::sandbox::fault_injection::FaultInjection;
use crate::sandbox::fault_rule::FaultRule;

/// One rule, in the grammar of `--fault`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewFault {
    rule: String,
}

/// Rules in their order.
#[derive(Serialize)]
pub struct FaultList {
    rules: Vec<String>,
}

pub async fn list(Extension(injection): Extension<Arc<FaultInjection>>) -> Json<FaultList> {
    Json(rules(&injection))
}

pub async fn add(
    Extension(injection): Extension<Arc<FaultInjection>>,
    ControlBody(NewFault { rule }): ControlBody<NewFault>,
) -> Result<Json<FaultList>, ControlError> {
    let rule = rule
        .parse::<FaultRule>()
        .map_err(|error| ControlError::invalid(format!("The rule cannot be read: {error}.")))?;
    if !injection.add(rule) {
        return Err(ControlError::conflict("There are too many rules. Take them away with DELETE."));
    }
    Ok(Json(rules(&injection)))
}

pub async fn clear(Extension(injection): Extension<Arc<FaultInjection>>) -> Json<FaultList> {
    injection.clear();
    Json(rules(&injection))
}

fn rules(injection: &FaultInjection) -> FaultList {
    FaultList { rules: injection.rules().iter().map(FaultRule::to_string).collect() }
}
