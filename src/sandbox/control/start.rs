//! The clock, and the way back to the start.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::answer::ControlError;
use super::body::{ControlBody, Nothing};
use super::control;
use crate::background::blocking;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::fault_injection::FaultInjection;
use crate::sandbox::options::FARTHEST;

/// Time to let pass.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advance {
    /// Such as `1h` or `90s`.
    advance: String,
}

/// The clock of the sandbox.
#[derive(Serialize)]
pub struct ClockView {
    now: String,
    /// Seconds by which it is ahead of this machine's; negative where it is behind.
    ahead_seconds: i64,
}

pub async fn clock(State(env): State<Arc<SandboxEnvironment>>) -> Json<ClockView> {
    Json(view(&env))
}

/// Lets time pass: it only goes forward, as nothing expects to be younger than it was.
pub async fn advance(
    State(env): State<Arc<SandboxEnvironment>>,
    ControlBody(Advance { advance }): ControlBody<Advance>,
) -> Result<Json<ClockView>, ControlError> {
    let time = advance.parse::<SignedDuration>().ok().filter(|time| *time >= SignedDuration::ZERO);
    let time = time.ok_or_else(|| ControlError::invalid(format!("{advance:?} is no time such as 1h or 90s.")))?;
    if !env.advance(time, FARTHEST) {
        return Err(ControlError::conflict("The clock cannot be more than a year ahead. Send a reset to set it back."));
    }
    Ok(Json(view(&env)))
}

/// The world, the clock and the faults are again as the sandbox started; calls and webhooks are forgotten. Access tokens
/// go on working.
pub async fn reset(
    State(env): State<Arc<SandboxEnvironment>>,
    Extension(injection): Extension<Arc<FaultInjection>>,
    ControlBody(Nothing {}): ControlBody<Nothing>,
) -> Result<Json<ClockView>, ControlError> {
    let same = Arc::clone(&env);
    let options = control(&env)?.options.clone();
    let begun = blocking(move || same.begin_again(&options)).await;
    begun.map_err(|_| ControlError::conflict("The sandbox is about to stop."))??;
    injection.reset();
    let control = control(&env)?;
    control.calls.clear();
    control.forget_denials();
    if let Some(webhook) = &env.webhook {
        webhook.forget();
    }
    Ok(Json(view(&env)))
}

fn view(env: &SandboxEnvironment) -> ClockView {
    ClockView { now: format!("{:.6}", env.now()), ahead_seconds: env.ahead().as_secs() }
}
