//! As whom a call goes out, held against what the account says of itself before anything is sent.
//!
//! Lists, the journal and a person's own words all name accounts, and any of them may be wrong: a list
//! may give a row to somebody else's account, and an id may have changed hands since it was written
//! down. So nothing is sent but a [`Cleared`] call, and only this module makes one. Identifiers and
//! connections are compared letter by letter: `Ada@` and `ada@` are two people.

use std::ops::Deref;

use super::suggest;
use crate::backend::Backend;
use crate::domain::{
    Account, AccountId, AccountRef, ConnectionName, Fault, FaultKind, Identifier, JsonText, ProxyRequest, ToolCall,
    ToolName, Untrusted,
};

/// Statement of whose an account is.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Who makes it.
    pub by: Claimant,
    /// The account, where it is named by its id.
    pub account: Option<AccountId>,
    /// The person it is said to belong to.
    pub identifier: Identifier,
    /// The connection it is said to be on, where that is said.
    pub connection: Option<ConnectionName>,
}

/// Source of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimant {
    /// The person who calls.
    Caller,
    /// A row of the tools that one person may call.
    ToolList,
    /// A call of the past.
    History,
    /// The line on screen that says as whom a tool runs.
    Screen,
}

/// An account that is the one that was claimed, by its own word.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolvedAccount(Account);

/// A call whose account was held against what was asked for; nothing else can be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Cleared<T>(T);

/// Reads the account that `claim` speaks of, and holds the claim against it.
///
/// # Errors
/// As the broker's, and that nothing was sent; [`FaultKind::NotFound`] with the nearest names;
/// [`FaultKind::OtherAccount`] where claim and account differ.
pub async fn resolve_account(backend: &dyn Backend, claim: &Claim) -> Result<ResolvedAccount, Fault> {
    let account = match (&claim.account, &claim.connection) {
        (Some(id), _) => AccountRef::Id(id.clone()),
        (None, Some(connection)) => AccountRef::Pair(connection.clone(), claim.identifier.clone()),
        (None, None) => {
            return Err(Fault::new(FaultKind::Ambiguous, "Neither an account nor a connection is named."));
        }
    };
    claim.resolve(read(backend, &account).await?)
}

/// Reads one account on behalf of a call.
///
/// # Errors
/// As the broker's, and that nothing was sent; [`FaultKind::NotFound`] with the nearest names.
pub(super) async fn read(backend: &dyn Backend, account: &AccountRef) -> Result<Account, Fault> {
    suggest::account(backend, account).await.map_err(|mut fault| {
        fault.message.push_str(" Nothing was sent.");
        fault
    })
}

/// Clears a request to a provider's own API. It names no account: the broker takes the one of its pair,
/// so that is looked up the same way.
///
/// # Errors
/// As [`resolve_account`].
pub async fn clear_request(
    backend: &dyn Backend,
    request: ProxyRequest,
    by: Claimant,
) -> Result<Cleared<ProxyRequest>, Fault> {
    let (identifier, connection) = (request.identifier.clone(), Some(request.connection.clone()));
    resolve_account(backend, &Claim { by, account: None, identifier, connection }).await?;
    Ok(Cleared(request))
}

impl Claim {
    /// The claim on which a tool call rests.
    pub fn of(call: &ToolCall, by: Claimant) -> Self {
        Self {
            by,
            account: Some(call.account.clone()),
            identifier: call.identifier.clone(),
            connection: Some(call.connection.clone()),
        }
    }

    /// Takes `account` for the one that is meant, if it says so itself.
    ///
    /// # Errors
    /// [`FaultKind::OtherAccount`].
    pub(super) fn resolve(&self, account: Account) -> Result<ResolvedAccount, Fault> {
        self.check(&account, "the account itself")?;
        Ok(ResolvedAccount(account))
    }

    /// Holds the claim against what `witness` (a noun in the singular, with its article) says of the account.
    ///
    /// # Errors
    /// [`FaultKind::OtherAccount`], with what each of them says.
    pub fn check(&self, account: &Account, witness: &str) -> Result<(), Fault> {
        let is_meant = self.account.as_ref().is_none_or(|id| *id == account.id)
            && self.identifier == account.identifier
            && self.connection.as_ref().is_none_or(|connection| *connection == account.connection);
        // What names nobody agrees with nobody.
        let is_named = [account.id.raw(), account.identifier.raw(), account.connection.raw()];
        if is_meant && is_named.iter().all(|name| !name.is_empty()) {
            return Ok(());
        }
        let whose = whose(&account.identifier, Some(&account.connection));
        let it = match &self.account {
            Some(id) if *id == account.id => whose,
            _ if account.id.is_empty() => format!("an account without an id, {whose}"),
            _ => format!("{}, {whose}", account.id),
        };
        let message = format!("{}; {witness} says it is {it}. Nothing was sent.", self.words());
        let fault = Fault::new(FaultKind::OtherAccount, message);
        Err(if account.id.is_empty() { fault } else { fault.about(AccountRef::Id(account.id.clone())) })
    }

    fn words(&self) -> String {
        let whose = whose(&self.identifier, self.connection.as_ref());
        let it = self.account.as_ref().map_or_else(|| "it".to_owned(), ToString::to_string);
        match self.by {
            Claimant::Caller if self.account.is_none() => format!("You asked for an account that is {whose}"),
            Claimant::Caller => format!("You asked for {it} as {whose}"),
            Claimant::ToolList => format!("The tool list says {it} is {whose}"),
            Claimant::History => format!("The history says {it} was {whose}"),
            Claimant::Screen => format!("The screen says {it} is {whose}"),
        }
    }
}

/// `ada@acme.dev's on linear`.
fn whose(identifier: &Identifier, connection: Option<&ConnectionName>) -> String {
    let who = if identifier.is_empty() { "nobody's".to_owned() } else { format!("{identifier}'s") };
    match connection {
        None => who,
        Some(connection) if connection.is_empty() => format!("{who} on no connection"),
        Some(connection) => format!("{who} on {connection}"),
    }
}

impl ResolvedAccount {
    /// A call of `tool` with this account.
    pub fn call(self, tool: ToolName, input: JsonText, agent_run: Option<Untrusted>) -> Cleared<ToolCall> {
        let Account { id: account, identifier, connection, .. } = self.0;
        Cleared(ToolCall { tool, account, identifier, connection, input, agent_run })
    }
}

impl Deref for ResolvedAccount {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.0
    }
}

impl<T> Deref for Cleared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
