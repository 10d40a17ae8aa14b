//! An authorization, followed step by step until it is proven done.

use std::time::Duration;

use jiff::Timestamp;

use crate::backend::AuthorizationLink;
use crate::domain::{Account, AccountId, AccountRef, ConnectionName, Fault, Identifier, Untrusted};
use crate::flow::authorize::{Progress, Verification};

/// The state of one authorization. Times are program uptime.
pub struct Authorize {
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

impl Authorize {
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
