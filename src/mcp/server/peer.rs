//! The client at the other end, as far as a host may know it.

use std::sync::Arc;

use axum::http::request::Parts;
use tokio::sync::{mpsc, oneshot};

use crate::domain::{ElicitationAnswer, ElicitationRequest, Fault, FaultKind, Untrusted};

/// Messages to a client that wait to be sent. Progress is left out where they are as many.
const WAITING: usize = 32;

/// Era of the protocol that a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// With a handshake, and a session after it (until 2025-11-25).
    Session,
    /// Each request stands alone (from 2026-07-28 on).
    Stateless,
}

/// A client, for the time of one request.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Name that it gives itself, cut to a bounded length; empty where it gives none.
    pub name: Untrusted,
    /// Version that it gives itself; may be empty.
    pub version: Untrusted,
    /// Era of the protocol that it speaks.
    pub era: Era,
    /// Label of its session, the same for all requests of it and of no use to anybody else; none where there is no session.
    pub session: Option<Untrusted>,
    pub(super) fills_forms: bool,
    pub(super) visits_pages: bool,
    pub(super) wants_progress: bool,
    pub(super) http: Option<Arc<Parts>>,
    pub(super) line: Option<mpsc::Sender<PeerMessage>>,
}

/// A question to the person at the client.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The question in words.
    pub message: String,
    /// What is asked for.
    pub request: ElicitationRequest,
}

/// Message to a client in the middle of a call.
#[derive(Debug)]
pub(super) enum PeerMessage {
    Ask(Question, oneshot::Sender<Result<ElicitationAnswer, Fault>>),
    Progress { done: f64, total: Option<f64>, message: String },
}

impl Peer {
    /// A client that can neither be asked nor told anything.
    pub fn new(name: &str, version: &str, era: Era) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            era,
            session: None,
            fills_forms: false,
            visits_pages: false,
            wants_progress: false,
            http: None,
            line: None,
        }
    }

    /// The same with a line to it, and the end that its messages come out of.
    pub(super) fn connected(self) -> (Self, mpsc::Receiver<PeerMessage>) {
        let (sender, messages) = mpsc::channel(WAITING);
        (Self { line: Some(sender), ..self }, messages)
    }

    /// Whether its person can be asked for the values of a form.
    pub fn fills_forms(&self) -> bool {
        self.fills_forms && self.line.is_some()
    }

    /// Whether its person can be asked to visit a page.
    pub fn visits_pages(&self) -> bool {
        self.visits_pages && self.line.is_some()
    }

    /// Whether it wants to hear how far a call got.
    pub fn wants_progress(&self) -> bool {
        self.wants_progress && self.line.is_some()
    }

    /// What a layer in front of the server put into the extensions of the HTTP request.
    pub fn extension<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        self.http.as_ref()?.extensions.get::<T>().cloned()
    }

    /// Answer of the person at the client. Whoever stops waiting takes the question back.
    ///
    /// # Errors
    /// [`FaultKind::Unfinished`]: the client cannot ask, went away, or answered with something else.
    pub async fn ask(&self, question: Question) -> Result<ElicitationAnswer, Fault> {
        let able = match &question.request {
            ElicitationRequest::Form(_) => self.fills_forms(),
            ElicitationRequest::Url(_) => self.visits_pages(),
        };
        let line = self.line.as_ref().filter(|_| able).ok_or_else(cannot_ask)?;
        let (reply, answer) = oneshot::channel();
        line.send(PeerMessage::Ask(question, reply)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// Tells how far a call got, `done` of `total`, where the client wants to hear it and listens.
    pub fn tell_progress(&self, done: f64, total: Option<f64>, message: impl Into<String>) {
        if let Some(line) = self.line.as_ref().filter(|_| self.wants_progress) {
            let _ = line.try_send(PeerMessage::Progress { done, total, message: message.into() });
        }
    }
}

fn cannot_ask() -> Fault {
    Fault::new(FaultKind::Unfinished, "The client cannot ask its person.")
}

/// The client went away in the middle of a question.
pub(super) fn gone() -> Fault {
    Fault::new(FaultKind::Unfinished, "The client went away without an answer.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::JsonText;

    fn form() -> Question {
        Question { message: "Go on?".into(), request: ElicitationRequest::Form(JsonText::empty_object()) }
    }

    #[tokio::test]
    async fn a_client_that_cannot_ask_is_not_asked() {
        let (peer, mut messages) = Peer::new("a", "1", Era::Session).connected();
        assert_eq!(peer.ask(form()).await, Err(cannot_ask()));
        peer.tell_progress(1.0, None, "half");
        assert!(messages.try_recv().is_err(), "nor told what it does not want to hear");
    }

    #[tokio::test]
    async fn an_answer_comes_back_and_a_client_that_goes_away_is_a_fault() {
        let (peer, mut messages) = Peer { fills_forms: true, ..Peer::new("a", "1", Era::Session) }.connected();
        let asked = tokio::spawn({
            let peer = peer.clone();
            async move { peer.ask(form()).await }
        });
        match messages.recv().await {
            Some(PeerMessage::Ask(question, reply)) => {
                assert_eq!(question, form());
                reply.send(Ok(ElicitationAnswer::Decline)).unwrap();
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(asked.await.unwrap(), Ok(ElicitationAnswer::Decline));
        drop(messages);
        assert_eq!(peer.ask(form()).await, Err(gone()));
    }
}
