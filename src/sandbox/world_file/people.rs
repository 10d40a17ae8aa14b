//! `[[people]]`: who there is at the providers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::base::Base;
use super::collections::{self, CollectionEntry};
use super::fields::Fields;
use crate::domain::nearest_name;
use crate::sandbox::people::Persona;

/// Reads everybody, and what they hold.
pub fn read(root: &Fields<'_>, base: &Base, collections: &mut BTreeMap<String, CollectionEntry>) -> Vec<Arc<Persona>> {
    let mut people: Vec<Arc<Persona>> = Vec::new();
    for row in root.rows("people") {
        let (key, name, email) = (row.required_text("key"), row.required_text("name"), row.required_text("email"));
        if let Some(key) = key {
            // A key of theirs is their own key, a hyphen, and anything.
            if key.len() > 50 || !key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
                row.tell("key", "A person's “key” has 1 to 50 small letters, digits and _.");
            }
            if people.iter().chain(&base.people).any(|known| known.key == key) {
                row.tell("key", format!("There is a person “{key}” already."));
            }
        }
        if let Some(email) = email
            && people.iter().chain(&base.people).any(|known| known.email == email)
        {
            row.tell("email", format!("Somebody else has the e-mail address “{email}”."));
        }
        let holds = row.object("holds");
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let person = Persona { key: text(key), name: text(name), email: text(email) };
        if let Some(holds) = holds {
            collections::read_held(&person, holds, &row.place().key("holds"), row.mistakes(), collections);
        }
        row.end();
        people.push(Arc::new(person));
    }
    people
}

/// The person of this key; a mistake where there is none.
pub fn named(fields: &Fields<'_>, key: &'static str, people: &[Arc<Persona>], base: &Base) -> Option<String> {
    let name = fields.text(key)?;
    let mut everybody = people.iter().chain(&base.people);
    if !everybody.any(|person| person.key == name) {
        let known: Vec<_> = people.iter().chain(&base.people).map(|person| person.key.as_str()).collect();
        let meant = nearest_name(name, known.iter().copied());
        fields.tell(key, super::fields::unknown(&format!("There is no person “{name}”"), meant, &known));
        return None;
    }
    Some(name.to_owned())
}
