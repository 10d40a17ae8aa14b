//! Deliveries: those that wait, and what became of the others.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

/// Deliveries that are remembered, waiting ones included.
const MOST: usize = 1000;

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Queued,
    /// An attempt failed, and another one is to come.
    Retrying,
    Delivered,
    Failed,
}

impl DeliveryState {
    /// Its word in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Retrying => "retrying",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    fn is_over(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed)
    }
}

/// One delivery, as it is shown.
#[derive(Clone, Debug, Serialize)]
pub struct DeliveryView {
    /// Of the event; header `webhook-id`.
    pub id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub state: DeliveryState,
    /// Times that it was sent.
    attempts: u32,
    /// HTTP status of the receiver's last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver_status: Option<u16>,
    /// Beginning of that answer.
    #[serde(skip_serializing_if = "String::is_empty")]
    receiver_answer: String,
    /// Why the last attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// By this machine's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_attempt_at: Option<Timestamp>,
    /// The body as it is sent.
    body: Box<RawValue>,
    #[serde(skip)]
    account: String,
}

impl DeliveryView {
    pub fn new(id: String, kind: &'static str, account: String, body: Box<RawValue>) -> Self {
        Self {
            id,
            kind,
            state: DeliveryState::Queued,
            attempts: 0,
            receiver_status: None,
            receiver_answer: String::new(),
            error: None,
            last_attempt_at: None,
            body,
            account,
        }
    }

    /// Id of the account that it tells of.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The body as it is sent.
    pub fn text(&self) -> &str {
        self.body.get()
    }
}

/// What came of one attempt.
#[derive(Debug)]
pub struct Attempt {
    pub status: Option<u16>,
    /// Beginning of the answer.
    pub answer: String,
    /// Why it failed; none where it did not.
    pub error: Option<String>,
    /// Whether another one may go better.
    pub again: bool,
}

/// Deliveries in the order of their events; one that is sent again stands at the end.
#[derive(Debug, Default)]
pub struct DeliveryLog {
    rows: VecDeque<DeliveryView>,
    /// Events that were never sent.
    pub lost: u64,
}

impl DeliveryLog {
    /// Puts a delivery behind the others. Where everything waits there is no room for more.
    pub fn add(&mut self, delivery: DeliveryView) {
        if self.rows.len() >= MOST {
            match self.rows.iter().position(|row| row.state.is_over()) {
                Some(oldest) => drop(self.rows.remove(oldest)),
                None => {
                    self.lost += 1;
                    return;
                }
            }
        }
        self.rows.push_back(delivery);
    }

    /// The delivery that is to be made next.
    pub fn next(&self) -> Option<&DeliveryView> {
        self.rows.iter().find(|row| !row.state.is_over())
    }

    /// Writes down an attempt to deliver the next one.
    pub fn attempted(&mut self, id: &str, attempt: Attempt, last: bool) {
        let Some(row) = self.rows.iter_mut().find(|row| row.id == id && !row.state.is_over()) else { return };
        let Attempt { status, answer, error, again } = attempt;
        row.attempts += 1;
        row.last_attempt_at = Some(Timestamp::now());
        row.state = match &error {
            None => DeliveryState::Delivered,
            Some(_) if again && !last => DeliveryState::Retrying,
            Some(_) => DeliveryState::Failed,
        };
        (row.receiver_status, row.receiver_answer, row.error) = (status, answer, error);
    }

    /// Puts a delivery that is over behind the others, to be made once more. One that waits is left where it is.
    pub fn resend(&mut self, id: &str) -> Option<DeliveryView> {
        let at = self.rows.iter().position(|row| row.id == id)?;
        let row = self.rows.get(at).filter(|row| row.state.is_over());
        if row.is_some() {
            let row = self.rows.remove(at)?;
            self.rows.push_back(DeliveryView { state: DeliveryState::Queued, ..row });
        }
        self.rows.iter().find(|row| row.id == id).cloned()
    }

    /// Forgets those that are over.
    pub fn forget(&mut self) {
        self.rows.retain(|row| !row.state.is_over());
        self.lost = 0;
    }

    pub fn iter(&self) -> impl Iterator<Item = &DeliveryView> {
        self.rows.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(id: &str) -> DeliveryView {
        let body = RawValue::from_string("{}".into()).unwrap();
        DeliveryView::new(id.into(), "connected_account.created", "ca_1".into(), body)
    }

    fn answered(status: u16, good: bool) -> Attempt {
        let error = (!good).then(|| "no".to_owned());
        Attempt { status: Some(status), answer: String::new(), error, again: status >= 500 }
    }

    #[test]
    fn the_oldest_that_is_over_makes_room_and_what_waits_is_never_lost() {
        let mut log = DeliveryLog::default();
        for number in 0..MOST {
            log.add(delivery(&number.to_string()));
        }
        log.add(delivery("too many"));
        assert_eq!((log.rows.len(), log.lost), (MOST, 1));
        log.attempted("0", answered(200, true), false);
        log.add(delivery("next"));
        assert_eq!((log.rows.len(), log.lost), (MOST, 1));
        assert_eq!(log.next().unwrap().id, "1");
    }

    #[test]
    fn what_is_over_can_be_sent_again() {
        let mut log = DeliveryLog::default();
        log.add(delivery("a"));
        log.add(delivery("b"));
        log.attempted("a", answered(503, false), false);
        assert_eq!((log.next().unwrap().id.as_str(), log.next().unwrap().state), ("a", DeliveryState::Retrying));
        assert_eq!(log.resend("a").unwrap().state, DeliveryState::Retrying, "it waits already");
        log.attempted("a", answered(503, false), true);
        assert_eq!(log.next().unwrap().id, "b");
        let again = log.resend("a").unwrap();
        assert_eq!((again.state, again.attempts), (DeliveryState::Queued, 2));
        assert_eq!(log.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        log.attempted("b", answered(400, false), false);
        log.forget();
        assert_eq!(log.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["a"]);
        assert!(log.resend("b").is_none());
    }
}
