//! Log of the last HTTP exchanges with an environment, kept in memory for a screen.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::domain::FaultKind;

/// Bytes of one body that are kept.
pub const KEPT_BODY: usize = 64 << 10;

/// Bytes of all bodies that are kept; the oldest make room.
const KEPT_BODIES: usize = 4 << 20;

/// Headers of a message: names in lower case, values as text, credentials replaced by `…`.
pub type Headers = Vec<(String, String)>;

/// What is kept of a body: its beginning, without what looks like a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBody {
    /// Text of it, from outside.
    pub text: String,
    /// True if more followed.
    pub cut: bool,
}

/// Kind of an exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExchangeKind {
    /// HTTP.
    #[default]
    Http,
    /// A message of the Model Context Protocol and its answer: the target is its method and what it is about.
    Rpc,
    /// Something that a server said beside its answers, a line of a process's standard error included: the target is its
    /// beginning, and the body of the answer the whole.
    Message,
}

/// One exchange: one request, and its answer or why there was none. Holds no token and no
/// credential.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    /// Kind of it.
    pub kind: ExchangeKind,
    /// Counts from one, in the order in which exchanges ended.
    pub number: u64,
    /// Time of its start (UTC).
    pub at: Timestamp,
    /// `GET` and the like.
    pub method: String,
    /// Scheme, host and port.
    pub origin: String,
    /// Path and query as sent, in ASCII but for `…`, which stands for every query value that is not
    /// known to be harmless, and without what looks like a credential.
    pub target: String,
    /// Number of the try, from 1.
    pub attempt: u32,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// Reason why there was no whole answer; [`FaultKind::Cancelled`] where nobody waited for it.
    pub fault: Option<FaultKind>,
    /// Bytes of the request's body.
    pub sent: u64,
    /// Bytes of the answer's body, unpacked.
    pub received: u64,
    /// Time from sending the request to the last byte of the answer.
    pub took: Duration,
    /// Sentence on the fault, without credentials.
    pub problem: Option<String>,
    /// Headers of the request.
    pub sent_headers: Headers,
    /// Headers of the answer.
    pub received_headers: Headers,
    /// Body of the request, where it is kept.
    pub sent_body: Option<KeptBody>,
    /// Body of the answer, where it is kept.
    pub received_body: Option<KeptBody>,
}

impl Exchange {
    /// Bytes of the bodies that are kept of it.
    fn weight(&self) -> usize {
        self.sent_body.iter().chain(&self.received_body).map(|body| body.text.len()).sum()
    }

    /// A line of the log; a louder one where there was no good answer.
    fn log(&self) {
        let Self { number, method, target, attempt, status, sent, received, .. } = self;
        let fault = self.fault.map(FaultKind::slug);
        let ms = self.took.as_millis();
        let failed = self.fault.is_some_and(|fault| fault != FaultKind::Cancelled) || *status >= Some(500);
        if failed {
            tracing::warn!(number, method, target, attempt, status, fault, sent, received, ms, "request");
        } else {
            tracing::debug!(number, method, target, attempt, status, fault, sent, received, ms, "request");
        }
    }
}

/// The last exchanges, as many as fit. Shared by whoever records and whoever shows them.
#[derive(Debug)]
pub struct HttpLog {
    ring: Mutex<VecDeque<Arc<Exchange>>>,
    room: usize,
    /// Number of all exchanges, forgotten ones included.
    count: watch::Sender<u64>,
    /// Number of exchanges that have begun and not ended.
    under_way: watch::Sender<usize>,
}

impl HttpLog {
    /// Keeps the last `room` exchanges, and one at least.
    pub fn new(room: usize) -> Self {
        Self {
            ring: Mutex::default(),
            room: room.max(1),
            count: watch::Sender::new(0),
            under_way: watch::Sender::new(0),
        }
    }

    /// Takes note of an exchange that begins, until the answer is dropped.
    pub fn begin(self: &Arc<Self>) -> impl Drop + Send + Sync + use<> {
        struct UnderWay(Arc<HttpLog>);
        impl Drop for UnderWay {
            fn drop(&mut self) {
                self.0.under_way.send_modify(|count| *count = count.saturating_sub(1));
            }
        }
        self.under_way.send_modify(|count| *count += 1);
        UnderWay(Arc::clone(self))
    }

