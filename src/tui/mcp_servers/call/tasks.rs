//! Task: a call through a server, after whatever speaks against it was told.

use std::sync::Arc;

use async_trait::async_trait;

use crate::backend::{Arrival, Watch};
use crate::domain::{AccessLevel, Account, Fault, Identifier, JsonText};
use crate::flow::environment::Opened;
use crate::flow::mcp_servers::ProvisionedServer;
use crate::flow::mcp_servers::trial::{self, TriedTool};
use crate::flow::preflight::{ProposedCall, granted_scopes, objections, question};
use crate::flow::record::Recorder;
use crate::journal::Front;
use crate::json::Document;
use crate::schema::Validator;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};
use crate::tui::widgets::{text, time};

/// Call to be made.
#[derive(Clone, Debug)]
pub struct ThroughServer {
    /// The server.
    pub server: ProvisionedServer,
    /// The person.
    pub identifier: Identifier,
    /// Freedom of the token.
    pub access: AccessLevel,
    /// The tool.
    pub tried: TriedTool,
    /// Its input.
    pub input: JsonText,
}

/// Examines a call, and makes it where nothing speaks against it or somebody insists.
#[derive(Debug)]
pub struct CallThrough {
    /// The call.
    pub call: Box<ThroughServer>,
    /// Whether what speaks against it was put to the person.
    pub insists: bool,
    /// Whether it goes into the journal.
    pub recording: bool,
}

/// Report: what speaks against it, or the end.
#[derive(Debug)]
pub enum CalledThrough {
    /// Nothing was sent: this has to be asked first.
    Objected {
        /// Objections and the question, safe to show.
        lines: Vec<String>,
        /// The input that they are about.
        input: JsonText,
    },
    /// The call came back, or failed.
    Ended(Result<CallEnd, Box<Fault>>),
}

/// News of a call that is under way.
#[derive(Debug)]
pub struct CallHeard(pub Arrival);

/// Answer to a call.
#[derive(Debug)]
pub struct CallEnd {
    /// The result, as the server gave it.
    pub data: JsonText,
    /// The same to be read part by part; none where it is too large for that.
    pub document: Option<Document>,
    /// Time and size in words.
    pub facts: String,
    /// Failure that it reports of itself.
    pub reported: Option<Fault>,
}

impl CallThrough {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("mcp-call").shown();

    async fn work(self, services: Services, reporter: &Reporter) -> Result<CalledThrough, Fault> {
        let Self { call, insists, recording } = self;
        let ThroughServer { server, identifier, access, tried, input } = *call;
        let opened = services.environment()?;
        let backend = opened.backend.as_ref();
        let account = trial::account(backend, &identifier, &tried).await?;
        if !insists {
            let lines = objected(&opened, &tried, &account, input.clone()).await;
            if !lines.is_empty() {
                return Ok(CalledThrough::Objected { lines, input });
            }
        }
        let cleared = account.call(backend, &tried.tool, input, None)?;
        let records = recording.then_some(services.records);
        let recorder = Recorder::of(&opened, Front::Screen, records);
        let hears = reporter.clone();
        let watch: Watch = Arc::new(move |arrival| hears.announce(CallHeard(arrival)));
        let recorded = trial::call(&opened, &recorder, &server, access, &cleared, watch).await;
        // The journal writes on by itself.
        drop(recorded.writing);
        let execution = recorded.result?;
        let size = text::size(execution.data.bytes().len());
        let facts = format!("{} · {size}", time::took(execution.took));
        let (data, reported) = (execution.data, recorded.reported);
        let indexed = data.clone();
        let document = compute(move || Document::index(indexed)).await.ok();
        Ok(CalledThrough::Ended(Ok(CallEnd { data, document, facts, reported })))
    }
}

/// Sentences against a call, with the question at the end; none where nothing speaks against it.
async fn objected(opened: &Opened, tried: &TriedTool, account: &Account, input: JsonText) -> Vec<String> {
    let (tool, account, mode) = (tried.tool.clone(), account.clone(), opened.mode.get());
    compute(move || {
        let schema = tool.input_schema.as_ref();
        let problems = schema.map(|schema| Validator::compile(schema).check(&input).problems).unwrap_or_default();
        let granted = granted_scopes(&account);
        let call = ProposedCall {
            tool: &tool,
            connection: &account.connection,
            identifier: &account.identifier,
            status: Some(&account.status),
            granted: granted.as_deref(),
            input: &input,
            problems: &problems,
            again: false,
            changed: None,
            mode,
        };
        let objections = objections(&call);
        if objections.is_empty() {
            return Vec::new();
        }
        let asked = question(&call, &objections);
        objections.into_iter().map(|objection| objection.sentence).chain([asked]).collect()
    })
    .await
}

#[async_trait]
impl Task for CallThrough {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(CalledThrough::Ended(Err(Box::new(fault.perhaps_carried_out()))))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let done = self.work(services, &reporter).await;
        reporter.send(done.unwrap_or_else(|fault| CalledThrough::Ended(Err(Box::new(fault)))));
    }
}
