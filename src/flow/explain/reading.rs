//! The control questions, asked: those that do not depend on each other side by side, each bounded in time.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::time::timeout;

use super::control::{MAX_PAGES, first_accounts, people_like};
use super::facts::{Answer, Facts, FirstAccounts, Offered};
use super::question::Question;
use super::{Witnesses, past_calls};
use crate::backend::{AccountFilter, Backend, ToolScope};
use crate::domain::{
    Account, Connection, ConnectionName, Fault, FaultKind, Identifier, Provider, Status, Tool, ToolName, nearest,
};
use crate::flow::connections;
use crate::flow::identity::{self, Proofs};
use crate::flow::record::Recorder;
use crate::journal::Front;
use crate::order::StableOrder as _;

/// Time that one question has. What is not known by then is said not to be known.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pages of tools that are read at most for the name nearest to one that does not exist, and to see whether a list is
/// cut off.
const TOOL_PAGES: usize = 4;

/// Progress: a control question, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is being asked.
    Asked(&'static str),
    /// It is answered, or given up.
    Answered(&'static str),
}

/// Asks each question with its patience, and tells of it.
struct Asker<'a> {
    tell: &'a (dyn Fn(Step) + Sync),
}

impl Asker<'_> {
    async fn ask<T>(&self, name: &'static str, question: impl Future<Output = Result<T, Fault>>) -> Answer<T> {
        (self.tell)(Step::Asked(name));
        let answer = match timeout(PATIENCE, question).await {
            Ok(Ok(told)) => Answer::Told(told),
            Ok(Err(fault)) if fault.kind == FaultKind::NotOffered => Answer::NotOffered,
            Ok(Err(fault)) => Answer::Failed(fault),
            Err(_) => {
                let message = format!("No answer within {} seconds.", PATIENCE.as_secs());
                Answer::Failed(Fault::new(FaultKind::TimedOut, message))
            }
        };
        (self.tell)(Step::Answered(name));
        answer
    }

    /// The same, where it is worth asking.
    async fn ask_if<T>(
        &self,
        is_worth_it: bool,
        name: &'static str,
        question: impl Future<Output = Result<T, Fault>>,
    ) -> Answer<T> {
        if is_worth_it { self.ask(name, question).await } else { Answer::NotAsked }
    }
}

/// Asks everything that `question` depends on.
pub(super) async fn read(question: &Question, witnesses: &Witnesses<'_>, tell: &(dyn Fn(Step) + Sync)) -> Facts {
    let asker = Asker { tell };
    let backend = witnesses.opened.backend.as_ref();
    let mut facts = first_wave(question, witnesses, backend, &asker).await;
    let nobody = facts.own.told().is_some_and(Vec::is_empty);
    let people = async {
        let Some(identifier) = question.identifier.as_ref().filter(|_| nobody) else { return Vec::new() };
        let known = question.connection.as_ref().filter(|name| is_known(&facts, name));
        let near = async { Ok(people_like(backend, identifier, known).await) };
        asker.ask("names like it", near).await.told().cloned().unwrap_or_default()
    };
    let tools = tools(question, &facts, backend, &asker);
    let (near_people, (offered, near_tools)) = tokio::join!(people, tools);
    (facts.near_people, facts.offered, facts.near_tools) = (near_people, offered, near_tools);
    // The dates of the answers have told by now how far apart the clocks are.
    facts.now = witnesses.opened.clock.skew().to_brokers(jiff::Timestamp::now());
    facts
}

