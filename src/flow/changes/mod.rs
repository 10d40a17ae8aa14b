//! Changes of an environment between two snapshots, each with a judgement.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use strum::{IntoStaticStr, VariantArray};

use crate::domain::{
    AccountId, ConnectionName, Fault, Identifier, JsonText, Status, ToolName, Untrusted, nearest_name, pluralize,
};
use crate::journal::{AccountState, ConnectionState, Journal, SchemaKey, Snapshot, State, ToolState};
use crate::order::StableOrder as _;
use crate::schema::{Judgement, SchemaChange, Validator, schema_changes, worst};

/// People whose remembered arguments of a tool are looked at.
const MOST_REMEMBERED: usize = 50;

/// Kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ChangeKind {
    /// A tool went.
    ToolRemoved,
    /// A tool has another name, and the same input.
    ToolRenamed,
    /// The input of a tool changed.
    SchemaChanged,
    /// A preset no longer fits its tool.
    PresetInvalid,
    /// Arguments that were sent last no longer fit their tool.
    ArgumentsInvalid,
    /// An account went.
    AccountRemoved,
    /// The status of an account changed.
    AccountStatus,
    /// An account was deleted and made again.
    AccountRecreated,
    /// A connection went.
    ConnectionRemoved,
    /// A connection was switched on or off, or leads to another provider.
    ConnectionChanged,
    /// A connection came.
    ConnectionAdded,
    /// An account came.
    AccountAdded,
    /// A tool came.
    ToolAdded,
}

impl ChangeKind {
    /// Stable name for programs.
    pub fn slug(self) -> &'static str {
        self.into()
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Kind of the change.
    pub kind: ChangeKind,
    /// Effect on calls that worked before.
    pub judgement: Judgement,
    /// Name of what changed: `linear/ada@acme.dev`, a tool, a connection.
    pub subject: Untrusted,
    /// The change in one sentence, safe to show.
    pub sentence: String,
    /// Differences of the schema, where it is one.
    pub schema: Vec<SchemaChange>,
    /// Account that it is about.
    pub account: Option<(AccountId, ConnectionName, Identifier)>,
    /// Tool that it is about, by its name now.
    pub tool: Option<ToolName>,
}

impl Change {
    /// A change that is about no account and no tool.
    pub fn new(
        kind: ChangeKind,
        judgement: Judgement,
        subject: impl Into<Untrusted>,
        sentence: impl Into<String>,
    ) -> Self {
        let (subject, sentence) = (subject.into(), sentence.into());
        Self { kind, judgement, subject, sentence, schema: Vec::new(), account: None, tool: None }
    }

    fn of_account(kind: ChangeKind, judgement: Judgement, account: &AccountState, sentence: impl Into<String>) -> Self {
        let subject = format!("{}/{}", account.connection.raw(), account.identifier.raw());
        let named = (account.id.clone(), account.connection.clone(), account.identifier.clone());
        Self { account: Some(named), ..Self::new(kind, judgement, subject, sentence) }
    }

    fn of_tool(kind: ChangeKind, judgement: Judgement, tool: &ToolName, sentence: impl Into<String>) -> Self {
        Self { tool: Some(tool.clone()), ..Self::new(kind, judgement, tool.raw(), sentence) }
    }
}

/// Everything that differs between two times.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// Time of the older state.
    pub since: Timestamp,
    /// Time of the newer state.
    pub until: Timestamp,
    /// Changes, the worst first; by kind and subject among equals.
    pub changes: Vec<Change>,
    /// Parts that could not be compared, since they were not read whole at one of the times.
    pub unknown: Vec<&'static str>,
}

/// Compares two snapshots of an environment, and holds presets and remembered arguments against what changed.
/// Blocks on the disk and on compiling schemas.
///
/// # Errors
/// [`FaultKind::Local`](crate::domain::FaultKind::Local): the journal cannot be read.
pub fn between(journal: &Journal, environment: &str, old: &Snapshot, new: &Snapshot) -> Result<Changes, Fault> {
    let keys = changed_keys(&old.state, &new.state);
    let schemas = journal.schemas(&keys)?;
    let mut found = differences(&old.state, &new.state, &schemas);
    let changed: Vec<_> = tool_pairs(&old.state, &new.state).collect();
    stale_inputs(journal, environment, &changed, &schemas, &mut found)?;
    found.order_by(|a, b| {
        let order = |change: &Change| (std::cmp::Reverse(change.judgement), change.kind as usize);
        order(a).cmp(&order(b)).then_with(|| a.subject.cmp(&b.subject))
    });
    let parts = [
        ("accounts", old.state.accounts.is_some() && new.state.accounts.is_some()),
        // An environment without connections has none at either time.
        ("connections", old.state.connections.is_some() == new.state.connections.is_some()),
        ("tools", old.state.tools.is_some() && new.state.tools.is_some()),
    ];
    let unknown = parts.into_iter().filter(|(_, known)| !known).map(|(part, _)| part).collect();
    Ok(Changes { since: old.at, until: new.at, changes: found, unknown })
}

