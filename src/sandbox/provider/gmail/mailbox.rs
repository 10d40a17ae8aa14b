//! Everybody's mailboxes. A message exists once; each owner's copy bears labels of its own.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Value, json};

use super::filters::MailFilter;
use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};

const DATA: &str = include_str!("../../../../assets/sandbox/data/gmail.json");

/// Labels that every mailbox has.
pub const LABELS: [&str; 8] = ["INBOX", "SENT", "UNREAD", "IMPORTANT", "TRASH", "SPAM", "STARRED", "DRAFT"];

pub struct Mailboxes {
    ids: Ids,
    pub people: People,
    pub copies: Vec<Copy>,
    /// Messages that are not sent yet, oldest first.
    pub drafts: Vec<Draft>,
    /// Labels that people made, oldest first.
    pub labels: Vec<OwnLabel>,
    /// Rules for new mail, oldest first.
    pub filters: Vec<MailFilter>,
    /// How many messages, drafts and the like got an id.
    made: usize,
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
    pub content_type: String,
    pub attachments: Vec<Attachment>,
    pub sent_at: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    pub name: String,
    #[serde(rename = "type")]
    pub mime: String,
    pub text: String,
}

/// A message that waits to be sent.
pub struct Draft {
    pub id: String,
    pub copy: Copy,
    pub bcc: Vec<String>,
}

/// A label that somebody made.
pub struct OwnLabel {
    pub id: String,
    pub owner: Arc<Persona>,
    pub name: String,
    /// How the lists show it, in the API's words.
    pub in_labels: String,
    pub in_messages: String,
}

/// A message as it lies in somebody's mailbox.
pub struct Copy {
    pub owner: Arc<Persona>,
    pub message: Arc<MailMessage>,
    pub labels: Vec<String>,
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
    pub attachments: Vec<Attachment>,
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
    #[serde(default)]
    attachments: Vec<Attachment>,
}

