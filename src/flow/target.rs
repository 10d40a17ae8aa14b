//! Finding the one account and tool that a call means, and refusing to guess.

use super::tools::{self, Cause};
use crate::broker::{AccountFilter, Broker};
use crate::domain::{
    Account, AccountId, AccountRef, ConnectionName, Fault, FaultKind, Identifier, Status, Tool, ToolName,
};

/// What a caller said of a call.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which tool.
    pub tool: ToolName,
    /// As whom.
    pub identifier: Identifier,
    /// On which connection, if that was said.
    pub connection: Option<ConnectionName>,
    /// With which account, if that was said.
    pub account: Option<AccountId>,
}

/// What it means.
#[derive(Clone, Debug)]
pub struct Found {
    /// The account that the call runs with.
    pub account: Account,
    /// The tool; none when the account is not active, so that its tools cannot be listed.
    pub tool: Option<Tool>,
}

/// Finds what `wanted` means. With `anyway`, a tool that the broker does not list is let through
/// where the account is named.
///
/// # Errors
/// [`FaultKind::Ambiguous`] when several accounts fit or what was said contradicts itself;
/// [`FaultKind::NotFound`], with the nearest names, when nothing fits.
pub async fn find(broker: &dyn Broker, wanted: &Wanted, anyway: bool) -> Result<Found, Fault> {
    let named = match (&wanted.account, &wanted.connection) {
        (Some(id), _) => Some(broker.account(&AccountRef::Id(id.clone())).await?),
        (None, Some(connection)) => {
            Some(broker.account(&AccountRef::Pair(connection.clone(), wanted.identifier.clone())).await?)
        }
        (None, None) => None,
    };
    if let Some(account) = &named
        && account.identifier != wanted.identifier
    {
        let message = format!("{} belongs to {}, not to {}.", account.id, account.identifier, wanted.identifier);
        return Err(Fault::new(FaultKind::Ambiguous, message));
    }
    if let (Some(account), Some(connection)) = (&named, &wanted.connection)
        && account.connection != *connection
    {
        let message = format!("{} is on {}, not on {connection}.", account.id, account.connection);
        return Err(Fault::new(FaultKind::Ambiguous, message));
    }
    if let Some(account) = &named
        && account.status != Status::Active
    {
        return Ok(Found { account: account.clone(), tool: None });
    }
    let connections: Vec<_> = named.iter().map(|account| account.connection.clone()).collect();
    let mut listed = Vec::new();
    let cause = tools::load(broker, &wanted.identifier, &connections, |page, _| listed.extend(page)).await?;
    let mut fitting: Vec<Tool> = listed.iter().filter(|tool| tool.name == wanted.tool).cloned().collect();
    if let Some(account) = named {
        return match fitting.into_iter().find(|tool| tool.account.as_ref().is_none_or(|id| *id == account.id)) {
            Some(tool) => Ok(Found { account, tool: Some(tool) }),
            None if anyway => Ok(Found { account, tool: None }),
            None => Err(no_such_tool(&wanted.identifier, &wanted.tool, &listed, cause)),
        };
    }
    match (fitting.pop(), fitting.is_empty()) {
        (Some(tool), true) => match tool.account.clone() {
            Some(id) => Ok(Found { account: broker.account(&AccountRef::Id(id)).await?, tool: Some(tool) }),
            None => {
                Err(Fault::new(FaultKind::Ambiguous, "The broker does not say with which account. Name a connection."))
            }
        },
        (Some(last), false) => {
            fitting.push(last);
            Err(several(broker, wanted, &fitting).await)
        }
        (None, _) => not_offered(broker, wanted, &listed, cause).await,
    }
}

/// Finds the tool called `name` among those that `identifier` may call on `connections` (every one it
/// has an account on, where that is empty). The first one, where several accounts offer it: what it
/// is does not depend on the account.
///
/// # Errors
/// [`FaultKind::NotFound`], with the nearest names, when there is none.
pub async fn tool(
    broker: &dyn Broker,
    identifier: &Identifier,
    connections: &[ConnectionName],
    name: &ToolName,
) -> Result<Tool, Fault> {
    let mut listed = Vec::new();
    let cause = tools::load(broker, identifier, connections, |page, _| listed.extend(page)).await?;
    match listed.iter().position(|tool| tool.name == *name) {
        Some(at) => Ok(listed.swap_remove(at)),
        None => Err(no_such_tool(identifier, name, &listed, cause)),
    }
}

/// Nothing active offers the tool: perhaps an account that is not active would.
async fn not_offered(
    broker: &dyn Broker,
    wanted: &Wanted,
    listed: &[Tool],
    cause: Option<Cause>,
) -> Result<Found, Fault> {
    let prefix = wanted.tool.raw().split('_').next().unwrap_or_default().to_owned();
    let filter = AccountFilter { identifier: Some(wanted.identifier.clone()), connection: None };
    let mut accounts = Vec::new();
    super::accounts::load(broker, &filter, |page, _| accounts.extend(page)).await?;
    accounts.retain(|account| account.status != Status::Active && account.provider.raw().eq_ignore_ascii_case(&prefix));
    match (accounts.pop(), accounts.is_empty()) {
        (Some(account), true) => Ok(Found { account, tool: None }),
        _ => Err(no_such_tool(&wanted.identifier, &wanted.tool, listed, cause)),
    }
}

async fn several(broker: &dyn Broker, wanted: &Wanted, fitting: &[Tool]) -> Fault {
    let mut names = Vec::new();
    for id in fitting.iter().filter_map(|tool| tool.account.as_ref()) {
        match broker.account(&AccountRef::Id(id.clone())).await {
            Ok(account) => names.push(format!("{} ({})", account.label(), account.id)),
            Err(_) => names.push(id.to_string()),
        }
    }
    let message =
        format!("{} fits more than one account: {}. Name a connection or an account.", wanted.tool, names.join(", "));
    Fault::new(FaultKind::Ambiguous, message)
}

fn no_such_tool(identifier: &Identifier, name: &ToolName, listed: &[Tool], cause: Option<Cause>) -> Fault {
    let mut near: Vec<(f64, String)> = listed
        .iter()
        .map(|tool| (strsim::jaro_winkler(tool.name.raw(), name.raw()), tool.name.to_string()))
        .filter(|(likeness, _)| *likeness > 0.75)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.dedup_by(|a, b| a.1 == b.1);
    let near: Vec<String> = near.into_iter().take(3).map(|(_, name)| name).collect();
    let mut message = format!("{identifier} may not call a tool named {name}.");
    if let Some(cause) = cause {
        message.push_str(&format!(" {cause}"));
    } else if !near.is_empty() {
        message.push_str(&format!(" Did you mean {}?", near.join(" or ")));
    }
    Fault::new(FaultKind::NotFound, message)
}
