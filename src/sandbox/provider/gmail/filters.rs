//! Rules that new mail goes through.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::mailbox::Copy;
use super::search::Terms;
use super::{Gmail, input, unknown};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::ProviderRefusal;

/// A rule of somebody's mailbox.
pub struct MailFilter {
    pub id: String,
    owner: Arc<Persona>,
    criteria: Map<String, Value>,
    add: Vec<String>,
    remove: Vec<String>,
}

/// Arguments that decide which mail is meant, and their names in the API.
const CRITERIA: [(&str, &str); 4] = [("from", "from"), ("to", "to"), ("subject", "subject"), ("query", "query")];

/// Arguments that stand for labels to put on.
const ADDING: [(&str, &str); 3] =
    [("should_star", "STARRED"), ("should_trash", "TRASH"), ("should_always_mark_important", "IMPORTANT")];

/// Arguments that stand for labels to take off.
const REMOVING: [(&str, &str); 3] =
    [("should_archive", "INBOX"), ("should_mark_read", "UNREAD"), ("should_never_mark_important", "IMPORTANT")];

impl MailFilter {
    /// Labels a new message where the rule is its owner's and means it.
    pub fn apply(&self, copy: &mut Copy) {
        if self.owner == copy.owner && self.means(copy) {
            copy.relabel(&self.add, &self.remove);
        }
    }

    fn means(&self, copy: &Copy) -> bool {
        self.criteria.iter().all(|(name, value)| match (name.as_str(), value.as_str()) {
            ("hasAttachment", _) => copy.message.attachments.is_empty() != (*value == Value::Bool(true)),
            ("query", Some(query)) => Terms::read(query, Timestamp::UNIX_EPOCH, &[]).fit(copy),
            (field, Some(text)) => Terms::read(&format!("{field}:\"{text}\""), Timestamp::UNIX_EPOCH, &[]).fit(copy),
            _ => false,
        })
    }

    fn render(&self) -> Value {
        let action = json!({"addLabelIds": self.add, "removeLabelIds": self.remove});
        json!({"id": self.id, "criteria": self.criteria, "action": action})
    }
}

impl Gmail {
    pub fn filters(&self, person: &Arc<Persona>) -> Value {
        let own = self.0.filters.iter().filter(|filter| filter.owner == *person);
        json!({"filter": own.map(MailFilter::render).collect::<Vec<_>>()})
    }

    pub fn create_filter(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let mut criteria = Map::new();
        for (name, theirs) in CRITERIA {
            if let Some(text) = arguments.text(name)? {
                criteria.insert(theirs.into(), text.into());
            }
        }
        if let Some(wanted) = arguments.flag("has_attachment")? {
            criteria.insert("hasAttachment".into(), wanted.into());
        }
        if criteria.is_empty() {
            return Err(input("Filter has no criteria".into()));
        }
        let mut add = self.known_labels(person, &arguments.texts("add_label_ids")?)?;
        let mut remove = self.known_labels(person, &arguments.texts("remove_label_ids")?)?;
        for (list, flags) in [(&mut add, ADDING), (&mut remove, REMOVING)] {
            for (name, label) in flags {
                if arguments.flag(name)?.unwrap_or(false) && !list.iter().any(|known| known == label) {
                    list.push(label.into());
                }
            }
        }
        if add.is_empty() && remove.is_empty() {
            return Err(input("Filter has no actions".into()));
        }
        let filter = MailFilter { id: self.0.next_id(), owner: Arc::clone(person), criteria, add, remove };
        let answer = filter.render();
        self.0.filters.push(filter);
        Ok(answer)
    }

    pub fn delete_filter(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("filter_id")?;
        let place = self.0.filters.iter().position(|filter| filter.id == id && filter.owner == *person);
        self.0.filters.remove(place.ok_or_else(unknown)?);
        Ok(Value::Null)
    }
}
