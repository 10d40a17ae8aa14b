//! Accounts of the environment: listed, made, changed and ended.

use async_trait::async_trait;
use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::account_store::{AccountFacts, PREFIX, StoredAccount};
use super::connection_spec::{ConnectionAuth, ConnectionSpec};
use super::connections_file::ConnectionEntry;
use super::resolved::ResolvedConnection;
use super::{Inner, Local, not_found};
use crate::backend::{AccountAdmin, AccountFilter, Accounts, Batch, Batches};
use crate::domain::{
    Account, AccountId, AccountRef, AuthorizationType, ConnectionName, Credentials, Fault, FaultKind, Identifier,
    JsonText, Provider, Secret, Status,
};

impl Inner {
    /// Accounts that there are, those that the file alone speaks of included.
    fn list(&self, filter: &AccountFilter) -> Result<Vec<Account>, Fault> {
        let connections = self.connections.all()?;
        for entry in connections.iter() {
            if let ConnectionEntry::Good(spec) = entry {
                self.ensure_referred(spec)?;
            }
        }
        let fits = |account: &StoredAccount| {
            filter.connection.as_ref().is_none_or(|wanted| *wanted == account.connection)
                && filter.identifier.as_ref().is_none_or(|wanted| *wanted == account.identifier)
        };
        let found = self.accounts()?.all()?.into_iter().filter(fits);
        Ok(found.map(|account| self.shown(account)).collect())
    }

    /// An account whose key the file refers to needs nobody who makes it.
    pub fn ensure_referred(&self, spec: &ConnectionSpec) -> Result<(), Fault> {
        if spec.key.is_none() || spec.auth.field().is_none() {
            return Ok(());
        }
        let identifier = spec.key_holder();
        let account = AccountRef::Pair(spec.name.clone(), identifier.clone());
        if self.accounts()?.find(&account)?.is_some() {
            return Ok(());
        }
        match self.accounts()?.add(&spec.name, &identifier, &Status::Active) {
            Err(fault) if fault.kind == FaultKind::Conflict => Ok(()),
            added => added.map(drop),
        }
    }

    /// An account that is there.
    ///
    /// # Errors
    /// [`FaultKind::NotFound`].
    pub fn find(&self, account: &AccountRef) -> Result<StoredAccount, Fault> {
        if let AccountRef::Pair(name, _) = account
            && let Some(ConnectionEntry::Good(spec)) = self.connections.all()?.iter().find(|entry| entry.name() == name)
        {
            self.ensure_referred(spec)?;
        }
        let found = self.accounts()?.find(account)?;
        found.ok_or_else(|| not_found(format!("There is no account {account} in this environment.")))
    }

    /// The account as everybody else knows accounts.
    pub fn shown(&self, account: StoredAccount) -> Account {
        let spec = self.connections.get(&account.connection).ok();
        let (provider, authorization) = match &spec {
            Some(spec) => (spec.provider.clone(), spec.auth.authorization()),
            None => (Provider::from(""), AuthorizationType::unknown()),
        };
        let status = status(&account, Timestamp::now());
        let facts = &account.facts;
        let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
        let is_consent = spec.as_ref().is_some_and(|spec| spec.auth.field().is_none());
        // A provider that does not say has granted what was asked for (RFC 6749, 5.1).
        let as_asked = || facts.authorized_at.is_some().then_some(&facts.asked);
        let granted = facts.granted.as_ref().or_else(as_asked).filter(|_| is_consent);
        // Scopes of a sign-in say nothing of what a call may do: its exchange asks for its own.
        let is_exchange = spec.as_ref().is_some_and(|spec| spec.auth == ConnectionAuth::Exchange);
        let of_calls = is_consent && !is_exchange;
        let of_sign_in = is_exchange.then(|| granted.cloned()).flatten();
        let mut raw = json!({
            "id": account.id.raw(),
            "identifier": account.identifier.raw(),
            "connection": account.connection.raw(),
            "provider": provider.raw(),
            "status": status.name(),
            "auth": spec.as_ref().map(|spec| spec.auth.word()),
            "scopes_asked": of_calls.then_some(&facts.asked),
            "scopes_granted": granted.filter(|_| of_calls),
            "sign_in_scopes": of_sign_in,
            "token_expires_at": time(facts.expires_at),
            "token_renews": facts.expires_at.map(|_| facts.renews),
            "provider_user": facts.provider_user.as_ref().map(|user| user.raw()),
            "reason": facts.reason,
            "authorized_at": time(facts.authorized_at),
            "created_at": account.created_at.to_string(),
            "updated_at": account.updated_at.to_string(),
            "last_used_at": time(account.last_used_at),
        });
        if let Some(members) = raw.as_object_mut() {
            members.extend(spec.as_ref().and_then(|spec| self.shown_server(spec, &account.id)));
            if let Some((spec, exchange)) = spec.as_ref().and_then(|spec| Some((spec, spec.exchange.as_ref()?))) {
                members.insert("issuer".to_owned(), spec.issuer.as_deref().into());
                members.insert("application".to_owned(), spec.client_id.as_deref().into());
                members.insert("resource".to_owned(), exchange.resource.as_str().into());
            }
            members.retain(|_, value| !value.is_null());
        }
        Account {
            connection_id: account.connection.raw().into(),
            id: account.id,
            identifier: account.identifier,
            connection: account.connection,
            provider,
            status,
            authorization,
            token_expires_at: account.facts.expires_at,
            updated_at: Some(account.updated_at),
            last_used_at: account.last_used_at,
            org_wide: false,
            raw: JsonText::parse(raw.to_string()).unwrap_or_else(|_| JsonText::empty_object()),
        }
    }

