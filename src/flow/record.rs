//! Calls that are written down: before they are sent, and again when it is known what came of them.
//!
//! A call that cannot be written down is sent all the same, and the front says so: a full disk must
//! not keep anybody from working.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::audit;
use super::environment::Opened;
use super::open_entry::{Begun, Open};
use super::preflight::Cleared;
pub use super::records::Records;
use super::{proxy_journal, run};
use crate::backend::credential_log::{for_purpose, unrecorded};
use crate::backend::{Ability, Answered, Backend, Watch};
use crate::background;
use crate::domain::{
    CredentialPurpose, Execution, Fault, FaultKind, ProxyRequest, ProxyResponse, ToolCall, ToolName, Untrusted,
};
use crate::journal::{CallKind, CallOutcome, Ending, EntryId, Front, NewCall};
use crate::json::{ReportedFailure, reported_failure, reported_in};

/// Writes down what one front sends to one environment. Cheap to clone.
#[derive(Clone)]
pub struct Recorder {
    environment: Arc<str>,
    front: Front,
    /// Whether its calls only ask who an account is.
    probe: bool,
    /// Names of the modifiers that take part in its calls.
    modifiers: Arc<[Untrusted]>,
    /// Client that its calls are made for, by a server of tools.
    client: Option<Untrusted>,
    /// Number of the wish, within its run, that its calls are made for.
    wish: Option<i64>,
    /// None where nothing is to be recorded.
    records: Option<Arc<Records>>,
}

/// Result of a call, and its place in the journal.
#[derive(Debug)]
pub struct Recorded<T> {
    /// Result of the call, whatever the journal did.
    pub result: Result<T, Fault>,
    /// Failure that an answer admits: by its status, or in its body.
    pub reported: Option<Fault>,
    /// Entry in the journal; none where it was not written.
    pub entry: Option<EntryId>,
    /// The outcome on its way to the disk. Whoever waits for the result does not wait for that.
    pub writing: Writing,
}

/// An outcome being written down.
#[derive(Debug)]
pub enum Writing {
    /// Writing is under way, and ends whether anybody waits for it or not.
    Going(JoinHandle<Result<(), Fault>>, Arc<Records>),
    /// Nothing is written, and why, if something was meant to be.
    Not(Option<Fault>),
}

impl Writing {
    /// Reason why the call, or its outcome, could not be written down.
    pub async fn end(self) -> Option<Fault> {
        match self {
            Self::Going(written, records) => {
                let unwritten = written.await.unwrap_or_else(|_| Err(broke_down())).err();
                records.audit.written().await;
                unwritten.or_else(|| records.audit.failure())
            }
            Self::Not(unrecorded) => unrecorded,
        }
    }
}

impl<T> Recorded<T> {
    /// The same with another form of its result.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Recorded<U> {
        let Self { result, reported, entry, writing } = self;
        Recorded { result: result.map(change), reported, entry, writing }
    }

    /// A call that was neither sent nor written down.
    fn refused(fault: Fault) -> Self {
        Self { result: Err(fault), reported: None, entry: None, writing: Writing::Not(None) }
    }
}

impl Recorder {
    /// A recorder for one front's calls to the environment at this base URL.
    pub fn new(environment: &str, front: Front, records: Option<Arc<Records>>) -> Self {
        Self {
            environment: environment.into(),
            front,
            probe: false,
            modifiers: Arc::default(),
            client: None,
            wish: None,
            records,
        }
    }

    /// The same for calls of another front.
    pub fn of_front(self, front: Front) -> Self {
        Self { front, ..self }
    }

    /// The same for the calls that one wish of a model leads to.
    pub fn wished(self, wish: i64) -> Self {
        Self { wish: Some(wish), ..self }
    }

    /// A recorder for one front's calls to an environment. Uses of its credentials are written down as well, from now on.
    pub fn of(opened: &Opened, front: Front, records: Option<Arc<Records>>) -> Self {
        opened.uses.record_outside_of_calls(records.is_some());
        if let Some(records) = &records {
            audit::attach(opened, records);
        }
        Self::new(&opened.about().recorded_as, front, records)
    }

    /// The same for calls that only ask who an account is: the journal marks them as probes.
    pub fn probing(self) -> Self {
        Self { probe: true, ..self }
    }

    /// The same for calls that these modifiers take part in: the journal names them.
    pub fn modified_by(self, names: impl IntoIterator<Item = Untrusted>) -> Self {
        Self { modifiers: names.into_iter().collect(), ..self }
    }

    /// The same for calls that are made for a client of this name and version.
    pub fn serving(self, client: Untrusted) -> Self {
        Self { client: Some(client), ..self }
    }

