//! A run's calls sent again as somebody else: what would they have seen?
//!
//! Only what reads is sent, each call by itself and once. What the run was given stands in the journal and is not asked
//! for again; it is what the other's answer is compared with.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::order::{ActingAs, RunId};
use crate::backend::Backend;
use crate::background;
use crate::domain::{ConnectionName, Fault, FaultKind, JsonText, Reading, Tool, ToolEffect, ToolName};
use crate::flow::compare::{self, Comparison, ComparisonRequest, PersonResult, Refusal};
use crate::flow::record::{Recorder, Records, blocking};
use crate::flow::target::{self, CallRequest};
use crate::journal::{CallKind, CallOutcome, EntryId, JournalEntry, JournalFilter, StoredBody};
use crate::json::Document;
use crate::order::StableOrder as _;
use crate::redact;

/// Calls of a run that are read from the journal at most.
const MOST: usize = 10_000;

/// Rows that are read at a time.
const PAGE: usize = 500;

/// Order to send calls again.
#[derive(Clone, Debug)]
pub struct ReplayOrder {
    /// Person to send them as.
    pub acting_as: ActingAs,
    /// Run that the new calls are recorded under.
    pub label: RunId,
    /// Whether tools count as reading whose reading is only a guess.
    pub anyway: bool,
}

/// One call, as it was and as it came back for somebody else.
#[derive(Clone, Debug)]
pub struct ReplayedCall {
    /// Entry of the call as it was.
    pub entry: EntryId,
    /// Tool.
    pub tool: ToolName,
    /// Connection.
    pub connection: ConnectionName,
    /// What came of it.
    pub verdict: ReplayVerdict,
    /// The same in a sentence, safe to show.
    pub sentence: String,
    /// Both results side by side; none where it was not sent.
    pub comparison: Option<Arc<Comparison>>,
}

/// Relation of the two results of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ReplayVerdict {
    /// Both see the same.
    Same,
    /// They see different things.
    Differs,
    /// Only the person of the run sees something that the other does not.
    OnlyTheRun,
    /// Only the other sees something that the person of the run does not.
    OnlyTheOther,
    /// The other was given nothing.
    Failed,
    /// It was not sent.
    NotSent,
}

impl ReplayVerdict {
    /// Word for programs.
    pub fn slug(self) -> &'static str {
        self.into()
    }

    /// Words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::OnlyTheRun => "sees less",
            Self::OnlyTheOther => "sees more",
            Self::Failed => "failed",
            Self::NotSent => "not sent",
        }
    }
}

/// Calls of a run in the order in which they were begun.
///
/// # Errors
/// The journal cannot be read; [`FaultKind::NotFound`]: it has none of that run.
pub async fn calls_of(records: &Records, run: &RunId) -> Result<Vec<JournalEntry>, Fault> {
    let journal = records.journal().await?;
    let filter = JournalFilter { agent_run: Some(run.as_str().to_owned()), ..JournalFilter::default() };
    let id = run.clone();
    let found = blocking(move || {
        let (mut calls, mut before) = (Vec::new(), None);
        while calls.len() < MOST {
            let page = journal.list(&filter, before, PAGE)?;
            before = page.calls.last().map(|call| call.id);
            let count = page.calls.len();
            for call in page.calls.iter().filter(|call| call.kind == CallKind::Tool) {
                calls.extend(journal.entry(call.id)?);
            }
            if count < PAGE {
                break;
            }
        }
        calls.reverse();
        // Of calls that were under way together, the one that was wished for first.
        let wishes = match journal.run(id.as_str())? {
            Some(run) => journal.run_wishes(run.number)?,
            None => Vec::new(),
        };
        let entries = wishes.iter().filter_map(|wish| wish.entry).enumerate();
        let places: HashMap<i64, usize> = entries.map(|(at, entry)| (entry.0, at)).collect();
        calls.order_by_key(|entry| places.get(&entry.summary.id.0).copied().unwrap_or(usize::MAX));
        Ok(calls)
    });
    let found = found.await?;
    if found.is_empty() {
        return Err(Fault::new(FaultKind::NotFound, format!("No call of the run {run} is in the history.")));
    }
    Ok(found)
}

