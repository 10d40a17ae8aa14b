//! gRPC calls, as the vendor's SDKs make them, answered by the REST routes.
//!
//! A call becomes the REST request that its method is bound to (reference: section 14), goes through the router that
//! exists, and the JSON that comes back becomes its message. So authentication, limits, logs, latency and faults hold
//! for both, and rules and logs name REST paths.

mod answer;
mod call;
mod codec;
mod deadline;
mod request;
mod schema;
mod status;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode, Version};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};

/// Beginning of the content types of calls.
const GRPC: &str = "application/grpc";

/// The same router, which takes calls besides requests.
pub fn with_calls(rest: Router) -> Router {
    // Around the whole router, not its routes: a call finds its route only once it is a request.
    Router::new().fallback_service(rest).layer(from_fn(take))
}

async fn take(request: Request, next: Next) -> Response {
    let Some(codec) = request.headers().get(CONTENT_TYPE).and_then(codec_name) else { return next.run(request).await };
    if !matches!(codec.as_str(), "" | "proto") {
        let message = "The sandbox speaks gRPC with protobuf messages only: content-type application/grpc.\n";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into_response();
    }
    if request.version() != Version::HTTP_2 {
        let message = "gRPC needs HTTP/2, and this request came over HTTP/1. Its REST form is answered over both.\n";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into_response();
    }
    if request.method() != Method::POST {
        let message = "A gRPC call is a POST.\n";
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "POST")], message).into_response();
    }
    call::answer(request, next).await
}

/// What a gRPC content type says of the messages: `proto` in `application/grpc+proto; x=y`, `-web` in
/// `application/grpc-web`, nothing in `application/grpc`. None for every other type.
fn codec_name(content_type: &HeaderValue) -> Option<String> {
    let text = content_type.to_str().ok()?.to_ascii_lowercase();
    let rest = text.split(';').next()?.trim().strip_prefix(GRPC)?;
    Some(rest.strip_prefix('+').unwrap_or(rest).to_owned())
}
