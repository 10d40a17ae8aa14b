//! Tokens of one account, for its server alone.

use std::sync::{Arc, Weak};

use async_trait::async_trait;

use crate::backend::local::connection_spec::ConnectionAuth;
use crate::backend::local::exchange::ExchangeUse;
use crate::backend::local::resolved::ResolvedConnection;
use crate::backend::local::{Inner, Local};
use crate::domain::{AccountId, AccountRef, Fault, FaultKind, Secret};
use crate::mcp::client::BearerSource;
use crate::oauth::ServerChallenge;

/// Source of an account's tokens. It does not keep the environment open: a client belongs to it, and ends with it.
pub(super) struct AccountBearer {
    local: Weak<Inner>,
    account: AccountId,
    connection: Arc<ResolvedConnection>,
}

impl AccountBearer {
    pub fn new(local: &Local, account: AccountId, connection: Arc<ResolvedConnection>) -> Self {
        Self { local: Arc::downgrade(&local.0), account, connection }
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
        local.exchanged(&self.connection, &account, &usage).await.map(|given| given.token)
    }

    async fn another(&self, refused: Option<&Secret>) -> Result<Option<Secret>, Fault> {
        let (local, account) = (self.local()?, AccountRef::Id(self.account.clone()));
        let connection = Arc::clone(&self.connection);
        // As it is now: another process may have authorized it meanwhile.
        let (account, has_grant) = local
            .blocking(move |inner| {
                let account = inner.find(&account)?;
                let has_grant = inner.server_grant(&connection.spec, &account)?.is_some();
                Ok((account, has_grant))
            })
            .await?;
        match (self.connection.spec.auth, refused) {
            (ConnectionAuth::Mcp, _) if !has_grant => Ok(None),
            (ConnectionAuth::Mcp, refused) => local.token(&self.connection, &account, refused).await.map(Some),
            (_, None) => local.credential(&self.connection, &account).await.map(Some),
            (_, Some(_)) => Ok(None),
        }
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
            let message = "The server refused a token that was exchanged for this request a moment ago.";
            return Err(Fault::new(FaultKind::ProviderFailed, message));
        }
        let needs = |what: &str| Fault::new(FaultKind::NeedsAuthorization, what.to_owned());
        let Some(token) = token else { return Err(needs("The server asks for authorization.")) };
        let renewed = self.another(Some(token)).await?;
        renewed.ok_or_else(|| needs("The server refused the account's token."))
    }
}
