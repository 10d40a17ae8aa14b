//! Result of a tool, indexed while it comes: on a thread of its own, which gets the pieces of the answer as the network
//! brings them.
//!
//! Reference: section 3.3. The result is a member of the answer, whose name is looked for in the answer's beginning;
//! where it is not there, or is no JSON, the answer is read as a whole once it has come.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::backend::{Arrival, Watch};
use crate::json::{Document, Indexer};

/// Pieces of an answer that wait to be indexed.
const PIECES: usize = 8;

/// Name of the result in the answer, as it stands there.
const DATA: &[u8] = b"\"data\"";

/// Bytes of an answer in which its result must have begun.
const HEAD: usize = 64 << 10;

/// Bytes of a result that are shown before all of it has come: more than anybody looks through meanwhile.
const BEGINNING: usize = 4 << 20;

/// Time between two reports.
const PAUSE: Duration = Duration::from_millis(100);

/// Making a report takes no more than this part of the time.
const SHARE: u32 = 20;

/// Piece of an answer, or its end. Where the pieces just end, the answer is not whole.
pub(super) enum Piece {
    Bytes(Bytes),
    End,
}

/// Takes the pieces of a good answer.
pub(super) struct ResultReader {
    watch: Watch,
    started: Mutex<Option<JoinHandle<Option<WholeResult>>>>,
}

/// A whole answer, and the result in it where that was indexed.
pub(super) struct WholeResult {
    pub body: Bytes,
    pub indexed: Option<IndexedResult>,
}

/// Result in an answer.
pub(super) struct IndexedResult {
    pub document: Document,
    /// The answer with `null` for the result.
    pub envelope: Vec<u8>,
}

impl ResultReader {
    pub fn new(watch: Watch) -> Self {
        Self { watch, started: Mutex::default() }
    }

    /// Begins with an answer of `announced` bytes, or of unknown length where that is 0.
    pub fn begin(&self, announced: usize) -> mpsc::Sender<Piece> {
        let (sender, pieces) = mpsc::channel(PIECES);
        let reading = Reading::new(announced, self.watch.clone());
        let runtime = Handle::current();
        let reader = tokio::task::spawn_blocking(move || reading.read(pieces, &runtime));
        *self.started.lock().unwrap_or_else(PoisonError::into_inner) = Some(reader);
        sender
    }

    /// Waits until everything that came has been read; none where that is not the whole answer.
    pub async fn end(self) -> Option<WholeResult> {
        let started = self.started.into_inner().unwrap_or_else(PoisonError::into_inner);
        started?.await.ok().flatten()
    }
}

/// Place of the result in the answer.
enum Place {
    /// Not known yet, after so many bytes.
    Unknown(usize),
    /// It begins here, and is indexed from there on.
    At(usize, Box<Indexer>),
    /// Not to be found this way.
    Elsewhere,
}

struct Reading {
    body: Vec<u8>,
    place: Place,
    watch: Watch,
    /// Bytes of the result that were shown last.
    shown: usize,
    /// Bytes of the answer that were told last.
    told: usize,
    /// Time of the next report.
    due: Instant,
}

impl Reading {
    fn new(announced: usize, watch: Watch) -> Self {
        let mut body = Vec::new();
        // What an answer announces is only a hint: if there is no room for it, it may still be a lie.
        let _ = body.try_reserve_exact(announced);
        Self { body, place: Place::Unknown(0), watch, shown: 0, told: 0, due: Instant::now() }
    }

    fn read(mut self, mut pieces: mpsc::Receiver<Piece>, runtime: &Handle) -> Option<WholeResult> {
        loop {
            let wait = async {
                // What came after the last report is told even if nothing more comes.
                let due = self.due.saturating_duration_since(Instant::now());
                match self.told < self.body.len() {
                    true => tokio::time::timeout(due, pieces.recv()).await,
                    false => Ok(pieces.recv().await),
                }
            };
            match runtime.block_on(wait) {
                Ok(Some(Piece::Bytes(piece))) => self.take(&piece),
                Ok(Some(Piece::End)) => return Some(self.whole()),
                Ok(None) => {
                    self.broken();
                    return None;
                }
                Err(_) => self.report(),
            }
        }
    }

    fn take(&mut self, piece: &[u8]) {
        self.body.extend_from_slice(piece);
        match self.place {
            Place::Unknown(tried) if self.body.len() >= 2 * tried => self.look(),
            _ => self.index(),
        }
        if Instant::now() >= self.due {
            self.report();
        }
    }

    /// Looks where the result begins.
    fn look(&mut self) {
        let beginning = Indexer::beginning(&self.body);
        let data = beginning.and_then(|answer| {
            let mut members = answer.children(answer.root());
            members.find(|member| answer.key(*member) == Some(DATA)).map(|data| answer.range(data).start)
        });
        self.place = match data {
            Some(start) => Place::At(start, Box::default()),
            None if self.body.len() > HEAD => Place::Elsewhere,
            None => Place::Unknown(self.body.len()),
        };
        self.index();
    }

    fn index(&mut self) {
        if let Place::At(start, indexer) = &mut self.place
            && indexer.read(self.body.get(*start..).unwrap_or_default()).is_err()
        {
            self.place = Place::Elsewhere;
        }
    }

    /// Tells how much has come, and shows more of the beginning.
    fn report(&mut self) {
        if let Place::Unknown(_) = self.place {
            self.look();
        }
        let began = Instant::now();
        let beginning = match &self.place {
            Place::At(start, indexer) if indexer.end().is_none() => self.body.get(*start..),
            _ => None,
        };
        let beginning = beginning.map(|value| value.get(..BEGINNING).unwrap_or(value));
        let beginning = beginning.filter(|value| value.len() > self.shown).and_then(|value| {
            self.shown = value.len();
            Indexer::beginning(value)
        });
        self.told = self.body.len();
        // A small answer is whole in a moment.
        if beginning.is_none() && self.shown == 0 && self.told <= HEAD {
            return;
        }
        (self.watch)(Arrival::Coming { beginning, bytes: self.told as u64 });
        let now = Instant::now();
        self.due = now + PAUSE.max((now - began) * SHARE);
    }

    fn broken(self) {
        let bytes = self.body.len() as u64;
        let part = match self.place {
            Place::At(start, indexer) => indexer.cut(self.body, start),
            Place::Unknown(_) | Place::Elsewhere => None,
        };
        (self.watch)(Arrival::Broken { part, bytes });
    }

    fn whole(mut self) -> WholeResult {
        // It may be kept for long, and one that was packed did not announce how long it would be.
        self.body.shrink_to_fit();
        let body = Bytes::from(self.body);
        let Place::At(start, indexer) = self.place else { return WholeResult { body, indexed: None } };
        let indexed = indexer.end().and_then(|length| {
            let document = indexer.finish(body.get(start..start + length).map(|value| body.slice_ref(value))?).ok()?;
            let envelope = [body.get(..start)?, b"null", body.get(start + length..)?].concat();
            Some(IndexedResult { document, envelope })
        });
        WholeResult { body, indexed }
    }
}
