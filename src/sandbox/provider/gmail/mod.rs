//! Gmail's tools. Results look like the Gmail API's.

mod mailbox;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use self::mailbox::{Copy, LABELS, MailDraft, Mailboxes, address, bare};
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
        let arguments = Arguments { map: call.arguments, complain };
        let answer = match tool {
            "gmail_get_profile" => Ok(self.profile(call.person)),
            "gmail_fetch_mails" => self.fetch(call.person, &arguments),
            "gmail_get_message_by_id" => self.get(call.person, &arguments),
            "gmail_send_message" => self.send(call, &arguments),
            "gmail_list_labels" => Ok(labels()),
            "gmail_trash_message" => self.trash(call.person, &arguments),
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
    fn fetch(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let query = arguments.text("query")?.or(arguments.text("q")?).unwrap_or_default();
        let labels = arguments.texts("label_ids")?;
        let format = format(arguments)?;
        let trash = arguments.flag("include_spam_trash")?.unwrap_or(false);
        let size = arguments.number("max_results")?.or(arguments.number("maxResults")?).unwrap_or(PAGE);
        if !(1..=LARGEST_PAGE).contains(&size) {
            return Err(input(format!("max_results must be between 1 and {LARGEST_PAGE}")));
        }
        let terms: Vec<Term<'_>> = query.split_whitespace().map(Term::read).collect();
        let asks_for_trash = terms.iter().any(|term| matches!(term, Term::Label(label) if label == "TRASH"));
        let found: Vec<_> = self
            .0
            .of_owner(person)
            .filter(|copy| trash || asks_for_trash || !copy.labels.contains(&"TRASH"))
            .filter(|copy| labels.iter().all(|label| copy.labels.contains(label)))
            .filter(|copy| terms.iter().all(|term| term.fits(copy)))
            .collect();
        let start = match arguments.text("page_token")?.or(arguments.text("pageToken")?) {
            None => 0,
            Some(after) => {
                let last = found.iter().position(|copy| copy.message.id == after);
                last.ok_or_else(|| input("Invalid pageToken".into()))? + 1
            }
        };
        let size = usize::try_from(size).unwrap_or_default();
        let page: Vec<_> = found.iter().skip(start).take(size).collect();
        let next = page.last().filter(|_| start + size < found.len()).map(|copy| &copy.message.id);
        let mut answer = json!({
            "messages": page.iter().map(|copy| copy.render(format)).collect::<Vec<_>>(),
            "resultSizeEstimate": found.len(),
        });
        if let Some(next) = next {
            extend(&mut answer, [("nextPageToken", next.as_str().into())]);
        }
        Ok(answer)
    }

    fn get(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let format = format(arguments)?;
        let id = arguments.required_text("message_id")?;
        self.0.copy(person, id).map(|copy| copy.render(format)).ok_or_else(unknown)
    }

    fn send(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
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
        let draft = MailDraft {
            from: address(call.person),
            to: addresses("to")?,
            cc: addresses("cc")?,
            bcc: addresses("bcc")?,
            subject: arguments.required_text("subject")?.into(),
            body: arguments.required_text("body")?.into(),
            content_type: content_type.into(),
            thread: arguments.text("thread_id")?.map(Into::into),
        };
        let known = |thread: &String| self.0.of_owner(call.person).any(|copy| copy.message.thread == *thread);
        if draft.thread.as_ref().is_some_and(|thread| !known(thread)) {
            return Err(unknown());
        }
        let message = self.0.send(draft, call.now);
        Ok(json!({"id": message.id, "threadId": message.thread, "labelIds": ["SENT"]}))
    }

    fn trash(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let copy = self.0.copy(person, arguments.required_text("message_id")?).ok_or_else(unknown)?;
        copy.labels = vec!["TRASH"];
        Ok(copy.render("minimal"))
    }
}

/// One word of a query.
enum Term<'a> {
    From(&'a str),
    To(&'a str),
    Subject(String),
    Label(String),
    Word(String),
}

impl<'a> Term<'a> {
    fn read(word: &'a str) -> Self {
        match word.split_once(':') {
            Some(("from", who)) => Self::From(who),
            Some(("to", who)) => Self::To(who),
            Some(("subject", text)) => Self::Subject(text.to_lowercase()),
            Some(("label" | "in" | "is", label)) => Self::Label(label.to_uppercase()),
            _ => Self::Word(word.to_lowercase()),
        }
    }

    fn fits(&self, copy: &Copy) -> bool {
        let message = &copy.message;
        match self {
            Self::From(who) => message.from.contains(who),
            Self::To(who) => message.to.iter().chain(&message.cc).any(|to| to.contains(who)),
            Self::Subject(text) => message.subject.to_lowercase().contains(text),
            Self::Label(label) => label == "ANYWHERE" || copy.labels.iter().any(|known| known == label),
            Self::Word(word) => {
                format!("{} {} {}", message.from, message.subject, message.body).to_lowercase().contains(word)
            }
        }
    }
}

fn format<'a>(arguments: &Arguments<'a>) -> Result<&'a str, ProviderRefusal> {
    match arguments.text("format")?.unwrap_or("full") {
        format @ ("full" | "metadata" | "minimal") => Ok(format),
        other => Err(input(format!("Invalid value for format: {other}"))),
    }
}

fn labels() -> Value {
    let rows = LABELS.map(|label| json!({"id": label, "name": label, "type": "system"}));
    json!({"labels": rows})
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