/// Sends calls again as somebody else, one after the other, and tells `on` of each. Whoever drops this stops it.
///
/// # Errors
/// [`FaultKind::Usage`]: they were made in another environment than this.
pub async fn replay(
    backend: &dyn Backend,
    recorder: &Recorder,
    calls: Vec<JournalEntry>,
    order: &ReplayOrder,
    mut on: impl FnMut(&ReplayedCall),
) -> Result<Vec<ReplayedCall>, Fault> {
    let here = &backend.about().recorded_as;
    if let Some(entry) = calls.iter().find(|entry| entry.summary.environment.raw() != here) {
        let made_in = &entry.summary.environment;
        let message = format!("Its calls were made in {made_in}, but {} is open.", backend.about().name);
        return Err(Fault::new(FaultKind::Usage, message));
    }
    let mut replay = Replay { backend, recorder, order, tools: HashMap::new() };
    let mut done = Vec::with_capacity(calls.len());
    for entry in calls {
        let call = replay.one(entry).await;
        on(&call);
        done.push(call);
    }
    Ok(done)
}

struct Replay<'a> {
    backend: &'a dyn Backend,
    recorder: &'a Recorder,
    order: &'a ReplayOrder,
    /// Tools by connection and name, as the other has them; none where the account is not active.
    tools: HashMap<(ConnectionName, ToolName), Result<Option<Tool>, Fault>>,
}

impl Replay<'_> {
    async fn one(&mut self, entry: JournalEntry) -> ReplayedCall {
        let call = &entry.summary;
        let (tool, connection) = (ToolName::from(call.name.raw()), call.connection.clone());
        let (verdict, sentence, comparison) = match self.send(&entry, &tool, &connection).await {
            Ok(other) => match compared(entry.clone(), other).await {
                Ok(comparison) => (verdict(&comparison), comparison.summary(), Some(Arc::new(comparison))),
                Err(fault) => (ReplayVerdict::Failed, fault.to_string(), None),
            },
            Err((verdict, sentence)) => (verdict, sentence, None),
        };
        ReplayedCall { entry: call.id, tool, connection, verdict, sentence, comparison }
    }

    /// The other's result; else a verdict without one, in a sentence.
    async fn send(
        &mut self,
        entry: &JournalEntry,
        tool: &ToolName,
        connection: &ConnectionName,
    ) -> Result<PersonResult, (ReplayVerdict, String)> {
        let not_sent = |sentence: &str| (ReplayVerdict::NotSent, sentence.to_owned());
        let failed = |fault: Fault| (ReplayVerdict::Failed, fault.to_string());
        if entry.summary.fault.as_ref().is_some_and(|(kind, _)| kind == FaultKind::Denied.slug()) {
            return Err(not_sent("It was denied then."));
        }
        let input = match &entry.arguments {
            StoredBody::Kept(input) if entry.hidden.is_empty() => input.clone(),
            StoredBody::Kept(_) => return Err(not_sent("Its stored input lacks its credentials.")),
            StoredBody::None | StoredBody::TooLarge => return Err(not_sent("Its input is not stored.")),
        };
        let anyway = match self.tool(tool, connection).await.map_err(failed)? {
            // Whether it reads is not known without an account that works; the comparison says what is the matter.
            None => false,
            Some(known) => match (known.effect, known.reading()) {
                (ToolEffect::Reads, Reading::Known) => false,
                (ToolEffect::Reads, _) if self.order.anyway => true,
                (ToolEffect::Reads, _) => {
                    return Err(not_sent(&format!("That it only reads is a guess ({}).", known.effect_reason())));
                }
                _ => return Err(not_sent(&format!("It does not only read ({}).", known.effect_reason()))),
            },
        };
        let request = ComparisonRequest {
            tool: tool.clone(),
            input,
            connection: Some(connection.clone()),
            people: vec![self.order.acting_as.identifier().clone()],
            at_once: 1,
            anyway,
            label: self.order.label.as_str().into(),
        };
        match compare::run(self.backend, self.recorder, &request, |_, _| ()).await {
            Ok(people) => people.into_iter().next().ok_or_else(|| not_sent("Nobody was asked.")),
            Err(Refusal::Insist(fault)) => Err((ReplayVerdict::NotSent, fault.to_string())),
            Err(Refusal::Final(fault)) if fault.kind == FaultKind::Usage => {
                Err((ReplayVerdict::NotSent, fault.to_string()))
            }
            Err(Refusal::Final(fault)) => Err(failed(fault)),
        }
    }

    async fn tool(&mut self, name: &ToolName, connection: &ConnectionName) -> Result<Option<Tool>, Fault> {
        let key = (connection.clone(), name.clone());
        if let Some(known) = self.tools.get(&key) {
            return known.clone();
        }
        let wanted = CallRequest {
            tool: name.clone(),
            identifier: self.order.acting_as.identifier().clone(),
            connection: Some(connection.clone()),
            account: None,
        };
        let found = target::find(self.backend, &wanted, false).await.map(|resolved| resolved.tool);
        self.tools.insert(key, found.clone());
        found
    }
}

