//! JSON bodies of tests' requests.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::answer::ControlError;

/// A body that says nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A JSON body; none at all is as good as `{}`.
pub struct ControlBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ControlBody<T> {
    type Rejection = ControlError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ControlError> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_json = kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json");
        let bytes =
            Bytes::from_request(request, state).await.map_err(|error| match error.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => ControlError::too_large("The body is larger than 64 KiB."),
                _ => ControlError::invalid("The body did not come whole. Send it again."),
            })?;
        // A page of a stranger can send a form or a plain text without asking, but never JSON.
        if !bytes.is_empty() && !is_json {
            return Err(ControlError::media_type("Send the body as JSON, with Content-Type: application/json."));
        }
        let text = if bytes.is_empty() { b"{}".as_slice() } else { &bytes };
        serde_json::from_slice(text)
            .map(Self)
            .map_err(|error| ControlError::invalid(format!("The body is not what it should be: {error}.")))
    }
}