    /// Writes down a call that was not sent, and why not.
    pub async fn not_sent(&self, call: &Cleared<ToolCall>, fault: &Fault) -> Recorded<()> {
        let sent = async { Err::<((), Option<Fault>), Fault>(fault.clone()) };
        end(self.begin(tool_call(call)).await, sent, |(), _| Ending::stopped(Duration::ZERO)).await
    }

    /// Does what is no call. Uses of credentials in it are written down where calls are.
    pub async fn beside_calls<T>(&self, work: impl Future<Output = T>) -> T {
        as_part(self.records.as_ref().map(|_| CredentialPurpose::default()), work).await
    }

    /// Journal that calls are written to; none where nothing is to be recorded.
    pub fn records(&self) -> Option<&Arc<Records>> {
        self.records.as_ref()
    }

    /// Name of the environment in the journal.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// Runs a tool once; see [`super::run::run`].
    pub async fn run(&self, backend: &dyn Backend, call: &Cleared<ToolCall>) -> Recorded<Execution> {
        if let Err(refused) = call.still_permitted(backend) {
            return Recorded::refused(refused);
        }
        let written = self.begin(tool_call(call)).await;
        let purpose = self.purpose(&written, call.tool.clone(), call.agent_run.clone());
        let sent = async {
            // Whoever probes has just read the account, and needs no second look at it.
            let execution =
                if self.probe { backend.tools().call(call).await? } else { run::run(backend, call).await? };
            let data = execution.data.clone();
            let reported = in_the_body(move || reported_failure(&data), execution.http_status).await;
            let reported = reported.map(|fault| of_execution(fault, &execution));
            Ok((execution, reported))
        };
        end(written, as_part(purpose, sent), tool_ending).await
    }

    /// The same, and tells of the result while it comes; see [`super::run::run_watched`].
    pub async fn run_watched(
        &self,
        backend: &dyn Backend,
        call: &Cleared<ToolCall>,
        watch: Watch,
    ) -> Recorded<Answered> {
        if let Err(refused) = call.still_permitted(backend) {
            return Recorded::refused(refused);
        }
        let written = self.begin(tool_call(call)).await;
        let purpose = self.purpose(&written, call.tool.clone(), call.agent_run.clone());
        let sent = async {
            let answered = run::run_watched(backend, call, watch).await?;
            let (data, document) = (answered.execution.data.clone(), answered.document.clone());
            let find = move || document.map_or_else(|| reported_failure(&data), |document| reported_in(&document));
            let reported = in_the_body(find, answered.execution.http_status).await;
            let reported = reported.map(|fault| of_execution(fault, &answered.execution));
            Ok((answered, reported))
        };
        end(written, as_part(purpose, sent), |answered, reported| tool_ending(&answered.execution, reported)).await
    }

    /// Passes a request on to a provider's own API.
    pub async fn request(&self, backend: &dyn Backend, request: &Cleared<ProxyRequest>) -> Recorded<ProxyResponse> {
        if let Err(refused) = request.still_permitted(backend) {
            return Recorded::refused(refused);
        }
        let written = self.begin(proxy_call(request)).await;
        let purpose = self.purpose(&written, proxy_name(request).as_str().into(), None);
        let sent = async {
            let proxy = backend.proxy().ok_or_else(|| Ability::Proxy.fault())?;
            let response = proxy.send(request).await?;
            let reported = match proxy_journal::refused(request.method, response.status) {
                None => {
                    let body = response.body.clone();
                    in_the_body(move || reported_failure(&proxy_journal::as_json(&body)), response.status).await
                }
                refused => refused,
            };
            Ok((response, reported))
        };
        let ending = |response: &ProxyResponse, reported: Option<&Fault>| Ending {
            outcome: outcome(reported),
            fault: reported.cloned(),
            status: Some(response.status),
            execution: None,
            took: response.took,
            result: Some(proxy_journal::as_json(&response.body)),
        };
        end(written, as_part(purpose, sent), ending).await
    }

    /// Call that an entry was begun for; none where nothing is to be recorded.
    fn purpose(&self, written: &EntryFate, tool: ToolName, run: Option<Untrusted>) -> Option<CredentialPurpose> {
        self.records.as_ref()?;
        let call = match written {
            EntryFate::Open(open) => open.id().map(|id| id.0),
            EntryFate::Not(_) => None,
        };
        Some(CredentialPurpose { tool: Some(tool), call, run })
    }

    async fn begin(&self, call: impl FnOnce(&Self) -> NewCall) -> EntryFate {
        let Some(records) = &self.records else { return EntryFate::Not(None) };
        let call = call(self);
        let journal = match records.open().await {
            Ok(journal) => journal,
            Err(fault) => return EntryFate::Not(Some(fault)),
        };
        // Whoever stops waiting while it is written leaves an entry that is ended all the same.
        let (owner, beginning) = (Arc::clone(records), records.unfinished());
        let begun = blocking(move || {
            let id = journal.begin(&call)?;
            Ok((Open::new(owner, Begun { journal, id, call }), beginning))
        });
        match begun.await {
            Ok((open, _)) => EntryFate::Open(open),
            Err(fault) => EntryFate::Not(Some(fault)),
        }
    }
}

