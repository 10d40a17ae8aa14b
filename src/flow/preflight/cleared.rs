//! Accounts and calls that passed; nothing else is ever sent, and only this file makes them.

use std::ops::Deref;

use super::claim::{Claim, Claimant};
use super::objection::effect_sentence;
use crate::backend::{Ability, Backend};
use crate::domain::{
    Account, AccountRef, Fault, FaultKind, JsonText, ProxyRequest, Reading, Tool, ToolCall, Untrusted,
};
use crate::flow::suggest;

/// An account that is the one that was claimed, by its own word.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolvedAccount(Account);

/// A call whose account was held against what was asked for, and its effect against the mode; nothing else can be
/// sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Cleared<T> {
    call: T,
    reading: Reading,
}

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
pub(in crate::flow) async fn read(backend: &dyn Backend, account: &AccountRef) -> Result<Account, Fault> {
    suggest::account(backend, account).await.map_err(nothing_was_sent)
}

/// The fault of a call that was given up before it was sent.
pub(in crate::flow) fn nothing_was_sent(mut fault: Fault) -> Fault {
    fault.message.push_str(" Nothing was sent.");
    fault
}

/// Clears a request to a provider's own API. It names no account: the broker takes the one of its pair,
/// so that is looked up the same way.
///
/// # Errors
/// As [`resolve_account`]; [`FaultKind::ReadOnly`] before the account is looked up.
pub async fn clear_request(
    backend: &dyn Backend,
    request: ProxyRequest,
    by: Claimant,
) -> Result<Cleared<ProxyRequest>, Fault> {
    Ability::Proxy.require(backend)?;
    let reading = request.method.reading();
    permit(backend, reading)?;
    let (identifier, connection) = (request.identifier.clone(), Some(request.connection.clone()));
    resolve_account(backend, &Claim { by, account: None, identifier, connection }).await?;
    Ok(Cleared { call: request, reading })
}

/// Holds the evidence that a call reads against the mode of the environment.
///
/// # Errors
/// [`FaultKind::ReadOnly`].
fn permit(backend: &dyn Backend, reading: Reading) -> Result<(), Fault> {
    match backend.mode().refuses(reading) {
        None => Ok(()),
        Some(reason) => Err(nothing_was_sent(Fault::new(FaultKind::ReadOnly, reason))),
    }
}

/// Holds a call of `tool` against the mode of the environment, for whoever would look up or ask something first.
///
/// # Errors
/// [`FaultKind::ReadOnly`], with what is known of the tool's effect.
pub fn permit_tool(backend: &dyn Backend, tool: &Tool) -> Result<(), Fault> {
    permit(backend, tool.reading())
        .map_err(|fault| Fault { message: format!("{} {}", effect_sentence(tool), fault.message).into(), ..fault })
}

impl Cleared<ProxyRequest> {
    /// Clears a request on behalf of an account that was just read.
    ///
    /// # Errors
    /// [`FaultKind::OtherAccount`] where the request speaks of another.
    pub(in crate::flow) fn request_of(request: ProxyRequest, account: &Account) -> Result<Self, Fault> {
        let (identifier, connection) = (request.identifier.clone(), Some(request.connection.clone()));
        Claim { by: Claimant::Caller, account: None, identifier, connection }.resolve(account.clone())?;
        Ok(Self { reading: request.method.reading(), call: request })
    }
}

impl Claim {
    /// Takes `account` for the one that is meant, if it says so itself.
    ///
    /// # Errors
    /// [`FaultKind::OtherAccount`].
    pub(in crate::flow) fn resolve(&self, account: Account) -> Result<ResolvedAccount, Fault> {
        self.check(&account, "the account itself")?;
        Ok(ResolvedAccount(account))
    }
}

impl ResolvedAccount {
    /// A call of `tool` with this account.
    ///
    /// # Errors
    /// [`FaultKind::ReadOnly`].
    pub fn call(
        self,
        backend: &dyn Backend,
        tool: &Tool,
        input: JsonText,
        agent_run: Option<Untrusted>,
    ) -> Result<Cleared<ToolCall>, Fault> {
        permit_tool(backend, tool)?;
        let Account { id: account, identifier, connection, .. } = self.0;
        let call = ToolCall { tool: tool.name.clone(), account, identifier, connection, input, agent_run };
        Ok(Cleared { call, reading: tool.reading() })
    }
}

impl<T> Cleared<T> {
    /// Holds it against the mode once more, which may have become stricter since it was cleared.
    ///
    /// # Errors
    /// [`FaultKind::ReadOnly`].
    pub(in crate::flow) fn still_permitted(&self, backend: &dyn Backend) -> Result<(), Fault> {
        permit(backend, self.reading)
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
        &self.call
    }
}
