//! The one port. What is spoken on a connection is told by its first bytes, so that every client finds its own there.
//!
//! | first bytes | what is spoken |
//! |---|---|
//! | `0x16`, the start of a TLS handshake | TLS, and one of the others in it |
//! | the preface of HTTP/2 (RFC 9113, 3.4) | HTTP/2 |
//! | anything else | HTTP/1.1 |
//!
//! The vendor's SDK for Node speaks HTTP/2 in plaintext; that for Python speaks HTTP/2 over TLS whatever its URL says,
//! and HTTP/1.1 in plaintext beside it. Without the feature `sdk` there is HTTP/1.1 in plaintext alone.
//!
//! A connection is one task. Whoever connects has some seconds for the first request and may be idle for some minutes
//! between two of them; neither holds anybody else up.

#[cfg(feature = "sdk")]
mod certificate;
mod connection;
#[cfg(feature = "sdk")]
mod public_roots;
mod request_body;
#[cfg(test)]
mod tests;
#[cfg(feature = "sdk")]
mod tls;
mod usage;

use std::io::{self, ErrorKind};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
#[cfg(feature = "sdk")]
use tokio::time::timeout_at;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

#[cfg(feature = "sdk")]
pub use self::certificate::LazyCertificate;
pub use self::connection::ConnectionHandle;
#[cfg(feature = "sdk")]
pub use self::public_roots::roots;
use crate::domain::{Fault, FaultKind};

/// Connections at a time; more wait to be accepted. The files that a process may have open are hardly more.
const AT_ONCE: usize = 512;

/// Time between two looks for room once all places are taken.
const FULL: Duration = Duration::from_millis(250);

/// Pause after a failure to accept that concerns this machine and not one peer, such as too many open files.
const PAUSE: Duration = Duration::from_secs(1);

/// Times that a peer has.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// From the connection to the end of the first request's head, TLS included.
    first: Duration,
    /// Between two pieces of a request's body.
    pause: Duration,
    /// Without a request under way.
    idle: Duration,
    /// For going away after it was told to, once no request is under way.
    leave: Duration,
}

/// Clients keep connections for the next request: urllib3 and gRPC for as long as they live, others for a minute or
/// two. One that was closed meanwhile costs them nothing but another.
const PATIENCE: Patience = Patience {
    first: Duration::from_secs(30),
    pause: Duration::from_secs(30),
    idle: Duration::from_secs(600),
    leave: Duration::from_secs(5),
};

/// A port of 127.0.0.1 that is listened on.
pub struct Port {
    listener: TcpListener,
    number: u16,
    patience: Patience,
    /// Connections at a time.
    at_once: usize,
    #[cfg(feature = "sdk")]
    certificate: Arc<LazyCertificate>,
}

/// What every connection needs.
struct Shared {
    routes: Router,
    patience: Patience,
    /// Told when all places are taken: whoever is idle makes room. SDKs cannot close what they opened, and a program may
    /// make one for each of its tests.
    full: Notify,
    stop: CancellationToken,
    #[cfg(feature = "sdk")]
    certificate: Arc<LazyCertificate>,
}

impl Port {
    /// Listens on this port of 127.0.0.1, or on any free one.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: it is taken or cannot be opened.
    pub async fn open(asked: Option<u16>) -> Result<Self, Fault> {
        let asked = asked.unwrap_or(0);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, asked)).await.map_err(|e| no_port(asked, e))?;
        let number = listener.local_addr().map_err(|e| no_port(asked, e))?.port();
        Ok(Self {
            listener,
            number,
            patience: PATIENCE,
            at_once: AT_ONCE,
            #[cfg(feature = "sdk")]
            certificate: Arc::default(),
        })
    }

    pub fn number(&self) -> u16 {
        self.number
    }

    /// The certificate that it shows over TLS.
    #[cfg(feature = "sdk")]
    pub fn certificate(&self) -> Arc<LazyCertificate> {
        Arc::clone(&self.certificate)
    }

    /// Answers until `stop`: then the port closes, idle connections end, and answers under way are finished.
    pub async fn serve(self, routes: Router, stop: CancellationToken) {
        let places = Arc::new(Semaphore::new(self.at_once));
        let shared = Arc::new(Shared {
            routes,
            patience: self.patience,
            full: Notify::new(),
            stop: stop.clone(),
            #[cfg(feature = "sdk")]
            certificate: self.certificate,
        });
        let accepting = async {
            // It is never closed, so there is always a place at last.
            while let Some(place) = shared.place(&places).await {
                let stream = accept(&self.listener).await;
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    let _place = place;
                    shared.serve(stream).await;
                });
            }
        };
        tokio::select! {
            () = accepting => {}
            () = stop.cancelled() => {}
        }
    }
}

impl Shared {
    /// A place for one more connection.
    async fn place(&self, places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
        loop {
            match timeout(FULL, Arc::clone(places).acquire_owned()).await {
                Ok(place) => return place.ok(),
                Err(_) => self.full.notify_waiters(),
            }
        }
    }

    async fn serve(&self, stream: TcpStream) {
        // Without this a small answer may wait for the other side's delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        let deadline = Instant::now() + self.patience.first;
        #[cfg(feature = "sdk")]
        {
            let opened = tokio::select! {
                opened = timeout_at(deadline, tls::accept(stream, &self.certificate)) => opened,
                () = self.stop.cancelled() => return,
            };
            match opened {
                Ok(Ok(tls::Opened::Plain(stream))) => connection::serve(stream, self, deadline).await,
                Ok(Ok(tls::Opened::Tls(stream))) => connection::serve(stream, self, deadline).await,
                // Its own affair: it went away, spoke nonsense, or said too little for too long.
                Ok(Err(_)) | Err(_) => {}
            }
        }
        #[cfg(not(feature = "sdk"))]
        connection::serve(stream, self, deadline).await;
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if is_of_one_peer(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "the sandbox cannot accept a connection, and tries again");
                sleep(PAUSE).await;
            }
        }
    }
}

/// True for failures that say nothing about the next connection.
fn is_of_one_peer(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}

fn no_port(port: u16, error: io::Error) -> Fault {
    let message = match (error.kind(), port) {
        (ErrorKind::AddrInUse, port) => {
            format!("The sandbox cannot start: port {port} on 127.0.0.1 is taken by another program.")
        }
        (_, 0) => "The sandbox cannot start: no port could be opened on 127.0.0.1.".into(),
        (_, port) => format!("The sandbox cannot start: port {port} on 127.0.0.1 could not be opened."),
    };
    Fault::new(FaultKind::Local, message).because(error)
}
