//! Labels, and putting them on messages.

use std::sync::Arc;

use serde_json::{Value, json};

use super::mailbox::{LABELS, Mailboxes, OwnLabel};
use super::{Gmail, input, unknown};
use crate::sandbox::object::extend;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::{ProviderRefusal, ProviderRefusalKind};

/// Labels that come and go by themselves.
const FIXED: [&str; 2] = ["SENT", "DRAFT"];

impl Mailboxes {
    /// Labels that a person made.
    pub fn labels_of(&self, person: &Arc<Persona>) -> Vec<&OwnLabel> {
        self.labels.iter().filter(|label| label.owner == *person).collect()
    }
}

impl OwnLabel {
    fn render(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "type": "user",
            "labelListVisibility": self.in_labels,
            "messageListVisibility": self.in_messages,
        })
    }
}

impl Gmail {
    pub fn labels(&self, person: &Arc<Persona>) -> Value {
        let system = LABELS.iter().map(|label| json!({"id": label, "name": label, "type": "system"}));
        let own = self.0.labels_of(person).into_iter().map(OwnLabel::render);
        json!({"labels": system.chain(own).collect::<Vec<_>>()})
    }

    pub fn label(&self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("label_id")?;
        let own = self.0.labels_of(person).into_iter().find(|label| label.id == id).map(OwnLabel::render);
        let system = LABELS.contains(&id).then(|| json!({"id": id, "name": id, "type": "system"}));
        let mut row = own.or(system).ok_or_else(unknown)?;
        let bearers: Vec<_> = self.0.of_owner(person).filter(|copy| copy.has(id)).collect();
        let unread = bearers.iter().filter(|copy| copy.has("UNREAD")).count();
        extend(&mut row, [("messagesTotal", bearers.len().into()), ("messagesUnread", unread.into())]);
        Ok(row)
    }

    pub fn create_label(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let name = arguments.required_text("name")?;
        let one_of = |argument: &str, known: &[&'static str]| {
            let wanted = arguments.text(argument)?.or(known.first().copied()).unwrap_or_default();
            let found = known.iter().find(|value| **value == wanted);
            found.map(|value| (*value).to_owned()).ok_or_else(|| input(format!("Invalid {argument}: {wanted}")))
        };
        let in_labels = one_of("label_list_visibility", &["labelShow", "labelShowIfUnread", "labelHide"])?;
        let in_messages = one_of("message_list_visibility", &["show", "hide"])?;
        let taken = self.0.labels_of(person).into_iter().any(|label| label.name.eq_ignore_ascii_case(name));
        if taken || LABELS.iter().any(|label| label.eq_ignore_ascii_case(name)) {
            let message = "Label name exists or conflicts".into();
            return Err(ProviderRefusal { kind: ProviderRefusalKind::Input, code: "ABORTED", message });
        }
        let id = format!("Label_{}", self.0.labels_of(person).len() + 1);
        let label = OwnLabel { id, owner: Arc::clone(person), name: name.into(), in_labels, in_messages };
        let answer = label.render();
        self.0.labels.push(label);
        Ok(answer)
    }

    pub fn delete_label(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("label_id")?;
        if LABELS.contains(&id) {
            return Err(input("Invalid delete request".into()));
        }
        let place = self.0.labels.iter().position(|label| label.id == id && label.owner == *person);
        self.0.labels.remove(place.ok_or_else(unknown)?);
        for copy in self.0.copies.iter_mut().filter(|copy| copy.owner == *person) {
            copy.labels.retain(|label| label != id);
        }
        Ok(Value::Null)
    }

    /// Labels that may be put on and taken off by hand.
    pub fn known_labels(&self, person: &Arc<Persona>, ids: &[&str]) -> Result<Vec<String>, ProviderRefusal> {
        let own = self.0.labels_of(person);
        let known = |id: &str| LABELS.contains(&id) && !FIXED.contains(&id) || own.iter().any(|label| label.id == id);
        match ids.iter().find(|id| !known(id)) {
            Some(bad) => Err(input(format!("Invalid label: {bad}"))),
            None => Ok(ids.iter().map(|id| (*id).to_owned()).collect()),
        }
    }

    /// Labels to put on and to take off; the API's own names are read as well.
    pub fn relabelling(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<(Vec<String>, Vec<String>), ProviderRefusal> {
        let ids = |name: &str, other: &str| -> Result<Vec<String>, ProviderRefusal> {
            let ids = arguments.optional_texts(name)?.or(arguments.optional_texts(other)?).unwrap_or_default();
            self.known_labels(person, &ids)
        };
        let (add, remove) = (ids("add_label_ids", "addLabelIds")?, ids("remove_label_ids", "removeLabelIds")?);
        if add.is_empty() && remove.is_empty() {
            return Err(input("No label add or removes specified".into()));
        }
        Ok((add, remove))
    }

    pub fn modify(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let id = arguments.required_text("message_id")?;
        let (add, remove) = self.relabelling(person, arguments)?;
        let copy = self.0.copy(person, id).ok_or_else(unknown)?;
        copy.relabel(&add, &remove);
        Ok(copy.render("minimal"))
    }

    /// All of them, or none.
    pub fn modify_many(&mut self, person: &Arc<Persona>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let ids = arguments.texts("message_ids")?;
        if ids.is_empty() {
            return Err(input("message_ids is required".into()));
        }
        let (add, remove) = self.relabelling(person, arguments)?;
        if ids.iter().any(|id| self.0.copy(person, id).is_none()) {
            return Err(unknown());
        }
        let meant = |id: &String| ids.contains(&id.as_str());
        for copy in self.0.copies.iter_mut().filter(|copy| copy.owner == *person && meant(&copy.message.id)) {
            copy.relabel(&add, &remove);
        }
        Ok(Value::Null)
    }
}
