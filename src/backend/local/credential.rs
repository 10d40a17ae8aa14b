//! The credential of an account: where it lies, and getting it ready to be sent.

use std::sync::Arc;

use jiff::Timestamp;

use super::account_store::{AccountFacts, StoredAccount};
use super::connection_spec::ConnectionAuth;
use super::exchange::ExchangeUse;
use super::mcp::KeptClient;
use super::resolved::ResolvedConnection;
use super::{Inner, Local};
use crate::domain::{AccountId, AccountRef, Fault, FaultKind, Secret, Status, Untrusted};
use crate::oauth::{ClientSecret, TokenFault, TokenGrant};
use crate::secrets::SecretKey;

/// Place of an account's tokens, and of the secret of the application that they belong to.
struct TokenPlace {
    key: SecretKey,
    client: ClientSecret,
}

impl Inner {
    /// Place of the tokens of an account that a consent authorizes.
    ///
    /// # Errors
    /// [`FaultKind::NeedsAuthorization`] for an account of a server that was never authorized there; else what the
    /// connection lacks.
    fn token_place(&self, connection: &ResolvedConnection, account: &StoredAccount) -> Result<TokenPlace, Fault> {
        let key = self.token_key(connection, account)?;
        Ok(TokenPlace { key, client: self.token_client(connection, account)? })
    }

    /// Place of the tokens alone.
    ///
    /// # Errors
    /// The same.
    pub fn token_key(&self, connection: &ResolvedConnection, account: &StoredAccount) -> Result<SecretKey, Fault> {
        if connection.spec.auth != ConnectionAuth::Mcp {
            return connection.account_key(account.id.raw());
        }
        let place = self.server_grant(&connection.spec, account)?.ok_or_else(|| gone(account))?;
        Ok(place.key(&account.id))
    }

    /// Place of the application's secret alone.
    ///
    /// # Errors
    /// The same.
    pub fn token_client(
        &self,
        connection: &ResolvedConnection,
        account: &StoredAccount,
    ) -> Result<ClientSecret, Fault> {
        if connection.spec.auth != ConnectionAuth::Mcp {
            return Self::client(connection);
        }
        let Some(place) = self.server_grant(&connection.spec, account)? else { return Ok(ClientSecret::None) };
        match &connection.spec.client_secret {
            Some(reference) if place.client == KeptClient::ByHand => reference.resolve().map(ClientSecret::Given),
            _ => Ok(place.client_key().map_or(ClientSecret::None, ClientSecret::Kept)),
        }
    }

    /// The connection of an account.
    pub fn resolve(&self, name: &crate::domain::ConnectionName) -> Result<ResolvedConnection, Fault> {
        Ok(ResolvedConnection::new(self.connections.get(name)?, &self.providers))
    }

    /// Place of one's own app's secret; the secret itself where the file refers to it.
    pub fn client(connection: &ResolvedConnection) -> Result<ClientSecret, Fault> {
        if let Some(exchange) = &connection.spec.exchange {
            if let Some(key) = &exchange.client_key {
                return key.resolve().map(ClientSecret::Given);
            }
            if let Some(assertion) = &exchange.client_assertion {
                return assertion.resolve_anew().map(ClientSecret::Given);
            }
        }
        match &connection.spec.client_secret {
            Some(reference) => reference.resolve().map(ClientSecret::Given),
            None if connection.spec.is_confidential => connection.client_key().map(ClientSecret::Kept),
            None => Ok(ClientSecret::None),
        }
    }

    /// What one's own app proves itself with at its sign-in: a secret, a private key, or what something else signed; none
    /// for a public client.
    pub fn app_secret(&self, connection: &ResolvedConnection) -> Result<Option<Secret>, Fault> {
        match Self::client(connection)? {
            ClientSecret::Given(secret) => Ok(Some(secret)),
            ClientSecret::None | ClientSecret::Kept(_) => self.client_secret(connection),
        }
    }

    /// Secret of one's own app; none for a public client.
    pub fn client_secret(&self, connection: &ResolvedConnection) -> Result<Option<Secret>, Fault> {
        let key = match Self::client(connection)? {
            ClientSecret::None => return Ok(None),
            ClientSecret::Given(secret) => return Ok(Some(secret)),
            ClientSecret::Kept(key) => key,
        };
        self.secrets.get(&key)?.map(Some).ok_or_else(|| {
            let name = &connection.spec.name;
            let message =
                format!("The client secret of connection {name} is not kept on this machine. Connect it again.");
            Fault::new(FaultKind::NoEnvironment, message)
        })
    }

    /// Key or token that a person typed in, or that the file refers to.
    pub fn typed_in(&self, connection: &ResolvedConnection, account: &StoredAccount) -> Result<Secret, Fault> {
        let spec = &connection.spec;
        // No keychain is asked for it: there may be none, or nobody who opens it.
        if let Some(reference) = spec.key.as_ref().filter(|_| account.identifier == spec.key_holder()) {
            return reference.resolve();
        }
        let kept = self.secrets.get(&connection.account_key(account.id.raw())?)?;
        kept.ok_or_else(|| gone(account))
    }

    /// What is known of a grant, for the account's row.
    pub fn facts(grant: &TokenGrant, before: AccountFacts) -> AccountFacts {
        let user = grant.account.as_ref().and_then(|user| {
            [&user.email, &user.name, &user.id].into_iter().flatten().find(|text| !text.is_empty()).cloned()
        });
        AccountFacts {
            asked: grant.terms.asked.clone(),
            granted: grant.granted.as_ref().map(|scopes| scopes.iter().map(|scope| scope.raw().to_owned()).collect()),
            expires_at: grant.expires_at,
            renews: grant.refresh.is_some(),
            provider_user: user.or(before.provider_user),
            reason: None,
            authorized_at: before.authorized_at,
        }
    }

