//! Authorizations that were begun here, each followed step by step until it is proven done.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use crate::backend::AuthorizationLink;
use crate::domain::{
    Account, AccountId, AccountRef, ConnectionName, Fault, Identifier, SafeMessage, Secret, Untrusted,
};
use crate::flow::authorize::{Progress, Verification};
use crate::flow::receipt::Receipt;

/// Links that are made at a time: forty that are asked for at once must not use up the environment's limit.
const AT_ONCE: usize = 4;

/// Authorizations under way, and those whose end is still to be seen, or stands on the board.
#[derive(Default)]
pub struct Authorizations {
    begun: u32,
    list: Vec<(AuthorizationId, Authorization)>,
    /// Authorizations whose links are copied together, once all of them are there.
    pub copied_together: Vec<AuthorizationId>,
}

/// Numbers of authorizations by how far they got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub all: usize,
    /// Authorized.
    pub done: usize,
    /// Authorized, and everything about it proven.
    pub proven: usize,
    /// Not authorized.
    pub failed: usize,
}

impl Tally {
    /// Number of those under way.
    pub fn waiting(self) -> usize {
        self.all - self.done - self.failed
    }
}

/// Number of an authorization, counted from the start of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AuthorizationId(pub u32);

impl Authorizations {
    /// Takes one that is just being begun. An earlier one of the same account, which is over, gives way.
    pub fn begin(&mut self, authorization: Authorization) -> AuthorizationId {
        self.list.retain(|(_, other)| !(other.is_done() && other.label() == authorization.label()));
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

    /// The one of an account, under way or failed unseen.
    pub fn of_account(&self, account: &Account) -> Option<AuthorizationId> {
        let is_its = |authorization: &Authorization| match &authorization.account {
            AccountRef::Id(id) => *id == account.id,
            AccountRef::Pair(connection, identifier) => {
                *connection == account.connection && *identifier == account.identifier
            }
        };
        let counts = |authorization: &Authorization| is_its(authorization) && !authorization.is_done();
        self.list.iter().find(|(_, authorization)| counts(authorization)).map(|(id, _)| *id)
    }

    /// The next one whose turn to have a link made has come; none while enough are being made.
    pub fn next_in_line(&self) -> Option<AuthorizationId> {
        let making = self.list.iter().filter(|(_, one)| !one.is_queued && one.linked.is_none() && !one.is_over());
        let next = || self.list.iter().find(|(_, one)| one.is_queued && !one.is_over()).map(|(id, _)| *id);
        if making.count() < AT_ONCE { next() } else { None }
    }

    /// All of them in the order in which they were begun.
    pub fn oldest_first(&self) -> impl Iterator<Item = (AuthorizationId, &Authorization)> {
        self.list.iter().map(|(id, authorization)| (*id, authorization))
    }

    /// Number of them.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Numbers of them by how far they got.
    pub fn tally(&self) -> Tally {
        let count = |counts: &dyn Fn(&Authorization) -> bool| self.list.iter().filter(|(_, one)| counts(one)).count();
        Tally {
            all: self.list.len(),
            done: count(&Authorization::is_done),
            proven: count(&|one| one.receipt.as_ref().is_some_and(|receipt| receipt.is_clean())),
            failed: count(&|one| one.is_over() && !one.is_done()),
        }
    }

    /// Takes note that somebody has seen those that are over.
    pub fn see_finished(&mut self) {
        self.list.iter_mut().for_each(|(_, one)| one.is_seen |= one.is_over());
    }

    /// Forgets those that are over.
    pub fn clear_finished(&mut self) {
        self.list.retain(|(_, one)| !one.is_over() || (one.is_done() && one.is_receipt_due));
    }

    /// All of them, the newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = (AuthorizationId, &Authorization)> {
        self.list.iter().rev().map(|(id, authorization)| (*id, authorization))
    }

    /// The one that somebody who asks for any is shown: one that failed, else the newest.
    pub fn to_show(&self) -> Option<AuthorizationId> {
        let failed = self.newest_first().find(|(_, authorization)| authorization.is_over() && !authorization.is_done());
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
    /// The account before.
    pub before: Option<Account>,
    /// Whether it waits for its turn to have a link made.
    pub is_queued: bool,
    /// Program uptime at which the link is asked for again, where the environment's limit is reached.
    pub limited: Option<Duration>,
    /// Number of links that took the place of one that nobody used.
    pub renewed: u32,
    /// Whether it stays on the board when it is over.
    pub is_kept: bool,
    /// Whether somebody has seen its end.
    pub is_seen: bool,
    /// Whether its receipt is being made.
    pub is_receipt_due: bool,
    /// What it changed, once that is found out.
    pub receipt: Option<Box<Receipt>>,
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
    /// Sentences on what is unusual about the way.
    pub notes: Vec<SafeMessage>,
    /// This program registered itself there some time ago.
    pub registered_before: bool,
    /// The way of an address that is pasted.
    pub paste: PasteState,
}

/// State of pasting the URL that a browser elsewhere ended at. What is pasted holds a code, and is never kept here.
#[derive(Default)]
pub struct PasteState {
    /// Whether the authorization takes such a URL.
    pub is_taken: bool,
    /// Whether one was handed in, and nothing is known of it yet.
    pub is_checked: bool,
    /// Reason why the last one was not taken; another can be pasted.
    pub refused: Option<Fault>,
    /// Way to the task that follows the authorization.
    way: Option<UnboundedSender<Secret>>,
}

impl PasteState {
    /// State at the start of a task that hears of what is pasted.
    pub fn begin(&mut self) -> UnboundedReceiver<Secret> {
        let (way, pasted) = mpsc::unbounded_channel();
        *self = Self { way: Some(way), ..Self::default() };
        pasted
    }

