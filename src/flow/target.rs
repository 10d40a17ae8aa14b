//! Finding the one account and tool that a call means, and refusing to guess.

use super::account_resolution::{AccountChoice, AccountQuestion, resolve};
use super::preflight::{self, Claim, Claimant, ResolvedAccount};
use super::tools::{self, ToolsGap};
use super::{accounts, suggest};
use crate::backend::Backend;
use crate::domain::{
    Account, AccountId, AccountRef, ConnectionName, Fault, FaultKind, Identifier, Provider, Status, Tool, ToolName,
    nearest,
};

/// Call as a caller describes it, before accounts are looked up.
#[derive(Clone, Debug)]
pub struct CallRequest {
    /// Name of the tool.
    pub tool: ToolName,
    /// Identifier of the person to act as.
    pub identifier: Identifier,
    /// On which connection, if that was said.
    pub connection: Option<ConnectionName>,
    /// Account to call with, if that was said.
    pub account: Option<AccountId>,
}

/// Account and tool that a call was resolved to.
#[derive(Clone, Debug)]
pub struct ResolvedCall {
    /// The account that the call runs with.
    pub account: ResolvedAccount,
    /// The tool; none when the account is not active, so that its tools cannot be listed.
    pub tool: Option<Tool>,
}

/// The account of this id. Whether there is one is not asked, only whether the word can be an id at all: a
/// name in its place is noticed before anything is sent.
///
/// # Errors
/// [`FaultKind::Usage`].
pub fn account_by_id(backend: &dyn Backend, word: &str) -> Result<AccountRef, Fault> {
    let prefix = backend.accounts().id_prefix();
    if word.starts_with(prefix) {
        return Ok(AccountRef::Id(word.into()));
    }
    let message = format!("An account is named by its id ({prefix}…) or as CONNECTION/IDENTIFIER.");
    Err(Fault::new(FaultKind::Usage, message))
}

impl CallRequest {
    /// The account that was said to be the caller's.
    fn claim(&self) -> Claim {
        Claim {
            by: Claimant::Caller,
            account: self.account.clone(),
            identifier: self.identifier.clone(),
            connection: self.connection.clone(),
        }
    }

    /// The question with which account `row`, listed for the caller, runs.
    fn question<'a>(&'a self, row: &'a Tool, named: Option<&'a Account>) -> AccountQuestion<'a> {
        AccountQuestion {
            tool: row,
            listed_for: Some(&self.identifier),
            connection: self.connection.as_ref(),
            acting_as: Some(&self.identifier),
            named,
            witness: "the account itself",
        }
    }
}

/// The account that the row of a tool, asked for on behalf of `wanted`, speaks of.
fn listed_for(wanted: &CallRequest, row: &Tool) -> Claim {
    Claim {
        by: Claimant::ToolList,
        account: row.account.clone(),
        identifier: row.identifier.clone().unwrap_or_else(|| wanted.identifier.clone()),
        connection: wanted.connection.clone(),
    }
}

