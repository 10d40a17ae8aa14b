//! What webhooks were told, and what they answered.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;

use super::answer::{ControlError, Query};
use super::body::{ControlBody, Nothing};
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::params::Params;
use crate::sandbox::webhook::{DeliveryView, Webhook};

/// Some deliveries, oldest first.
#[derive(Serialize)]
pub struct DeliveryList {
    webhooks: Vec<DeliveryView>,
    /// Whether more fit than were asked for.
    more: bool,
    /// Events that were never sent, because too many waited.
    lost: u64,
}

pub async fn list(
    State(env): State<Arc<SandboxEnvironment>>,
    params: Params,
) -> Result<Json<DeliveryList>, ControlError> {
    let limit = Query::new(&params, &["type", "state", "account", "limit"])?.limit()?;
    let webhook = webhook(&env)?;
    webhook.collect(&mut env.world());
    let is = |name, value: &str| params.one(name).is_none_or(|wanted| wanted == value);
    let fits =
        |row: &DeliveryView| is("type", row.kind) && is("state", row.state.name()) && is("account", row.account());
    let mut webhooks: Vec<_> = webhook.deliveries().into_iter().filter(fits).take(limit + 1).collect();
    let more = webhooks.len() > limit;
    webhooks.truncate(limit);
    Ok(Json(DeliveryList { webhooks, more, lost: webhook.lost() }))
}

/// `POST …/webhooks/{id}:resend`.
pub async fn verb(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(path): Path<String>,
    ControlBody(Nothing {}): ControlBody<Nothing>,
) -> Result<Json<DeliveryView>, ControlError> {
    let Some(id) = path.strip_suffix(":resend") else {
        return Err(ControlError::not_found("Say what to do to the webhook: :resend."));
    };
    let sent = webhook(&env)?.resend(id);
    sent.map(Json).ok_or_else(|| ControlError::not_found(format!("No webhook {id:?} was sent. Look at the list.")))
}

fn webhook(env: &SandboxEnvironment) -> Result<&Webhook, ControlError> {
    env.webhook
        .as_ref()
        .ok_or_else(|| ControlError::conflict("The sandbox tells no webhook of anything. Start it with --webhook URL."))
}