    /// Hands in what was pasted.
    pub fn hand_in(&mut self, text: Secret) {
        let is_sent = self.way.as_ref().is_some_and(|way| way.send(text).is_ok());
        (self.is_checked, self.refused) = (is_sent, None);
    }
}

impl Authorization {
    /// An authorization that is just being started.
    pub fn start(account: &Account, verification: Verification, uptime: Duration) -> Self {
        let reference = AccountRef::Id(account.id.clone());
        let mut popup = Self::fresh(reference, &account.connection, &account.identifier, verification, uptime);
        popup.take(account);
        popup.was = Some(account.status.word());
        popup.before = Some(account.clone());
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
            before: None,
            is_queued: false,
            limited: None,
            renewed: 0,
            is_kept: false,
            is_seen: false,
            is_receipt_due: false,
            receipt: None,
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
            notes: Vec::new(),
            registered_before: false,
            paste: PasteState::default(),
        }
    }

    fn take(&mut self, account: &Account) {
        self.provider = provider_name(account);
        self.consents = !account.authorization.is_typed_in();
        self.found = Some(account.id.clone());
        self.before.get_or_insert_with(|| account.clone());
    }

    /// Begins again with a new link.
    pub fn renew(&mut self, uptime: Duration) {
        (self.link, self.code) = (None, None);
        self.started = uptime;
        (self.linked, self.opened, self.consented, self.verified) = (None, None, None, None);
        self.ended = None;
        self.strays = 0;
        self.notes.clear();
        self.registered_before = false;
        self.paste = PasteState::default();
        (self.limited, self.renewed, self.receipt) = (None, 0, None);
        (self.is_seen, self.is_receipt_due) = (false, false);
    }

    /// Takes a step of the authorization.
    pub fn progress(&mut self, progress: Progress, uptime: Duration) {
        match progress {
            Progress::TakesPaste => self.paste.is_taken = true,
            Progress::NotTaken(fault) => (self.paste.is_checked, self.paste.refused) = (false, Some(fault)),
            Progress::Link(link) => {
                self.link = Some(link);
                (self.linked, self.limited) = (Some(uptime), None);
            }
            Progress::Code(link, code) => {
                (self.link, self.code) = (Some(link), Some(code));
                self.linked = Some(uptime);
            }
            Progress::Renewed(link) => {
                self.link = Some(link);
                self.renewed += 1;
            }
            Progress::Limited(wait) => self.limited = Some(uptime + wait),
            Progress::Consented => {
                self.consented = Some(uptime);
                self.paste.is_checked = false;
            }
            Progress::Verified => self.verified = Some(uptime),
            Progress::Stray(strays) => self.strays = strays,
            Progress::Noted(note) => self.notes.push(note),
            Progress::RegisteredBefore => self.registered_before = true,
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
        self.paste = PasteState::default();
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

    /// Time that it took, or takes so far.
    pub fn took(&self, uptime: Duration) -> Duration {
        self.ended.as_ref().map_or(uptime, |(at, _)| *at).saturating_sub(self.started)
    }

    /// Seconds until another link takes the place of this one, where one does.
    pub fn renewal_seconds(&self, now: Timestamp) -> Option<i64> {
        Some(self.link.as_ref()?.renews_at?.as_second() - now.as_second()).filter(|left| *left >= 0)
    }

    /// Seconds the link still works, if that is known.
    pub fn link_seconds(&self, now: Timestamp) -> Option<i64> {
        Some(self.link.as_ref()?.expires_at?.as_second() - now.as_second())
    }
}

/// `LINEAR` as people write it, and the name of an MCP server; other providers keep their key.
fn provider_name(account: &Account) -> String {
    if let Some(server) = account.provider.server() {
        return server.to_string();
    }
    let shown = account.provider.to_string();
    let mut chars = shown.chars();
    match chars.next() {
        Some(first) if shown.is_ascii() => format!("{first}{}", chars.as_str().to_lowercase()),
        _ => shown,
    }
}
