//! Answers bear the date of the environment's own clock.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::DATE;
use axum::middleware::Next;
use axum::response::Response;
use jiff::fmt::rfc2822::DateTimePrinter;

use super::environment::SandboxEnvironment;

/// Dates an answer. The server does so by itself, but by this machine's clock, where nobody else did.
pub async fn add_date(State(env): State<Arc<SandboxEnvironment>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&env.now());
    if let Some(date) = date.ok().and_then(|date| HeaderValue::try_from(date).ok()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}
