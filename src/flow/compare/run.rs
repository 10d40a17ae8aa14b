//! The calls: everybody's account first, then the rule of the effect, then a few calls at once.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use tokio::time::Instant;

use super::super::preflight::{self, Cleared, ObjectionKind, ProposedCall};
use super::super::rate_limit::RateLimits;
use super::super::record::Recorder;
use super::super::target::{self, CallRequest, ResolvedCall};
use super::effect::{Permission, permission};
use crate::backend::Backend;
use crate::background;
use crate::domain::{
    AccountId, AccountRef, ConnectionName, ExecutionId, Fault, FaultKind, Identifier, JsonText, Mode, Status, Tool,
    ToolCall, ToolName, Untrusted,
};
use crate::json::Document;
use crate::order::StableOrder as _;
use crate::schema::{InputProblem, Validator};

/// Calls that are out at once, where nobody says otherwise: quick, and far from any limit of requests.
pub const AT_ONCE: usize = 4;

/// Times that one call is sent at most, where a limit turns it away.
const TRIES: u32 = 5;

/// One call, and everybody to make it as.
#[derive(Clone, Debug)]
pub struct ComparisonRequest {
    /// Tool to call.
    pub tool: ToolName,
    /// Input, the same for everybody.
    pub input: JsonText,
    /// Connection of everybody's account, where that was said.
    pub connection: Option<ConnectionName>,
    /// People to call it as, each once.
    pub people: Vec<Identifier>,
    /// Calls that are out at once; at least one.
    pub at_once: usize,
    /// Whether somebody insists: on a tool that is not declared to read, on an input that does not fit its schema.
    pub anyway: bool,
    /// Agent run that the calls are recorded and logged under.
    pub label: Untrusted,
}

/// How far one person's call is.
#[derive(Clone, Debug)]
pub enum Step {
    /// Their account is being looked up.
    Resolving,
    /// Their account works; the call is not out yet.
    Ready,
    /// The call is out.
    Calling,
    /// A limit turned the call away: it is sent again after so long.
    Waiting(Duration),
    /// It is over.
    Ended(Box<PersonResult>),
}

/// Outcome of one person's call.
#[derive(Clone, Debug)]
pub struct PersonResult {
    /// The person.
    pub identifier: Identifier,
    /// Connection of their account, as far as it was found.
    pub connection: Option<ConnectionName>,
    /// Their account, as far as it was found.
    pub account: Option<AccountId>,
    /// What they were given; may be there beside a fault, where an answer reports a failure in itself.
    pub result: Option<Document>,
    /// Why they were given nothing.
    pub fault: Option<Fault>,
    /// Whether anything was sent in their name.
    pub sent: bool,
    /// Time that the last call took.
    pub took: Duration,
    /// The environment's name for the call.
    pub execution: Option<ExecutionId>,
    /// Why the call, or its outcome, is not in the journal, if it was meant to be.
    pub unrecorded: Option<Fault>,
}

impl PersonResult {
    /// Nothing was sent, for this reason.
    fn unsent(identifier: &Identifier, fault: Fault) -> Self {
        Self {
            identifier: identifier.clone(),
            connection: None,
            account: None,
            result: None,
            fault: Some(fault),
            sent: false,
            took: Duration::ZERO,
            execution: None,
            unrecorded: None,
        }
    }

    /// Somebody stopped it.
    pub fn stopped(identifier: &Identifier, sent: bool) -> Self {
        let fault = Fault::new(FaultKind::Cancelled, "Stopped before it was answered.");
        Self { sent, ..Self::unsent(identifier, fault) }
    }

    /// The result, unless it reports a failure.
    pub fn answer(&self) -> Option<&Document> {
        self.result.as_ref().filter(|_| self.fault.is_none())
    }
}

/// Why nothing was sent as anybody.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// Nothing helps.
    Final(Fault),
    /// It is sent if somebody insists ([`ComparisonRequest::anyway`]).
    Insist(Fault),
}

/// A label under which the calls of one comparison are found together: `compare-20261129-061233-042`.
pub fn label(now: Timestamp) -> Untrusted {
    now.strftime("compare-%Y%m%d-%H%M%S-%3f").to_string().into()
}

