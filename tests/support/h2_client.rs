//! A bare connection of HTTP/2, in plaintext or over TLS, as the vendor's SDKs open theirs.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use h2::client::SendRequest;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Url;

/// Connects to the host and port of a URL and shakes hands. With roots, in PEM, it does so over TLS; else by prior
/// knowledge. The connection lives on a task of its own, for as long as anybody holds what is returned.
pub async fn connect(url: &str, roots: Option<&str>) -> SendRequest<Bytes> {
    match roots {
        Some(roots) => shake_hands(tls(url, roots, &["h2"]).await.expect("a TLS connection")).await,
        None => shake_hands(tcp(url).await).await,
    }
}

/// A TCP connection to the host and port of a URL.
pub async fn tcp(url: &str) -> TcpStream {
    let url = Url::parse(url).unwrap();
    let port = url.port_or_known_default().unwrap();
    TcpStream::connect((url.host_str().unwrap(), port)).await.unwrap()
}

/// The same over TLS, which trusts these roots alone and offers these protocols.
pub async fn tls(url: &str, roots: &str, protocols: &[&str]) -> io::Result<TlsStream<TcpStream>> {
    let name = Url::parse(url).unwrap().host_str().unwrap().to_owned();
    tls_as(&name, url, roots, protocols).await
}

/// The same with a server that must be of this name.
pub async fn tls_as(name: &str, url: &str, roots: &str, protocols: &[&str]) -> io::Result<TlsStream<TcpStream>> {
    let mut trusted = RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(roots.as_bytes()) {
        trusted.add(root.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(trusted).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, tcp(url).await).await
}

/// HTTP/2 on a connection that stands.
pub async fn shake_hands<I: AsyncRead + AsyncWrite + Unpin + Send + 'static>(io: I) -> SendRequest<Bytes> {
    let (requests, connection) = h2::client::handshake(io).await.unwrap();
    tokio::spawn(async move {
        let _ = connection.await;
    });
    requests
}
