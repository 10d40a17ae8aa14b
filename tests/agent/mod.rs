//! An agent at work: a scripted model, the embedded sandbox, and a person who decides.

mod accounts;
mod approvals;
mod calls;
mod injection;
mod stops;
mod stored;

use std::sync::{Arc, Mutex};

use jackfield::testing::agent::{
    ActingAs, AgentCommand, AgentEvent, AgentHandle, AgentLimits, AgentOrder, AgentParts, AgentStart, CallDecision,
    CallReturn, CallState, RunEnd, RunId, StoredRun, Transcript, TranscriptItem, drive, load,
};
use jackfield::testing::domain::{LoggedCall, Mode};
use jackfield::testing::flow::call_log::newest;
use jackfield::testing::flow::environment::Opened;
use jackfield::testing::flow::model_access::ModelAccess;
use jackfield::testing::flow::record::{Recorder, Records};
use jackfield::testing::journal::{EntrySummary, Front, Journal, JournalEntry, JournalFilter};
use jackfield::testing::model_api::ModelClient;
use jackfield::testing::profile::Source;
use jackfield::testing::sandbox::{Options, VerifyMode};
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use crate::flow::World;
use crate::support::model_server::ModelServer;
use crate::waiting::soon;

/// Person whose accounts of Linear and Gmail are active, and not refused by the provider either.
pub const BARBARA: &str = "barbara@acme.dev";

/// A sandbox, a home of its own, and a server of models.
pub struct Place {
    pub world: World,
    pub opened: Arc<Opened>,
    pub records: Arc<Records>,
    pub server: ModelServer,
    _home: tempfile::TempDir,
}

impl Place {
    pub async fn new(mode: Mode) -> Self {
        Self::with(mode, &[]).await
    }

    pub async fn with(mode: Mode, faults: &[&str]) -> Self {
        let faults = faults.iter().map(|rule| rule.parse().unwrap()).collect();
        let world = World::with(Options { verify: VerifyMode::None, faults, ..Options::default() }, |_| {}).await;
        let opened = Opened::new(world.backend.clone(), Source::Sandbox);
        opened.mode.set(mode);
        let home = tempfile::tempdir().unwrap();
        let records = Arc::new(Records::below(Some(home.path().to_owned())));
        Self { world, opened: Arc::new(opened), records, server: ModelServer::start().await, _home: home }
    }

    pub fn parts(&self) -> AgentParts {
        AgentParts {
            opened: Arc::clone(&self.opened),
            recorder: Recorder::new("test", Front::Screen, Some(Arc::clone(&self.records))),
            model: ModelAccess {
                client: ModelClient::new(self.server.endpoint()),
                is_script: false,
                usual_model: "claude-sonnet-5-5".into(),
                server: "test".into(),
            },
        }
    }

    pub fn run(&self, order: AgentOrder) -> Run {
        Run::new(self.parts(), AgentStart::New(order))
    }

    /// A run as Barbara on Linear, as usual.
    pub fn usual(&self) -> Run {
        self.run(order(BARBARA, &["linear"]))
    }

    pub fn go_on(&self, id: &RunId, order: AgentOrder) -> Run {
        Run::new(self.parts(), AgentStart::Continue(id.clone(), order))
    }

    pub async fn journal(&self) -> Journal {
        self.records.settle().await;
        self.records.journal().await.unwrap()
    }

    pub async fn stored(&self, id: &RunId) -> StoredRun {
        load(&self.journal().await, id).unwrap().unwrap()
    }

    /// Calls in the journal, the newest first.
    pub async fn entries(&self, filter: &str) -> Vec<EntrySummary> {
        let filter = JournalFilter::parse(filter, jiff::Timestamp::now()).unwrap();
        self.journal().await.list(&filter, None, 100).unwrap().calls
    }

    pub async fn entry(&self, returned: &CallReturn) -> JournalEntry {
        self.journal().await.entry(returned.entry.unwrap()).unwrap().unwrap()
    }

    /// Calls of this run that reached the environment, by its own log.
    pub async fn carried_out(&self, id: &RunId) -> Vec<LoggedCall> {
        let calls = newest(self.world.backend.as_ref()).await.expect("a log");
        calls.into_iter().filter(|call| call.run.as_ref().is_some_and(|run| run.raw() == id.as_str())).collect()
    }

    /// Messages of the last request to the model.
    pub fn messages(&self) -> Vec<Value> {
        let requests = self.server.requests();
        let last = requests.iter().rev().find(|request| request.target.starts_with("/v1/messages")).unwrap();
        last.body["messages"].as_array().unwrap().clone()
    }

    /// What the model was told of a call, in the last request.
    pub fn told(&self, id: &str) -> Value {
        let messages = self.messages();
        let blocks = messages.iter().rev().flat_map(|message| message["content"].as_array().unwrap().clone());
        blocks.into_iter().find(|block| block["tool_use_id"] == id).unwrap_or_else(|| panic!("{id}: {messages:#?}"))
    }
}

pub fn order(identifier: &str, connections: &[&str]) -> AgentOrder {
    AgentOrder {
        acting_as: ActingAs::chosen(identifier.into()),
        connections: connections.iter().map(|name| (*name).into()).collect(),
        model: "claude-sonnet-5-5".into(),
        limits: AgentLimits::default(),
    }
}

/// Every text in what a model was told of a call.
pub fn words(block: &Value) -> String {
    match &block["content"] {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => {
            blocks.iter().map(|block| block["text"].as_str().unwrap()).collect::<Vec<_>>().join("\n\n")
        }
        other => panic!("{other}"),
    }
}

