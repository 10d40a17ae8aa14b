//! Collections: lists of items that tools create, list, change and delete.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fields::Fields;
use super::mistakes::{Mistakes, Place};
use super::template::{Slot, Template, TooLarge, Values, size};
use super::template_reader::{Standing, TemplateReader};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::{ProviderRefusal, ProviderRefusalKind};

/// Items of one collection, and bytes of all of them, that are kept at most.
const MOST_ITEMS: usize = 10_000;
const MOST_BYTES: usize = 32 << 20;

/// Member that holds the id, where the file names none.
const ID: &str = "id";

/// A collection as the file has it.
#[derive(Clone, Debug)]
pub struct CollectionEntry {
    /// Makes the id of a new item.
    id: Template,
    /// Member of an item that holds its id.
    pub id_field: String,
    /// Everybody has items of their own.
    pub per_person: bool,
    /// Items that there are at first, each with the key of whoever holds it; empty where all do.
    pub items: Vec<(String, Map<String, Value>)>,
}

/// Reads `[collections.NAME]`.
pub fn read(fields: &Fields<'_>) -> BTreeMap<String, CollectionEntry> {
    let mut collections = BTreeMap::new();
    let Some(named) = fields.object("collections") else { return collections };
    let place = fields.place().key("collections");
    for (name, value) in named {
        let mistakes = fields.mistakes();
        let Some(members) = value.as_object() else {
            mistakes.tell(place.key(name), format!("“{name}” must be a table."));
            continue;
        };
        let entry = Fields::new(members, place.key(name), mistakes);
        let per_person = entry.flag("per_person").unwrap_or_default();
        let reader = TemplateReader { standing: Standing::Id, input: None, mistakes };
        let id = match entry.text("id") {
            Some(text) => {
                let template = reader.text(text, &entry.place().key("id"));
                if !template.asks(Slot::Number) && !template.asks(Slot::Id) {
                    entry.tell("id", "The ids of new items would all be the same: “id” needs {{n}} or {{id}}.");
                }
                template
            }
            None => reader.text(&format!("{name}-{{{{n}}}}"), entry.place()),
        };
        let id_field = entry.text("id_field").unwrap_or(ID).to_owned();
        let mut items = Vec::new();
        for (at, item) in entry.get("items").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let place = entry.place().key("items").item(at);
            items.extend(item_of(item, &place, mistakes).map(|item| (String::new(), item)));
        }
        if entry.get("items").is_some_and(|items| !items.is_array()) {
            entry.tell("items", "“items” must be a list of tables.");
        }
        if per_person && !items.is_empty() {
            entry
                .tell("items", format!("“{name}” is per person: what each holds stands at the person, under “holds”."));
        }
        entry.end();
        collections.insert(name.clone(), CollectionEntry { id, id_field, per_person, items });
    }
    collections
}

/// Reads what a person holds at first.
pub fn read_held(
    person: &Persona,
    holds: &Map<String, Value>,
    place: &Place,
    mistakes: &Mistakes,
    collections: &mut BTreeMap<String, CollectionEntry>,
) {
    let names: Vec<String> = collections.keys().cloned().collect();
    for (name, items) in holds {
        let place = place.key(name);
        let Some(collection) = collections.get_mut(name) else {
            let known: Vec<_> = names.iter().map(String::as_str).collect();
            let meant = crate::domain::nearest_name(name, known.iter().copied());
            mistakes.tell(place, super::fields::unknown(&format!("There is no collection “{name}”"), meant, &known));
            continue;
        };
        if !collection.per_person {
            mistakes.tell(
                place,
                format!("Everybody has the same “{name}”. Set “per_person” there, or put its items there."),
            );
            continue;
        }
        let Some(items) = items.as_array() else {
            mistakes.tell(place, format!("“{name}” must be a list of tables."));
            continue;
        };
        for (at, item) in items.iter().enumerate() {
            let item = item_of(item, &place.item(at), mistakes);
            collection.items.extend(item.map(|item| (person.key.clone(), item)));
        }
    }
}

fn item_of(item: &Value, place: &Place, mistakes: &Mistakes) -> Option<Map<String, Value>> {
    if item.as_object().is_none() {
        mistakes.tell(place.clone(), "An item must be a table.");
    }
    item.as_object().cloned()
}

