//! Requests that are under way, and what comes in: the meeting point of our requests, `rmcp`, and a transport.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use jiff::Timestamp;
use rmcp::model::{ClientJsonRpcMessage, GetExtensions as _, JsonRpcMessage};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::fault::McpFault;
use super::message::{AnswerId, Incoming};
use super::options::{Changed, ClientOptions, KEPT_BODY, MessageSource, ServerExchange, ServerMessage};
use super::outgoing::Outgoing;
use super::rpc_error::RpcError;
use super::slot::{Outcome, RawAnswer, RequestSlot};
use crate::domain::{Fault, FaultKind, JsonText, Untrusted};

/// Questions of a server that wait to be taken up, at most.
const QUESTIONS: usize = 32;

/// Bytes of one text that a server says beside its answers.
const LONGEST_MESSAGE: usize = 16 << 10;

/// Names of a server, for sentences and logs.
#[derive(Clone, Debug)]
pub(super) struct ServerNames {
    /// Host and port, or program.
    pub label: String,
    /// Scheme, host and port, or program.
    pub origin: String,
    /// Path and query.
    pub target: String,
}

/// The ledger of one session.
pub(super) struct Ledger {
    pub names: ServerNames,
    pub options: ClientOptions,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    pending: BTreeMap<i64, Pending>,
    /// Highest id that was given out.
    issued: Option<i64>,
    /// The request that opens the session.
    opening: Option<Arc<RequestSlot>>,
    /// Reason for the end of the session.
    death: Option<McpFault>,
    /// Questions as they came, by the text of their ids.
    questions: VecDeque<(String, JsonText)>,
}

struct Pending {
    slot: Arc<RequestSlot>,
    method: String,
    name: Untrusted,
    token: Option<i64>,
    at: Timestamp,
    began: Instant,
    sent: Untrusted,
    sent_bytes: u64,
    status: Option<u16>,
}

/// What is to be done with something that came in.
pub(super) enum Admitted {
    /// `rmcp` gets it as it is.
    Forward,
    /// `rmcp` gets this in its place.
    Instead(String),
    /// It is dealt with.
    Done,
    /// It is no use, and why: to go behind “it sent”.
    Unusable(String),
}

