//! Tokens of one account, for its server alone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use async_trait::async_trait;

use super::state::GrantPlace;
use crate::backend::credential_log::CallUses;
use crate::backend::local::account_store::StoredAccount;
use crate::backend::local::connection_spec::ConnectionAuth;
use crate::backend::local::exchange::ExchangeUse;
use crate::backend::local::resolved::ResolvedConnection;
use crate::backend::local::uses::{kept_use, refused_use};
use crate::backend::local::{Inner, Local};
use crate::domain::{
    AccountId, AccountRef, CredentialOutcome, CredentialUse, Fault, FaultKind, Secret, TokenMark, Untrusted,
};
use crate::mcp::client::BearerSource;
use crate::oauth::ServerChallenge;
use crate::secrets::token_mark;

/// Source of an account's tokens. It does not keep the environment open: a client belongs to it, and ends with it.
pub(super) struct AccountBearer {
    local: Weak<Inner>,
    account: AccountId,
    connection: Arc<ResolvedConnection>,
    state: Mutex<BearerState>,
}

#[derive(Default)]
struct BearerState {
    /// Token that was given out last.
    given: Option<Secret>,
    /// Calls that are under way. Requests go out from tasks of the client's own, which do not know their call.
    calls: Vec<(u64, CallUses)>,
    /// Number of calls so far.
    count: u64,
    /// Token whose refusal was told.
    refused: Option<TokenMark>,
    /// Token that was exchanged last, and for what.
    exchanged: Option<(TokenMark, ExchangeUse)>,
}

/// A call that is under way, until this is dropped.
pub(super) struct BearerCall<'a>(&'a AccountBearer, u64);

impl Drop for BearerCall<'_> {
    fn drop(&mut self) {
        self.0.state().calls.retain(|(number, _)| *number != self.1);
    }
}

impl AccountBearer {
    pub fn new(local: &Local, account: AccountId, connection: Arc<ResolvedConnection>) -> Self {
        Self { local: Arc::downgrade(&local.0), account, connection, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, BearerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a call is under way.
    pub fn calling(&self, uses: CallUses) -> BearerCall<'_> {
        let mut state = self.state();
        state.count += 1;
        let number = state.count;
        state.calls.push((number, uses));
        BearerCall(self, number)
    }

    /// Token that was given out last; none where the server asked for none.
    pub fn given(&self) -> Option<Secret> {
        self.state().given.clone()
    }

    /// True if the refusal of this token was told already.
    pub fn has_told_refusal(&self, token: &TokenMark) -> bool {
        self.state().refused.as_ref() == Some(token)
    }

    /// Tells of a token that the server refused, if a call sent it. Of several calls nobody knows which.
    fn tell_refused(&self, local: &Local, account: &StoredAccount, place: Option<&GrantPlace>, token: &Secret) {
        let uses = match self.state().calls.as_slice() {
            [] => return,
            [(_, only)] => only.clone(),
            _ => local.0.uses.outside_of_calls(),
        };
        let used = kept_use(&self.connection, account, place, Some(token));
        self.state().refused.clone_from(&used.token);
        let reason = Some("The server refused the token.".into());
        uses.record(CredentialUse { outcome: CredentialOutcome::Failure, reason, ..used });
    }

    fn local(&self) -> Result<Local, Fault> {
        let open = self.local.upgrade().map(Local);
        open.ok_or_else(|| Fault::new(FaultKind::Cancelled, "The environment was closed meanwhile."))
    }

    /// A token for one request, in exchange for the account's sign-in.
    async fn exchanged(&self, tool: Option<&str>) -> Result<Secret, Fault> {
        let (local, account) = (self.local()?, AccountRef::Id(self.account.clone()));
        let account = local.blocking(move |inner| inner.find(&account)).await?;
        let usage = ExchangeUse { tool: tool.map(Into::into), needs_one_of: Vec::new() };
        let uses = match self.state().calls.as_slice() {
            [(_, only)] if tool.is_some() => only.clone(),
            _ => local.0.uses.outside_of_calls(),
        };
        let token = local.exchanged(&self.connection, &account, &usage, &uses).await?.token;
        self.state().exchanged = token_mark(&token).map(|mark| (mark, usage));
        Ok(token)
    }

    /// Tells that the server refused a token that was exchanged for it: this one, or else the one of the only call that is
    /// under way.
    pub async fn tell_refused_exchange(&self, token: Option<&Secret>, reason: Untrusted) -> Result<(), Fault> {
        let (local, account) = (self.local()?, AccountRef::Id(self.account.clone()));
        let account = local.blocking(move |inner| inner.find(&account)).await?;
        let (uses, last) = {
            let state = self.state();
            let uses = match state.calls.as_slice() {
                [(_, only)] => only.clone(),
                _ => local.0.uses.outside_of_calls(),
            };
            let is_alone = state.calls.len() == 1;
            let last = state.exchanged.clone();
            let refused = token.and_then(token_mark);
            let is_it = |mark: &TokenMark| refused.as_ref().map_or(is_alone, |refused| refused == mark);
            (uses, last.filter(|(mark, _)| is_it(mark)))
        };
        let (mark, usage) = last.unzip();
        let mark = mark.or_else(|| token.and_then(token_mark));
        let used = refused_use(&self.connection, &account, &usage.unwrap_or_default(), mark);
        uses.record(CredentialUse { reason: Some(reason), ..used });
        Ok(())
    }

    async fn another(&self, refused: Option<&Secret>) -> Result<Option<Secret>, Fault> {
        let (local, account) = (self.local()?, AccountRef::Id(self.account.clone()));
        let connection = Arc::clone(&self.connection);
        // As it is now: another process may have authorized it meanwhile.
        let (account, place) = local
            .blocking(move |inner| {
                let account = inner.find(&account)?;
                let place = inner.server_grant(&connection.spec, &account)?;
                Ok((account, place))
            })
            .await?;
        if let Some(token) = refused {
            self.tell_refused(&local, &account, place.as_ref(), token);
        }
        let given = match (self.connection.spec.auth, refused) {
            (ConnectionAuth::Mcp, _) if place.is_none() => Ok(None),
            (ConnectionAuth::Mcp, refused) => local.token(&self.connection, &account, refused).await.map(Some),
            (_, None) => local.credential(&self.connection, &account).await.map(Some),
            (_, Some(_)) => Ok(None),
        }?;
        self.state().given.clone_from(&given);
        Ok(given)
    }
}

#[async_trait]
impl BearerSource for AccountBearer {
    async fn token(&self) -> Result<Option<Secret>, Fault> {
        self.token_for(None).await
    }

    async fn token_for(&self, tool: Option<&str>) -> Result<Option<Secret>, Fault> {
        match self.connection.spec.auth {
            ConnectionAuth::Exchange => self.exchanged(tool).await.map(Some),
            _ => self.another(None).await,
        }
    }

    async fn refused(&self, token: Option<&Secret>, _: &ServerChallenge) -> Result<Secret, Fault> {
        if self.connection.spec.auth == ConnectionAuth::Exchange {
            // The refusal stands, whether it can be told or not.
            let _ = self.tell_refused_exchange(token, "The server refused the token.".into()).await;
            let message = "The server refused a token that was exchanged for this request a moment ago.";
            return Err(Fault::new(FaultKind::ProviderFailed, message));
        }
        let needs = |what: &str| Fault::new(FaultKind::NeedsAuthorization, what.to_owned());
        let Some(token) = token else { return Err(needs("The server asks for authorization.")) };
        let renewed = self.another(Some(token)).await?;
        renewed.ok_or_else(|| needs("The server refused the account's token."))
    }
}
