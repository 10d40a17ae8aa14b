//! Messages that are not sent yet.

use std::sync::Arc;

use serde_json::{Value, json};

use super::mailbox::{Copy, Draft, MailDraft};
use super::{Gmail, format, page, unknown};
use crate::sandbox::object::extend;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

impl Gmail {
    pub fn drafts(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let own: Vec<_> = self.0.drafts.iter().rev().filter(|draft| draft.copy.owner == *person).collect();
        let total = own.len();
        let (page, next) = page(own, |draft| &draft.id, arguments)?;
        let row = |draft: &Draft| {
            let message = &draft.copy.message;
            json!({"id": draft.id, "message": {"id": message.id, "threadId": message.thread}})
        };
        let mut answer = json!({"drafts": page.into_iter().map(row).collect::<Vec<_>>(), "resultSizeEstimate": total});
        if let Some(next) = next {
            extend(&mut answer, [("nextPageToken", next.into())]);
        }
        Ok(answer)
    }

    pub fn draft(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let format = format(arguments)?;
        let place = self.place(person, arguments)?;
        self.0.drafts.get(place).map(|draft| draft.render(format)).ok_or_else(unknown)
    }

    pub fn create_draft(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let written = self.written(call, arguments)?;
        let id = format!("r{}", self.0.next_id());
        let draft = self.as_draft(id, written, call);
        let answer = draft.render("minimal");
        self.0.drafts.push(draft);
        Ok(answer)
    }

    pub fn update_draft(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let place = self.place(call.person, arguments)?;
        let written = self.written(call, arguments)?;
        let id = arguments.required_text("draft_id")?.to_owned();
        let draft = self.as_draft(id, written, call);
        let answer = draft.render("minimal");
        *self.0.drafts.get_mut(place).ok_or_else(unknown)? = draft;
        Ok(answer)
    }

    pub fn send_draft(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(call.person, arguments)?;
        let Draft { copy, bcc, .. } = self.0.drafts.remove(place);
        let message = &copy.message;
        let written = MailDraft {
            from: message.from.clone(),
            to: message.to.clone(),
            cc: message.cc.clone(),
            bcc,
            subject: message.subject.clone(),
            body: message.body.clone(),
            content_type: message.content_type.clone(),
            thread: Some(message.thread.clone()),
            attachments: Vec::new(),
        };
        let message = self.0.send(written, call.now);
        Ok(json!({"id": message.id, "threadId": message.thread, "labelIds": ["SENT"]}))
    }

    pub fn delete_draft(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.place(person, arguments)?;
        self.0.drafts.remove(place);
        Ok(Value::Null)
    }

    fn as_draft(&mut self, id: String, written: MailDraft, call: &ProviderCall<'_>) -> Draft {
        let (message, bcc) = self.0.write(written, call.now);
        let copy = Copy { owner: Arc::clone(call.person), message, labels: vec!["DRAFT".into()] };
        Draft { id, copy, bcc }
    }

    /// Index of one's own draft; over REST its id may stand under `id`.
    fn place(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<usize, ProviderRefusal> {
        let id = arguments.required_text("draft_id")?;
        let place = self.0.drafts.iter().position(|draft| draft.id == id && draft.copy.owner == *person);
        place.ok_or_else(unknown)
    }
}

impl Draft {
    fn render(&self, format: &str) -> Value {
        json!({"id": self.id, "message": self.copy.render(format)})
    }
}
