//! Error bodies: grpc-gateway's `google.rpc.Status`. Reference: section 6.1.

use serde::{Deserialize, Serialize};

use super::{lenient, null_as_default};

/// `@type` of the one detail this broker sends.
pub const ERROR_INFO_TYPE: &str = "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo";

/// The whole error body.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RpcStatus {
    /// gRPC code, 0 to 16; decides the HTTP status.
    #[serde(default)]
    pub code: i32,
    /// Prose for people, which may change.
    #[serde(default)]
    pub message: String,
    /// Details; entries of other types deserialise with everything empty.
    #[serde(default, deserialize_with = "null_as_default")]
    pub details: Vec<ErrorInfo>,
}

/// The detail that says what happened.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ErrorInfo {
    /// Message type of this detail, by which it is told from others.
    #[serde(rename = "@type", default, deserialize_with = "lenient::or_default")]
    pub type_url: String,
    /// `UNAUTHENTICATED`, `TOOL_ERROR`, …; no full list is published.
    #[serde(default, deserialize_with = "lenient::or_default")]
    pub error_code: String,
    /// Fields of the request that were refused.
    #[serde(default, deserialize_with = "lenient::or_default", skip_serializing_if = "Option::is_none")]
    pub validation_error_info: Option<ValidationErrorInfo>,
    /// The upstream failure behind a `TOOL_ERROR`.
    #[serde(default, deserialize_with = "lenient::or_default", skip_serializing_if = "Option::is_none")]
    pub tool_error_info: Option<ToolErrorInfo>,
}

/// Fields of the request that were refused.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ValidationErrorInfo {
    /// One entry a field.
    #[serde(default, deserialize_with = "null_as_default")]
    pub field_violations: Vec<FieldViolation>,
}

/// Field of the request that was refused.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct FieldViolation {
    /// Path of the field.
    #[serde(default, deserialize_with = "lenient::words")]
    pub field: String,
    /// Reason in the broker's words.
    #[serde(default, deserialize_with = "lenient::words")]
    pub description: String,
    /// The rule it broke.
    #[serde(default, deserialize_with = "lenient::words", skip_serializing_if = "String::is_empty")]
    pub constraint: String,
}

/// Failure of a tool, in the words of the tool or of the provider behind it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ToolErrorInfo {
    /// The execution that failed.
    #[serde(default, deserialize_with = "lenient::words")]
    pub execution_id: String,
    /// Message of the provider.
    #[serde(default, deserialize_with = "lenient::words")]
    pub tool_error_message: String,
    /// The provider's code; no closed set.
    #[serde(default, deserialize_with = "lenient::words")]
    pub tool_error_code: String,
}
