//! The connected accounts and what becomes of them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Map, Value};

use super::connections::ConnectionRecord;
use super::credentials::{CredentialRecord, StaticDetails};
use crate::backend::scalekit::words;
use crate::domain::Status;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};
use crate::sandbox::refs::resolve;

const DATA: &str = include_str!("../../../assets/sandbox/accounts.json");

/// One account as the data file has it; times count from the start.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountData {
    connection: String,
    identifier: String,
    /// Status in the wire's word.
    status: String,
    /// Person who signed in at the provider.
    acts_as: Option<String>,
    /// Or what was typed in.
    static_auth: Option<Map<String, Value>>,
    /// The provider no longer accepts the token, and the broker has not noticed.
    #[serde(default)]
    refused: bool,
    token_expires: Option<SignedDuration>,
    updated: SignedDuration,
    last_used: Option<SignedDuration>,
}

/// Connected account as the broker keeps it.
#[derive(Debug)]
pub struct AccountRecord {
    /// Its id without the prefix.
    pub number: u64,
    pub connection: Arc<ConnectionRecord>,
    pub identifier: String,
    pub status: Status,
    pub token_expires_at: Option<Timestamp>,
    pub updated_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    /// Consent at the provider, if anybody ever gave it.
    pub grant: Option<Grant>,
    /// Credentials that came through the API or a form instead.
    pub credentials: Option<Box<CredentialRecord>>,
    /// Whether they came while the world ran: the others stand in the data file.
    pub typed_in: bool,
    pub api_config: Option<Box<Map<String, Value>>>,
    /// Scopes that were granted, where they are not those that its connection asks for.
    pub granted: Option<Box<[String]>>,
    pub(super) pending: Option<Box<Pending>>,
}

/// The provider's word that calls may act as somebody.
#[derive(Debug)]
pub struct Grant {
    pub person: Arc<Persona>,
    /// Taken back at the provider.
    pub refused: bool,
}

/// What became of a token as it was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenUse {
    AsItWas,
    Renewed,
    /// It ran out, and the account with it.
    NotRenewed,
}

/// Consent that waits for somebody to say who gave it.
#[derive(Debug)]
pub struct Pending {
    pub auth_request_id: String,
    /// The link it came through.
    pub link: String,
    pub person: Arc<Persona>,
}

impl AccountRecord {
    /// Id as the wire writes it: `ca_…`.
    pub fn id(&self) -> String {
        format!("ca_{}", self.number)
    }

    /// Scopes that its token has.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let granted = self.granted.iter().flatten().map(String::as_str);
        let asked = self.connection.scopes.iter().filter(|_| self.granted.is_none());
        granted.chain(asked.map(|scope| scope.name.as_str()))
    }

    /// True if calls on it go out at all.
    pub fn works(&self) -> bool {
        self.status == Status::Active && self.connection.enabled()
    }

    /// Consent is given and verified: calls act as `person` from now on.
    pub fn activate(&mut self, person: Arc<Persona>, now: Timestamp) {
        (self.credentials, self.typed_in) = (None, false);
        self.make_active(Some(person), now);
    }

    /// Credentials were handed over. The broker believes them; whose they are shows at the provider.
    pub fn accept(&mut self, credentials: CredentialRecord, people: &People, now: Timestamp) {
        let person = credentials.person(people);
        (self.credentials, self.typed_in) = (Some(Box::new(credentials)), true);
        self.make_active(person, now);
    }

    /// Settings are merged, name by name.
    pub fn configure(&mut self, settings: Map<String, Value>, now: Timestamp) {
        self.api_config.get_or_insert_default().extend(settings);
        self.updated_at = now;
    }

    /// Consent is given; somebody must say by whom. An older consent that still waited is void.
    pub fn await_verification(&mut self, pending: Pending, now: Timestamp) {
        self.pending = Some(Box::new(pending));
        self.status = Status::PendingVerification;
        self.updated_at = now;
    }

    /// The row stays, what it allowed is gone.
    pub fn disconnect(&mut self, now: Timestamp) {
        (self.grant, self.credentials, self.granted, self.pending) = (None, None, None, None);
        self.typed_in = false;
        self.token_expires_at = None;
        self.status = Status::Disconnected;
        self.updated_at = now;
    }

    /// A call goes out. The broker renews a token that ran out meanwhile; where the provider took the consent back, that
    /// is when the broker notices.
    pub fn use_token(&mut self, now: Timestamp) -> TokenUse {
        self.last_used_at = Some(now);
        match self.token_expires_at {
            Some(at) if at <= now && self.grant.as_ref().is_some_and(|grant| grant.refused) => {
                self.expire(now);
                TokenUse::NotRenewed
            }
            Some(at) if at <= now => {
                self.renew_token(now);
                TokenUse::Renewed
            }
            _ => TokenUse::AsItWas,
        }
    }

    /// The token ran out, and cannot be renewed.
    pub fn expire(&mut self, now: Timestamp) {
        self.token_expires_at = self.token_expires_at.map(|at| at.min(now));
        self.status = Status::Expired;
        self.updated_at = now;
    }

    /// Credentials that the data file brought.
    pub fn built_in_credentials(&self) -> Option<CredentialRecord> {
        self.credentials.as_deref().and_then(CredentialRecord::copy_static)
    }

    fn make_active(&mut self, person: Option<Arc<Persona>>, now: Timestamp) {
        self.grant = person.map(|person| Grant { person, refused: false });
        (self.granted, self.pending) = (None, None);
        self.status = Status::Active;
        self.renew_token(now);
    }

    fn renew_token(&mut self, now: Timestamp) {
        self.token_expires_at = self.connection.token_lifetime.and_then(|lifetime| now.checked_add(lifetime).ok());
        self.updated_at = now;
    }
}

