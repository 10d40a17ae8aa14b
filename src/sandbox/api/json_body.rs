//! JSON bodies in, times out.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::sandbox::error::RpcError;

/// A request's JSON body. The content type is not looked at, as in grpc-gateway.
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = RpcError;

    async fn from_request(request: Request, state: &S) -> Result<Self, RpcError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|e| RpcError::invalid(e.body_text()))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|e| RpcError::invalid(format!("request body: {e}")))
    }
}

/// A timestamp as this wire writes it. Reference: section 1.4.
pub fn timestamp(at: Timestamp) -> String {
    format!("{at:.6}")
}
