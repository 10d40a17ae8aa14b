//! TLS or not, as the first byte says.

use std::io;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::certificate::LazyCertificate;

/// Type of the record that every TLS connection begins with: a handshake (RFC 8446, 5.1). No request begins with it.
const HANDSHAKE: u8 = 0x16;

/// A connection that requests can be read from.
pub enum Opened {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Looks at the first byte, and shakes hands where it asks for that. Waits for the peer for as long as it is left to.
///
/// # Errors
/// The connection's own, a handshake that fails, or a certificate that cannot be made.
pub async fn accept(stream: TcpStream, certificate: &LazyCertificate) -> io::Result<Opened> {
    let mut first = [0];
    // Nothing at all is a peer that went away: reading will tell so.
    stream.peek(&mut first).await?;
    if first != [HANDSHAKE] {
        return Ok(Opened::Plain(stream));
    }
    let config = certificate.get().map_err(io::Error::other)?.config();
    Ok(Opened::Tls(Box::new(TlsAcceptor::from(config).accept(stream).await?)))
}
