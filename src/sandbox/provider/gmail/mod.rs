//! Gmail's tools. Results look like the Gmail API's.

mod drafts;
mod filters;
mod labels;
mod mailbox;
mod people;
mod search;
mod threads;

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE;
use jiff::Timestamp;
use serde_json::{Value, json};

use self::mailbox::{Copy, MailDraft, Mailboxes, address, attachment_id, bare};
use self::search::Terms;
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::usual_status;
use crate::order::StableOrder as _;
use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};

/// Messages on a page when `max_results` is left out, and at most.
const PAGE: i64 = 10;
const LARGEST_PAGE: i64 = 100;

/// Gmail, as everybody's mailboxes.
pub struct Gmail(Mailboxes);

impl MockProvider for Gmail {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = &Arguments { map: call.arguments, complain };
        let person = call.person;
        let answer = match tool {
            "gmail_get_profile" => Ok(self.profile(person)),
            "gmail_fetch_mails" => self.fetch(call, arguments),
            "gmail_get_message_by_id" => self.get(person, arguments),
            "gmail_get_attachment_by_id" => self.attachment(person, arguments),
            "gmail_send_message" => self.send(call, arguments),
            "gmail_trash_message" => self.trash(person, arguments, true),
            "gmail_untrash_message" => self.trash(person, arguments, false),
            "gmail_delete_message" => self.delete(person, arguments),
            "gmail_list_threads" => self.threads(call, arguments),
            "gmail_get_thread_by_id" => self.thread(person, arguments),
            "gmail_reply_to_thread" => self.reply(call, arguments),
            "gmail_modify_thread_labels" => self.modify_thread(person, arguments),
            "gmail_list_drafts" => self.drafts(person, arguments),
            "gmail_get_draft" => self.draft(person, arguments),
            "gmail_create_draft" => self.create_draft(call, arguments),
            "gmail_update_draft" => self.update_draft(call, arguments),
            "gmail_send_draft" => self.send_draft(call, arguments),
            "gmail_delete_draft" => self.delete_draft(person, arguments),
            "gmail_list_labels" => Ok(self.labels(person)),
            "gmail_get_label" => self.label(person, arguments),
            "gmail_create_label" => self.create_label(person, arguments),
            "gmail_delete_label" => self.delete_label(person, arguments),
            "gmail_modify_message_labels" => self.modify(person, arguments),
            "gmail_batch_modify_messages" => self.modify_many(person, arguments),
            "gmail_list_filters" => Ok(self.filters(person)),
            "gmail_create_filter" => self.create_filter(person, arguments),
            "gmail_delete_filter" => self.delete_filter(person, arguments),
            "gmail_get_contacts" => self.contacts(arguments),
            "gmail_search_people" => self.search_people(arguments),
            _ => return None,
        };
        Some(answer.map(ProviderData::from))
    }
}

