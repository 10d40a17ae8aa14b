//! One connection, whatever lies below it: HTTP/1.1, or HTTP/2 by its preface.

use std::pin::pin;

use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::request_body::RequestBody;
use super::usage::{Usage, idle};

/// Requests of one HTTP/2 connection at a time; more wait at their sender.
#[cfg(feature = "sdk")]
const STREAMS: u32 = 128;

/// Bytes of one request's headers over HTTP/2. Over HTTP/1.1 the bound is hyper's own, about 400 kB.
#[cfg(feature = "sdk")]
const HEADERS: u32 = 64 * 1024;

/// The connection that a request came on, among the request's extensions.
#[derive(Clone, Debug)]
pub struct ConnectionHandle(CancellationToken);

impl ConnectionHandle {
    /// Cuts the connection: nothing more is sent, and whatever else is under way on it is lost.
    pub fn cut(&self) {
        self.0.cancel();
    }
}

/// Answers on a connection until either side ends it. The first request must have come by `deadline`.
pub(super) async fn serve<I>(io: I, shared: &Shared, deadline: Instant)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (usage, mut requests) = Usage::new();
    let cut = CancellationToken::new();
    let handle = ConnectionHandle(cut.clone());
    let routes = TowerToHyperService::new(shared.routes.clone());
    // The first of the two lives as long as this function, so that whoever waits for a change waits on.
    let (begins, pause) = (usage.clone(), shared.patience.pause);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(handle.clone());
        let under_way = begins.begin();
        let answer = routes.call(request.map(|body| RequestBody::new(body, pause)));
        async move { answer.await.map(|answer| answer.map(|body: Body| under_way.answer(body))) }
    });
    let builder = builder();
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), service));
    let mut begun = requests.clone();
    // Whether it came in time.
    let mut first = pin!(timeout_at(deadline, begun.changed()));
    let (mut has_begun, mut is_leaving) = (false, false);
    loop {
        let patience = if is_leaving { shared.patience.leave } else { shared.patience.idle };
        tokio::select! {
            // Failures are the peer's affair, or were told to it.
            _ = connection.as_mut() => return,
            () = cut.cancelled() => return,
            () = shared.stop.cancelled(), if !is_leaving => {}
            () = shared.full.notified(), if has_begun && !is_leaving => {
                let is_busy = *requests.borrow() > 0;
                if is_busy {
                    continue;
                }
            }
            begun = first.as_mut(), if !has_begun && !is_leaving => {
                has_begun = begun.is_ok();
                if has_begun {
                    continue;
                }
            }
            () = idle(&mut requests, patience), if has_begun || is_leaving => {
                if is_leaving {
                    return;
                }
            }
        }
        is_leaving = true;
        connection.as_mut().graceful_shutdown();
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    #[cfg(feature = "sdk")]
    builder.http2().max_concurrent_streams(STREAMS).max_header_list_size(HEADERS);
    #[cfg(not(feature = "sdk"))]
    {
        builder = builder.http1_only();
    }
    builder
}
