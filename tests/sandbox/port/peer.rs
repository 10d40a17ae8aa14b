//! A client that goes one of the four ways.

use axum::http::{HeaderName, Method, Request};
use bytes::Bytes;
use h2::client::SendRequest;
use reqwest::{Certificate, Client, redirect};

use super::super::{Answer, Env, client};
use crate::support::h2_client;

/// What lies between a client and the sandbox.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    PlainHttp1,
    TlsHttp1,
    PlainHttp2,
    TlsHttp2,
}

pub const WAYS: [Way; 4] = [Way::PlainHttp1, Way::TlsHttp1, Way::PlainHttp2, Way::TlsHttp2];

/// One client.
#[derive(Clone)]
pub struct Peer {
    /// Scheme and authority that it asks for.
    base: String,
    connection: Connection,
}

#[derive(Clone)]
enum Connection {
    Http1(Client),
    Http2(SendRequest<Bytes>),
}

impl Peer {
    /// One of each.
    pub async fn all(env: &Env) -> Vec<Self> {
        let mut peers = Vec::new();
        for way in WAYS {
            peers.push(Self::new(env, way).await);
        }
        peers
    }

    pub async fn new(env: &Env, way: Way) -> Self {
        let url = env.sandbox.url().as_str();
        let root = env.sandbox.certificate().unwrap();
        let base = url.trim_end_matches('/').to_owned();
        let secure = base.replace("http://", "https://");
        match way {
            Way::PlainHttp1 => Self { base, connection: Connection::Http1(client()) },
            Way::TlsHttp1 => {
                let root = Certificate::from_pem(root.as_bytes()).unwrap();
                let client = Client::builder().no_proxy().tls_certs_only([root]).redirect(redirect::Policy::none());
                Self { base: secure, connection: Connection::Http1(client.build().unwrap()) }
            }
            Way::PlainHttp2 => Self::http2(env, h2_client::connect(url, None).await),
            Way::TlsHttp2 => {
                Self { base: secure, connection: Connection::Http2(h2_client::connect(url, Some(&root)).await) }
            }
        }
    }

    /// A client on a connection that stands.
    pub fn http2(env: &Env, requests: SendRequest<Bytes>) -> Self {
        let base = env.sandbox.url().as_str().trim_end_matches('/').to_owned();
        Self { base, connection: Connection::Http2(requests) }
    }

    /// The same connection, on which it calls the sandbox by another name.
    pub fn calling(&self, name: &str) -> Self {
        let (scheme, _) = self.base.split_once("://").unwrap();
        Self { base: format!("{scheme}://{name}"), ..self.clone() }
    }

    pub fn is_http2(&self) -> bool {
        matches!(self.connection, Connection::Http2(_))
    }

    /// The whole answer.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: &str,
    ) -> Result<Answer, Broken> {
        match &self.connection {
            Connection::Http1(client) => {
                let request = client.request(method, format!("{}{path}", self.base)).body(body.to_owned());
                let request = headers.iter().fold(request, |request, (name, value)| request.header(name, *value));
                let response = request.send().await.map_err(Broken::head)?;
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                Ok(Answer { status, headers, text: response.text().await.map_err(Broken::body)? })
            }
            Connection::Http2(requests) => {
                let request = Request::builder().method(method).uri(format!("{}{path}", self.base));
                let request = headers.iter().fold(request, |request, (name, value)| request.header(name, *value));
                let mut requests = requests.clone().ready().await.map_err(Broken::head)?;
                let request = request.body(()).unwrap();
                let (response, mut sends) = requests.send_request(request, body.is_empty()).map_err(Broken::head)?;
                if !body.is_empty() {
                    sends.send_data(Bytes::from(body.to_owned()), true).map_err(Broken::head)?;
                }
                let (head, mut body) = response.await.map_err(Broken::head)?.into_parts();
                let mut text = Vec::new();
                while let Some(piece) = body.data().await {
                    let piece = piece.map_err(Broken::body)?;
                    body.flow_control().release_capacity(piece.len()).unwrap();
                    text.extend_from_slice(&piece);
                }
                Ok(Answer {
                    status: head.status.as_u16(),
                    headers: head.headers,
                    text: String::from_utf8(text).unwrap(),
                })
            }
        }
    }
}

/// An answer that did not come whole, and why.
#[expect(dead_code, reason = "a test that fails shows it")]
#[derive(Debug)]
pub enum Broken {
    Head(String),
    Body(String),
}

impl Broken {
    fn head(cause: impl std::error::Error) -> Self {
        Self::Head(format!("{cause:?}"))
    }

    fn body(cause: impl std::error::Error) -> Self {
        Self::Body(format!("{cause:?}"))
    }
}