/// All collections as they are now.
#[derive(Debug, Default)]
pub struct Collections {
    entries: BTreeMap<String, CollectionEntry>,
    shelves: BTreeMap<String, Shelf>,
}

/// Items of one collection.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Shelf {
    /// Items made so far: a number is never given twice.
    made: u64,
    /// By the key of whoever holds them; under the empty one where all do.
    items: BTreeMap<String, Vec<Value>>,
}

struct Numbered(u64);

impl Values for Numbered {
    fn value(&self, slot: Slot) -> Option<Value> {
        (slot == Slot::Number).then(|| self.0.into())
    }
}

/// The id's own number, beside what else a call knows.
struct WithNumber<'v>(&'v dyn Values, u64);

impl Values for WithNumber<'_> {
    fn value(&self, slot: Slot) -> Option<Value> {
        Numbered(self.1).value(slot).or_else(|| self.0.value(slot))
    }
}

impl Collections {
    /// As they are at first.
    pub fn new(entries: &BTreeMap<String, CollectionEntry>) -> Self {
        let mut collections = Self { entries: entries.clone(), shelves: BTreeMap::new() };
        for (name, entry) in entries {
            collections.shelves.insert(name.clone(), Shelf::default());
            for (owner, item) in &entry.items {
                // Bounded by the file's own size.
                let _ = collections.insert(name, owner, item.clone(), &Numbered(0));
            }
        }
        collections
    }

    /// Everything that is in them, to be written.
    pub fn state(&self) -> &BTreeMap<String, Shelf> {
        &self.shelves
    }

    /// Takes what was written.
    pub fn restore(&mut self, shelves: BTreeMap<String, Shelf>) {
        self.shelves.extend(shelves.into_iter().filter(|(name, _)| self.entries.contains_key(name)));
    }

    fn owner(&self, name: &str, person: &Persona) -> String {
        let per_person = self.entries.get(name).is_some_and(|entry| entry.per_person);
        if per_person { person.key.clone() } else { String::new() }
    }

    /// The member of its items that holds their id.
    pub fn id_field(&self, name: &str) -> &str {
        self.entries.get(name).map_or(ID, |entry| &entry.id_field)
    }

    /// Items that a person sees, in the order they were made.
    pub fn items(&self, name: &str, person: &Persona) -> &[Value] {
        let shelf = self.shelves.get(name);
        shelf.and_then(|shelf| shelf.items.get(&self.owner(name, person))).map_or(&[], Vec::as_slice)
    }

    /// Puts a new item in, with an id where it has none.
    ///
    /// # Errors
    /// There is no room for more, or its id is taken.
    pub fn create(
        &mut self,
        name: &str,
        person: &Persona,
        item: Map<String, Value>,
        values: &dyn Values,
    ) -> Result<Value, ProviderRefusal> {
        self.check_room(name, &item)?;
        let owner = self.owner(name, person);
        self.insert(name, &owner, item, values)
    }

    /// # Errors
    /// All collections together would be too large with these members.
    fn check_room(&self, name: &str, members: &Map<String, Value>) -> Result<(), ProviderRefusal> {
        let all = self.shelves.values().flat_map(|shelf| shelf.items.values().flatten());
        let bytes: usize = all.map(size).sum();
        let more: usize = members.iter().map(|(key, value)| key.len() + size(value)).sum();
        if bytes.saturating_add(more) > MOST_BYTES {
            return Err(refusal(
                ProviderRefusalKind::Failed { status: 507, wait: None },
                "STORAGE_FULL",
                format!("There is no room for more in {name}."),
            ));
        }
        Ok(())
    }