    /// The row after its tokens may have been renewed by somebody.
    fn note_renewal(&self, key: &SecretKey, account: &StoredAccount) -> Result<(), Fault> {
        let kept = self.secrets.get(key)?;
        let Some(grant) = kept.as_ref().and_then(|text| TokenGrant::from_secret(text).ok()) else { return Ok(()) };
        let facts = Self::facts(&grant, account.facts.clone());
        if facts != account.facts || account.status != Status::Active {
            self.accounts()?.update(&account.id, &Status::Active, &facts)?;
        }
        Ok(())
    }

    /// Notes that a grant has ended for good. One that is kept elsewhere now, such as in a keychain that is out of reach,
    /// or was replaced meanwhile, has not.
    fn note_end(&self, key: &SecretKey, account: &AccountId, reason: &str) -> Result<(), Fault> {
        let kept = self.secrets.get(key)?;
        let kept = kept.as_ref().and_then(|text| TokenGrant::from_secret(text).ok());
        if !kept.is_some_and(|grant| grant.is_ended() || grant.refresh.is_none()) {
            return Ok(());
        }
        let Some(found) = self.accounts()?.find(&AccountRef::Id(account.clone()))? else {
            return Ok(());
        };
        let facts = AccountFacts { reason: Some(reason.to_owned()), ..found.facts };
        self.accounts()?.update(account, &Status::Expired, &facts).map(drop)
    }
}

impl Local {
    /// The account's credential, good for now as far as anybody here knows.
    ///
    /// # Errors
    /// [`FaultKind::NeedsAuthorization`] where the account is in no state for it, or the provider has ended its grant;
    /// else what was in the way, which says nothing of the account.
    pub(super) async fn credential(
        &self,
        connection: &Arc<ResolvedConnection>,
        account: &StoredAccount,
    ) -> Result<Secret, Fault> {
        match connection.spec.auth {
            ConnectionAuth::ApiKey | ConnectionAuth::Token => {
                let (connection, account) = (Arc::clone(connection), account.clone());
                self.blocking(move |inner| inner.typed_in(&connection, &account)).await
            }
            ConnectionAuth::OAuth | ConnectionAuth::Device | ConnectionAuth::Mcp => {
                self.token(connection, account, None).await
            }
            ConnectionAuth::Exchange => {
                let uses = self.0.uses.in_this_call();
                self.exchanged(connection, account, &ExchangeUse::default(), &uses).await.map(|given| given.token)
            }
        }
    }

    /// Row of an account whose token may just have been renewed.
    pub(super) async fn after_renewal(&self, connection: &ResolvedConnection, account: StoredAccount) -> StoredAccount {
        let is_token = connection.spec.auth.field().is_none();
        if !is_token || !is_near_end(&account) && account.status == Status::Active {
            return account;
        }
        let id = AccountRef::Id(account.id.clone());
        self.blocking(move |inner| inner.find(&id)).await.unwrap_or(account)
    }

    /// Access token of an account; another than `refused`, where the provider refused one.
    pub(super) async fn token(
        &self,
        connection: &Arc<ResolvedConnection>,
        account: &StoredAccount,
        refused: Option<&Secret>,
    ) -> Result<Secret, Fault> {
        let (own, whose) = (Arc::clone(connection), account.clone());
        let TokenPlace { key, client } = self.blocking(move |inner| inner.token_place(&own, &whose)).await?;
        let keeper = self.telling_keeper(connection, account);
        let token = match refused {
            None => keeper.access(&key, &client).await,
            Some(refused) => keeper.after_refusal(&key, refused, &client).await,
        };
        match token {
            Ok(token) => {
                if refused.is_some() || is_near_end(account) {
                    let account = account.clone();
                    // The token is good, whatever becomes of what the list shows of it.
                    let _ = self.blocking(move |inner| inner.note_renewal(&key, &account)).await;
                }
                Ok(token)
            }
            Err(TokenFault::Dead(fault)) => {
                let (id, reason) = (account.id.clone(), fault.message.to_string());
                let _ = self.blocking(move |inner| inner.note_end(&key, &id, &reason)).await;
                Err(fault)
            }
            Err(TokenFault::Passing(fault) | TokenFault::Refused(fault) | TokenFault::Local(fault)) => Err(fault),
        }
    }
}

/// True if the token may have been renewed for want of time.
fn is_near_end(account: &StoredAccount) -> bool {
    let near = |at: Timestamp| at <= Timestamp::now() + jiff::SignedDuration::from_mins(10);
    account.facts.expires_at.is_some_and(near)
}

/// Fault of an account whose credential is not where it should be.
pub(super) fn gone(account: &StoredAccount) -> Fault {
    let whom = format!("{}/{}", account.connection, account.identifier);
    let message = format!("This machine keeps no credential for {whom}. Authorize it again.");
    Fault::new(FaultKind::NeedsAuthorization, message)
}

/// Fault of an account that is in no state for a call.
pub(super) fn not_ready(account: &StoredAccount, status: &Status) -> Fault {
    let whom = format!("{}/{}", account.connection, account.identifier);
    let message = format!("The account {whom} is {}, so nothing was sent to the provider.", status.word());
    let fault = Fault::new(FaultKind::NeedsAuthorization, message);
    match &account.facts.reason {
        Some(reason) => fault.said(Untrusted::from(reason.as_str())),
        None => fault,
    }
}
