//! The tools one identifier may call, or all there are, and why there may be none.

use std::fmt;

use futures_util::TryStreamExt as _;

use super::explain::control::case_twin;
use super::explain::diagnosis::diagnose;
use super::explain::facts::{Answer, Facts};
use super::explain::{Cause, Question};
use super::tally::{Mismatch, Tally};
use super::{accounts, connections, server_content};
use crate::backend::{Backend, Batches, ToolScope};
use crate::domain::{Account, ConnectionName, Fault, Identifier, Provider, Tool, ToolName, ToolOrigin};

/// Reason why a list of tools is empty, or shorter than it should be.
#[derive(Clone, Debug, PartialEq)]
pub enum ToolsGap {
    /// The identifier has no account at all; `twin` is one that differs only in case.
    UnknownIdentifier {
        /// Identifier that was asked for.
        identifier: Identifier,
        /// Identifier that is perhaps meant.
        twin: Option<Identifier>,
    },
    /// No connection has this name, but one has it in another case.
    OtherCase {
        /// Name that was asked for.
        wanted: ConnectionName,
        /// Name of the connection.
        twin: ConnectionName,
    },
    /// No connection has this name.
    NoConnection(ConnectionName),
    /// The connection is disabled.
    SwitchedOff(ConnectionName),
    /// The account is not active.
    Inactive(Box<Account>),
    /// The identifier has accounts, but none on these connections.
    NoAccount {
        /// Identifier that was asked for.
        identifier: Identifier,
        /// The first of the connections.
        connection: ConnectionName,
    },
    /// Everything is as it should be, and still nothing is listed.
    NothingListed,
    /// The whole environment lists nothing.
    EmptyCatalogue,
    /// The rows are not those that were announced: some are missing, came twice or were added.
    Mismatch(Mismatch),
    /// Some servers did not list theirs, and why; at least one.
    LeftOut(Vec<Fault>),
}

impl ToolsGap {
    /// True if something was named that does not exist, or not as it is spelt.
    pub fn is_no_such_thing(&self) -> bool {
        matches!(self, Self::UnknownIdentifier { .. } | Self::OtherCase { .. } | Self::NoConnection(_))
    }

    /// True if there are more than came.
    pub fn is_incomplete(&self) -> bool {
        match self {
            Self::Mismatch(mismatch) => mismatch.missing() > 0,
            Self::LeftOut(_) => true,
            _ => false,
        }
    }
}

impl fmt::Display for ToolsGap {
    /// One or two sentences, safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownIdentifier { identifier, twin: Some(twin) } => {
                write!(f, "{identifier} has no connected account in this environment, but {twin} has. Case matters.")
            }
            Self::UnknownIdentifier { identifier, twin: None } => write!(
                f,
                "{identifier} has no connected account in this environment. Is it spelled as your application spells it?"
            ),
            Self::OtherCase { wanted, twin } => {
                write!(f, "There is no connection named {wanted}, but there is one named {twin}. Case matters.")
            }
            Self::NoConnection(name) => write!(f, "There is no connection named {name} in this environment."),
            Self::SwitchedOff(name) => {
                write!(f, "The connection {name} is switched off in this environment. Its dashboard switches it on.")
            }
            Self::Inactive(account) => {
                let status = &account.status;
                write!(f, "{} is {}, not active. {}", account.label(), status.word(), status.meaning())
            }
            Self::NoAccount { identifier, connection } => {
                write!(f, "{identifier} has no account on {connection}.")
            }
            Self::NothingListed => f.write_str(
                "The account is active, but the environment lists no tools for it. The connection may be newly made, or its provider may offer none.",
            ),
            Self::EmptyCatalogue => f.write_str("This environment lists no tools."),
            Self::Mismatch(mismatch) => f.write_str(&mismatch.told("tool")),
            Self::LeftOut(faults) => f.write_str(&server_content::left_out(faults)),
        }
    }
}

/// Reads all tools that `identifier` may call on `connections` (every connection it has an account
/// on, where that is empty). Pages go to `on_page` as they arrive.
///
/// Returns the likely cause when there are none at all, or others than there should be.
///
/// # Errors
/// The first page that fails.
pub async fn load(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
    on_page: impl FnMut(Vec<Tool>, Option<u64>),
) -> Result<Option<ToolsGap>, Fault> {
    let connections = on_connections(backend, identifier, connections).await?;
    if connections.is_empty() {
        return why_none(backend, identifier, &connections).await.map(Some);
    }
    let scope = ToolScope::Person(identifier.clone(), connections.clone());
    match take(backend.tools().stream(scope, Vec::new()), on_page).await? {
        Took::Nothing => why_none(backend, identifier, &connections).await.map(Some),
        Took::All => Ok(None),
        Took::Some(missing) => Ok(Some(missing)),
    }
}

/// The tools called `name` that `identifier` may call on `connections`, as in [`load`]: one for each
/// account that offers it.
///
/// # Errors
/// The first page that fails.
pub async fn called(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
    name: &ToolName,
) -> Result<Vec<Tool>, Fault> {
    let connections = on_connections(backend, identifier, connections).await?;
    if connections.is_empty() {
        return Ok(Vec::new());
    }
    let scope = ToolScope::Person(identifier.clone(), connections);
    let mut found = Vec::new();
    take(backend.tools().stream(scope, vec![name.clone()]), |page, _| found.extend(page)).await?;
    // Nobody promises that the broker goes by names.
    found.retain(|tool| tool.name == *name);
    Ok(found)
}

