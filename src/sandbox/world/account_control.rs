//! What a test does to accounts: nobody asks for it, it just happens.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::World;
use super::accounts::AccountRecord;
use super::connections::ConnectionRecord;
use super::credentials::{CredentialRecord, KEY_FIELDS, StaticDetails};
use super::events::AccountEventKind;
use crate::sandbox::people::Persona;

impl World {
    /// The account's token runs out, and cannot be renewed. None when the account is gone.
    pub fn expire_account(&mut self, number: u64, now: Timestamp) -> Option<&AccountRecord> {
        let account = self.accounts.numbered(number)?;
        let before = account.status.clone();
        let had_token = account.token_expires_at.is_some();
        account.expire(now);
        if had_token {
            self.events.record(AccountEventKind::TokenRefreshFailed, account, now);
        }
        self.events.transition(&before, account, now);
        Some(account)
    }

    /// The account's person takes the consent back at the provider. The broker does not notice until the token runs out.
    /// None when the account is gone or nobody ever consented.
    pub fn revoke_account(&mut self, number: u64) -> Option<&AccountRecord> {
        let account = self.accounts.numbered(number)?;
        account.grant.as_mut()?.refused = true;
        Some(account)
    }

    /// The account acts as `person` from now on, as if they had authorized it. None when the account is gone.
    pub fn activate_account(&mut self, number: u64, person: &Arc<Persona>, now: Timestamp) -> Option<&AccountRecord> {
        let account = self.accounts.numbered(number)?;
        let before = account.status.clone();
        let connection = Arc::clone(&account.connection);
        if connection.is_oauth() {
            account.activate(Arc::clone(person), now);
            self.events.record(AccountEventKind::OauthTokensFetched, account, now);
            self.events.transition(&before, account, now);
            self.events.record(AccountEventKind::OauthSucceeded, account, now);
        } else {
            let details = StaticDetails::new(made_up_details(&connection, person));
            account.accept(CredentialRecord::Static(details), &self.people, now);
            self.events.transition(&before, account, now);
        }
        Some(account)
    }
}

/// What `person` would type in on a connection that wants a key.
pub fn made_up_details(connection: &ConnectionRecord, person: &Persona) -> Map<String, Value> {
    let key = Value::from(format!("{}-sandbox", person.key));
    let is_key = |name: &str| KEY_FIELDS.contains(&name);
    let fields = connection.provider.fields(&connection.kind).map(|field| {
        let value = if is_key(&field.field_name) { key.clone() } else { "sandbox".into() };
        (field.field_name.clone(), value)
    });
    let mut details: Map<_, _> = fields.collect();
    if !details.keys().any(|name| is_key(name)) {
        details.insert("api_key".into(), key);
    }
    details
}