    /// The server of an account, as far as it told of itself.
    fn shown_server(&self, spec: &ConnectionSpec, account: &AccountId) -> Option<(String, Value)> {
        spec.server.as_ref()?;
        let server = self.accounts().ok()?.server_state(account).ok()?.server?;
        Some(("server".to_owned(), serde_json::to_value(server).ok()?))
    }

    /// The key or token among what was typed in.
    fn typed_secret(spec: &ConnectionSpec, credentials: &Credentials) -> Result<Secret, Fault> {
        let refuse = |message: String| Err(Fault::new(FaultKind::InvalidInput, message));
        let Some(field) = spec.auth.field() else {
            return refuse(format!(
                "Accounts of connection {} are authorized in a browser: nothing is typed in.",
                spec.name
            ));
        };
        if let Some((odd, _)) = credentials.iter().find(|(name, _)| name.raw() != field) {
            return refuse(format!("Accounts of connection {} have one credential, {field}, and no {odd}.", spec.name));
        }
        let Some(secret) = credentials.get(field) else { return refuse(format!("The credential {field} is missing.")) };
        let text = secret.expose().trim();
        if text.is_empty() || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return refuse(format!("The {field} is empty or holds a blank."));
        }
        Ok(Secret::new(text.to_owned()))
    }

    fn create(
        &self,
        name: &ConnectionName,
        identifier: &Identifier,
        credentials: Option<&Credentials>,
    ) -> Result<Account, Fault> {
        if identifier.raw().trim().is_empty() {
            return Err(Fault::new(FaultKind::InvalidInput, "The identifier is empty."));
        }
        let spec = self.connections.get(name)?;
        let secret = credentials.map(|given| Self::typed_secret(&spec, given)).transpose()?;
        let account = match self.accounts()?.add(name, identifier, &Status::PendingAuth) {
            // One whose making was cut off before it had its key is made whole.
            Err(fault) if fault.kind == FaultKind::Conflict && secret.is_some() => {
                let found = self.find(&AccountRef::Pair(name.clone(), identifier.clone()))?;
                let is_half_made = found.status == Status::PendingAuth && found.facts.authorized_at.is_none();
                if is_half_made { found } else { return Err(fault) }
            }
            added => added?,
        };
        let Some(secret) = secret else { return Ok(self.shown(account)) };
        let kept = self.keep(&ResolvedConnection::new(spec, &self.providers), &account, &secret);
        if kept.is_err() {
            // An account that could not get its key would be in the way of the next attempt.
            self.accounts()?.remove(&account.id)?;
        }
        kept
    }

    fn update(&self, account: &AccountRef, credentials: &Credentials) -> Result<Account, Fault> {
        let account = self.find(account)?;
        let connection = self.resolve(&account.connection)?;
        let secret = Self::typed_secret(&connection.spec, credentials)?;
        self.keep(&connection, &account, &secret)
    }

    fn keep(
        &self,
        connection: &ResolvedConnection,
        account: &StoredAccount,
        secret: &Secret,
    ) -> Result<Account, Fault> {
        self.secrets.set(&connection.account_key(account.id.raw())?, secret)?;
        let facts = AccountFacts { authorized_at: Some(Timestamp::now()), ..AccountFacts::default() };
        Ok(self.shown(self.accounts()?.update(&account.id, &Status::Active, &facts)?))
    }
}

/// Status by what is known here: a token that ran out and cannot be renewed needs nobody's refusal.
pub(super) fn status(account: &StoredAccount, now: Timestamp) -> Status {
    let facts = &account.facts;
    let is_over = !facts.renews && facts.expires_at.is_some_and(|end| end <= now);
    if account.status == Status::Active && is_over { Status::Expired } else { account.status.clone() }
}

#[async_trait]
impl Accounts for Local {
    fn stream(&self, filter: AccountFilter) -> Batches<'_, Account> {
        let read = async move { self.blocking(move |inner| inner.list(&filter)).await.map(Batch::whole) };
        stream::once(read).boxed()
    }

    async fn get(&self, account: &AccountRef) -> Result<Account, Fault> {
        let account = account.clone();
        self.blocking(move |inner| inner.find(&account).map(|found| inner.shown(found))).await
    }

    fn id_prefix(&self) -> &'static str {
        PREFIX
    }
}

#[async_trait]
impl AccountAdmin for Local {
    async fn create(
        &self,
        connection: &ConnectionName,
        identifier: &Identifier,
        credentials: Option<&Credentials>,
    ) -> Result<Account, Fault> {
        let (connection, identifier, credentials) = (connection.clone(), identifier.clone(), credentials.cloned());
        self.blocking(move |inner| inner.create(&connection, &identifier, credentials.as_ref())).await
    }

    async fn update(&self, account: &AccountRef, credentials: &Credentials) -> Result<Account, Fault> {
        let (account, credentials) = (account.clone(), credentials.clone());
        self.blocking(move |inner| inner.update(&account, &credentials)).await
    }

    async fn disconnect(&self, account: &AccountId) -> Result<Account, Fault> {
        self.end(&AccountRef::Id(account.clone())).await
    }

    async fn delete(&self, account: &AccountRef) -> Result<(), Fault> {
        let ended = self.end(account).await?;
        self.blocking(move |inner| inner.accounts()?.remove(&ended.id)).await
    }
}

/// True for a way that a browser or another device has a part in.
pub(super) fn is_consent(auth: ConnectionAuth) -> bool {
    auth.field().is_none()
}