/// Changes of accounts alone, for whoever reads them again and again.
pub fn of_accounts(old: &[AccountState], new: &[AccountState]) -> Vec<Change> {
    let mut found = Vec::new();
    accounts(old, new, &mut found);
    found
}

fn differences(old: &State<SchemaKey>, new: &State<SchemaKey>, schemas: &HashMap<SchemaKey, JsonText>) -> Vec<Change> {
    let mut found = Vec::new();
    if let (Some(old), Some(new)) = (&old.accounts, &new.accounts) {
        accounts(old, new, &mut found);
    }
    if let (Some(old), Some(new)) = (&old.connections, &new.connections) {
        connections(old, new, &mut found);
    }
    if let (Some(old), Some(new)) = (&old.tools, &new.tools) {
        tools(old, new, schemas, &mut found);
    }
    found
}

fn accounts(old: &[AccountState], new: &[AccountState], found: &mut Vec<Change>) {
    let before: HashMap<&AccountId, &AccountState> = old.iter().map(|account| (&account.id, account)).collect();
    let now: HashMap<&AccountId, &AccountState> = new.iter().map(|account| (&account.id, account)).collect();
    let pair = |account: &AccountState| (account.connection.clone(), account.identifier.clone());
    let mut gone: HashMap<_, &AccountState> =
        old.iter().filter(|account| !now.contains_key(&account.id)).map(|account| (pair(account), account)).collect();
    for account in new {
        let status = Status::from_name(account.status.raw());
        match before.get(&account.id) {
            Some(before) if before.status == account.status => {}
            Some(before) => {
                let was = Status::from_name(before.status.raw());
                let judgement = match (&was, &status) {
                    (_, Status::Active) => Judgement::Harmless,
                    (Status::Active, _) => Judgement::Breaks,
                    _ => Judgement::MayBreak,
                };
                let sentence = format!("It was {}, and is {} now.", was.word(), status.word());
                found.push(Change::of_account(ChangeKind::AccountStatus, judgement, account, sentence));
            }
            None => match gone.remove(&pair(account)) {
                Some(_) => {
                    let sentence = format!("It was deleted and made again; it is {} now.", status.word());
                    found.push(Change::of_account(
                        ChangeKind::AccountRecreated,
                        Judgement::MayBreak,
                        account,
                        sentence,
                    ));
                }
                None => {
                    let sentence = format!("The account is new, and {}.", status.word());
                    found.push(Change::of_account(ChangeKind::AccountAdded, Judgement::Harmless, account, sentence));
                }
            },
        }
    }
    for account in gone.into_values() {
        let sentence = format!("The account is gone; it was {}.", Status::from_name(account.status.raw()).word());
        found.push(Change::of_account(ChangeKind::AccountRemoved, Judgement::Breaks, account, sentence));
    }
}

fn connections(old: &[ConnectionState], new: &[ConnectionState], found: &mut Vec<Change>) {
    let before: HashMap<_, _> = old.iter().map(|connection| (&connection.name, connection)).collect();
    let now: HashSet<_> = new.iter().map(|connection| &connection.name).collect();
    for connection in new {
        let name = connection.name.raw();
        match before.get(&connection.name) {
            None => {
                let sentence = "The connection is new.";
                found.push(Change::new(ChangeKind::ConnectionAdded, Judgement::Harmless, name, sentence));
            }
            Some(before) if before.enabled != connection.enabled => {
                let (judgement, sentence) = match connection.enabled {
                    true => (Judgement::Harmless, "The connection was switched on."),
                    false => (Judgement::Breaks, "The connection was switched off: calls through it fail."),
                };
                found.push(Change::new(ChangeKind::ConnectionChanged, judgement, name, sentence));
            }
            Some(before) if before.provider != connection.provider => {
                let sentence = format!("It leads to {} now, not to {}.", connection.provider, before.provider);
                found.push(Change::new(ChangeKind::ConnectionChanged, Judgement::Breaks, name, sentence));
            }
            Some(_) => {}
        }
    }
    for connection in old.iter().filter(|connection| !now.contains(&connection.name)) {
        let sentence = "The connection is gone.";
        found.push(Change::new(ChangeKind::ConnectionRemoved, Judgement::Breaks, connection.name.raw(), sentence));
    }
}

type Tool = ToolState<SchemaKey>;

fn by_name(tools: &[Tool]) -> HashMap<&ToolName, &Tool> {
    tools.iter().map(|tool| (&tool.name, tool)).collect()
}

/// Tools of both states whose schemas differ.
fn tool_pairs<'s>(
    old: &'s State<SchemaKey>,
    new: &'s State<SchemaKey>,
) -> impl Iterator<Item = (&'s Tool, Option<&'s Tool>)> {
    let both = old.tools.as_deref().zip(new.tools.as_deref());
    both.into_iter().flat_map(|(old, new)| {
        let now = by_name(new);
        old.iter().filter_map(move |tool| match now.get(&tool.name) {
            Some(now) if now.schema == tool.schema => None,
            now => Some((tool, now.copied())),
        })
    })
}

fn changed_keys(old: &State<SchemaKey>, new: &State<SchemaKey>) -> HashSet<SchemaKey> {
    tool_pairs(old, new).filter_map(|(old, new)| Some([old.schema, new?.schema])).flatten().flatten().collect()
}

