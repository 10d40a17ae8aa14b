//! Everybody's mailboxes. A message exists once; each owner's copy bears labels of its own.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Value, json};

use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};

const DATA: &str = include_str!("../../../../assets/sandbox/data/gmail.json");

/// Labels that every mailbox has.
pub const LABELS: [&str; 6] = ["INBOX", "SENT", "UNREAD", "IMPORTANT", "TRASH", "SPAM"];

pub struct Mailboxes {
    ids: Ids,
    pub people: People,
    messages: Vec<Arc<MailMessage>>,
    copies: Vec<Copy>,
}

pub struct MailMessage {
    pub id: String,
    pub thread: String,
    /// As the header has them.
    pub from: String,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub subject: String,
    pub body: String,
    content_type: String,
    sent_at: Timestamp,
}

/// A message as it lies in somebody's mailbox.
pub struct Copy {
    pub owner: Arc<Persona>,
    pub message: Arc<MailMessage>,
    pub labels: Vec<&'static str>,
}

/// A message that is about to be sent; addresses as the sender wrote them.
pub struct MailDraft {
    pub from: String,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub bcc: Vec<String>,
    pub subject: String,
    pub body: String,
    pub content_type: String,
    pub thread: Option<String>,
}

/// One message of the data file; people go by their keys, strangers by their addresses.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MailData {
    from: String,
    to: Vec<String>,
    #[serde(default)]
    cc: Vec<String>,
    subject: String,
    body: String,
    sent: SignedDuration,
    /// Continues the thread of the message before.
    #[serde(default)]
    reply: bool,
    /// People who have read it.
    #[serde(default)]
    read: Vec<String>,
}

impl Mailboxes {
    /// Reads the data file; `sent` counts from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let mut boxes = Self { ids, people: people.clone(), messages: Vec::new(), copies: Vec::new() };
        for MailData { from, to, cc, subject, body, sent, reply, read } in serde_json::from_str::<Vec<MailData>>(DATA)?
        {
            let written = |key: String| people.find(&key).map_or(key, |person| address(person));
            let draft = MailDraft {
                from: written(from),
                to: to.into_iter().map(written).collect(),
                cc: cc.into_iter().map(written).collect(),
                bcc: Vec::new(),
                subject,
                body,
                content_type: "text/plain".into(),
                thread: boxes.messages.last().filter(|_| reply).map(|before| before.thread.clone()),
            };
            let message = boxes.send(draft, now.checked_add(sent).map_err(serde_json::Error::custom)?);
            let readers = read.iter().map(|key| people.named(key)).collect::<Result<Vec<_>, _>>()?;
            for copy in boxes.copies.iter_mut().filter(|copy| copy.message.id == message.id) {
                if readers.contains(&copy.owner) {
                    copy.labels.retain(|label| *label != "UNREAD");
                }
            }
        }
        Ok(boxes)
    }

    /// Sends a message: a copy for the sender, and one for everybody of the company it is meant for.
    pub fn send(&mut self, draft: MailDraft, sent_at: Timestamp) -> Arc<MailMessage> {
        let MailDraft { from, to, cc, bcc, subject, body, content_type, thread } = draft;
        let id = format!("{:016x}", self.ids.number(&format!("gmail/message/{}", self.messages.len())));
        let readers = [&to, &cc, &bcc].into_iter().flatten().filter_map(|text| self.person(text)).cloned();
        let mut copies: Vec<_> = readers.map(|owner| (owner, vec!["INBOX", "UNREAD"])).collect();
        copies.extend(self.person(&from).map(|owner| (Arc::clone(owner), vec!["SENT"])));
        let thread = thread.unwrap_or_else(|| id.clone());
        let message = Arc::new(MailMessage { id, thread, from, to, cc, subject, body, content_type, sent_at });
        self.messages.push(Arc::clone(&message));
        for (owner, labels) in copies {
            let there = |copy: &&mut Copy| copy.owner == owner && copy.message.id == message.id;
            match self.copies.iter_mut().find(there) {
                // Somebody wrote to themselves, or is named twice.
                Some(copy) => copy.labels.extend(labels.into_iter().filter(|label| *label == "SENT")),
                None => self.copies.push(Copy { owner, message: Arc::clone(&message), labels }),
            }
        }
        message
    }

    /// Somebody's mailbox, newest first.
    pub fn of_owner(&self, owner: &Arc<Persona>) -> impl Iterator<Item = &Copy> {
        self.copies.iter().rev().filter(move |copy| copy.owner == *owner)
    }

    pub fn copy(&mut self, owner: &Arc<Persona>, id: &str) -> Option<&mut Copy> {
        self.copies.iter_mut().find(|copy| copy.owner == *owner && copy.message.id == id)
    }

    /// Person behind an address, such as `Ada <ada@acme.dev>`.
    fn person(&self, text: &str) -> Option<&Arc<Persona>> {
        self.people.with_email(bare(text))
    }
}

/// Somebody as a header names them.
pub fn address(person: &Persona) -> String {
    format!("{} <{}>", person.name, person.email)
}

/// Address without the name and the angle brackets around it.
pub fn bare(text: &str) -> &str {
    let inside = text.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or(text, |(address, _)| address).trim()
}

impl Copy {
    /// Message with as much of it as a `format` asks for.
    pub fn render(&self, format: &str) -> Value {
        let MailMessage { id, thread, body, content_type, sent_at, .. } = &*self.message;
        let mut row = json!({
            "id": id,
            "threadId": thread,
            "labelIds": self.labels,
            "snippet": body.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect::<String>(),
            "internalDate": sent_at.as_millisecond().to_string(),
            "sizeEstimate": body.len() + 400,
        });
        if format != "minimal" {
            let mut payload = json!({"mimeType": content_type, "headers": self.headers()});
            if format != "metadata" {
                extend(&mut payload, [("body", json!({"size": body.len(), "data": BASE64_URL_SAFE.encode(body)}))]);
            }
            extend(&mut row, [("payload", payload)]);
        }
        row
    }

    fn headers(&self) -> Vec<Value> {
        let MailMessage { from, to, cc, subject, sent_at, .. } = &*self.message;
        let date = sent_at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let headers = [
            ("From", from.clone()),
            ("To", to.join(", ")),
            ("Cc", cc.join(", ")),
            ("Subject", subject.clone()),
            ("Date", date),
        ];
        let set = headers.into_iter().filter(|(_, value)| !value.is_empty());
        set.map(|(name, value)| json!({"name": name, "value": value})).collect()
    }
}
