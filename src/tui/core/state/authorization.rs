//! Authorizations that were begun here, each followed step by step until it is proven done.

use std::time::Duration;

use jiff::Timestamp;

use crate::backend::AuthorizationLink;
use crate::domain::{Account, AccountId, AccountRef, ConnectionName, Fault, Identifier, Untrusted};
use crate::flow::authorize::{Progress, Verification};

/// Authorizations under way, and those whose end nobody has seen yet.
#[derive(Default)]
pub struct Authorizations {
    begun: u32,
    list: Vec<(AuthorizationId, Authorization)>,
}

/// Number of an authorization, counted from the start of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AuthorizationId(pub u32);

impl Authorizations {
    /// Takes one that is just being begun.
    pub fn begin(&mut self, authorization: Authorization) -> AuthorizationId {
        self.begun += 1;
        let id = AuthorizationId(self.begun);
        self.list.push((id, authorization));
        id
    }

    /// The one with this number.
    pub fn get(&self, id: AuthorizationId) -> Option<&Authorization> {
        self.list.iter().find(|(other, _)| *other == id).map(|(_, authorization)| authorization)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, id: AuthorizationId) -> Option<&mut Authorization> {
        self.list.iter_mut().find(|(other, _)| *other == id).map(|(_, authorization)| authorization)
    }

    /// Forgets one.
    pub fn remove(&mut self, id: AuthorizationId) {
        self.list.retain(|(other, _)| *other != id);
    }

    /// The one of an account, under way or ended unseen.
    pub fn of_account(&self, account: &Account) -> Option<AuthorizationId> {
        let is_its = |authorization: &Authorization| match &authorization.account {
            AccountRef::Id(id) => *id == account.id,
            AccountRef::Pair(connection, identifier) => {
                *connection == account.connection && *identifier == account.identifier
            }
        };
        self.list.iter().find(|(_, authorization)| is_its(authorization)).map(|(id, _)| *id)
    }

    /// All of them, the newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = (AuthorizationId, &Authorization)> {
        self.list.iter().rev().map(|(id, authorization)| (*id, authorization))
    }

    /// The one that somebody who asks for any is shown: one that failed, else the newest.
    pub fn to_show(&self) -> Option<AuthorizationId> {
        let failed = self.newest_first().find(|(_, authorization)| authorization.is_over());
        failed.or_else(|| self.newest_first().next()).map(|(id, _)| id)
    }
}

/// The state of one authorization. Times are program uptime.
pub struct Authorization {
    /// Account to authorize.
    pub account: AccountRef,
    /// `linear`, safe to show.
    pub connection: String,
    /// `ada@acme.dev`, safe to show.
    pub identifier: String,
    /// Id of the account, once it is known to exist.
    pub found: Option<AccountId>,
    /// Whether a person consents, rather than types something in.
    pub consents: bool,
    /// The provider's name for people.
    pub provider: String,
    /// Status before, as a word for people; none when the account was just created.
    pub was: Option<String>,
    /// Way that custom verification comes back.
    pub verification: Verification,
    /// The link, once there is one.
    pub link: Option<AuthorizationLink>,
    /// Code to type on the link's page, where it asks for one.
    pub code: Option<Untrusted>,
    /// Whether the link is copied as soon as it is there.
    pub copy: bool,
    /// Whether its popup is open.
    pub is_watched: bool,
    /// Program uptime at the start.
    pub started: Duration,
    /// Program uptime when the link was made.
    pub linked: Option<Duration>,
    /// Program uptime when the browser was started, with the reason if it was not.
    pub opened: Option<(Duration, Option<Fault>)>,
    /// Program uptime when the person consented.
    pub consented: Option<Duration>,
    /// Program uptime when the person was found to be the right one.
    pub verified: Option<Duration>,
    /// Program uptime and result at the end.
    pub ended: Option<(Duration, Result<Account, Fault>)>,
    /// Number of times somebody came back without the right proof.
    pub strays: u64,
}

