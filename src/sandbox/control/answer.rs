//! Refusals, and what is asked in a query.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::domain::Fault;
use crate::sandbox::params::Params;

/// Rows of a list when no number is asked for, and at most.
const USUAL_LIMIT: usize = 100;
const MOST_ROWS: usize = 1000;

/// Refusal, with one sentence or two that say what to do about it.
#[derive(Debug)]
pub struct ControlError {
    status: StatusCode,
    message: String,
}

impl ControlError {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// The request is not one that can be understood.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// It is understood, and does not go with how things are now.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    pub fn media_type(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    }

    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }
}

impl From<Fault> for ControlError {
    fn from(fault: Fault) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, fault.to_string())
    }
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        (self.status, Json(json!({"error": self.message}))).into_response()
    }
}

/// The names and values of a query. An unknown name is refused: a filter that is spelled wrong would filter nothing.
#[derive(Clone, Copy)]
pub struct Query<'a>(&'a Params);

impl<'a> Query<'a> {
    pub fn new(params: &'a Params, known: &[&str]) -> Result<Self, ControlError> {
        match params.pairs().find(|(name, _)| !known.contains(name)) {
            Some((name, _)) => {
                Err(ControlError::invalid(format!("{name:?} cannot be asked for. Ask for {}.", known.join(", "))))
            }
            None => Ok(Self(params)),
        }
    }

    pub fn number(self, name: &str) -> Result<Option<u64>, ControlError> {
        let number = self.0.one(name).map(|text| {
            text.parse().map_err(|_| ControlError::invalid(format!("{name} must be a whole number, not {text:?}.")))
        });
        number.transpose()
    }

    /// Rows that are wanted.
    pub fn limit(self) -> Result<usize, ControlError> {
        match self.number("limit")?.map(usize::try_from) {
            None => Ok(USUAL_LIMIT),
            Some(Ok(limit @ 1..=MOST_ROWS)) => Ok(limit),
            Some(_) => Err(ControlError::invalid(format!("limit must be from 1 to {MOST_ROWS}."))),
        }
    }
}
