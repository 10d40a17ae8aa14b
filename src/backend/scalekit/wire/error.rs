//! Error bodies: grpc-gateway's `google.rpc.Status`. Reference: section 6.1.

use serde::{Deserialize, Serialize};

use super::{lenient, null_as_default};

/// `@type` of the one detail this broker sends.
pub const ERROR_INFO_TYPE: &str = "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo";

/// The whole error body.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RpcStatus {
    /// gRPC code, 0–16.
    #[serde(default)]
    pub code: i32,
    /// Prose.
    #[serde(default)]
    pub message: String,
    /// Details; entries of other types deserialise with everything empty.
    #[serde(default, deserialize_with = "null_as_default")]
    pub details: Vec<ErrorInfo>,
}

/// The detail that says what happened.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ErrorInfo {
    /// Which message type this detail is.
    #[serde(rename = "@type", default, deserialize_with = "lenient::or_default")]
    pub type_url: String,
    /// `UNAUTHENTICATED`, `TOOL_ERROR`, …; no full list is published.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub error_code: String,
    /// Refused fields.
    #[serde(default, deserialize_with = "lenient::or_default", skip_serializing_if = "Option::is_none")]
    pub validation_error_info: Option<ValidationErrorInfo>,
    /// The upstream failure behind a `TOOL_ERROR`.
    #[serde(default, deserialize_with = "lenient::or_default", skip_serializing_if = "Option::is_none")]
    pub tool_error_info: Option<ToolErrorInfo>,
}

/// Refused fields.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ValidationErrorInfo {
    /// One entry a field.
    #[serde(default, deserialize_with = "null_as_default")]
    pub field_violations: Vec<FieldViolation>,
}

/// One refused field.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct FieldViolation {
    /// Path of the field.
    #[serde(default, deserialize_with = "lenient::words")]
    pub field: String,
    /// What is wrong with it.
    #[serde(default, deserialize_with = "lenient::words")]
    pub description: String,
    /// The rule it broke.
    #[serde(default, deserialize_with = "lenient::words", skip_serializing_if = "String::is_empty")]
    pub constraint: String,
}

/// What the tool or the provider behind it said.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ToolErrorInfo {
    /// The execution that failed.
    #[serde(default, deserialize_with = "lenient::words")]
    pub execution_id: String,
    /// The provider's words.
    #[serde(default, deserialize_with = "lenient::words")]
    pub tool_error_message: String,
    /// The provider's code; no closed set.
    #[serde(default, deserialize_with = "lenient::words")]
    pub tool_error_code: String,
}