impl Authorization {
    /// An authorization that is just being started.
    pub fn start(account: &Account, verification: Verification, uptime: Duration) -> Self {
        let reference = AccountRef::Id(account.id.clone());
        let mut popup = Self::fresh(reference, &account.connection, &account.identifier, verification, uptime);
        popup.take(account);
        popup.was = Some(account.status.word());
        popup
    }

    /// An authorization of an account that may not exist yet.
    pub fn start_new(
        connection: ConnectionName,
        identifier: Identifier,
        verification: Verification,
        uptime: Duration,
    ) -> Self {
        let reference = AccountRef::Pair(connection.clone(), identifier.clone());
        Self::fresh(reference, &connection, &identifier, verification, uptime)
    }

    fn fresh(
        account: AccountRef,
        connection: &ConnectionName,
        identifier: &Identifier,
        verification: Verification,
        uptime: Duration,
    ) -> Self {
        Self {
            account,
            connection: connection.to_string(),
            identifier: identifier.to_string(),
            found: None,
            consents: true,
            provider: connection.to_string(),
            was: None,
            verification,
            link: None,
            code: None,
            copy: false,
            is_watched: true,
            started: uptime,
            linked: None,
            opened: None,
            consented: None,
            verified: None,
            ended: None,
            strays: 0,
        }
    }

    fn take(&mut self, account: &Account) {
        self.provider = provider_name(account);
        self.consents = !account.authorization.is_typed_in();
        self.found = Some(account.id.clone());
    }

    /// Begins again with a new link.
    pub fn renew(&mut self, uptime: Duration) {
        (self.link, self.code) = (None, None);
        self.started = uptime;
        (self.linked, self.opened, self.consented, self.verified) = (None, None, None, None);
        self.ended = None;
        self.strays = 0;
    }

    /// Takes a step of the authorization.
    pub fn progress(&mut self, progress: Progress, uptime: Duration) {
        match progress {
            Progress::Link(link) => {
                self.link = Some(link);
                self.linked = Some(uptime);
            }
            Progress::Code(link, code) => {
                (self.link, self.code) = (Some(link), Some(code));
                self.linked = Some(uptime);
            }
            Progress::Consented => self.consented = Some(uptime),
            Progress::Verified => self.verified = Some(uptime),
            Progress::Stray(strays) => self.strays = strays,
            Progress::Found(account) => self.take(&account),
            Progress::Seen(_) => {}
        }
    }

    /// Takes note that the browser was started, or could not be.
    pub fn browser(&mut self, result: Result<(), Fault>, uptime: Duration) {
        self.opened = Some((uptime, result.err()));
    }

    /// Ends the authorization with this result.
    pub fn end(&mut self, result: Result<Account, Fault>, uptime: Duration) {
        self.ended = Some((uptime, result));
    }

    /// `linear/ada@acme.dev`, safe to show.
    pub fn label(&self) -> String {
        format!("{}/{}", self.connection, self.identifier)
    }

    /// Whether the link is for somebody who sits elsewhere.
    pub fn is_for_somebody_else(&self) -> bool {
        !matches!(self.verification, Verification::ThisMachine(_))
    }

    /// Whether it ended well.
    pub fn is_done(&self) -> bool {
        matches!(self.ended, Some((_, Ok(_))))
    }

    /// Whether it ended, well or not.
    pub fn is_over(&self) -> bool {
        self.ended.is_some()
    }

    /// The account as it is now that it is authorized.
    pub fn authorized(&self) -> Option<&Account> {
        self.ended.as_ref().and_then(|(_, result)| result.as_ref().ok())
    }

    /// Whether the link is known to have expired.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.link_seconds(now).is_some_and(|left| left <= 0)
    }

    /// Seconds the link still works, if that is known.
    pub fn link_seconds(&self, now: Timestamp) -> Option<i64> {
        Some(self.link.as_ref()?.expires_at?.as_second() - now.as_second())
    }
}

/// `LINEAR` as people write it; other providers keep their key.
fn provider_name(account: &Account) -> String {
    let shown = account.provider.to_string();
    let mut chars = shown.chars();
    match chars.next() {
        Some(first) if shown.is_ascii() => format!("{first}{}", chars.as_str().to_lowercase()),
        _ => shown,
    }
}
