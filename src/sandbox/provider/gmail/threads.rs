//! Conversations.

use std::sync::Arc;

use serde_json::{Value, json};

use super::mailbox::Copy;
use super::{Gmail, format, page, unknown};
use crate::sandbox::object::extend;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

impl Gmail {
    /// Conversations with a message that fits; the one with the newest comes first.
    pub fn threads(&self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let mut newest: Vec<&Copy> = Vec::new();
        for copy in self.found(call, arguments)? {
            if !newest.iter().any(|known| known.message.thread == copy.message.thread) {
                newest.push(copy);
            }
        }
        let total = newest.len();
        let (page, next) = page(newest, |copy| &copy.message.thread, arguments)?;
        let row = |copy: &Copy| {
            let snippet = copy.render("minimal").get("snippet").cloned();
            json!({"id": copy.message.thread, "snippet": snippet, "historyId": "10000"})
        };
        let mut answer = json!({"threads": page.into_iter().map(row).collect::<Vec<_>>(), "resultSizeEstimate": total});
        if let Some(next) = next {
            extend(&mut answer, [("nextPageToken", next.into())]);
        }
        Ok(answer)
    }

    pub fn thread(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let (format, id) = (format(arguments)?, arguments.required_text("thread_id")?);
        let mut rows: Vec<_> = self.in_thread(person, id).map(|copy| copy.render(format)).collect();
        if rows.is_empty() {
            return Err(unknown());
        }
        rows.reverse();
        let wanted = arguments.texts("metadata_headers")?;
        let is_wanted = |header: &Value| {
            let name = header.get("name").and_then(Value::as_str).unwrap_or_default();
            wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(name))
        };
        if format == "metadata" && !wanted.is_empty() {
            let headers = rows.iter_mut().filter_map(|row| row.pointer_mut("/payload/headers")?.as_array_mut());
            headers.for_each(|headers| headers.retain(is_wanted));
        }
        Ok(json!({"id": id, "historyId": "10000", "messages": rows}))
    }

    /// Sends a message into a conversation; its subject is that of the conversation unless it has one.
    pub fn reply(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("thread_id")?;
        let answered = arguments.text("in_reply_to_message_id")?;
        let last = match answered {
            Some(answered) => self.in_thread(call.person, id).find(|copy| copy.message.id == answered),
            None => self.in_thread(call.person, id).next(),
        };
        let subject = &last.ok_or_else(unknown)?.message.subject;
        let subject = if subject.starts_with("Re: ") { subject.clone() } else { format!("Re: {subject}") };
        let mut map = call.arguments.clone();
        if arguments.text("subject")?.is_none() {
            map.insert("subject".into(), subject.into());
        }
        self.send(call, &Arguments { map: &map, complain: arguments.complain })
    }

    pub fn modify_thread(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("thread_id")?;
        let (add, remove) = self.relabelling(person, arguments)?;
        let mut labelled = Vec::new();
        for copy in self.0.copies.iter_mut().filter(|copy| copy.owner == *person && copy.message.thread == id) {
            copy.relabel(&add, &remove);
            labelled.push(copy.render("minimal"));
        }
        if labelled.is_empty() {
            return Err(unknown());
        }
        Ok(json!({"id": id, "messages": labelled}))
    }

    /// One's copies of a conversation's messages, newest first.
    fn in_thread<'a>(&'a self, person: &'a Arc<Persona>, id: &'a str) -> impl Iterator<Item = &'a Copy> {
        self.0.of_owner(person).filter(move |copy| copy.message.thread == id)
    }
}