/// The rules of the API on wishes and results, held against the messages of a request.
pub fn assert_valid(messages: &[Value]) {
    let blocks = |message: &Value| message["content"].as_array().cloned().unwrap_or_default();
    for (at, message) in messages.iter().enumerate() {
        let wanted = if at % 2 == 0 { "user" } else { "assistant" };
        assert_eq!(message["role"], wanted, "{messages:#?}");
        assert!(!blocks(message).is_empty(), "{messages:#?}");
        let wishes: Vec<_> = blocks(message).iter().filter(|block| block["type"] == "tool_use").cloned().collect();
        let ids: Vec<_> = wishes.iter().map(|wish| wish["id"].clone()).collect();
        let next = messages.get(at + 1).map(blocks).unwrap_or_default();
        let results = next.iter().take_while(|block| block["type"] == "tool_result");
        let answered: Vec<_> = results.map(|result| result["tool_use_id"].clone()).collect();
        if message["role"] == "assistant" && at + 1 < messages.len() {
            assert_eq!(answered, ids, "every wish has its result, in order, before anything else: {messages:#?}");
        }
        let late = next.iter().skip(answered.len()).any(|block| block["type"] == "tool_result");
        assert!(!late, "{messages:#?}");
    }
}

/// A run, and what was heard of it.
pub struct Run {
    pub handle: AgentHandle,
    events: UnboundedReceiver<AgentEvent>,
    pub transcript: Transcript,
    pub seen: Vec<AgentEvent>,
    task: JoinHandle<()>,
}

impl Run {
    pub fn new(parts: AgentParts, start: AgentStart) -> Self {
        let (handle, commands) = AgentHandle::new();
        let (tell, events) = unbounded_channel();
        let tell = Mutex::new(tell);
        let on = Arc::new(move |event| drop(tell.lock().unwrap().send(event)));
        let task = tokio::spawn(drive(parts, start, commands, on));
        Self { handle, events, transcript: Transcript::default(), seen: Vec::new(), task }
    }

    pub fn say(&self, text: &str) {
        assert!(self.handle.send(AgentCommand::Say(text.into())));
    }

    pub fn decide(&self, call: &str, decision: CallDecision) {
        assert!(self.handle.send(AgentCommand::Decide(call.into(), decision)));
    }

    pub fn stop(&self) {
        assert!(self.handle.send(AgentCommand::Stop));
    }

    /// The next thing that happens.
    pub async fn event(&mut self) -> AgentEvent {
        let event = soon("an event", self.events.recv()).await.expect("the run is over");
        self.seen.push(event.clone());
        self.transcript.apply(event.clone());
        event
    }

    /// The first event that `pick` picks something from.
    pub async fn wait<T>(&mut self, pick: impl Fn(&AgentEvent) -> Option<T>) -> T {
        loop {
            let event = self.event().await;
            if let Some(picked) = pick(&event) {
                return picked;
            }
        }
    }

    /// Waits until it rests.
    pub async fn rests(&mut self) -> RunEnd {
        self.wait(|event| match event {
            AgentEvent::Rests(end) => Some(end.clone()),
            _ => None,
        })
        .await
    }

    /// Waits until it rests because the model has finished.
    pub async fn answered(&mut self) {
        assert_eq!(self.rests().await, RunEnd::Answered, "{:#?}", self.seen);
    }

    /// Waits until a call is asked about; its id and the reasons.
    pub async fn asking(&mut self) -> (String, Vec<String>) {
        self.wait(|event| match event {
            AgentEvent::Asking { call, question } => Some((call.raw().to_owned(), question.reasons.clone())),
            AgentEvent::Rests(end) => panic!("it rests: {end:?}"),
            _ => None,
        })
        .await
    }

    pub fn id(&self) -> RunId {
        self.transcript.run.clone().expect("it has begun")
    }

    /// What came of a call.
    pub fn returned(&self, call: &str) -> CallReturn {
        let row = self.transcript.call(&call.into()).unwrap_or_else(|| panic!("{call}: {:#?}", self.seen));
        match &row.state {
            CallState::Returned(returned) => returned.as_ref().clone(),
            other => panic!("{call} is {other:?}"),
        }
    }

    /// Ends the program in the middle, as a crash would but for what the system writes at once.
    pub async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }

    /// Lets go of the run, and waits for its end.
    pub async fn leave(self) {
        let Self { handle, task, .. } = self;
        drop(handle);
        soon("the end", task).await.unwrap();
    }
}

/// Rows of a transcript in short words.
pub fn rows(transcript: &Transcript) -> Vec<String> {
    let row = |item: &TranscriptItem| match item {
        TranscriptItem::Said(text) => format!("said {text}"),
        TranscriptItem::Text(text) => format!("text {text}"),
        TranscriptItem::Thinking(text) => format!("thinking {text}"),
        TranscriptItem::OtherBlock(_) => "other".into(),
        TranscriptItem::Call(row) => {
            let state = match &row.state {
                CallState::Returned(returned) => format!(
                    "returned error={} sent={} entry={}",
                    returned.is_error,
                    !returned.not_sent,
                    returned.entry.is_some()
                ),
                other => format!("{other:?}"),
            };
            format!("call {} {} {state}", row.id, row.tool)
        }
        TranscriptItem::Notice(words) => format!("notice {words}"),
        TranscriptItem::Rests(end) => format!("rests {end:?}"),
    };
    transcript.items.iter().map(row).collect()
}
