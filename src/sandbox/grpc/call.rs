//! One call, from its first byte to its status.

use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use prost_reflect::DynamicMessage;
use tonic::server::{ClientStreamingService, Grpc};
use tonic::{Code, Status, Streaming};

use super::answer;
use super::codec::MessageCodec;
use super::deadline;
use super::request::RestRequest;
use super::schema::{Method, Schema};
use crate::sandbox::call_origin::CallOrigin;
use crate::sandbox::error::RpcError;

/// Most bytes of a message that comes in: what gRPC servers take by default.
const LARGEST: usize = 4 * 1024 * 1024;

/// Time for a message to come in, where the caller names none for the whole call.
const READING: Duration = Duration::from_secs(60);

/// Most bytes of a path that is told back.
const TOLD: usize = 200;

/// Answers a call by a REST request, which `next` takes.
pub async fn answer(request: Request, next: Next) -> Response {
    let schema = match Schema::get() {
        Ok(schema) => schema,
        Err(error) => return Status::internal(format!("The sandbox cannot serve gRPC: {error}.")).into_http(),
    };
    let Some(method) = schema.method(request.uri().path()) else {
        return Status::unimplemented(not_served(schema, request.uri().path())).into_http();
    };
    let limit = match deadline::timeout(request.headers()) {
        Ok(limit) => limit,
        Err(text) => return Status::internal(format!("grpc-timeout is no time: {text}.")).into_http(),
    };
    let (head, body) = request.into_parts();
    let request = Request::from_parts(head.clone(), body);
    let call = Call { schema, method, head, next };
    // A unary call is the stream of one message: read that way, a second one is noticed.
    let mut grpc = Grpc::new(MessageCodec { input: method.input.clone() }).max_decoding_message_size(LARGEST);
    let answered = grpc.client_streaming(call, request);
    let answered = match limit {
        None => answered.await,
        Some(limit) => match tokio::time::timeout(limit, answered).await {
            Ok(answered) => answered,
            Err(_) => return Status::deadline_exceeded("The time that the caller gave is over.").into_http(),
        },
    };
    answered.map(Body::new)
}

/// What is said of a method that there is not.
fn not_served(schema: &Schema, path: &str) -> String {
    let name = path.trim_start_matches('/');
    let name = name.get(..name.floor_char_boundary(TOLD)).unwrap_or_default();
    let served = schema.methods_of(name.split('/').next().unwrap_or_default());
    if served.is_empty() {
        let services = "connected accounts, connections, tools, MCP, providers and logs";
        return format!("The sandbox serves the calls of {services}, not {name}.");
    }
    format!("The sandbox does not serve {name}. Of this service it has: {}.", served.join(", "))
}

struct Call {
    schema: &'static Schema,
    method: &'static Method,
    head: Parts,
    next: Next,
}

impl ClientStreamingService<DynamicMessage> for Call {
    type Response = DynamicMessage;
    type Future = Pin<Box<dyn Future<Output = Result<tonic::Response<DynamicMessage>, Status>> + Send>>;

    fn call(&mut self, request: tonic::Request<Streaming<DynamicMessage>>) -> Self::Future {
        let (schema, method, next) = (self.schema, self.method, self.next.clone());
        let head = self.head.clone();
        Box::pin(async move {
            let message = only_message(request.into_inner()).await?;
            let answer = match rest(schema, method, &message, head) {
                Ok(request) => next.run(request).await,
                Err(error) => error.into_response(),
            };
            answer::message(schema, answer, &method.output).await.map(tonic::Response::new)
        })
    }
}

/// The one message of a call.
async fn only_message(mut messages: Streaming<DynamicMessage>) -> Result<DynamicMessage, Status> {
    let read = async {
        let message = messages.message().await?.ok_or_else(|| Status::internal("The call has no message."))?;
        match messages.message().await? {
            None => Ok(message),
            Some(_) => Err(Status::internal("The call has more than one message.")),
        }
    };
    match tokio::time::timeout(READING, read).await {
        Ok(Err(status)) if status.code() == Code::OutOfRange => Err(Status::resource_exhausted(format!(
            "The message is larger than {} MB, the most that is taken.",
            LARGEST / (1024 * 1024)
        ))),
        Ok(message) => message,
        Err(_) => Err(Status::deadline_exceeded("The message did not come whole in time.")),
    }
}

/// The REST request of a call.
fn rest(schema: &Schema, method: &Method, message: &DynamicMessage, head: Parts) -> Result<Request, RpcError> {
    let RestRequest { method, target, body } = RestRequest::new(schema, method, message)?;
    // An address has 64 kB at most, which only long filters come near.
    let uri = target.parse::<Uri>().map_err(|error| RpcError::invalid(format!("request fields: {error}")))?;
    let mut headers = headers(&head);
    let body = match body {
        None => Body::empty(),
        Some(json) => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Body::from(json.to_string())
        }
    };
    let mut request = Request::new(body);
    (*request.method_mut(), *request.uri_mut(), *request.headers_mut()) = (method, uri, headers);
    (*request.version_mut(), *request.extensions_mut()) = (head.version, head.extensions);
    request.extensions_mut().insert(CallOrigin::Grpc);
    Ok(request)
}

/// What of the metadata is not about gRPC itself. Of several tokens the first counts: one SDK sends its newest one,
/// and behind it the first it ever had. The name it was called by, `:authority` in HTTP/2, is `Host` in REST.
fn headers(head: &Parts) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in &head.headers {
        let of_grpc = [CONTENT_TYPE, CONTENT_LENGTH, TE, ACCEPT_ENCODING].contains(name)
            || name.as_str().starts_with("grpc-")
            || name == AUTHORIZATION && headers.contains_key(AUTHORIZATION);
        if !of_grpc {
            headers.append(name, value.clone());
        }
    }
    if let Some(authority) = head.uri.authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
        && headers.get(HOST) != Some(&host)
    {
        // Beside another one it stays: whoever checks names sees that there are two.
        headers.append(HOST, host);
    }
    headers
}
