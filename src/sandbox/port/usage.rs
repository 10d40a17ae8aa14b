//! How many requests of a connection are under way, and for how long none has been.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::watch::{Receiver, Sender, channel};
use tokio::time::timeout;

/// Requests of one connection.
#[derive(Clone)]
pub struct Usage(Arc<Sender<u64>>);

/// A request, from its head to the end of its answer.
pub struct UnderWay(Arc<Sender<u64>>);

/// Body of an answer, which is under way for as long as the body lasts.
pub struct AnswerBody {
    body: Body,
    _under_way: UnderWay,
}

impl Usage {
    /// No requests yet, and where to see them come and go.
    pub fn new() -> (Self, Receiver<u64>) {
        let (sender, receiver) = channel(0);
        (Self(Arc::new(sender)), receiver)
    }

    pub fn begin(&self) -> UnderWay {
        self.0.send_modify(|count| *count += 1);
        UnderWay(Arc::clone(&self.0))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl UnderWay {
    /// The body of the answer to it.
    pub fn answer(self, body: Body) -> AnswerBody {
        AnswerBody { body, _under_way: self }
    }
}

/// Ends when no request has been under way for that long.
pub async fn idle(requests: &mut Receiver<u64>, time: Duration) {
    loop {
        let is_busy = *requests.borrow_and_update() > 0;
        let change = requests.changed();
        let ended = if is_busy { change.await.is_err() } else { !matches!(timeout(time, change).await, Ok(Ok(()))) };
        if ended {
            return;
        }
    }
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
