//! The connected accounts and what becomes of them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;

use super::connections::Connection;
use crate::domain::Status;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Person};
use crate::sandbox::reference::meant;

const DATA: &str = include_str!("../../../assets/sandbox/accounts.json");

/// One account as the data file has it; times count from the start.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountData {
    connection: String,
    identifier: String,
    /// The wire's word.
    status: String,
    /// Who signed in at the provider.
    acts_as: Option<String>,
    /// The provider no longer accepts the token, and the broker has not noticed.
    #[serde(default)]
    refused: bool,
    token_expires: Option<SignedDuration>,
    updated: SignedDuration,
    last_used: Option<SignedDuration>,
}

/// One connected account.
#[derive(Debug)]
pub struct Account {
    /// Its id without the prefix.
    pub number: u64,
    pub connection: Arc<Connection>,
    pub identifier: String,
    pub status: Status,
    pub token_expires_at: Option<Timestamp>,
    pub updated_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    /// What the provider gave out, if anybody ever consented.
    pub grant: Option<Grant>,
    pending: Option<Pending>,
}

/// The provider's word that calls may act as somebody.
#[derive(Debug)]
pub struct Grant {
    pub person: Arc<Person>,
    /// Taken back at the provider.
    pub refused: bool,
}

/// Consent that waits for the application to say who gave it.
#[derive(Debug)]
pub struct Pending {
    pub auth_request_id: String,
    /// The link it came through.
    pub link: String,
    pub person: Arc<Person>,
}

impl Account {
    /// `ca_…`
    pub fn id(&self) -> String {
        format!("ca_{}", self.number)
    }

    /// Consent is given and verified: calls act as `person` from now on.
    pub fn activate(&mut self, person: Arc<Person>, now: Timestamp) {
        self.grant = Some(Grant { person, refused: false });
        self.pending = None;
        self.status = Status::Active;
        self.renew_token(now);
    }

    /// Consent is given; the application must say by whom. An older consent that still waited is void.
    pub fn await_verification(&mut self, pending: Pending, now: Timestamp) {
        self.pending = Some(pending);
        self.status = Status::PendingVerification;
        self.updated_at = now;
    }

    /// A call goes out. The broker renews a token that ran out meanwhile.
    pub fn use_token(&mut self, now: Timestamp) {
        if self.token_expires_at.is_some_and(|at| at <= now) {
            self.renew_token(now);
        }
        self.last_used_at = Some(now);
    }

    fn renew_token(&mut self, now: Timestamp) {
        self.token_expires_at = now.checked_add(self.connection.token_lifetime).ok();
        self.updated_at = now;
    }
}

/// All accounts, in the order of their ids.
pub struct Accounts {
    ids: Ids,
    rows: Vec<Account>,
}

impl Accounts {
    pub fn read(
        ids: Ids,
        connections: &[Arc<Connection>],
        people: &People,
        now: Timestamp,
    ) -> Result<Self, serde_json::Error> {
        let mut accounts = Self { ids, rows: Vec::new() };
        for data in serde_json::from_str::<Vec<AccountData>>(DATA)? {
            let from_now = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
            let connection = meant(connections.iter(), |known| known.name == data.connection, &data.connection)?;
            let person = data.acts_as.map(|key| people.named(&key)).transpose()?;
            let token_expires_at = data.token_expires.map(from_now).transpose()?;
            let last_used_at = data.last_used.map(from_now).transpose()?;
            let account = accounts.create(connection, &data.identifier, from_now(data.updated)?);
            account.status = Status::from_wire(&data.status);
            account.grant = person.map(|person| Grant { person, refused: data.refused });
            account.token_expires_at = token_expires_at;
            account.last_used_at = last_used_at;
        }
        Ok(accounts)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.rows.iter()
    }

    pub fn numbered(&mut self, number: u64) -> Option<&mut Account> {
        self.rows.iter_mut().find(|account| account.number == number)
    }

    /// A new account that nobody has authorized yet.
    pub fn create(&mut self, connection: &Arc<Connection>, identifier: &str, now: Timestamp) -> &mut Account {
        let ordinal = self.rows.len() as u64;
        self.rows.push_mut(Account {
            number: self.ids.snowflake("ca", ordinal),
            connection: Arc::clone(connection),
            identifier: identifier.into(),
            status: Status::PendingAuth,
            token_expires_at: None,
            updated_at: now,
            last_used_at: None,
            grant: None,
            pending: None,
        })
    }

    /// The application says who gave the consent that waits under `auth_request_id`. Returns the
    /// link it came through. Reference: section 5, step 6.
    pub fn verify(&mut self, auth_request_id: &str, identifier: &str, now: Timestamp) -> Result<String, Unverified> {
        let waits = |pending: &Pending| pending.auth_request_id == auth_request_id;
        let account = self.rows.iter_mut().find(|account| account.pending.as_ref().is_some_and(waits));
        let account = account.ok_or(Unverified::Unknown)?;
        if account.identifier != identifier {
            return Err(Unverified::SomebodyElse);
        }
        let Pending { person, link, .. } = account.pending.take().ok_or(Unverified::Unknown)?;
        account.activate(person, now);
        Ok(link)
    }
}

/// Why a verification fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unverified {
    /// Nothing waits under that id, or no longer.
    Unknown,
    /// The link was made for another identifier. The consent goes on waiting.
    SomebodyElse,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::connections;

    #[test]
    fn a_token_that_ran_out_is_renewed_when_it_is_used() {
        let (ids, now) = (Ids::new(1), Timestamp::UNIX_EPOCH);
        let people = People::read().expect("people");
        let connections: Vec<_> = connections::read(ids, now).expect("connections").into_iter().map(Arc::new).collect();
        let mut accounts = Accounts::read(ids, &connections, &people, now).expect("accounts");
        let account = accounts.rows.iter_mut().find(|account| account.status == Status::Active).expect("one");
        let runs_out = account.token_expires_at.expect("a time");

        let before = runs_out - SignedDuration::from_secs(1);
        account.use_token(before);
        assert_eq!((account.token_expires_at, account.last_used_at), (Some(runs_out), Some(before)));

        account.use_token(runs_out);
        assert_eq!(account.token_expires_at, Some(runs_out + account.connection.token_lifetime));
        assert_eq!((account.updated_at, account.last_used_at), (runs_out, Some(runs_out)));
    }
}
