//! Refusals in the wire's form. Reference: section 6.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};

use crate::backend::scalekit::wire::error::{
    ERROR_INFO_TYPE, ErrorInfo, FieldViolation, RpcStatus, ToolErrorInfo, ValidationErrorInfo,
};

/// The gRPC codes in use; the discriminant is the number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RpcCode {
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    AlreadyExists = 6,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    FailedPrecondition = 9,
    Aborted = 10,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}

impl RpcCode {
    /// HTTP status of the code. Reference: section 6.2.
    fn http(self) -> StatusCode {
        match self {
            Self::InvalidArgument | Self::FailedPrecondition => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::AlreadyExists | Self::Aborted => StatusCode::CONFLICT,
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
            Self::Unimplemented => StatusCode::NOT_IMPLEMENTED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

/// Refusal of a request, in the wire's form.
#[derive(Debug)]
pub struct RpcError {
    code: RpcCode,
    message: String,
    details: Vec<ErrorInfo>,
    /// Seconds, for the header of that name. No rate header is documented (section 6.4).
    retry_after: Option<u64>,
}

impl RpcError {
    /// `error_code` where no list names one is the gRPC code's own name: a guess.
    fn new(code: RpcCode, error_code: &str, message: impl Into<String>) -> Self {
        Self::detailed(code, message, ErrorInfo { error_code: error_code.into(), ..ErrorInfo::default() })
    }

    fn detailed(code: RpcCode, message: impl Into<String>, info: ErrorInfo) -> Self {
        let info = ErrorInfo { type_url: ERROR_INFO_TYPE.into(), ..info };
        Self { code, message: message.into(), details: vec![info], retry_after: None }
    }

    /// Code and message, as the log of calls has them.
    pub fn said(&self) -> (&str, &str) {
        (self.details.first().map_or("", |info| &info.error_code), &self.message)
    }

    /// The sandbox itself failed.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(RpcCode::Internal, "INTERNAL", message)
    }

    pub fn unauthenticated(message: &str) -> Self {
        Self::new(RpcCode::Unauthenticated, "UNAUTHENTICATED", message)
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(RpcCode::InvalidArgument, "INVALID_ARGUMENT", message)
    }

    pub fn violations(field_violations: Vec<FieldViolation>) -> Self {
        let info = ErrorInfo {
            error_code: "INVALID_ARGUMENT".into(),
            validation_error_info: Some(ValidationErrorInfo { field_violations }),
            ..ErrorInfo::default()
        };
        Self::detailed(RpcCode::InvalidArgument, "validation error", info)
    }

    pub fn violation(field: &str, description: impl Into<String>, constraint: &str) -> Self {
        Self::violations(vec![FieldViolation {
            field: field.into(),
            description: description.into(),
            constraint: constraint.into(),
        }])
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(RpcCode::NotFound, "RESOURCE_NOT_FOUND", message)
    }

    pub fn exists(message: impl Into<String>) -> Self {
        Self::new(RpcCode::AlreadyExists, "ALREADY_EXISTS", message)
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(RpcCode::PermissionDenied, "PERMISSION_DENIED", message)
    }

    /// Refusal of a call on an account that is not ACTIVE; the reference does not say (section 13).
    pub fn precondition(message: impl Into<String>) -> Self {
        Self::new(RpcCode::FailedPrecondition, "FAILED_PRECONDITION", message)
    }

    /// Refusal that somebody told the broker to give.
    pub fn told(code: RpcCode, error_code: &str, message: impl Into<String>, retry_after: Option<u64>) -> Self {
        Self { retry_after, ..Self::new(code, error_code, message) }
    }

    /// The provider or the tool failed, not the broker.
    pub fn tool(code: RpcCode, failure: ToolErrorInfo, retry_after: Option<u64>) -> Self {
        let info =
            ErrorInfo { error_code: "TOOL_ERROR".into(), tool_error_info: Some(failure), ..ErrorInfo::default() };
        Self { retry_after, ..Self::detailed(code, "provider error", info) }
    }
}

impl From<getrandom::Error> for RpcError {
    fn from(error: getrandom::Error) -> Self {
        Self::new(RpcCode::Internal, "INTERNAL", error.to_string())
    }
}

impl From<&serde_json::Error> for RpcError {
    fn from(error: &serde_json::Error) -> Self {
        Self::new(RpcCode::Internal, "INTERNAL", error.to_string())
    }
}

impl IntoResponse for RpcError {
    fn into_response(self) -> Response {
        let body = RpcStatus { code: self.code as i32, message: self.message, details: self.details };
        let mut response = (self.code.http(), Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Refusal of grpc-gateway on a path it does not know.
pub async fn no_such_route() -> RpcError {
    bare(RpcCode::NotFound, "Not Found")
}

/// Refusal of grpc-gateway on a known path with another method.
pub async fn no_such_method() -> RpcError {
    bare(RpcCode::Unimplemented, "Method Not Allowed")
}

fn bare(code: RpcCode, message: &str) -> RpcError {
    RpcError { code, message: message.into(), details: Vec::new(), retry_after: None }
}