/// What depends on nothing but the question.
async fn first_wave(question: &Question, witnesses: &Witnesses<'_>, backend: &dyn Backend, asker: &Asker<'_>) -> Facts {
    let lists_connections = backend.connections().is_some();
    let connections = asker.ask_if(lists_connections, "connections", connections::load(backend));
    let own = async {
        let Some(identifier) = &question.identifier else { return Answer::NotAsked };
        let filter = AccountFilter { identifier: Some(identifier.clone()), connection: None };
        asker.ask("accounts", first_accounts(backend, &filter, MAX_PAGES)).await
    };
    let first = async {
        let filter = AccountFilter { connection: question.connection.clone(), identifier: None };
        asker.ask_if(question.identifier.is_none(), "accounts", first_batch(backend, &filter)).await
    };
    let tool = async {
        let Some(name) = &question.tool else { return Answer::NotAsked };
        asker.ask("the tool by its name", named(backend, name)).await
    };
    let journal = async {
        let (Some(records), Some(_)) = (witnesses.records, &question.identifier) else { return Answer::NotAsked };
        let about = witnesses.opened.about();
        let skew = witnesses.opened.clock.skew();
        asker.ask("past calls", past_calls::of_journal(records, question, &about.recorded_as, skew)).await
    };
    let proofs = async {
        let opened = witnesses.opened;
        let mut proofs = Proofs::new(opened.match_rule.clone());
        let Some(records) = witnesses.records else { return proofs };
        let recorder = Recorder::new(&opened.about().recorded_as, Front::Screen, Some(Arc::clone(records)));
        // Where they cannot be read, the past calls say so.
        identity::kept(&recorder).await.unwrap_or_default().into_iter().for_each(|proof| proofs.insert(proof));
        proofs
    };
    let log = async {
        let Some(identifier) = question.identifier.as_ref().filter(|_| backend.call_log().is_some()) else {
            return Vec::new();
        };
        let log = async { Ok(past_calls::of_log(backend, identifier).await) };
        asker.ask("the environment's log", log).await.told().cloned().unwrap_or_default()
    };
    let (connections, own, first, tool, journal, proofs, log) =
        tokio::join!(connections, own, first, tool, journal, proofs, log);
    let connections = if lists_connections { connections } else { Answer::NotOffered };
    Facts { connections, own, first, tool, journal, proofs, log, ..Facts::default() }
}

fn is_known(facts: &Facts, name: &ConnectionName) -> bool {
    facts.connections.told().is_some_and(|known| known.iter().any(|connection| connection.name == *name))
}

/// Tools that the accounts in question may call, and names like that of the tool.
async fn tools(
    question: &Question,
    facts: &Facts,
    backend: &dyn Backend,
    asker: &Asker<'_>,
) -> (Answer<Offered>, Vec<ToolName>) {
    let connections: Vec<ConnectionName> = relevant(question, facts)
        .filter(|account| account.status == Status::Active)
        .map(|account| account.connection.clone())
        .collect();
    let offered = async {
        let Some(identifier) = question.identifier.as_ref().filter(|_| !connections.is_empty()) else {
            return Answer::NotAsked;
        };
        asker.ask("tools", offered(backend, identifier, &connections)).await
    };
    let exists = facts.tool.told().is_some_and(|found| !found.is_empty());
    let like = async {
        let Some(name) = question.tool.as_ref().filter(|_| facts.tool.told().is_some() && !exists) else {
            return Vec::new();
        };
        let provider = provider_of(question, facts, name);
        let all = async { first_names(backend, provider).await };
        asker.ask("tools with names like it", all).await.told().cloned().unwrap_or_default()
    };
    let (offered, like) = tokio::join!(offered, like);
    let Some(name) = &question.tool else { return (offered, Vec::new()) };
    let known = offered.told().into_iter().flat_map(|offered| offered.names.iter().cloned());
    let known = like.into_iter().chain(known).filter(|known| known != name);
    let near = if exists { Vec::new() } else { nearest_tools(name, known.collect()) };
    (offered, near)
}

/// Names of tools like `wanted`. Words that changed their places count as the same.
fn nearest_tools(wanted: &ToolName, known: Vec<ToolName>) -> Vec<ToolName> {
    let sorted = |name: &str| {
        let mut words: Vec<String> = name.split('_').map(|word| word.trim_end_matches('s').to_lowercase()).collect();
        words.order();
        words
    };
    let words = sorted(wanted.raw());
    let (mut same, others): (Vec<_>, Vec<_>) = known.into_iter().partition(|name| sorted(name.raw()) == words);
    same.extend(nearest(wanted.raw(), others, |name| name.raw()));
    same.dedup();
    same.truncate(MAX_NAMED);
    same
}

