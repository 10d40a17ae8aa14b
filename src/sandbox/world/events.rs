//! Events of accounts, for whoever wants to be told of them. Reference: section 10.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::Notify;

use super::accounts::AccountRecord;
use crate::backend::scalekit::words;
use crate::domain::Status;

/// Events that wait to be taken; beyond that the newest are lost, so that the order of the others holds.
const MOST_WAITING: usize = 1000;

/// What happened to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountEventKind {
    Created,
    /// By a request. Nothing else that changes an account counts as an update: a guess.
    Updated,
    Deleted,
    /// For OAuth by its own description; for forms as well: a guess.
    MagicLinkGenerated,
    OauthTokensFetched,
    OauthSucceeded,
    TokenRefreshSucceeded,
    TokenRefreshFailed,
}

impl AccountEventKind {
    /// The type on the wire.
    fn name(self) -> &'static str {
        match self {
            Self::Created => "connected_account.created",
            Self::Updated => "connected_account.updated",
            Self::Deleted => "connected_account.deleted",
            Self::MagicLinkGenerated => "connected_account.magic_link_generated",
            Self::OauthTokensFetched => "connected_account.oauth_tokens_fetched",
            Self::OauthSucceeded => "connected_account.oauth_succeeded",
            Self::TokenRefreshSucceeded => "connected_account.token_refresh_succeeded",
            Self::TokenRefreshFailed => "connected_account.token_refresh_failed",
        }
    }
}

/// Change of the status, on every transition but not on creation.
const STATUS_UPDATED: &str = "connected_account.status_updated";

/// Something that happened to an account.
#[derive(Clone, Debug)]
pub struct AccountEvent {
    /// `evt_…`; never the same twice, not even in two runs: receivers know a message by it that came before.
    pub id: String,
    /// `connected_account.…`
    pub kind: &'static str,
    /// By the clock of the sandbox.
    pub occurred_at: Timestamp,
    pub data: EventData,
}

/// The account as it was afterwards.
#[derive(Clone, Debug, Serialize)]
pub struct EventData {
    pub id: String,
    pub identifier: String,
    connection_id: String,
    connection_name: String,
    provider: String,
    authorization_type: String,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Timestamp>,
}

/// Events that nobody has taken yet. Nothing is kept where nobody listens.
#[derive(Debug, Default)]
pub struct AccountEvents {
    listener: Option<Arc<Notify>>,
    waiting: VecDeque<AccountEvent>,
    lost: u64,
    last_id: u64,
}

impl AccountEvents {
    /// Keeps events from here on, and wakes whoever takes them.
    pub fn tell(&mut self, listener: Arc<Notify>) {
        self.listener = Some(listener);
    }

    /// Events in their order, and how many were lost since they were last taken.
    pub fn take(&mut self) -> (VecDeque<AccountEvent>, u64) {
        (std::mem::take(&mut self.waiting), std::mem::take(&mut self.lost))
    }

    pub(super) fn record(&mut self, kind: AccountEventKind, account: &AccountRecord, now: Timestamp) {
        self.add(kind.name(), account, None, now);
    }

    /// The status was `before`; nothing happened where it still is.
    pub(super) fn transition(&mut self, before: &Status, account: &AccountRecord, now: Timestamp) {
        if account.status != *before {
            self.add(STATUS_UPDATED, account, Some(before), now);
        }
    }

    fn add(&mut self, kind: &'static str, account: &AccountRecord, before: Option<&Status>, now: Timestamp) {
        let Some(listener) = &self.listener else { return };
        listener.notify_one();
        if self.waiting.len() == MOST_WAITING {
            self.lost += 1;
            return;
        }
        let word = |status: &Status| words::status_word(status).to_owned();
        // The vendor's example of a change of status has no times.
        let times = before.is_none();
        let data = EventData {
            id: account.id(),
            identifier: account.identifier.clone(),
            connection_id: account.connection.id(),
            connection_name: account.connection.name.clone(),
            provider: account.connection.provider.key().into(),
            authorization_type: account.connection.authorization_type().into(),
            status: word(&account.status),
            old_status: before.map(word),
            token_expires_at: account.token_expires_at.filter(|_| times),
            last_used_at: account.last_used_at.filter(|_| times),
        };
        // 18 digits, as all ids have them, from this machine's time: the sandbox's own may be set back.
        let micros = u64::try_from(Timestamp::now().as_microsecond()).unwrap_or_default();
        self.last_id = (self.last_id + 1).max(micros.saturating_mul(100));
        self.waiting.push_back(AccountEvent { id: format!("evt_{}", self.last_id), kind, occurred_at: now, data });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::ids::Ids;
    use crate::sandbox::world::World;

    #[test]
    fn nothing_is_kept_for_nobody_and_no_more_than_can_be_told() {
        let now = Timestamp::now();
        let mut world = World::new(Ids::new(1), now).unwrap();
        let connection = world.connection("linear").unwrap();
        world.create_account(&connection, "before", None, None, now);
        assert_eq!(world.events.take().0.len(), 0);

        world.events.tell(Arc::new(Notify::new()));
        for number in 0..MOST_WAITING + 5 {
            world.create_account(&connection, &format!("user-{number}"), None, None, now);
        }
        let (events, lost) = world.events.take();
        assert_eq!((events.len(), lost), (MOST_WAITING, 5));
        assert!(events.iter().is_sorted_by(|a, b| a.id < b.id), "ids grow");
        assert!(events.iter().all(|event| event.id.len() == "evt_".len() + 18), "{:?}", events[0].id);
        assert_eq!(events[0].data.identifier, "user-0");
        assert_eq!(world.events.take().1, 0);
    }
}