impl Ledger {
    pub fn new(names: ServerNames, options: ClientOptions) -> Arc<Self> {
        Arc::new(Self { names, options, state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a message that is about to leave, and gives it as bytes.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn enter(&self, message: &ClientJsonRpcMessage) -> Result<Outgoing, McpFault> {
        let slot = match message {
            JsonRpcMessage::Request(request) => request.request.extensions().get::<Arc<RequestSlot>>().cloned(),
            _ => None,
        };
        let outgoing = Outgoing::write(message, slot.as_ref().map_or(&[], |slot| &slot.texts))?;
        let Some(id) = outgoing.id else { return Ok(outgoing) };
        // What has no slot is a request of rmcp's own.
        let slot = slot.unwrap_or_else(|| {
            let mut own = RequestSlot::reading();
            own.typed = true;
            Arc::new(own)
        });
        slot.mark_sent();
        let mut state = self.state();
        if matches!(outgoing.method.as_str(), "initialize" | "server/discover") {
            state.opening = Some(Arc::clone(&slot));
        }
        state.issued = state.issued.max(Some(id));
        let pending = Pending {
            slot,
            method: outgoing.method.clone(),
            name: outgoing.name.as_str().into(),
            token: outgoing.token,
            at: Timestamp::now(),
            began: Instant::now(),
            sent: kept(&outgoing.body),
            sent_bytes: outgoing.body.len() as u64,
            status: None,
        };
        state.pending.insert(id, pending);
        Ok(outgoing)
    }

    /// Takes note of the status of the answer.
    pub fn status(&self, id: i64, status: u16) {
        if let Some(pending) = self.state().pending.get_mut(&id) {
            pending.status = Some(status);
        }
    }

    /// True if the request waits for its answer.
    pub fn is_pending(&self, id: i64) -> bool {
        self.state().pending.contains_key(&id)
    }

    /// True if the request may change something.
    pub fn acts(&self, id: i64) -> bool {
        self.state().pending.get(&id).is_some_and(|pending| pending.slot.acts)
    }

    /// Slot of a request that is under way; without a number, of the last one that somebody listens to.
    pub fn slot(&self, id: Option<i64>) -> Option<Arc<RequestSlot>> {
        let state = self.state();
        let slot = match id {
            Some(id) => state.pending.get(&id).map(|pending| &pending.slot),
            None => state.pending.values().rev().map(|pending| &pending.slot).find(|slot| slot.listener.is_some()),
        };
        slot.cloned()
    }

    /// Slot of the request that opened the session.
    pub fn opening(&self) -> Option<Arc<RequestSlot>> {
        self.state().opening.clone()
    }

    /// The question with this id, as it came.
    pub fn question(&self, id: &str) -> Option<JsonText> {
        let mut state = self.state();
        let at = state.questions.iter().position(|(known, _)| known == id)?;
        state.questions.remove(at).map(|(_, text)| text)
    }

    /// Ends a request without an answer.
    pub fn fail(&self, id: i64, fault: McpFault) {
        let pending = self.state().pending.remove(&id);
        if let Some(pending) = pending {
            self.observe(&pending, &[], 0, Some(fault.clone()));
            pending.slot.end(Outcome::Failed(fault));
        }
    }

    /// Leaves a reason that counts if the request comes to no answer after all.
    pub fn suspect(&self, id: i64, fault: McpFault) {
        if let Some(pending) = self.state().pending.get(&id) {
            pending.slot.suspect(fault);
        }
    }

    /// Forgets a request for which nobody waits any more.
    pub fn forget(&self, id: i64) {
        let pending = self.state().pending.remove(&id);
        if let Some(pending) = pending {
            let fault = McpFault::new(FaultKind::Cancelled, "Nobody waited for the answer.");
            self.observe(&pending, &[], 0, Some(fault));
        }
    }

    /// Ends the session, and with it every request that is under way. The first reason counts.
    pub fn die(&self, fault: Fault) {
        let pending = {
            let mut state = self.state();
            state.death.get_or_insert_with(|| McpFault::Other(fault.clone()));
            std::mem::take(&mut state.pending)
        };
        for pending in pending.into_values() {
            let fault = if pending.slot.acts { fault.clone().perhaps_carried_out() } else { fault.clone() };
            self.observe(&pending, &[], 0, Some(McpFault::Other(fault.clone())));
            pending.slot.end(Outcome::Failed(McpFault::Other(fault)));
        }
    }

    /// Ends the session for requests to come; those under way go on.
    pub fn retire(&self, fault: McpFault) {
        self.state().death.get_or_insert(fault);
    }

    /// Reason for the end of the session, if it has ended.
    pub fn death(&self) -> Option<McpFault> {
        self.state().death.clone()
    }

    /// Tells of something odd that the server did.
    pub fn remark(&self, text: impl Into<String>) {
        self.say(MessageSource::Client, Untrusted::default(), Untrusted::default(), &text.into());
    }

    /// Tells of something that the server said beside its answers.
    pub fn say(&self, source: MessageSource, level: Untrusted, logger: Untrusted, text: &str) {
        let text = Untrusted::from(bounded(text, LONGEST_MESSAGE));
        (self.options.log)(ServerMessage { at: Timestamp::now(), source, level, logger, text });
    }

    /// Takes in what the server sent. `expected` is the request that it should answer, where the transport knows.
    pub fn admit(&self, text: &Bytes, expected: Option<i64>) -> Admitted {
        match Incoming::read(text) {
            Err(why) => Admitted::Unusable(why),
            Ok(Incoming::Request { id, method, params }) => {
                if let (true, Some(params)) = (method == "elicitation/create", params) {
                    let mut state = self.state();
                    if state.questions.len() == QUESTIONS {
                        state.questions.pop_front();
                    }
                    let id = serde_json::from_str::<String>(id.get()).unwrap_or_else(|_| id.get().to_owned());
                    state.questions.push_back((id, JsonText::within(text, params)));
                }
                Admitted::Forward
            }
            Ok(Incoming::Notification { method, params }) => self.hear(&method, params),
            Ok(Incoming::Answer { id, result }) => {
                let answer = RawAnswer { result: JsonText::within(text, result), bytes: text.len() as u64 };
                self.answer(id, expected, text, Outcome::Answered(answer))
            }
            Ok(Incoming::Refusal { id, error }) => {
                self.answer(id, expected, text, Outcome::Refused(RpcError::read(error)))
            }
        }
    }

    fn answer(&self, id: AnswerId, expected: Option<i64>, text: &Bytes, outcome: Outcome) -> Admitted {
        let mut state = self.state();
        let id = match id {
            AnswerId::Number(id) => id,
            AnswerId::Absent if matches!(outcome, Outcome::Refused(_)) => match expected.or_else(|| state.only()) {
                Some(id) => id,
                None => return Admitted::Unusable("an error without saying which request it is about".to_owned()),
            },
            AnswerId::Absent => return Admitted::Unusable("an answer without saying to which request".to_owned()),
            AnswerId::Foreign => return Admitted::Unusable("an answer to a request that was never made".to_owned()),
        };
        let Some(pending) = state.pending.remove(&id) else {
            let late = id >= 0 && state.issued.is_some_and(|last| id <= last) && expected.is_none();
            // A request that was cancelled may be answered all the same.
            return if late {
                Admitted::Done
            } else {
                Admitted::Unusable(format!("an answer to request {id}, which does not wait for one"))
            };
        };
        drop(state);
        let problem = match &outcome {
            Outcome::Refused(error) => Some(error.fault(&pending.method, &self.names.label)),
            Outcome::Answered(_) | Outcome::Failed(_) => None,
        };
        self.observe(&pending, text, text.len() as u64, problem);
        let stub = match &outcome {
            Outcome::Refused(error) => Admitted::Instead(refusal(id, error)),
            Outcome::Answered(_) if pending.slot.typed => Admitted::Forward,
            Outcome::Answered(_) | Outcome::Failed(_) => {
                Admitted::Instead(format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#))
            }
        };
        pending.slot.end(outcome);
        stub
    }

    /// The one request that waits for an answer, if it is only one.
    pub fn only_pending(&self) -> Option<i64> {
        self.state().only()
    }

    /// Takes in a notification. What `rmcp` needs for itself goes on to it; the rest is told in the order in which it
    /// came, which `rmcp` does not keep.
    fn hear(&self, method: &str, params: Option<&RawValue>) -> Admitted {
        let params = params.map_or("{}", RawValue::get);
        match method {
            "notifications/progress" => self.progress(params),
            "notifications/message" => self.log(params),
            "notifications/tools/list_changed" => (self.options.changed)(Changed::Tools),
            "notifications/resources/list_changed" => (self.options.changed)(Changed::Resources),
            "notifications/prompts/list_changed" => (self.options.changed)(Changed::Prompts),
            _ => return Admitted::Forward,
        }
        Admitted::Done
    }

    fn progress(&self, params: &str) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Progress {
            progress_token: i64,
            progress: f64,
            total: Option<f64>,
            message: Option<String>,
        }
        let Ok(progress) = serde_json::from_str::<Progress>(params) else { return };
        let state = self.state();
        let pending = state.pending.values().find(|pending| pending.token == Some(progress.progress_token));
        let listener = pending.and_then(|pending| pending.slot.listener.clone());
        drop(state);
        if let Some(listener) = listener {
            let message = bounded(&progress.message.unwrap_or_default(), LONGEST_MESSAGE);
            listener.progress(progress.progress, progress.total, message.into());
        }
    }

    fn log(&self, params: &str) {
        #[derive(Deserialize)]
        struct Log<'a> {
            level: Option<String>,
            logger: Option<String>,
            #[serde(borrow)]
            data: Option<&'a RawValue>,
        }
        let Ok(Log { level, logger, data }) = serde_json::from_str(params) else { return };
        let data = data.map_or("", RawValue::get);
        let text = serde_json::from_str::<String>(data).unwrap_or_else(|_| data.to_owned());
        let short = |text: Option<String>| Untrusted::from(bounded(&text.unwrap_or_default(), 256));
        self.say(MessageSource::Log, short(level), short(logger), &text);
    }

    fn observe(&self, pending: &Pending, received: &[u8], received_bytes: u64, problem: Option<McpFault>) {
        (self.options.observer)(ServerExchange {
            at: pending.at,
            method: pending.method.clone(),
            name: pending.name.clone(),
            origin: self.names.origin.clone(),
            target: self.names.target.clone(),
            status: pending.status,
            took: pending.began.elapsed(),
            sent: pending.sent.clone(),
            sent_bytes: pending.sent_bytes,
            received: kept(received),
            received_bytes,
            problem,
        });
    }
}

impl State {
    fn only(&self) -> Option<i64> {
        // A subscription waits for as long as it lives.
        let mut waiting = self.pending.iter().filter(|(_, pending)| pending.method != "subscriptions/listen");
        let (id, _) = waiting.next()?;
        waiting.next().is_none().then_some(*id)
    }
}

/// The error as `rmcp` reads it.
fn refusal(id: i64, error: &RpcError) -> String {
    let code = i32::try_from(error.code).unwrap_or(-32603);
    let mut body = serde_json::json!({ "code": code, "message": error.message });
    // The versions that a server speaks are in there, which rmcp chooses from.
    let data = error.data.as_ref().filter(|_| error.code == super::rpc_error::UNSUPPORTED_VERSION);
    if let (Some(data), Some(members)) = (data, body.as_object_mut()) {
        members.insert("data".to_owned(), serde_json::from_str(data.raw()).unwrap_or_default());
    }
    serde_json::json!({ "jsonrpc": "2.0", "id": id, "error": body }).to_string()
}

/// Beginning of a body, as far as exchanges keep it.
fn kept(body: &[u8]) -> Untrusted {
    String::from_utf8_lossy(body.get(..KEPT_BODY).unwrap_or(body)).into_owned().into()
}

/// Beginning of a text, with an ellipsis where more follows.
pub(super) fn bounded(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let end = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= bytes).last().unwrap_or_default();
    format!("{}…", text.get(..end).unwrap_or_default())
}
