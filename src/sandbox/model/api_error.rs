//! Refusals in the shape of the Messages API.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

/// Milliseconds that a busy server asks a client to wait: few, as whoever tests a client waits with it.
const WAIT: u64 = 50;

/// Refusal of a request, or failure on purpose.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    status: u16,
    message: String,
}

impl ApiError {
    /// The request breaks a rule.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::of_status(400, message)
    }

    /// The request names something that is not there.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::of_status(404, message)
    }

    /// A refusal with this status; the type follows from it.
    pub fn of_status(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// Type of the error, as the API pairs it with the status.
    fn kind(&self) -> &'static str {
        match self.status {
            401 => "authentication_error",
            402 => "billing_error",
            403 => "permission_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            504 => "timeout_error",
            529 => "overloaded_error",
            500.. => "api_error",
            _ => "invalid_request_error",
        }
    }

    /// Body of the answer, and of an event in the middle of a stream.
    pub fn body(&self, request_id: &str) -> Value {
        json!({
            "type": "error",
            "error": {"type": self.kind(), "message": self.message},
            "request_id": request_id,
        })
    }

    /// Answer to the request of this id.
    pub fn answer(&self, request_id: &str) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.body(request_id))).into_response();
        if self.status == 429 || self.status >= 500 {
            response.headers_mut().insert("retry-after-ms", WAIT.into());
        }
        response
    }
}