fn tools(old: &[Tool], new: &[Tool], schemas: &HashMap<SchemaKey, JsonText>, found: &mut Vec<Change>) {
    let (before, now) = (by_name(old), by_name(new));
    let mut added: Vec<&Tool> = new.iter().filter(|tool| !before.contains_key(&tool.name)).collect();
    for tool in old {
        let Some(now) = now.get(&tool.name) else {
            // Another name for the same input of the same provider, and one that is much like it.
            let same = added.iter().filter(|added| added.provider == tool.provider && added.schema == tool.schema);
            let renamed = nearest_name(tool.name.raw(), same.map(|added| added.name.raw())).map(ToolName::from);
            match renamed.and_then(|name| added.iter().position(|added| added.name == name)) {
                Some(at) => {
                    let renamed = added.swap_remove(at);
                    let sentence = format!("It was called {} before; its input is the same.", tool.name);
                    found.push(Change::of_tool(ChangeKind::ToolRenamed, Judgement::Breaks, &renamed.name, sentence));
                }
                None => found.push(Change::of_tool(
                    ChangeKind::ToolRemoved,
                    Judgement::Breaks,
                    &tool.name,
                    format!("The tool of {} is gone.", tool.provider),
                )),
            }
            continue;
        };
        if now.schema == tool.schema {
            continue;
        }
        let text = |key: Option<SchemaKey>| key.map(|key| schemas.get(&key));
        let (Some(old), Some(new)) = (known(text(tool.schema)), known(text(now.schema))) else {
            let sentence = "The input changed; the older version is no longer kept.";
            found.push(Change::of_tool(ChangeKind::SchemaChanged, Judgement::MayBreak, &tool.name, sentence));
            continue;
        };
        let changes = schema_changes(old, new);
        let (Some(judgement), Some(first)) = (worst(&changes), changes.first()) else { continue };
        let more = match changes.len() - 1 {
            0 => String::new(),
            more => format!(" And {}.", pluralize(more as u64, "other change")),
        };
        let sentence = format!("{first}{more}");
        let change = Change::of_tool(ChangeKind::SchemaChanged, judgement, &tool.name, sentence);
        found.push(Change { schema: changes, ..change });
    }
    for tool in added {
        let sentence = format!("The tool of {} is new.", tool.provider);
        found.push(Change::of_tool(ChangeKind::ToolAdded, Judgement::Harmless, &tool.name, sentence));
    }
}

/// A schema that a tool has, or none; nothing where it has one that is no longer kept.
fn known(schema: Option<Option<&JsonText>>) -> Option<Option<&JsonText>> {
    match schema {
        None => Some(None),
        Some(found) => found.map(Some),
    }
}

/// Presets and remembered arguments that fitted a tool and fit it no longer.
fn stale_inputs(
    journal: &Journal,
    environment: &str,
    changed: &[(&Tool, Option<&Tool>)],
    schemas: &HashMap<SchemaKey, JsonText>,
    found: &mut Vec<Change>,
) -> Result<(), Fault> {
    if changed.is_empty() {
        return Ok(());
    }
    let presets = journal.presets(None)?;
    for (old, new) in changed {
        let presets = presets.iter().filter(|preset| preset.tool == old.name);
        let Some(new) = new else {
            for preset in presets {
                let sentence = format!("The preset “{}” is for a tool that is gone.", preset.name);
                found.push(Change::of_tool(ChangeKind::PresetInvalid, Judgement::Breaks, &old.name, sentence));
            }
            continue;
        };
        let remembered = journal.remembered_arguments(environment, &new.name, MOST_REMEMBERED)?;
        let mut presets = presets.peekable();
        if presets.peek().is_none() && remembered.is_empty() {
            continue;
        }
        let compiled = |key: Option<SchemaKey>| {
            let schema = key.and_then(|key| schemas.get(&key)).cloned().unwrap_or_else(JsonText::empty_object);
            Validator::compile(&schema)
        };
        let (before, now) = (compiled(old.schema), compiled(new.schema));
        // What did not fit before is no news.
        let problem = |input: &JsonText| {
            let told = now.check(input).problems.into_iter().next()?;
            before.check(input).problems.is_empty().then_some(told)
        };
        for preset in presets {
            if let Some(problem) = problem(&preset.arguments.json) {
                let sentence = format!("The preset “{}” no longer fits: {problem}.", preset.name);
                found.push(Change::of_tool(ChangeKind::PresetInvalid, Judgement::Breaks, &new.name, sentence));
            }
        }
        for remembered in remembered {
            if let Some(problem) = problem(&remembered.sent.arguments.json) {
                let whose = format!("{}/{}", remembered.connection, remembered.identifier);
                let sentence = format!("The last input as {whose} no longer fits: {problem}.");
                let change = Change::of_tool(ChangeKind::ArgumentsInvalid, Judgement::MayBreak, &new.name, sentence);
                let account = Some((remembered.account, remembered.connection, remembered.identifier));
                found.push(Change { account, ..change });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