impl Gmail {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        Mailboxes::open(ids, people, now).map(Self)
    }

    fn profile(&self, person: &Arc<Persona>) -> Value {
        let mut threads: Vec<_> = self.0.of_owner(person).map(|copy| &copy.message.thread).collect();
        let messages = threads.len();
        threads.order();
        threads.dedup();
        json!({
            "emailAddress": person.email,
            "messagesTotal": messages,
            "threadsTotal": threads.len(),
            "historyId": (10_000 + messages).to_string(),
        })
    }

    /// The API's own names for the same arguments are read as well.
    fn fetch(&self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let format = format(arguments)?;
        let found = self.found(call, arguments)?;
        let total = found.len();
        let (page, next) = page(found, |copy| &copy.message.id, arguments)?;
        let rows: Vec<_> = page.into_iter().map(|copy| copy.render(format)).collect();
        let mut answer = json!({"messages": rows, "resultSizeEstimate": total});
        if let Some(next) = next {
            extend(&mut answer, [("nextPageToken", next.into())]);
        }
        Ok(answer)
    }

    /// Messages of the mailbox that a query and labels fit, newest first.
    fn found(&self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Vec<&Copy>, ProviderRefusal> {
        let query = arguments.text("query")?.or(arguments.text("q")?).unwrap_or_default();
        let labels = arguments.texts("label_ids")?;
        let trash = arguments.flag("include_spam_trash")?.unwrap_or(false);
        let terms = Terms::read(query, call.now, &self.0.labels_of(call.person));
        let hidden = |copy: &Copy| copy.has("TRASH") && !trash && !terms.ask_for("TRASH");
        let found = self
            .0
            .of_owner(call.person)
            .filter(|copy| !hidden(copy) && labels.iter().all(|label| copy.has(label)) && terms.fit(copy));
        Ok(found.collect())
    }

    fn get(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let format = format(arguments)?;
        let id = arguments.required_text("message_id")?;
        self.0.copy(person, id).map(|copy| copy.render(format)).ok_or_else(unknown)
    }

    fn attachment(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("attachment_id")?;
        let copy = self.0.copy(person, arguments.required_text("message_id")?).ok_or_else(unknown)?;
        let mut files = (0..).zip(&copy.message.attachments);
        let (_, file) = files.find(|(at, _)| attachment_id(&copy.message.id, *at) == id).ok_or_else(unknown)?;
        Ok(json!({"attachmentId": id, "size": file.text.len(), "data": BASE64_URL_SAFE.encode(&file.text)}))
    }

    fn send(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let draft = self.written(call, arguments)?;
        let message = self.0.send(draft, call.now);
        Ok(json!({"id": message.id, "threadId": message.thread, "labelIds": ["SENT"]}))
    }

    /// A message as the arguments have it.
    fn written(&self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<MailDraft, ProviderRefusal> {
        let addresses = |name| -> Result<Vec<String>, ProviderRefusal> {
            let texts = arguments.text(name)?.unwrap_or_default().split(',').map(str::trim);
            let texts: Vec<String> = texts.filter(|text| !text.is_empty()).map(Into::into).collect();
            match texts.iter().find(|text| !bare(text).contains('@')) {
                Some(bad) => Err(input(format!("Invalid {name} header: {bad}"))),
                None => Ok(texts),
            }
        };
        arguments.required_text("to")?;
        let content_type = arguments.text("content_type")?.unwrap_or("text/plain");
        if !matches!(content_type, "text/plain" | "text/html") {
            return Err(input(format!("Invalid content type: {content_type}")));
        }
        let thread = arguments.text("thread_id")?.map(str::to_owned);
        let known = |thread: &String| self.0.of_owner(call.person).any(|copy| copy.message.thread == *thread);
        if thread.as_ref().is_some_and(|thread| !known(thread)) {
            return Err(unknown());
        }
        Ok(MailDraft {
            from: address(call.person),
            to: addresses("to")?,
            cc: addresses("cc")?,
            bcc: addresses("bcc")?,
            subject: arguments.required_text("subject")?.into(),
            body: arguments.required_text("body")?.into(),
            content_type: content_type.into(),
            thread,
            attachments: Vec::new(),
        })
    }

    fn trash(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        trash: bool,
    ) -> Result<Value, ProviderRefusal> {
        let copy = self.0.copy(person, arguments.required_text("message_id")?).ok_or_else(unknown)?;
        copy.labels = vec![if trash { "TRASH".into() } else { "INBOX".into() }];
        Ok(copy.render("minimal"))
    }

    /// Deletes one's own copy for good.
    fn delete(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("message_id")?;
        self.0.copy(person, id).ok_or_else(unknown)?;
        self.0.copies.retain(|copy| copy.owner != *person || copy.message.id != id);
        Ok(Value::Null)
    }
}

/// A page of rows, and the token that goes on after it: the id of its last row.
fn page<'a, T>(
    rows: Vec<T>,
    id: impl Fn(&T) -> &'a str,
    arguments: &Arguments<'_>,
) -> Result<(Vec<T>, Option<String>), ProviderRefusal> {
    let size = arguments.number("max_results")?.or(arguments.number("maxResults")?).unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&size) {
        return Err(input(format!("max_results must be between 1 and {LARGEST_PAGE}")));
    }
    let start = match arguments.text("page_token")?.or(arguments.text("pageToken")?) {
        None => 0,
        Some(after) => {
            let last = rows.iter().position(|row| id(row) == after);
            last.ok_or_else(|| input("Invalid pageToken".into()))? + 1
        }
    };
    let size = usize::try_from(size).unwrap_or_default();
    let more = start + size < rows.len();
    let page: Vec<_> = rows.into_iter().skip(start).take(size).collect();
    let next = page.last().filter(|_| more).map(|row| id(row).to_owned());
    Ok((page, next))
}

fn format<'a>(arguments: &Arguments<'a>) -> Result<&'a str, ProviderRefusal> {
    match arguments.text("format")?.unwrap_or("full") {
        format @ ("full" | "metadata" | "minimal") => Ok(format),
        other => Err(input(format!("Invalid value for format: {other}"))),
    }
}

/// As the Gmail API words it over REST.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    let status = usual_status(trouble.kind);
    (status, json!({"error": {"code": status, "message": trouble.message, "status": trouble.code}}))
}

fn input(message: String) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code: "INVALID_ARGUMENT", message }
}

fn unknown() -> ProviderRefusal {
    ProviderRefusal {
        kind: ProviderRefusalKind::NotFound,
        code: "NOT_FOUND",
        message: "Requested entity was not found.".into(),
    }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "is required",
        Problem::NotText => "must be a string",
        Problem::NotANumber => "must be an integer",
        Problem::NotTexts => "must be a list of strings",
        Problem::NotAFlag => "must be a boolean",
    };
    input(format!("{name} {what}"))
}