/// Runs the call as everybody, and tells of every step, with the number of the person. Whoever drops this stops it;
/// calls that are out then count as given up, as any other.
///
/// # Errors
/// Nothing was sent: nobody may call such a tool, it is not to be run for several people
/// ([`FaultKind::Usage`]), or the input does not fit it ([`FaultKind::InvalidInput`]).
pub async fn run(
    backend: &dyn Backend,
    recorder: &Recorder,
    request: &ComparisonRequest,
    report: impl Fn(usize, Step),
) -> Result<Vec<PersonResult>, Refusal> {
    let at_once = request.at_once.max(1);
    let report = &report;
    let resolving = request.people.iter().cloned().enumerate().map(|(at, identifier)| async move {
        report(at, Step::Resolving);
        (at, resolve(backend, request, &identifier).await)
    });
    let mut resolved: Vec<_> = stream::iter(resolving).buffer_unordered(at_once).collect().await;
    resolved.order_by_key(|(at, _)| *at);
    if let Some(fault) = nobody_may(&resolved) {
        return Err(Refusal::Final(fault));
    }
    let mut checks = InputChecks { backend, request, known: HashMap::new() };
    let mut results = Vec::new();
    let mut calls = Vec::new();
    for ((at, resolved), identifier) in resolved.into_iter().zip(&request.people) {
        match resolved.and_then(|call| checks.clear(call)) {
            Ok(Ok(call)) => calls.push((at, call)),
            // It speaks against the call whoever makes it.
            Ok(Err(refusal)) => return Err(refusal),
            Err(fault) => results.push((at, PersonResult::unsent(identifier, fault))),
        }
    }
    for (at, result) in &results {
        report(*at, Step::Ended(Box::new(result.clone())));
    }
    for (at, _) in &calls {
        report(*at, Step::Ready);
    }
    let limits = RateLimits::default();
    let limits = &limits;
    let calling = calls.into_iter().map(|(at, cleared)| async move {
        let result = send(backend, recorder, cleared, limits, |step| report(at, step)).await;
        report(at, Step::Ended(Box::new(result.clone())));
        (at, result)
    });
    results.extend(stream::iter(calling).buffer_unordered(at_once).collect::<Vec<_>>().await);
    results.order_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

async fn resolve(
    backend: &dyn Backend,
    request: &ComparisonRequest,
    identifier: &Identifier,
) -> Result<ResolvedCall, Fault> {
    let wanted = CallRequest {
        tool: request.tool.clone(),
        identifier: identifier.clone(),
        connection: request.connection.clone(),
        account: None,
    };
    target::find(backend, &wanted, request.anyway).await
}

/// The fault of everybody, where everybody has the same kind: then the name of the tool is wrong, or the environment
/// is out of reach, rather than anything about one of them.
fn nobody_may(resolved: &[(usize, Result<ResolvedCall, Fault>)]) -> Option<Fault> {
    let mut faults = resolved.iter().map(|(_, resolved)| resolved.as_ref().err());
    let first = faults.next().flatten()?;
    faults.all(|other| other.is_some_and(|other| other.kind == first.kind)).then(|| first.clone())
}

/// Checks of the input against the definitions that people have of the tool, which are nearly always one.
struct InputChecks<'a> {
    backend: &'a dyn Backend,
    request: &'a ComparisonRequest,
    known: HashMap<String, Vec<InputProblem>>,
}