/// Finds what `wanted` means. With `anyway`, a tool that the broker does not list is let through
/// where the account is named. Whose the account is, is never let through.
///
/// # Errors
/// [`FaultKind::Ambiguous`] when several accounts fit or what was said contradicts itself;
/// [`FaultKind::OtherAccount`] when what the broker said does;
/// [`FaultKind::NotFound`], with the nearest names, when nothing fits.
pub async fn find(backend: &dyn Backend, wanted: &CallRequest, anyway: bool) -> Result<ResolvedCall, Fault> {
    let named = match (&wanted.account, &wanted.connection) {
        (Some(id), _) => Some(AccountRef::Id(id.clone())),
        (None, Some(connection)) => Some(AccountRef::Pair(connection.clone(), wanted.identifier.clone())),
        (None, None) => None,
    };
    let named = match named {
        Some(named) => {
            let account = preflight::read(backend, &named).await?;
            if wanted.account.as_ref() == Some(&account.id) {
                contradiction(backend, wanted, &account).await?;
            }
            Some(wanted.claim().resolve(account)?)
        }
        None => None,
    };
    if let Some(account) = &named
        && account.status != Status::Active
    {
        return Ok(ResolvedCall { account: account.clone(), tool: None });
    }
    let connections: Vec<_> = named.iter().map(|account| account.connection.clone()).collect();
    let Offers { mut fitting, listed, cause } = offers(backend, &wanted.identifier, &connections, &wanted.tool).await?;
    if let Some(account) = named {
        return match fitting.into_iter().find(|tool| tool.account.as_ref().is_none_or(|id| *id == account.id)) {
            Some(tool) => {
                listed_for(wanted, &tool).check(&account, "the account itself")?;
                Ok(ResolvedCall { account, tool: Some(tool) })
            }
            None if anyway => Ok(ResolvedCall { account, tool: None }),
            None => Err(no_such_tool(&wanted.identifier, &wanted.tool, &listed, cause)),
        };
    }
    match (fitting.pop(), fitting.is_empty()) {
        (Some(tool), true) => match tool.account.clone() {
            Some(id) => {
                let account = preflight::read(backend, &AccountRef::Id(id)).await?;
                if let AccountChoice::OtherAccount(fault) = resolve(&wanted.question(&tool, Some(&account)), &[]) {
                    return Err(fault);
                }
                Ok(ResolvedCall { account: wanted.claim().resolve(account)?, tool: Some(tool) })
            }
            None => Err(Fault::new(
                FaultKind::Ambiguous,
                "The environment does not say with which account. Name a connection.",
            )),
        },
        (Some(last), false) => {
            fitting.push(last);
            Err(several(backend, wanted, &fitting).await)
        }
        (None, _) => not_offered(backend, wanted, &listed, cause).await,
    }
}

/// Finds the tool called `name` among those that `identifier` may call on `connections` (every one it
/// has an account on, where that is empty). The first one, where several accounts offer it: what it
/// is does not depend on the account.
///
/// # Errors
/// [`FaultKind::NotFound`], with the nearest names, when there is none.
pub async fn tool(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
    name: &ToolName,
) -> Result<Tool, Fault> {
    let offers = offers(backend, identifier, connections, name).await?;
    let first = offers.fitting.into_iter().next();
    first.ok_or_else(|| no_such_tool(identifier, name, &offers.listed, offers.cause))
}

/// Definition of the tool called `name` as `account` lists it. A tool that is not listed, or whose account is not
/// active, has one with nothing but its name.
///
/// # Errors
/// The list cannot be read, and that nothing was sent.
pub async fn definition(backend: &dyn Backend, account: &Account, name: &ToolName) -> Result<Tool, Fault> {
    let listed = match account.status {
        Status::Active => {
            let connections = [account.connection.clone()];
            tools::called(backend, &account.identifier, &connections, name)
                .await
                .map_err(preflight::nothing_was_sent)?
        }
        _ => Vec::new(),
    };
    Ok(listed.into_iter().next().unwrap_or_else(|| Tool::unknown(name.raw())))
}

/// Finds the tool called `name` in the whole environment, whoever may call it, or among the tools of
/// one provider.
///
/// # Errors
/// [`FaultKind::NotFound`], with the nearest names, when there is none.
pub async fn catalogued(backend: &dyn Backend, provider: Option<Provider>, name: &ToolName) -> Result<Tool, Fault> {
    let mut found = Vec::new();
    tools::catalogue(backend, provider.clone(), vec![name.clone()], |page, _| found.extend(page)).await?;
    if !found.iter().any(|tool| tool.name == *name) {
        found.clear();
        tools::catalogue(backend, provider, Vec::new(), |page, _| found.extend(page)).await?;
    }
    if let Some(at) = found.iter().position(|tool| tool.name == *name) {
        return Ok(found.swap_remove(at));
    }
    let near = nearest(name.raw(), found.iter().map(|tool| &tool.name), |name| name.raw());
    let message = format!("There is no tool named {name}.{}", suggest::did_you_mean(&near));
    Err(Fault::new(FaultKind::NotFound, message))
}

/// Offers of a tool, and the reason where there are none.
struct Offers {
    /// The tool, once for each account.
    fitting: Vec<Tool>,
    /// Everything that could be called; asked for only where nothing fits.
    listed: Vec<Tool>,
    /// Reason why there is none.
    cause: Option<ToolsGap>,
}