    /// Tells how many exchanges are under way, and of every change.
    pub fn under_way(&self) -> watch::Receiver<usize> {
        self.under_way.subscribe()
    }

    /// Adds an exchange that has come to its end, and gives it its number.
    pub fn record(&self, mut exchange: Exchange) {
        let mut ring = self.ring();
        let number = *self.count.borrow() + 1;
        exchange.number = number;
        exchange.log();
        if ring.len() == self.room {
            // A server that talks much pushes out no more than its own words.
            let talk = ring.iter().filter(|kept| kept.kind == ExchangeKind::Message).count();
            let is_much = exchange.kind == ExchangeKind::Message && talk >= self.room.div_ceil(2);
            let oldest = ring.iter().position(|kept| !is_much || kept.kind == ExchangeKind::Message);
            ring.remove(oldest.unwrap_or_default());
        }
        ring.push_back(Arc::new(exchange));
        let mut surplus = ring.iter().map(|exchange| exchange.weight()).sum::<usize>().saturating_sub(KEPT_BODIES);
        for oldest in ring.iter_mut().filter(|exchange| exchange.weight() > 0) {
            if surplus == 0 {
                break;
            }
            surplus = surplus.saturating_sub(oldest.weight());
            *oldest = Arc::new(Exchange { sent_body: None, received_body: None, ..Exchange::clone(oldest) });
        }
        // Under the lock, so that whoever is told finds what they were told of.
        self.count.send_replace(number);
    }

    /// Those that are kept and have a greater number than `number`, oldest first; all with zero.
    pub fn after(&self, number: u64) -> Vec<Arc<Exchange>> {
        let ring = self.ring();
        let known = ring.partition_point(|exchange| exchange.number <= number);
        ring.range(known..).cloned().collect()
    }

    /// Tells of every change: how many exchanges there were in all.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.count.subscribe()
    }

    fn ring(&self) -> MutexGuard<'_, VecDeque<Arc<Exchange>>> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(target: &str) -> Exchange {
        Exchange { method: "GET".into(), target: target.into(), status: Some(200), ..Exchange::default() }
    }

    fn shown(exchanges: &[Arc<Exchange>]) -> Vec<(u64, &str)> {
        exchanges.iter().map(|exchange| (exchange.number, exchange.target.as_str())).collect()
    }

    #[test]
    fn the_oldest_make_room() {
        let requests = HttpLog::new(2);
        for target in ["/a", "/b", "/c"] {
            requests.record(exchange(target));
        }
        assert_eq!(shown(&requests.after(0)), [(2, "/b"), (3, "/c")]);
        assert_eq!(shown(&requests.after(2)), [(3, "/c")]);
        assert_eq!(shown(&requests.after(3)), []);
    }

    #[test]
    fn a_server_that_talks_much_pushes_out_its_own_words() {
        let requests = HttpLog::new(4);
        requests.record(exchange("/a"));
        for line in ["one", "two", "three", "four", "five"] {
            requests.record(Exchange { kind: ExchangeKind::Message, ..exchange(line) });
        }
        assert_eq!(shown(&requests.after(0)), [(1, "/a"), (4, "three"), (5, "four"), (6, "five")]);
        requests.record(exchange("/b"));
        assert_eq!(shown(&requests.after(0))[0], (4, "three"));
    }

    #[test]
    fn bodies_of_the_oldest_make_room() {
        let requests = HttpLog::new(200);
        let body = KeptBody { text: "x".repeat(KEPT_BODY), cut: true };
        for _ in 0..KEPT_BODIES / KEPT_BODY + 2 {
            requests.record(Exchange { received_body: Some(body.clone()), ..exchange("/a") });
        }
        let kept: Vec<_> = requests.after(0).iter().map(|exchange| exchange.received_body.is_some()).collect();
        assert_eq!(kept.iter().filter(|kept| !**kept).count(), 2);
        assert!(!kept[0] && !kept[1] && kept[2]);
    }

    #[tokio::test]
    async fn whoever_asked_is_told() {
        let requests = Arc::new(HttpLog::new(0));
        let mut changes = requests.subscribe();
        assert!(!changes.has_changed().expect("still there"));
        let other = Arc::clone(&requests);
        tokio::spawn(async move { other.record(exchange("/a")) });
        changes.changed().await.expect("still there");
        assert_eq!(*changes.borrow_and_update(), 1);
        assert_eq!(shown(&requests.after(0)), [(1, "/a")]);
    }
}