    fn insert(
        &mut self,
        name: &str,
        owner: &str,
        mut item: Map<String, Value>,
        values: &dyn Values,
    ) -> Result<Value, ProviderRefusal> {
        let (Some(entry), Some(shelf)) = (self.entries.get(name), self.shelves.get_mut(name)) else {
            return Err(no_item(name, ""));
        };
        if shelf.items.values().map(Vec::len).sum::<usize>() >= MOST_ITEMS {
            let message = format!("{name} holds {MOST_ITEMS} items, which is all that it can.");
            return Err(refusal(ProviderRefusalKind::Failed { status: 507, wait: None }, "STORAGE_FULL", message));
        }
        let taken = |id: &Value, shelf: &Shelf| {
            let mut items = shelf.items.values().flatten();
            items.any(|item| item.get(&entry.id_field).is_some_and(|known| is_same(known, id)))
        };
        match item.get(&entry.id_field) {
            Some(id) if taken(id, shelf) => {
                let message = format!("{name} has an item {} already.", plain(id));
                return Err(refusal(
                    ProviderRefusalKind::Failed { status: 409, wait: None },
                    "ALREADY_EXISTS",
                    message,
                ));
            }
            Some(_) => shelf.made += 1,
            None => {
                let mut id = Value::Null;
                // Items that brought their id may have taken some of those to come.
                for _ in 0..=MOST_ITEMS {
                    shelf.made += 1;
                    let made = entry.id.fill(&WithNumber(values, shelf.made)).map_err(too_large)?;
                    // Before the first call only the number is known.
                    id = made.unwrap_or_else(|| shelf.made.into());
                    if !taken(&id, shelf) {
                        break;
                    }
                }
                item.shift_insert(0, entry.id_field.clone(), id);
            }
        }
        let item = Value::Object(item);
        shelf.items.entry(owner.to_owned()).or_default().push(item.clone());
        Ok(item)
    }

    /// One item, by its id.
    ///
    /// # Errors
    /// There is none that this person sees.
    pub fn get(&self, name: &str, person: &Persona, id: &Value) -> Result<&Value, ProviderRefusal> {
        let field = self.id_field(name);
        let mut items = self.items(name, person).iter();
        let found = items.find(|item| item.get(field).is_some_and(|known| is_same(known, id)));
        found.ok_or_else(|| no_item(name, &plain(id)))
    }

    /// Sets members of an item. Its id stays.
    ///
    /// # Errors
    /// As [`Collections::get`], or there is no room for more.
    pub fn update(
        &mut self,
        name: &str,
        person: &Persona,
        id: &Value,
        members: Map<String, Value>,
    ) -> Result<Value, ProviderRefusal> {
        let field = self.id_field(name).to_owned();
        self.check_room(name, &members)?;
        let item = self.find_mut(name, person, id)?;
        if let Some(item) = item.as_object_mut() {
            item.extend(members.into_iter().filter(|(key, _)| *key != field));
        }
        Ok(item.clone())
    }

    /// Takes an item out.
    ///
    /// # Errors
    /// As [`Collections::get`].
    pub fn delete(&mut self, name: &str, person: &Persona, id: &Value) -> Result<Value, ProviderRefusal> {
        let item = self.find_mut(name, person, id)?.clone();
        let (owner, field) = (self.owner(name, person), self.id_field(name).to_owned());
        if let Some(items) = self.shelves.get_mut(name).and_then(|shelf| shelf.items.get_mut(&owner)) {
            items.retain(|known| !known.get(&field).is_some_and(|known| is_same(known, id)));
        }
        Ok(item)
    }

    fn find_mut(&mut self, name: &str, person: &Persona, id: &Value) -> Result<&mut Value, ProviderRefusal> {
        let (owner, field) = (self.owner(name, person), self.id_field(name).to_owned());
        let items = self.shelves.get_mut(name).and_then(|shelf| shelf.items.get_mut(&owner));
        let found = items.into_iter().flatten().find(|item| item.get(&field).is_some_and(|known| is_same(known, id)));
        found.ok_or_else(|| no_item(name, &plain(id)))
    }
}

/// Whether two values name the same: an id that was sent as a text is the number that it is written like.
pub fn is_same(a: &Value, b: &Value) -> bool {
    a == b || !plain(a).is_empty() && plain(a) == plain(b)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < 1e15) {
            Some(whole) => format!("{whole:.0}"),
            None => number.to_string(),
        },
        Value::Bool(flag) => flag.to_string(),
        _ => String::new(),
    }
}

/// Refusal of something that would be too large.
pub fn too_large(_: TooLarge) -> ProviderRefusal {
    let message = "The answer in the world file grew larger than 8 MB.".to_owned();
    refusal(ProviderRefusalKind::Failed { status: 500, wait: None }, "TOO_LARGE", message)
}

fn no_item(name: &str, id: &str) -> ProviderRefusal {
    refusal(ProviderRefusalKind::NotFound, "NOT_FOUND", format!("There is no {id} in {name}."))
}

fn refusal(kind: ProviderRefusalKind, code: &'static str, message: String) -> ProviderRefusal {
    ProviderRefusal { kind, code, message }
}
