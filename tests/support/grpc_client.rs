//! A gRPC client of the tests' own: HTTP/2 frames, and messages by the checked-in descriptions.

use std::io::Read as _;

use axum::http::{HeaderMap, HeaderValue, Method, Request};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use bytes::{BufMut as _, Bytes, BytesMut};
use flate2::read::GzDecoder;
use h2::client::SendRequest;
use percent_encoding::percent_decode_str;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};
use serde_json::Value;
use tokio::net::TcpStream;

/// The messages as they are checked in.
pub fn messages() -> DescriptorPool {
    let packed = include_bytes!("../../assets/sandbox/grpc/descriptors.bin.gz");
    let mut descriptors = Vec::new();
    GzDecoder::new(packed.as_slice()).read_to_end(&mut descriptors).unwrap();
    DescriptorPool::decode(descriptors.as_slice()).unwrap()
}

/// JSON with the names of the wire, without what is unset.
pub fn json(message: &DynamicMessage) -> Value {
    let options = SerializeOptions::new().use_proto_field_name(true);
    message.serialize_with_options(serde_json::value::Serializer, &options).unwrap()
}

/// One message in its frame.
pub fn frame(message: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(message.len().try_into().unwrap());
    frame.put_slice(message);
    frame.freeze()
}

/// HTTP/2 in plaintext, by prior knowledge. The connection lives for as long as anybody holds what is returned.
pub async fn plaintext(authority: &str) -> SendRequest<Bytes> {
    let stream = TcpStream::connect(authority).await.unwrap();
    let (requests, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    requests
}

/// A client over a connection that stands, plaintext or TLS.
pub struct GrpcClient {
    requests: SendRequest<Bytes>,
    authority: String,
    pool: DescriptorPool,
    /// Sent with every call.
    pub metadata: HeaderMap,
}

/// What came back.
#[derive(Debug)]
pub struct Outcome {
    pub http: u16,
    pub headers: HeaderMap,
    /// Bytes of the body, frames and all.
    pub body: Bytes,
    /// Where status and message stand, which are the headers where nothing else came.
    pub trailers: HeaderMap,
}

impl GrpcClient {
    pub fn new(requests: SendRequest<Bytes>, authority: &str) -> Self {
        Self { requests, authority: authority.to_owned(), pool: messages(), metadata: HeaderMap::new() }
    }

    /// Sends this token with every call.
    pub fn with_token(mut self, token: &str) -> Self {
        self.metadata.insert("authorization", HeaderValue::from_str(&format!("Bearer {token}")).unwrap());
        self
    }

    /// Messages that `tools.ToolService/ListTools` takes and gives.
    pub fn method(&self, name: &str) -> (MessageDescriptor, MessageDescriptor) {
        let (service, method) = name.split_once('/').unwrap();
        let service = self.pool.get_service_by_name(&format!("scalekit.v1.{service}")).unwrap();
        let method = service.methods().find(|known| known.name() == method).unwrap();
        (method.input(), method.output())
    }

    /// Head of a call, as the SDKs write it.
    pub fn head(&self, path: &str) -> Request<()> {
        let uri = format!("http://{}{path}", self.authority);
        let mut request = Request::builder().method(Method::POST).uri(uri).body(()).unwrap();
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
        request.headers_mut().insert("te", HeaderValue::from_static("trailers"));
        request.headers_mut().extend(self.metadata.clone());
        request
    }

    /// Sends pieces of a body, and waits for all of the answer.
    pub async fn send(&self, head: Request<()>, pieces: &[Bytes]) -> Outcome {
        self.try_send(head, pieces).await.expect("an answer")
    }

    /// The same; fails where the connection does.
    async fn try_send(&self, head: Request<()>, pieces: &[Bytes]) -> Result<Outcome, h2::Error> {
        let mut requests = self.requests.clone().ready().await?;
        let (answer, mut body) = requests.send_request(head, pieces.is_empty())?;
        for (at, piece) in pieces.iter().enumerate() {
            // Refused while it was still being sent: the answer says why.
            if body.send_data(piece.clone(), at + 1 == pieces.len()).is_err() {
                break;
            }
        }
        let (head, mut body) = answer.await?.into_parts();
        let mut whole = BytesMut::new();
        while let Some(piece) = body.data().await {
            let piece = piece?;
            body.flow_control().release_capacity(piece.len())?;
            whole.extend_from_slice(&piece);
        }
        let trailers = body.trailers().await?.unwrap_or_else(|| head.headers.clone());
        Ok(Outcome { http: head.status.as_u16(), headers: head.headers, body: whole.freeze(), trailers })
    }

    /// Calls a method whose name has no `scalekit.v1.`.
    pub async fn call(&self, name: &str, message: Value) -> Outcome {
        self.try_call(name, message).await.expect("an answer")
    }

    /// The same; fails where the connection does.
    pub async fn try_call(&self, name: &str, message: Value) -> Result<Outcome, h2::Error> {
        let (input, _) = self.method(name);
        let message = DynamicMessage::deserialize(input, message).unwrap_or_else(|e| panic!("{name}: {e}"));
        let head = self.head(&format!("/scalekit.v1.{name}"));
        self.try_send(head, &[frame(&message.encode_to_vec())]).await
    }

    /// The answer of a call that must succeed, as JSON.
    pub async fn answer(&self, name: &str, message: Value) -> Value {
        let outcome = self.call(name, message).await;
        assert_eq!((outcome.http, outcome.code(), outcome.message().as_str()), (200, 0, ""), "{name}: {outcome:?}");
        assert_eq!(outcome.headers["content-type"], "application/grpc");
        json(&DynamicMessage::decode(self.method(name).1, outcome.only_message()).unwrap())
    }

    /// `google.rpc.Status` of a refusal, as JSON.
    pub fn details(&self, outcome: &Outcome) -> Option<Value> {
        let details = outcome.trailers.get("grpc-status-details-bin")?;
        let bytes = BASE64_STANDARD_NO_PAD.decode(details.as_bytes()).unwrap();
        let status = self.pool.get_message_by_name("google.rpc.Status").unwrap();
        Some(json(&DynamicMessage::decode(status, bytes.as_slice()).unwrap()))
    }
}

impl Outcome {
    pub fn code(&self) -> i32 {
        let status = self.trailers.get("grpc-status").unwrap_or_else(|| panic!("no status: {self:?}"));
        status.to_str().unwrap().parse().unwrap()
    }

    pub fn message(&self) -> String {
        let message = self.trailers.get("grpc-message").map(|message| message.to_str().unwrap()).unwrap_or_default();
        percent_decode_str(message).decode_utf8().unwrap().into_owned()
    }

    /// Asserts a refusal that came as trailers alone.
    pub fn refused(&self, code: i32) -> String {
        assert_eq!((self.http, self.code(), self.body.len()), (200, code, 0), "{}: {self:?}", self.message());
        assert_eq!(self.headers["content-type"], "application/grpc");
        self.message()
    }

    /// The one message of the body.
    pub fn only_message(&self) -> &[u8] {
        assert_eq!(self.body[0], 0, "not compressed");
        let length = u32::from_be_bytes(self.body[1..5].try_into().unwrap());
        assert_eq!(self.body.len(), 5 + usize::try_from(length).unwrap(), "one message and no more");
        &self.body[5..]
    }
}