/// All accounts, in the order of their ids.
pub struct AccountTable {
    ids: Ids,
    pub(super) rows: Vec<AccountRecord>,
    /// Accounts made so far, deleted ones included: an id is never given twice.
    pub(super) made: u64,
}

impl AccountTable {
    pub fn read(
        ids: Ids,
        connections: &[Arc<ConnectionRecord>],
        people: &People,
        now: Timestamp,
    ) -> Result<Self, serde_json::Error> {
        let mut accounts = Self { ids, rows: Vec::new(), made: 0 };
        for data in serde_json::from_str::<Vec<AccountData>>(DATA)? {
            let from_now = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
            let connection = resolve(connections.iter(), |known| known.name == data.connection, &data.connection)?;
            let credentials = data.static_auth.map(|details| CredentialRecord::Static(StaticDetails::new(details)));
            let person = match &credentials {
                Some(credentials) => credentials.person(people),
                None => data.acts_as.map(|key| people.named(&key)).transpose()?,
            };
            let token_expires_at = data.token_expires.map(from_now).transpose()?;
            let last_used_at = data.last_used.map(from_now).transpose()?;
            let account = accounts.create(connection, &data.identifier, from_now(data.updated)?);
            account.status = words::status(&data.status);
            account.grant = person.map(|person| Grant { person, refused: data.refused });
            account.credentials = credentials.map(Box::new);
            account.token_expires_at = token_expires_at;
            account.last_used_at = last_used_at;
        }
        Ok(accounts)
    }

    /// No account, after so many were made.
    pub fn empty(ids: Ids, made: u64) -> Self {
        Self { ids, rows: Vec::new(), made }
    }

    pub fn iter(&self) -> impl Iterator<Item = &AccountRecord> {
        self.rows.iter()
    }

    /// The account of this number.
    pub fn find(&self, number: u64) -> Option<&AccountRecord> {
        self.place(number).and_then(|at| self.rows.get(at))
    }

    pub fn numbered(&mut self, number: u64) -> Option<&mut AccountRecord> {
        self.place(number).and_then(|at| self.rows.get_mut(at))
    }

    pub fn reserve(&mut self, more: usize) {
        self.rows.reserve_exact(more);
    }

    /// A new account that nobody has authorized yet.
    pub fn create(
        &mut self,
        connection: &Arc<ConnectionRecord>,
        identifier: &str,
        now: Timestamp,
    ) -> &mut AccountRecord {
        let number = self.ids.snowflake("ca", self.made);
        self.made += 1;
        self.rows.push_mut(AccountRecord {
            number,
            connection: Arc::clone(connection),
            identifier: identifier.into(),
            status: Status::PendingAuth,
            token_expires_at: None,
            updated_at: now,
            last_used_at: None,
            grant: None,
            credentials: None,
            typed_in: false,
            api_config: None,
            granted: None,
            pending: None,
        })
    }