/// `connections`, or every one that `identifier` has an account on.
pub(super) async fn on_connections(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
) -> Result<Vec<ConnectionName>, Fault> {
    if !connections.is_empty() {
        return Ok(connections.to_vec());
    }
    Ok(accounts::of_person(backend, identifier).await?.into_iter().map(|account| account.connection).collect())
}

/// Reads all tools of the environment, whoever may call them: those of one provider, or called one of
/// `names`, where that is asked for. Pages go to `on_page` as they arrive.
///
/// Returns the likely cause when there are none at all, or others than there should be.
///
/// # Errors
/// The first page that fails.
pub async fn catalogue(
    backend: &dyn Backend,
    provider: Option<Provider>,
    names: Vec<ToolName>,
    on_page: impl FnMut(Vec<Tool>, Option<u64>),
) -> Result<Option<ToolsGap>, Fault> {
    let tools = backend.tools().stream(ToolScope::Environment(provider), names);
    Ok(match take(tools, on_page).await? {
        Took::Nothing => Some(ToolsGap::EmptyCatalogue),
        Took::All => None,
        Took::Some(missing) => Some(missing),
    })
}

enum Took {
    Nothing,
    Some(ToolsGap),
    All,
}

/// Hands over what each batch has that none before it had.
async fn take(mut list: Batches<'_, Tool>, mut on_page: impl FnMut(Vec<Tool>, Option<u64>)) -> Result<Took, Fault> {
    let (mut tally, mut left_out) = (Tally::default(), Vec::new());
    while let Some(mut batch) = list.try_next().await? {
        left_out.append(&mut batch.left_out);
        // Servers choose the names of their tools by themselves.
        let server = |tool: &Tool| match &tool.origin {
            ToolOrigin::Server(connection) => Some(connection.clone()),
            ToolOrigin::Environment | ToolOrigin::Contract(_) => None,
        };
        tally.count(&mut batch, |tool: &Tool| (tool.name.clone(), tool.account.clone(), server(tool)));
        on_page(batch.items, tally.stated());
        tally.goes_on()?;
    }
    if !left_out.is_empty() {
        return match tally.seen() {
            // Nothing else is hidden by it.
            0 => Err(left_out.swap_remove(0)),
            _ => Ok(Took::Some(ToolsGap::LeftOut(left_out))),
        };
    }
    Ok(match (tally.mismatch(), tally.seen()) {
        (Some(mismatch), _) => Took::Some(ToolsGap::Mismatch(mismatch)),
        (None, 0) => Took::Nothing,
        (None, _) => Took::All,
    })
}

/// Asks the control questions that cost little, and makes the short answer of what they tell; the whole is told by
/// [`explain`](super::explain).
async fn why_none(
    backend: &dyn Backend,
    identifier: &Identifier,
    wanted: &[ConnectionName],
) -> Result<ToolsGap, Fault> {
    let own = accounts::of_person(backend, identifier).await?;
    let mut facts = Facts::default();
    if own.is_empty() {
        facts.near_people.extend(case_twin(backend, identifier).await);
    } else if backend.connections().is_some() {
        // Where there are no connections to list, nothing can be wrong with one.
        facts.connections = Answer::Told(connections::load(backend).await?);
    }
    facts.own = Answer::Told(own);
    let connection = wanted.first().filter(|_| wanted.len() == 1);
    let finding = diagnose(Question::person(identifier.clone(), connection.cloned()), &facts);
    let exists =
        facts.connections.told().is_some_and(|known| known.iter().any(|known| Some(&known.name) == connection));
    let cause = finding.cause.or_else(|| finding.also_possible.into_iter().next());
    Ok(cause.map_or(ToolsGap::NothingListed, |cause| ToolsGap::from_cause(cause, identifier, exists)))
}

impl ToolsGap {
    /// The short answer, where the connection that was asked for `exists`, or not.
    fn from_cause(cause: Cause, identifier: &Identifier, exists: bool) -> Self {
        let no_account = |connection| Self::NoAccount { identifier: identifier.clone(), connection };
        match cause {
            Cause::IdentifierNeighbour { wanted, meant, .. } => {
                Self::UnknownIdentifier { identifier: wanted, twin: Some(meant) }
            }
            Cause::IdentifierUnknown(identifier) => Self::UnknownIdentifier { identifier, twin: None },
            Cause::ConnectionCase { wanted, .. } | Cause::OtherConnection { wanted, .. } if exists => {
                no_account(wanted)
            }
            Cause::ConnectionCase { wanted, meant, .. } => Self::OtherCase { wanted, twin: meant },
            Cause::OtherConnection { wanted, .. } | Cause::ConnectionUnknown { wanted, .. } => {
                Self::NoConnection(wanted)
            }
            Cause::ConnectionDisabled(name) => Self::SwitchedOff(name),
            Cause::AccountMissing { connection, .. } => no_account(connection),
            Cause::Status(account) => Self::Inactive(account),
            _ => Self::NothingListed,
        }
    }
}