/// Fate of the entry that is written before a call is sent.
enum EntryFate {
    Open(Open),
    /// Nothing was written; the fault tells why, unless nothing was meant to be.
    Not(Option<Fault>),
}

/// Does what sends a call as part of that call, so that an audit knows what credentials were used for.
async fn as_part<T>(purpose: Option<CredentialPurpose>, sent: impl Future<Output = T>) -> T {
    match purpose {
        Some(purpose) => for_purpose(purpose, sent).await,
        None => unrecorded(sent).await,
    }
}

async fn end<T>(
    written: EntryFate,
    sent: impl Future<Output = Result<(T, Option<Fault>), Fault>>,
    ending: impl FnOnce(&T, Option<&Fault>) -> Ending,
) -> Recorded<T> {
    let (open, unrecorded) = match written {
        EntryFate::Not(unrecorded) => (None, unrecorded),
        EntryFate::Open(open) => (Some(open), None),
    };
    let entry = open.as_ref().and_then(Open::id);
    let sent = sent.await;
    let writing = match open {
        None => Writing::Not(unrecorded),
        Some(mut open) => {
            let ending = match &sent {
                Ok((answer, reported)) => ending(answer, reported.as_ref()),
                Err(fault) => Ending::failed(fault.clone(), open.elapsed()),
            };
            let records = Arc::clone(open.records());
            open.end(ending).map_or(Writing::Not(None), |written| Writing::Going(written, records))
        }
    };
    let (result, reported) = match sent {
        Ok((answer, reported)) => (Ok(answer), reported),
        Err(fault) => (Err(fault), None),
    };
    Recorded { result, reported, entry, writing }
}

/// The failure that an answer with a good status reports in its body. A large one takes a while to read.
async fn in_the_body(find: impl FnOnce() -> Option<ReportedFailure> + Send + 'static, status: u16) -> Option<Fault> {
    let found = background::blocking(find).await.ok().flatten()?;
    let fault = Fault::new(FaultKind::ReportedFailure, "The tool reports a failure.");
    Some(Fault { said: found.words, http_status: Some(status), ..fault })
}

/// The failure that an execution reports of itself.
fn of_execution(reported: Fault, execution: &Execution) -> Fault {
    Fault { execution_id: execution.id.clone().map(Box::new), ..reported }
}

fn tool_ending(execution: &Execution, reported: Option<&Fault>) -> Ending {
    Ending {
        outcome: outcome(reported),
        fault: reported.cloned(),
        status: Some(execution.http_status),
        execution: execution.id.clone(),
        took: execution.took,
        result: Some(execution.data.clone()),
    }
}

/// Outcome of a call that was answered, by the failure that the answer admits.
fn outcome(reported: Option<&Fault>) -> CallOutcome {
    match reported {
        None => CallOutcome::Succeeded,
        Some(fault) if fault.may_have_been_carried_out() => CallOutcome::Unknown,
        Some(fault) if fault.kind == FaultKind::ReportedFailure => CallOutcome::Reported,
        Some(_) => CallOutcome::Failed,
    }
}

/// Does what waits for the disk where that hurts nobody.
///
/// # Errors
/// What it says itself, or that it broke down.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    let done = background::blocking(work).await;
    done.unwrap_or_else(|_| Err(broke_down()))
}

fn broke_down() -> Fault {
    Fault::new(FaultKind::Local, "The journal broke down.")
}

fn tool_call(call: &ToolCall) -> impl FnOnce(&Recorder) -> NewCall {
    |by| NewCall {
        environment: by.environment.to_string(),
        kind: CallKind::Tool,
        name: call.tool.raw().into(),
        connection: call.connection.clone(),
        identifier: call.identifier.clone(),
        account: call.account.clone(),
        arguments: call.input.clone(),
        agent_run: call.agent_run.clone(),
        front: by.front,
        probe: by.probe,
        modifiers: by.modifiers.to_vec(),
        client: by.client.clone(),
        wish: by.wish,
    }
}

/// Method and path.
fn proxy_name(request: &ProxyRequest) -> String {
    format!("{} {}", request.method.word(), request.path.raw())
}

fn proxy_call(request: &ProxyRequest) -> impl FnOnce(&Recorder) -> NewCall {
    |by| NewCall {
        environment: by.environment.to_string(),
        kind: CallKind::Proxy,
        name: proxy_name(request).into(),
        connection: request.connection.clone(),
        identifier: request.identifier.clone(),
        account: "".into(),
        arguments: proxy_journal::arguments(request),
        agent_run: None,
        front: by.front,
        probe: by.probe,
        modifiers: Vec::new(),
        client: by.client.clone(),
        wish: by.wish,
    }
}
