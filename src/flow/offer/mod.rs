//! Tools of one person, offered to an agent: which, and why none.

use std::path::PathBuf;
use std::time::Duration;

use super::preflight::inactive;
use super::{accounts, tools};
use crate::backend::Backend;
use crate::backend::scalekit::Limits;
use crate::domain::{ConnectionName, Fault, Identifier, Mode, Reading, Status, Tool, pluralize};
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
}

/// Reads the tools that an agent may call as this person: those of the scope that the mode does not refuse anyway.
///
/// # Errors
/// The lists cannot be read.
pub async fn load(backend: &dyn Backend, scope: &OfferScope) -> Result<Offers, Fault> {
    let own = accounts::of_person(backend, &scope.identifier).await?;
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
    if backend.mode() == Mode::Read {
        let before = listed.len();
        listed.retain(|tool| tool.reading() == Reading::Known);
        let left_out = before.saturating_sub(listed.len());
        if left_out > 0 {
            let tools = pluralize(left_out as u64, "tool");
            remarks.push(format!("The mode is read: {tools} not known to only read cannot be called."));
        }
    }
    let is_meant = |connection: &ConnectionName| scope.connections.is_empty() || scope.connections.contains(connection);
    let unusable = own.iter().filter(|account| account.status != Status::Active && is_meant(&account.connection));
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
    offers.sort_by(|a, b| (&a.tool.name, &a.connection).cmp(&(&b.tool.name, &b.connection)));
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