impl InputChecks<'_> {
    /// Lets a call through. The outer fault is this person's, the inner one everybody's.
    fn clear(&mut self, call: ResolvedCall) -> Result<Result<Cleared<ToolCall>, Refusal>, Fault> {
        let ResolvedCall { account, tool } = call;
        let tool = tool.unwrap_or_else(|| Tool::unknown(self.request.tool.raw()));
        if account.status != Status::Active {
            let message = format!("{} is {}. Nothing was sent.", account.label(), account.status.word());
            return Err(Fault::new(FaultKind::NeedsAuthorization, message).about(account.pair()));
        }
        match permission(&tool) {
            Permission::Insist(_) if self.request.anyway => {}
            Permission::Granted => {}
            Permission::Insist(reason) => return Ok(Err(Refusal::Insist(unsent(&reason)))),
            Permission::Never(reason) => return Ok(Err(Refusal::Final(unsent(&reason)))),
        }
        let problems = self.problems(&tool).to_vec();
        let granted = preflight::granted_scopes(&account);
        let proposed = ProposedCall {
            tool: &tool,
            connection: &account.connection,
            identifier: &account.identifier,
            status: Some(&account.status),
            granted: granted.as_deref(),
            // Nobody is asked here: a tool that is another now is refused where it would be sent.
            changed: None,
            input: &self.request.input,
            problems: &problems,
            again: false,
            // The rule of the effect is stricter than asking; what the mode refuses is refused below.
            mode: Mode::Free,
        };
        let stands = |kind| match kind {
            ObjectionKind::Status | ObjectionKind::Scope | ObjectionKind::Changed | ObjectionKind::Input => {
                !self.request.anyway
            }
            // Decided above, and more strictly.
            ObjectionKind::Effect | ObjectionKind::Again | ObjectionKind::Mode => false,
        };
        let objection = preflight::objections(&proposed).into_iter().find(|objection| stands(objection.kind));
        Ok(match objection {
            Some(objection) => {
                let end = if objection.sentence.ends_with('.') { "" } else { "." };
                let message = format!("{}{end} Nothing was sent.", objection.sentence);
                Err(Refusal::Insist(Fault::new(objection.kind.fault(), message)))
            }
            None => {
                let Self { backend, request, .. } = self;
                account
                    .call(*backend, &tool, request.input.clone(), Some(request.label.clone()))
                    .map_err(Refusal::Final)
            }
        })
    }

    fn problems(&mut self, tool: &Tool) -> &[InputProblem] {
        let Some(schema) = tool.input_schema.as_ref().filter(|_| !self.request.anyway) else { return &[] };
        let input = &self.request.input;
        self.known.entry(schema.raw().to_owned()).or_insert_with(|| Validator::compile(schema).check(input).problems)
    }
}

fn unsent(reason: &str) -> Fault {
    Fault::new(FaultKind::Usage, format!("{reason} Nothing was sent."))
}

async fn send(
    backend: &dyn Backend,
    recorder: &Recorder,
    call: Cleared<ToolCall>,
    limits: &RateLimits,
    report: impl Fn(Step),
) -> PersonResult {
    let (identifier, connection) = (call.identifier.clone(), call.connection.clone());
    let pair = AccountRef::Pair(connection.clone(), identifier.clone());
    let mut result = PersonResult {
        connection: Some(connection),
        account: Some(call.account.clone()),
        fault: None,
        sent: true,
        ..PersonResult::unsent(&identifier, Fault::new(FaultKind::Cancelled, ""))
    };
    let mut tries = 0;
    loop {
        limits.pass(&call.connection, |left| report(Step::Waiting(left))).await;
        report(Step::Calling);
        tries += 1;
        let begun = Instant::now();
        let recorded = recorder.run(backend, &call).await;
        result.took = begun.elapsed();
        result.unrecorded = recorded.writing.end().await.or(result.unrecorded);
        let fault = match recorded.result {
            Ok(execution) => {
                limits.passed(&call.connection);
                result.took = execution.took;
                result.execution = execution.id;
                result.fault = recorded.reported;
                match index(execution.data).await {
                    Ok(document) => result.result = Some(document),
                    Err(fault) => result.fault = Some(fault),
                }
                return result;
            }
            Err(fault) => fault,
        };
        if tries >= TRIES || !limits.close(&call.connection, &fault) {
            result.execution = fault.execution_id.as_deref().cloned();
            result.fault = Some(fault.about(pair));
            return result;
        }
    }
}

/// Indexes a result where that takes nobody's time.
async fn index(data: JsonText) -> Result<Document, Fault> {
    let indexed = background::blocking(move || Document::index(data)).await;
    match indexed {
        Ok(Ok(document)) => Ok(document),
        Ok(Err(fault)) => Err(Fault::new(FaultKind::TooLarge, fault.to_string()).after_it_was_carried_out()),
        Err(_) => Err(Fault::new(FaultKind::Local, "The result could not be read.").after_it_was_carried_out()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_tells_when() {
        let now: Timestamp = "2026-11-29T06:12:33.042Z".parse().unwrap();
        assert_eq!(label(now).raw(), "compare-20261129-061233-042");
    }
}