/// What the run was given beside what the other was given, as the journal would have it.
async fn compared(entry: JournalEntry, other: PersonResult) -> Result<Comparison, Fault> {
    let both = background::blocking(move || {
        let other = PersonResult { result: other.result.map(as_kept), ..other };
        Comparison::compare(vec![of_entry(&entry), other])
    });
    both.await.map_err(|_| Fault::new(FaultKind::Local, "The results could not be compared."))
}

/// A result with its credentials replaced, as those in the journal are.
fn as_kept(result: Document) -> Document {
    let whole = JsonText::parse(result.raw(result.root()).to_vec());
    let kept = whole.ok().map(|whole| redact::json(&whole)).filter(|redacted| !redacted.hidden.is_empty());
    kept.and_then(|redacted| Document::index(redacted.json).ok()).unwrap_or(result)
}

/// What the run was given, as the journal has it.
fn of_entry(entry: &JournalEntry) -> PersonResult {
    let call = &entry.summary;
    let kept = match &entry.result {
        StoredBody::Kept(json) => Document::index(json.clone()).ok(),
        StoredBody::None | StoredBody::TooLarge => None,
    };
    let answered = matches!(call.outcome, CallOutcome::Succeeded);
    let missing = || {
        let message = match &call.fault {
            Some((_, message)) => message.to_string(),
            None => "Its result is not stored.".to_owned(),
        };
        Fault::new(FaultKind::ReportedFailure, message)
    };
    PersonResult {
        identifier: call.identifier.clone(),
        connection: Some(call.connection.clone()),
        account: Some(call.account.clone()),
        fault: (!answered || kept.is_none()).then(missing),
        result: kept,
        sent: true,
        took: call.took.unwrap_or_default(),
        execution: call.execution.clone(),
        unrecorded: None,
    }
}

fn verdict(comparison: &Comparison) -> ReplayVerdict {
    let answered = |at: usize| comparison.people.get(at).is_some_and(|person| person.answer().is_some());
    match (answered(0), answered(1)) {
        (_, false) => return ReplayVerdict::Failed,
        (false, true) => return ReplayVerdict::OnlyTheOther,
        (true, true) => {}
    }
    if comparison.is_same() {
        return ReplayVerdict::Same;
    }
    let lacks = |at: usize| comparison.facts(at).is_some_and(|facts| !facts.lacks.is_empty());
    match (lacks(0), lacks(1)) {
        (false, true) => ReplayVerdict::OnlyTheRun,
        (true, false) => ReplayVerdict::OnlyTheOther,
        _ => ReplayVerdict::Differs,
    }
}

/// One sentence on a whole replay.
pub fn replay_summary(calls: &[ReplayedCall], order: &ReplayOrder) -> String {
    let count = |verdict: ReplayVerdict| calls.iter().filter(|call| call.verdict == verdict).count();
    let verdicts = [
        (ReplayVerdict::Same, "the same"),
        (ReplayVerdict::Differs, "other values"),
        (ReplayVerdict::OnlyTheRun, "less"),
        (ReplayVerdict::OnlyTheOther, "more"),
        (ReplayVerdict::Failed, "nothing"),
    ];
    let seen: Vec<_> = verdicts
        .into_iter()
        .filter_map(|(verdict, words)| match count(verdict) {
            0 => None,
            1 => Some(format!("{words} in 1 call")),
            calls => Some(format!("{words} in {calls} calls")),
        })
        .collect();
    let who = order.acting_as.identifier();
    let seen = if seen.is_empty() { "was not asked for anything".into() } else { format!("sees {}", seen.join(", ")) };
    match count(ReplayVerdict::NotSent) {
        0 => format!("{who} {seen}."),
        left => format!("{who} {seen}; {left} not sent."),
    }
}

impl ReplayOrder {
    /// Order to send calls again as this person, under a label of its own.
    pub fn new(acting_as: ActingAs, anyway: bool) -> Self {
        let label = Timestamp::now().strftime("replay-%Y%m%d-%H%M%S-%3f").to_string();
        Self { acting_as, label: RunId::known(&label), anyway }
    }
}
