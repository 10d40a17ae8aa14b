//! The end of an account's credentials: taken back at the provider, and dropped here.

use std::sync::Arc;

use super::Local;
use super::account_store::{AccountFacts, StoredAccount};
use super::accounts::is_consent;
use super::mcp::ServerState;
use super::resolved::ResolvedConnection;
use crate::domain::{Account, AccountRef, Fault, FaultKind, Status};
use crate::oauth::{ClientSecret, Revocation};

impl Local {
    /// Ends an account's credentials. The provider is asked to take its tokens back; whatever it says, they are gone here
    /// afterwards, and what it said stands with the account.
    pub(super) async fn end(&self, account: &AccountRef) -> Result<Account, Fault> {
        let account = account.clone();
        let (account, connection) = self
            .blocking(move |inner| {
                let account = inner.find(&account)?;
                match inner.resolve(&account.connection) {
                    Ok(connection) => Ok((account, Some(Arc::new(connection)))),
                    // One whose connection is gone can be ended all the same; one that is broken is mended first.
                    Err(fault) if fault.kind == FaultKind::NotFound => Ok((account, None)),
                    Err(fault) => Err(fault),
                }
            })
            .await?;
        let told = match &connection {
            Some(connection) if is_consent(connection.spec.auth) => self.take_back(connection, &account).await?,
            Some(_) => None,
            None => Some("Its connection is gone, so nothing was taken back: end it at the provider.".to_owned()),
        };
        self.close_server(&account.id).await;
        self.blocking(move |inner| {
            inner.accounts()?.change_server_state(&account.id, |state| *state = ServerState::default())?;
            if let Some(connection) = connection.filter(|connection| !is_consent(connection.spec.auth)) {
                inner.secrets.delete(&connection.account_key(account.id.raw())?)?;
            }
            let facts = AccountFacts { reason: told, asked: account.facts.asked.clone(), ..AccountFacts::default() };
            Ok(inner.shown(inner.accounts()?.update(&account.id, &Status::Disconnected, &facts)?))
        })
        .await
    }

    /// Sentence on what the provider made of it, where it did not simply do it.
    async fn take_back(
        &self,
        connection: &Arc<ResolvedConnection>,
        account: &StoredAccount,
    ) -> Result<Option<String>, Fault> {
        let (own, whose) = (Arc::clone(connection), account.clone());
        let key = match self.blocking(move |inner| inner.token_key(&own, &whose)).await {
            Ok(key) => key,
            // Without an app there never was a token.
            Err(_) => return Ok(None),
        };
        let keeper = &self.0.keeper;
        if keeper.grant(&key).await.is_ok_and(|grant| grant.is_none()) {
            return Ok(None);
        }
        let (own, whose) = (Arc::clone(connection), account.clone());
        // A client secret that cannot be had keeps nobody from dropping the tokens.
        let client = self.blocking(move |inner| inner.token_client(&own, &whose)).await.unwrap_or(ClientSecret::None);
        let told = match keeper.revoke(&key, &client).await {
            Ok(Revocation::Done) => None,
            Ok(Revocation::NotOffered) => {
                Some("The provider has no way to take a token back: it stays good until it runs out.".to_owned())
            }
            Ok(Revocation::Refused(fault)) => Some(format!("The provider did not take the token back. {fault}")),
            Ok(Revocation::Unknown(fault)) => {
                Some(format!("The provider could not be told to take the token back. {fault}"))
            }
            Err(fault) => Some(format!("The provider was not told to take the token back. {fault}")),
        };
        keeper.forget(&key).await?;
        Ok(told)
    }
}
