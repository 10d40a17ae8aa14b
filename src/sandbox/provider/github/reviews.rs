//! Reviews of pull requests.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::hub::time;
use super::{GitHub, input, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderCall, ProviderRefusal};

pub struct Review {
    id: i64,
    author: Arc<Persona>,
    state: &'static str,
    body: String,
    submitted_at: Timestamp,
}

/// What one can say to a pull request, and what it is called from then on.
const EVENTS: [(&str, &str); 3] =
    [("APPROVE", "APPROVED"), ("REQUEST_CHANGES", "CHANGES_REQUESTED"), ("COMMENT", "COMMENTED")];

impl Review {
    pub fn has_words(&self) -> bool {
        !self.body.is_empty()
    }
}

impl GitHub {
    pub fn reviews(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let place = self.pull_place(person, arguments, "pull_number")?;
        let reviews = &self.0.pulls.get(place).ok_or_else(unknown)?.reviews;
        Ok(arguments.page(reviews.iter())?.into_iter().map(|review| self.render_review(review)).collect())
    }

    pub fn review(&mut self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        self.writable(call.person, arguments)?;
        let place = self.pull_place(call.person, arguments, "pull_number")?;
        let event = arguments.text("event")?.unwrap_or("COMMENT");
        let state = EVENTS.iter().find(|(known, _)| *known == event).map(|(_, state)| *state);
        let state = state.ok_or_else(|| input(format!("event {event} is not an event")))?;
        let body = arguments.text("body")?.unwrap_or_default();
        if body.is_empty() && event != "APPROVE" {
            return Err(input("body is missing".into()));
        }
        let id = self.0.next_comment();
        let pull = self.0.pulls.get_mut(place).ok_or_else(unknown)?;
        if pull.author == *call.person && event != "COMMENT" {
            let what = if event == "APPROVE" { "approve" } else { "request changes on" };
            return Err(input(format!("Can not {what} your own pull request")));
        }
        let author = Arc::clone(call.person);
        pull.updated_at = call.now;
        pull.reviews.push(Review { id, author, state, body: body.into(), submitted_at: call.now });
        let review = self.0.pulls.get(place).and_then(|pull| pull.reviews.last());
        review.map(|review| self.render_review(review)).ok_or_else(unknown)
    }

    fn render_review(&self, Review { id, author, state, body, submitted_at }: &Review) -> Value {
        json!({
            "id": id,
            "user": self.0.render_user(author),
            "state": state,
            "body": body,
            "submitted_at": time(*submitted_at),
        })
    }
}