async fn offers(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
    name: &ToolName,
) -> Result<Offers, Fault> {
    let fitting = tools::called(backend, identifier, connections, name).await?;
    if !fitting.is_empty() {
        return Ok(Offers { fitting, listed: Vec::new(), cause: None });
    }
    let mut listed = Vec::new();
    let cause = tools::load(backend, identifier, connections, |page, _| listed.extend(page)).await?;
    let fitting = listed.iter().filter(|tool| tool.name == *name).cloned().collect();
    Ok(Offers { fitting, listed, cause })
}

/// Checks that the account that was named is the one that the rest of what was said means.
async fn contradiction(backend: &dyn Backend, wanted: &CallRequest, account: &Account) -> Result<(), Fault> {
    let (whose, on) = (&account.identifier, &account.connection);
    let what = match &wanted.connection {
        _ if *whose != wanted.identifier => format!("{} belongs to {whose}, not to {}.", account.id, wanted.identifier),
        Some(connection) if on != connection => format!("{} is on {on}, not on {connection}.", account.id),
        _ => return Ok(()),
    };
    // Those that may be meant. Where they cannot be read, the contradiction stands all the same.
    let meant = accounts::of_person(backend, &wanted.identifier).await.unwrap_or_default();
    let meant = meant.iter().filter(|meant| match &wanted.connection {
        Some(connection) => meant.connection == *connection,
        None => meant.provider == account.provider,
    });
    Err(ambiguous(&what, meant.map(candidate).collect()))
}

/// Nothing active offers the tool: perhaps an account that is not active would.
async fn not_offered(
    backend: &dyn Backend,
    wanted: &CallRequest,
    listed: &[Tool],
    cause: Option<ToolsGap>,
) -> Result<ResolvedCall, Fault> {
    let prefix = wanted.tool.raw().split('_').next().unwrap_or_default();
    let mut accounts = accounts::of_person(backend, &wanted.identifier).await?;
    accounts.retain(|account| account.status != Status::Active);
    let tool = Tool { provider: prefix.into(), ..Tool::unknown(wanted.tool.raw()) };
    match resolve(&wanted.question(&tool, None), &accounts) {
        AccountChoice::Inactive(listed) => {
            let (account, connection) = (Some(listed.id.clone()), Some(listed.connection.clone()));
            let claim = Claim { account, connection, ..wanted.claim() };
            Ok(ResolvedCall { account: preflight::resolve_account(backend, &claim).await?, tool: None })
        }
        AccountChoice::Several(several) => {
            let what = format!("{} fits more than one account, none of them active.", wanted.tool);
            Err(ambiguous(&what, several.into_iter().map(candidate).collect()))
        }
        _ => Err(no_such_tool(&wanted.identifier, &wanted.tool, listed, cause)),
    }
}

async fn several(backend: &dyn Backend, wanted: &CallRequest, fitting: &[Tool]) -> Fault {
    let mut names = Vec::new();
    for id in fitting.iter().filter_map(|tool| tool.account.as_ref()) {
        match accounts::get(backend, &AccountRef::Id(id.clone())).await {
            Ok(account) => names.push(candidate(&account)),
            Err(_) => names.push(id.to_string()),
        }
    }
    ambiguous(&format!("{} fits more than one account.", wanted.tool), names)
}

fn ambiguous(what: &str, candidates: Vec<String>) -> Fault {
    let message = match candidates.as_slice() {
        [] => what.to_owned(),
        [only] => format!("{what} Perhaps {only} is meant."),
        several => format!("{what} Name a connection or an account: {}.", several.join(", ")),
    };
    Fault::new(FaultKind::Ambiguous, message)
}

/// One of several accounts, as a choice in a sentence.
fn candidate(account: &Account) -> String {
    format!("{} ({}, {})", account.label(), account.id, account.status.word())
}

fn no_such_tool(identifier: &Identifier, name: &ToolName, listed: &[Tool], cause: Option<ToolsGap>) -> Fault {
    let mut message = format!("{identifier} may not call a tool named {name}.");
    if let Some(cause) = &cause {
        message.push_str(&format!(" {cause}"));
    }
    let near = nearest(name.raw(), listed.iter().map(|tool| &tool.name), |name| name.raw());
    message.push_str(&suggest::did_you_mean(&near));
    Fault::new(FaultKind::NotFound, message)
}
