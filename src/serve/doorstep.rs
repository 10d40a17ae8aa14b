//! Connections that have not shown the token yet: so many at a time, and each for so long.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;

/// Connections without a token at a time. More wait to be accepted.
const AT_ONCE: usize = 64;

/// Time that a connection has for its token.
const PATIENCE: Duration = Duration::from_secs(10);

/// Listener that takes few strangers at a time.
pub(super) struct Doorstep {
    listener: TcpListener,
    places: Arc<Semaphore>,
    patience: Duration,
}

/// Whoever is at the other end of a connection; a stranger until [`Guest::admit`] is called.
#[derive(Clone, Debug)]
pub(super) struct Guest(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

/// A connection, which fails where nobody admits it in time.
pub(super) struct GuestStream {
    stream: TcpStream,
    guest: Guest,
    until: Pin<Box<Sleep>>,
}

impl Doorstep {
    /// Takes connections of `listener`.
    pub fn new(listener: TcpListener) -> Self {
        Self { listener, places: Arc::new(Semaphore::new(AT_ONCE)), patience: PATIENCE }
    }
}

impl Guest {
    /// The token was shown: the connection may last, and another stranger may come.
    pub fn admit(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn is_stranger(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

impl Connected<IncomingStream<'_, Doorstep>> for Guest {
    fn connect_info(stream: IncomingStream<'_, Doorstep>) -> Self {
        stream.io().guest.clone()
    }
}

impl Listener for Doorstep {
    type Io = GuestStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (GuestStream, SocketAddr) {
        // It is never closed; without a place nobody would ever be admitted, and nobody counted.
        let place = Arc::clone(&self.places).acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Without this a small answer may wait for the other side's delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        let until = Box::pin(tokio::time::sleep(self.patience));
        (GuestStream { stream, guest: Guest(Arc::new(Mutex::new(place))), until }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl AsyncRead for GuestStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.guest.is_stranger() && self.until.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for GuestStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    async fn doorstep(patience: Duration) -> Doorstep {
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        Doorstep { patience, ..Doorstep::new(listener) }
    }

    #[tokio::test]
    async fn a_stranger_is_sent_away_and_whoever_was_admitted_stays() {
        let mut door = doorstep(Duration::ZERO).await;
        let there = TcpStream::connect(door.local_addr().unwrap()).await.unwrap();
        let (mut stranger, _) = door.accept().await;
        assert_eq!(stranger.read_u8().await.unwrap_err().kind(), ErrorKind::TimedOut);
        stranger.guest.admit();
        drop(there);
        assert_eq!(stranger.read_u8().await.unwrap_err().kind(), ErrorKind::UnexpectedEof, "it waits for words again");
    }

    #[tokio::test]
    async fn strangers_are_few_and_those_who_were_admitted_take_no_place() {
        let mut door = doorstep(PATIENCE).await;
        let address = door.local_addr().unwrap();
        let (mut there, mut here) = (Vec::new(), Vec::new());
        for _ in 0..AT_ONCE {
            there.push(TcpStream::connect(address).await.unwrap());
            here.push(door.accept().await.0);
        }
        assert_eq!(door.places.available_permits(), 0);
        here[0].guest.admit();
        assert_eq!(door.places.available_permits(), 1);
        here.pop();
        assert_eq!(door.places.available_permits(), 2, "one who left makes room too");
    }
}