impl Mailboxes {
    /// Reads the data file; `sent` counts from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let mut boxes = Self {
            ids,
            people: people.clone(),
            copies: Vec::new(),
            drafts: Vec::new(),
            labels: Vec::new(),
            filters: Vec::new(),
            made: 0,
        };
        let mut before: Option<Arc<MailMessage>> = None;
        for MailData { from, to, cc, subject, body, sent, reply, read, attachments } in
            serde_json::from_str::<Vec<MailData>>(DATA)?
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
                thread: before.filter(|_| reply).map(|before| before.thread.clone()),
                attachments,
            };
            let message = boxes.send(draft, now.checked_add(sent).map_err(serde_json::Error::custom)?);
            let readers = read.iter().map(|key| people.named(key)).collect::<Result<Vec<_>, _>>()?;
            for copy in boxes.copies.iter_mut().filter(|copy| copy.message.id == message.id) {
                if readers.contains(&copy.owner) {
                    copy.labels.retain(|label| *label != "UNREAD");
                }
            }
            before = Some(message);
        }
        Ok(boxes)
    }

    /// An id of Gmail's kind.
    pub fn next_id(&mut self) -> String {
        let id = format!("{:016x}", self.ids.number(&format!("gmail/message/{}", self.made)));
        self.made += 1;
        id
    }

    /// A message in nobody's mailbox yet, and those it is for beside the named ones.
    pub fn write(&mut self, draft: MailDraft, sent_at: Timestamp) -> (Arc<MailMessage>, Vec<String>) {
        let MailDraft { from, to, cc, bcc, subject, body, content_type, thread, attachments } = draft;
        let id = self.next_id();
        let thread = thread.unwrap_or_else(|| id.clone());
        let message = MailMessage { id, thread, from, to, cc, subject, body, content_type, attachments, sent_at };
        (Arc::new(message), bcc)
    }

    /// Sends a message: a copy for the sender, and one for everybody of the company it is meant for.
    pub fn send(&mut self, draft: MailDraft, sent_at: Timestamp) -> Arc<MailMessage> {
        let (message, bcc) = self.write(draft, sent_at);
        self.deliver(&message, &bcc);
        message
    }

    fn deliver(&mut self, message: &Arc<MailMessage>, bcc: &[String]) {
        let named = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect::<Vec<_>>();
        let readers = [message.to.as_slice(), &message.cc, bcc].into_iter().flatten();
        let readers = readers.filter_map(|text| self.person(text)).cloned();
        let mut copies: Vec<_> = readers.map(|owner| (owner, named(&["INBOX", "UNREAD"]))).collect();
        copies.extend(self.person(&message.from).map(|owner| (Arc::clone(owner), named(&["SENT"]))));
        for (owner, labels) in copies {
            let there = |copy: &&mut Copy| copy.owner == owner && copy.message.id == message.id;
            match self.copies.iter_mut().find(there) {
                // Somebody wrote to themselves, or is named twice.
                Some(copy) => copy.labels.extend(labels.into_iter().filter(|label| *label == "SENT")),
                None => {
                    let mut copy = Copy { owner, message: Arc::clone(message), labels };
                    if copy.has("INBOX") {
                        self.filters.iter().for_each(|filter| filter.apply(&mut copy));
                    }
                    self.copies.push(copy);
                }
            }
        }
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
    pub fn has(&self, label: &str) -> bool {
        self.labels.iter().any(|known| known == label)
    }

    /// Puts labels on, and takes others off.
    pub fn relabel(&mut self, add: &[String], remove: &[String]) {
        self.labels.retain(|label| !remove.contains(label));
        for label in add {
            if !self.has(label) {
                self.labels.push(label.clone());
            }
        }
    }

    /// Message with as much of it as a `format` asks for.
    pub fn render(&self, format: &str) -> Value {
        let MailMessage { id, thread, body, content_type, sent_at, attachments, .. } = &*self.message;
        let mut row = json!({
            "id": id,
            "threadId": thread,
            "labelIds": self.labels,
            "snippet": body.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect::<String>(),
            "internalDate": sent_at.as_millisecond().to_string(),
            "sizeEstimate": body.len() + 400,
        });
        if format != "minimal" {
            let whole = format != "metadata";
            let text = json!({"size": body.len(), "data": BASE64_URL_SAFE.encode(body)});
            let mime = if attachments.is_empty() { content_type } else { "multipart/mixed" };
            let mut payload = json!({"partId": "", "mimeType": mime, "filename": "", "headers": self.headers()});
            if whole && attachments.is_empty() {
                extend(&mut payload, [("body", text)]);
            } else if whole {
                let first = json!({"partId": "0", "mimeType": content_type, "filename": "", "body": text});
                let rest = (0..).zip(attachments).map(|(at, file)| render_attachment(id, at, file));
                let parts = [first].into_iter().chain(rest).collect::<Value>();
                extend(&mut payload, [("body", json!({"size": 0})), ("parts", parts)]);
            }
            extend(&mut row, [("payload", payload)]);
        }
        row
    }

    pub fn headers(&self) -> Vec<Value> {
        let MailMessage { id, from, to, cc, subject, sent_at, .. } = &*self.message;
        let date = sent_at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let headers = [
            ("From", from.clone()),
            ("To", to.join(", ")),
            ("Cc", cc.join(", ")),
            ("Subject", subject.clone()),
            ("Date", date),
            ("Message-ID", format!("<{id}@mail.acme.dev>")),
        ];
        let set = headers.into_iter().filter(|(_, value)| !value.is_empty());
        set.map(|(name, value)| json!({"name": name, "value": value})).collect()
    }
}

/// Id of the attachment at a place of a message.
pub fn attachment_id(message: &str, at: usize) -> String {
    BASE64_URL_SAFE.encode(format!("{message}/{at}"))
}

fn render_attachment(message: &str, at: usize, file: &Attachment) -> Value {
    json!({
        "partId": (at + 1).to_string(),
        "mimeType": file.mime,
        "filename": file.name,
        "headers": [{"name": "Content-Disposition", "value": format!("attachment; filename=\"{}\"", file.name)}],
        "body": {"attachmentId": attachment_id(message, at), "size": file.text.len()},
    })
}
