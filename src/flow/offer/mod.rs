//! Tools of one person, offered to an agent: which, and why none.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::join_all;

use super::preflight::inactive;
use super::{accounts, connections, tools};
use crate::backend::Backend;
use crate::backend::scalekit::Limits;
use crate::domain::{Account, ConnectionName, Fault, Identifier, Mode, Provider, Reading, Status, Tool, pluralize};
use crate::modifier::ToolPattern;
use crate::profile::OpenTarget;

/// Accounts that are named as unusable, at most.
const NAMED: usize = 6;

/// Whose tools, and which of them.
#[derive(Clone, Debug)]
pub struct OfferScope {
    /// Person that every call acts as.
    pub identifier: Identifier,
    /// Connections whose tools are offered; all where none is named.
    pub connections: Vec<ConnectionName>,
    /// Patterns of which a tool's name fits one; all tools where there is none.
    pub patterns: Vec<ToolPattern>,
}

/// One tool, and the connection that it is called on.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The tool.
    pub tool: Tool,
    /// Connection of its account.
    pub connection: ConnectionName,
}

/// Tools that can be called now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offers {
    /// Tools in the order of their names, then of their connections.
    pub offers: Vec<Offer>,
    /// What keeps other tools away, in sentences.
    pub remarks: Vec<String>,
}

impl OfferScope {
    fn names(&self, tool: &Tool) -> bool {
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| pattern.fits(tool.name.raw()))
    }

    fn is_on(&self, connection: &ConnectionName) -> bool {
        self.connections.is_empty() || self.connections.contains(connection)
    }
}

/// Reads the tools that an agent may call as this person: those of the scope that the mode does not refuse anyway.
///
/// # Errors
/// The lists cannot be read.
pub async fn load(backend: &dyn Backend, scope: &OfferScope) -> Result<Offers, Fault> {
    let own = accounts::of_person(backend, &scope.identifier).await?;
    ready(backend, scope, &own).await
}

/// The same, and tools that wait for an account of this person, which is not active or not there yet: whoever can wait
/// for a person to authorize it may call them too. They are those of the environment's catalogue.
///
/// # Errors
/// The lists of what can be called at once cannot be read. Of the catalogue comes what there is.
pub async fn load_with_waiting(backend: &dyn Backend, scope: &OfferScope) -> Result<Offers, Fault> {
    let own = accounts::of_person(backend, &scope.identifier).await?;
    let mut offers = ready(backend, scope, &own).await?;
    let found = join_all(without_account(backend, scope, &own).await.into_iter().map(|(connection, provider)| async {
        let mut listed = Vec::new();
        let read = tools::catalogue(backend, Some(provider), Vec::new(), |page, _| listed.extend(page)).await;
        listed.retain(|tool| read.is_ok() && scope.names(tool) && may_be_called(backend.mode(), tool));
        listed.into_iter().map(move |tool| Offer { tool, connection: connection.clone() }).collect::<Vec<_>>()
    }));
    let found: Vec<Offer> = found.await.into_iter().flatten().collect();
    if !found.is_empty() {
        let wait = if found.len() == 1 { "tool waits" } else { "tools wait" };
        let count = found.len();
        offers.remarks.push(format!("{count} {wait} for such an account: a call goes on once it is authorized."));
    }
    offers.offers.extend(found);
    sort(&mut offers.offers);
    Ok(offers)
}

/// Connections of the scope on which this person has no account that works, with their providers.
async fn without_account(
    backend: &dyn Backend,
    scope: &OfferScope,
    own: &[Account],
) -> Vec<(ConnectionName, Provider)> {
    // A server's tools are those that it lists for an account: another person's is not asked for them.
    if backend.server_content().is_some() {
        return Vec::new();
    }
    let unusable = own.iter().filter(|account| account.status != Status::Active && scope.is_on(&account.connection));
    let mut found: Vec<_> =
        unusable.map(|account| (account.connection.clone(), account.provider.clone())).take(NAMED).collect();
    let is_missing = |name: &&ConnectionName| !own.iter().any(|account| account.connection == **name);
    let missing: Vec<_> = scope.connections.iter().filter(is_missing).collect();
    if !missing.is_empty() && backend.connections().is_some() {
        let all = connections::load(backend).await.unwrap_or_default();
        let meant = all.into_iter().filter(|connection| connection.enabled && missing.contains(&&connection.name));
        found.extend(meant.map(|connection| (connection.name, connection.provider)));
    }
    found
}

fn may_be_called(mode: Mode, tool: &Tool) -> bool {
    mode != Mode::Read || tool.reading() == Reading::Known
}

fn sort(offers: &mut [Offer]) {
    offers.sort_by(|a, b| (&a.tool.name, &a.connection).cmp(&(&b.tool.name, &b.connection)));
}

async fn ready(backend: &dyn Backend, scope: &OfferScope, own: &[Account]) -> Result<Offers, Fault> {
    let (mut listed, mut remarks) = (Vec::new(), Vec::new());
    let gap = tools::load(backend, &scope.identifier, &scope.connections, |page, _| listed.extend(page)).await?;
    if let Some(gap) = gap.filter(|_| listed.is_empty()) {
        remarks.push(gap.to_string());
    }
    let found = listed.len();
    listed.retain(|tool| scope.names(tool));
    if listed.is_empty() && found > 0 {
        remarks.push(format!("None of {} fits a pattern of --tool.", pluralize(found as u64, "tool")));
    }
    let before = listed.len();
    listed.retain(|tool| may_be_called(backend.mode(), tool));
    let left_out = before.saturating_sub(listed.len());
    if left_out > 0 {
        let tools = pluralize(left_out as u64, "tool");
        remarks.push(format!("The mode is read: {tools} not known to only read cannot be called."));
    }
    let unusable = own.iter().filter(|account| account.status != Status::Active && scope.is_on(&account.connection));
    for account in unusable.take(NAMED) {
        let sentence = inactive(&account.connection, &account.identifier, &account.status);
        if !remarks.iter().any(|known| known.starts_with(&account.label())) {
            remarks.push(sentence);
        }
    }
    let mut offers: Vec<_> = listed
        .into_iter()
        .filter_map(|tool| {
            // A row that names nobody's account cannot be called without a guess.
            let account = own.iter().find(|account| Some(&account.id) == tool.account.as_ref())?;
            Some(Offer { connection: account.connection.clone(), tool })
        })
        .collect();
    sort(&mut offers);
    Ok(Offers { offers, remarks })
}

/// Order to serve tools to agents, as a command line gives it.
#[derive(Clone, Debug)]
pub struct ServeOrder {
    /// Environment to open.
    pub target: OpenTarget,
    /// Mode that was said, over the environment's own.
    pub mode: Option<Mode>,
    /// Limits of time and size of its calls.
    pub limits: Limits,
    /// Tools to offer.
    pub scope: OfferScope,
    /// Port to listen on, 0 for a free one; standard input and output where there is none.
    pub http: Option<u16>,
    /// Time that a person has to allow a call.
    pub approval_limit: Duration,
    /// Whether calls are written down.
    pub records: bool,
    /// Options that select this environment on another command line, each with a space before it.
    pub options: String,
    /// State folder, where screens are found; none for a user without a home.
    pub state: Option<PathBuf>,
}