    pub fn delete(&mut self, number: u64) {
        self.rows.retain(|account| account.number != number);
    }

    /// The application says who gave the consent that waits under `auth_request_id`. Returns the
    /// link it came through. Reference: section 5, step 6.
    pub fn verify(&mut self, auth_request_id: &str, identifier: &str, now: Timestamp) -> Result<String, Unverified> {
        let account = self.waiting(auth_request_id).ok_or(Unverified::Unknown)?;
        if account.identifier != identifier {
            return Err(Unverified::SomebodyElse);
        }
        let Pending { person, link, .. } = *account.pending.take().ok_or(Unverified::Unknown)?;
        account.activate(person, now);
        Ok(link)
    }

    /// The account whose consent waits under `auth_request_id`.
    pub fn waiting(&mut self, auth_request_id: &str) -> Option<&mut AccountRecord> {
        let waits = |pending: &Pending| pending.auth_request_id == auth_request_id;
        self.rows.iter_mut().find(|account| account.pending.as_deref().is_some_and(waits))
    }

    fn place(&self, number: u64) -> Option<usize> {
        self.rows.binary_search_by_key(&number, |account| account.number).ok()
    }
}

/// Reason why a verification fails.
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
    use crate::sandbox::world::{connections, vendors};

    fn begin(now: Timestamp) -> AccountTable {
        let ids = Ids::new(1);
        let people = People::read().expect("people");
        let vendors = vendors::read(ids).expect("providers");
        let connections = connections::read(ids, &vendors, now).expect("connections");
        AccountTable::read(ids, &connections, &people, now).expect("accounts")
    }

    #[test]
    fn a_token_that_ran_out_is_renewed_when_it_is_used() {
        let mut accounts = begin(Timestamp::UNIX_EPOCH);
        let account = accounts.rows.iter_mut().find(|account| account.status == Status::Active).expect("one");
        let runs_out = account.token_expires_at.expect("a time");

        let before = runs_out - SignedDuration::from_secs(1);
        assert_eq!(account.use_token(before), TokenUse::AsItWas);
        assert_eq!((account.token_expires_at, account.last_used_at), (Some(runs_out), Some(before)));

        // Its person has taken the consent back, which the broker notices only now.
        let grant = account.grant.as_mut().expect("consent");
        assert!(std::mem::replace(&mut grant.refused, true));
        assert_eq!(account.use_token(runs_out), TokenUse::NotRenewed);
        assert_eq!(account.status, Status::Expired);

        (account.status, account.grant.as_mut().expect("consent").refused) = (Status::Active, false);
        assert_eq!(account.use_token(runs_out), TokenUse::Renewed);
        assert_eq!(account.token_expires_at, account.connection.token_lifetime.map(|lifetime| runs_out + lifetime));
        assert_eq!((account.updated_at, account.last_used_at), (runs_out, Some(runs_out)));
    }

    #[test]
    fn a_deleted_account_leaves_its_id_to_nobody() {
        let now = Timestamp::UNIX_EPOCH;
        let mut accounts = begin(now);
        let last = accounts.rows.last().expect("one");
        let (number, connection) = (last.number, Arc::clone(&last.connection));
        accounts.delete(number);
        assert!(accounts.find(number).is_none());
        let made = accounts.create(&connection, "new", now).number;
        assert!(made > number);
        assert!(accounts.find(made).is_some());
    }

    #[test]
    fn a_key_says_whose_it_is() {
        let people = People::read().expect("people");
        let person = |field: &str, key: &str| {
            let details = Map::from_iter([("domain".into(), "acme.example".into()), (field.into(), key.into())]);
            CredentialRecord::Static(StaticDetails::new(details)).person(&people).map(|person| person.key.clone())
        };
        assert_eq!(person("api_key", "ada-1234").as_deref(), Some("ada"));
        assert_eq!(person("username", "grace-x").as_deref(), Some("grace"));
        assert_eq!(person("api_key", "1234"), None);
        assert_eq!(person("note", "ada-1234"), None);
    }
}
