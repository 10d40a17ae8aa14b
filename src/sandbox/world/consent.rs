//! From a link to an account that works: what each step of the flow changes. Reference: section 5.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::World;
use super::accounts::{AccountRecord, AccountTable, Pending, Unverified};
use super::credentials::{CredentialRecord, StaticDetails};
use super::events::AccountEventKind;
use super::links::{Landing, Link, LinkError, ReturnTo};
use crate::domain::Status;
use crate::sandbox::options::VerifyMode;
use crate::sandbox::people::Persona;

impl World {
    /// A link for this account. Making one changes nothing else: whether it does is a guess in the
    /// reference (section 4.5).
    pub fn issue_link(
        &mut self,
        account: u64,
        expires_at: Timestamp,
        return_to: Option<ReturnTo>,
        now: Timestamp,
    ) -> Result<String, getrandom::Error> {
        let link = self.links.issue(account, expires_at, return_to)?;
        if let Some(account) = self.accounts.find(account) {
            self.events.record(AccountEventKind::MagicLinkGenerated, account, now);
        }
        Ok(link)
    }

    /// Link of this id and its account, if it still works.
    pub fn link(&mut self, id: &str, now: Timestamp) -> Result<(&Link, &AccountRecord), LinkError> {
        with_account(self.links.open(id, now)?, &self.accounts)
    }

    /// Link that the provider knows as `state`, and its account.
    pub fn link_at_provider(&mut self, state: &str, now: Timestamp) -> Result<(&Link, &AccountRecord), LinkError> {
        with_account(self.links.at_provider(state, now)?, &self.accounts)
    }

    /// Account that a completed flow made work, and who signed in for it; nobody did where something was
    /// typed in instead.
    pub fn completed(&self, id: &str) -> Option<(&AccountRecord, Option<&Arc<Persona>>)> {
        let link = self.links.find(id).filter(|link| link.used)?;
        let account = self.accounts.find(link.account)?;
        let person = link.signed_in.as_ref();
        let acts = account.grant.as_ref().map(|grant| &grant.person);
        let still = if account.connection.is_oauth() { person.is_some() && acts == person } else { person.is_none() };
        (still && account.status == Status::Active).then_some((account, person))
    }

    /// Somebody typed in what the link asks for.
    pub fn fill_in(&mut self, id: &str, details: Map<String, Value>, now: Timestamp) -> Result<(), LinkError> {
        let link = self.links.open(id, now)?;
        let account = self.accounts.numbered(link.account).ok_or(LinkError::Unknown)?;
        let before = account.status.clone();
        account.accept(CredentialRecord::Static(StaticDetails::new(details)), &self.people, now);
        self.events.transition(&before, account, now);
        link.used = true;
        Ok(())
    }

    /// Somebody allows it at the provider. Returns the code to go back with.
    pub fn allow(&mut self, state: &str, person: &Arc<Persona>, now: Timestamp) -> Result<String, LinkError> {
        let link = self.links.at_provider(state, now)?;
        link.signed_in = Some(Arc::clone(person));
        Ok(link.code.clone())
    }

    /// The browser is back at the broker with a code, on the callback of `connection`.
    pub fn exchange(
        &mut self,
        connection: &str,
        state: &str,
        code: &str,
        verify: VerifyMode,
        now: Timestamp,
    ) -> Result<Landing, LinkError> {
        let link = self.links.at_provider(state, now)?;
        let account = self.accounts.numbered(link.account).ok_or(LinkError::Unknown)?;
        let person = link.signed_in.as_ref().filter(|_| link.code == code && account.connection.id() == connection);
        let person = Arc::clone(person.ok_or(LinkError::Unknown)?);
        let before = account.status.clone();
        let landing = match (verify, &link.return_to) {
            (VerifyMode::None, _) => {
                account.activate(person, now);
                Landing::Done { link: link.id.clone() }
            }
            (VerifyMode::Custom, Some(back)) => {
                let auth_request_id = link.auth_request_id.clone();
                let url = back.with(&[("auth_request_id", &auth_request_id)]);
                account.await_verification(Pending { auth_request_id, link: link.id.clone(), person }, now);
                Landing::Verify(url)
            }
            (VerifyMode::Custom, None) => return Ok(Landing::NowhereToVerify),
            (VerifyMode::Platform, _) => {
                let auth_request_id = link.auth_request_id.clone();
                let pending = Pending { auth_request_id: auth_request_id.clone(), link: link.id.clone(), person };
                account.await_verification(pending, now);
                Landing::SignIn { auth_request_id }
            }
        };
        link.used = true;
        self.events.record(AccountEventKind::OauthTokensFetched, account, now);
        self.events.transition(&before, account, now);
        if let Landing::Done { .. } = &landing {
            self.events.record(AccountEventKind::OauthSucceeded, account, now);
        }
        Ok(landing)
    }

    /// The application says who consented. Returns the link it was.
    pub fn verify(&mut self, auth_request_id: &str, identifier: &str, now: Timestamp) -> Result<String, Unverified> {
        let waiting = self.accounts.waiting(auth_request_id).map(|account| (account.number, account.status.clone()));
        let link = self.accounts.verify(auth_request_id, identifier, now)?;
        if let Some((number, before)) = waiting
            && let Some(account) = self.accounts.find(number)
        {
            self.events.transition(&before, account, now);
            self.events.record(AccountEventKind::OauthSucceeded, account, now);
        }
        Ok(link)
    }

    /// The account whose consent waits under this name.
    pub fn waiting(&mut self, auth_request_id: &str) -> Option<&AccountRecord> {
        self.accounts.waiting(auth_request_id).map(|account| &*account)
    }
}

fn with_account<'a>(link: &'a Link, accounts: &'a AccountTable) -> Result<(&'a Link, &'a AccountRecord), LinkError> {
    let account = accounts.find(link.account);
    account.map(|account| (link, account)).ok_or(LinkError::Unknown)
}