/// Names that are told at most.
const MAX_NAMED: usize = 3;

/// Accounts of the identifier that the question can be about: those on the connection, or at the tool's provider.
pub(super) fn relevant<'a>(question: &'a Question, facts: &'a Facts) -> impl Iterator<Item = &'a Account> {
    let provider = facts.tool.told().and_then(|found| found.first()).map(|tool| &tool.provider);
    facts.own.told().into_iter().flatten().filter(move |account| match (&question.connection, provider) {
        (Some(connection), _) => account.connection == *connection,
        (None, Some(provider)) => is_same(&account.provider, provider),
        (None, None) => true,
    })
}

/// True if both are the same provider.
pub(super) fn is_same(one: &Provider, other: &Provider) -> bool {
    one.raw().eq_ignore_ascii_case(other.raw())
}

/// Provider that a tool of this name most likely belongs to: that of the connection, else the beginning of its name.
fn provider_of(question: &Question, facts: &Facts, tool: &ToolName) -> Option<Provider> {
    let connections: &[Connection] = facts.connections.told().map_or(&[], Vec::as_slice);
    let named = |connection: &&Connection| Some(&connection.name) == question.connection.as_ref();
    let prefix = tool.raw().split('_').next().unwrap_or_default();
    let prefixed = |connection: &&Connection| connection.provider.raw().eq_ignore_ascii_case(prefix);
    let found = connections.iter().find(prefixed).or_else(|| connections.iter().find(named));
    found.map(|connection| connection.provider.clone())
}

async fn first_batch(backend: &dyn Backend, filter: &AccountFilter) -> Result<FirstAccounts, Fault> {
    let Some(batch) = backend.accounts().stream(filter.clone()).try_next().await? else {
        return Ok(FirstAccounts::default());
    };
    let total = batch.total.or((!batch.more).then_some(batch.items.len() as u64));
    Ok(FirstAccounts { accounts: batch.items, total })
}

/// The tools of exactly this name. Nobody promises that the environment goes by names, so the reading is bounded.
async fn named(backend: &dyn Backend, name: &ToolName) -> Result<Vec<Tool>, Fault> {
    let list = backend.tools().stream(ToolScope::Environment(None), vec![name.clone()]).take(1);
    let found: Vec<Tool> = list.map_ok(|batch| batch.items).try_concat().await?;
    Ok(found.into_iter().filter(|tool| tool.name == *name).collect())
}

async fn offered(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
) -> Result<Offered, Fault> {
    let scope = ToolScope::Person(identifier.clone(), connections.to_vec());
    let mut list = backend.tools().stream(scope, Vec::new());
    let mut read = Offered::default();
    let mut came = 0;
    while let Some(batch) = list.try_next().await? {
        if let Some(fault) = batch.left_out.into_iter().next() {
            return Err(fault);
        }
        came += 1;
        // A batch may only say that the list is over.
        read.batches += usize::from(!batch.items.is_empty());
        read.stated = batch.total.or(read.stated);
        read.names.extend(batch.items.into_iter().map(|tool| tool.name));
        read.whole = !batch.more;
        if came == TOOL_PAGES {
            break;
        }
    }
    // A list without a batch is a list without a tool.
    read.whole |= came == 0;
    Ok(read)
}

async fn first_names(backend: &dyn Backend, provider: Option<Provider>) -> Result<Vec<ToolName>, Fault> {
    let list = backend.tools().stream(ToolScope::Environment(provider), Vec::new()).take(TOOL_PAGES);
    let found: Vec<Tool> = list.map_ok(|batch| batch.items).try_concat().await?;
    Ok(found.into_iter().map(|tool| tool.name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_whose_words_changed_places_is_the_nearest() {
        let known = ["asana_task_get", "asana_tasks_create_batch", "asana_task_create"].map(ToolName::from).to_vec();
        let near = nearest_tools(&"asana_create_task".into(), known);
        assert_eq!(near.first().map(ToolName::raw), Some("asana_task_create"));
        assert!(nearest_tools(&"xylophone".into(), vec!["asana_task_get".into()]).is_empty());
    }
}
