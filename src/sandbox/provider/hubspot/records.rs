//! One company's portal: its records, who owns them, and what belongs together.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Map, Value, json};

use super::kinds::{self, Kind};
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

const DATA: &str = include_str!("../../../../assets/sandbox/data/hubspot.json");

pub struct Portal {
    ids: Ids,
    pub people: People,
    /// People who see what others own.
    managers: Vec<Arc<Persona>>,
    /// In the order they were made.
    pub records: Vec<Record>,
    /// Ids of two records each.
    pub associations: Vec<(String, String)>,
    /// Records made so far; the next id follows from it.
    made: usize,
}

pub struct Record {
    pub id: String,
    pub kind: &'static Kind,
    /// Values are texts, whatever they are.
    pub properties: Map<String, Value>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// One record of the data file. Owners go by their keys, other records by their names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordData {
    kind: String,
    properties: Map<String, Value>,
    owner: Option<String>,
    created: SignedDuration,
    /// Offset of a time among the properties, and its name.
    at: Option<(String, SignedDuration)>,
    #[serde(default)]
    belongs_to: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PortalData {
    managers: Vec<String>,
    records: Vec<RecordData>,
}

impl Record {
    pub fn text(&self, property: &str) -> Option<&str> {
        self.properties.get(property).and_then(Value::as_str)
    }

    /// Value of a property, of those as well that the portal itself writes; none where it is empty.
    pub fn value(&self, property: &str) -> Option<String> {
        match property {
            "hs_object_id" => Some(self.id.clone()),
            "createdate" | "hs_createdate" => Some(format!("{:.3}", self.created_at)),
            name if name == self.kind.changed => Some(format!("{:.3}", self.updated_at)),
            name => self.text(name).filter(|text| !text.is_empty()).map(Into::into),
        }
    }

    /// The name that it goes by.
    fn name(&self) -> &str {
        let names = ["email", "name", "dealname", "subject"];
        names.iter().find_map(|name| self.text(name)).unwrap_or_default()
    }
}

impl Portal {
    /// Reads the data file; times count from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: PortalData = serde_json::from_str(DATA)?;
        let managers = data.managers.iter().map(|key| people.named(key)).collect::<Result<_, _>>()?;
        let mut portal =
            Self { ids, people: people.clone(), managers, records: Vec::new(), associations: Vec::new(), made: 0 };
        for RecordData { kind, mut properties, owner, created, at, belongs_to } in data.records {
            let from_now = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
            let unknown = || serde_json::Error::custom(format_args!("there is no kind {kind}"));
            let kind = kinds::named(&kind).ok_or_else(unknown)?;
            if let Some(key) = owner {
                let owner = portal.owner_id(&*people.named(&key)?);
                properties.insert("hubspot_owner_id".into(), owner.into());
            }
            if let Some((property, offset)) = at {
                properties.insert(property, format!("{:.3}", from_now(offset)?).into());
            }
            let id = portal.add(kind, properties, from_now(created)?);
            for name in belongs_to {
                let other = portal.records.iter().find(|record| record.name() == name);
                let unknown = || serde_json::Error::custom(format_args!("nothing is called {name}"));
                let other = other.ok_or_else(unknown)?.id.clone();
                portal.associations.push((id.clone(), other));
            }
        }
        Ok(portal)
    }

    /// Adds a record, and returns its id.
    pub fn add(&mut self, kind: &'static Kind, properties: Map<String, Value>, now: Timestamp) -> String {
        let id =
            (10_000_000_000 + self.ids.number(&format!("hubspot/record/{}", self.made)) % 90_000_000_000).to_string();
        self.made += 1;
        self.records.push(Record { id: id.clone(), kind, properties, created_at: now, updated_at: now });
        id
    }

    pub fn portal_id(&self) -> u64 {
        10_000_000 + self.ids.number("hubspot/portal") % 90_000_000
    }

    pub fn owner_id(&self, person: &Persona) -> String {
        (100_000_000 + self.ids.number(&format!("hubspot/owner/{}", person.key)) % 900_000_000).to_string()
    }

    /// A record shows to its owner and to managers, and to everybody as long as nobody owns it.
    pub fn shows(&self, record: &Record, person: &Arc<Persona>) -> bool {
        record.text("hubspot_owner_id").is_none_or(|owner| owner == self.owner_id(person)) || self.manages(person)
    }

    pub fn manages(&self, person: &Arc<Persona>) -> bool {
        self.managers.contains(person)
    }

    /// Records of one kind that somebody sees, oldest first.
    pub fn seen<'a>(&'a self, kind: &'static Kind, person: &'a Arc<Persona>) -> impl Iterator<Item = &'a Record> {
        self.records.iter().filter(move |record| record.kind.one == kind.one && self.shows(record, person))
    }

    /// A record with the properties asked for; the usual ones when none are.
    pub fn render(&self, record: &Record, wanted: &[&str]) -> Value {
        let wanted = if wanted.is_empty() { record.kind.usual } else { wanted };
        let mut properties = Map::new();
        let time = |at: Timestamp| Value::from(format!("{at:.3}"));
        for name in wanted.iter().filter(|name| record.kind.has(name)) {
            properties.insert((*name).into(), record.properties.get(*name).cloned().unwrap_or_default());
        }
        let created =
            if record.kind.one == "contact" || record.kind.one == "deal" { "createdate" } else { "hs_createdate" };
        properties.insert(created.into(), time(record.created_at));
        properties.insert("hs_object_id".into(), record.id.as_str().into());
        properties.insert(record.kind.changed.into(), time(record.updated_at));
        json!({
            "id": record.id,
            "properties": properties,
            "createdAt": time(record.created_at),
            "updatedAt": time(record.updated_at),
            "archived": false,
        })
    }

    /// Records of a kind that belong to another, as far as somebody sees them.
    pub fn render_associations(&self, record: &Record, to: &'static Kind, person: &Arc<Persona>) -> Value {
        let other = |(from, to): &(String, String)| match (from == &record.id, to == &record.id) {
            (true, _) => Some(to.clone()),
            (_, true) => Some(from.clone()),
            _ => None,
        };
        let ids = self.associations.iter().filter_map(other);
        let found = ids.filter_map(|id| self.seen(to, person).find(|record| record.id == id));
        let rows = found.map(|found| json!({"id": found.id, "type": format!("{}_to_{}", record.kind.one, to.one)}));
        json!({"results": rows.collect::<Vec<_>>()})
    }

    pub fn render_owner(&self, person: &Persona) -> Value {
        let (first, last) = person.name.split_once(' ').unwrap_or((&person.name, ""));
        let id = self.owner_id(person);
        json!({
            "id": id,
            "email": person.email,
            "type": "PERSON",
            "firstName": first,
            "lastName": last,
            "userId": id.parse::<u64>().unwrap_or_default(),
            "archived": false,
        })
    }
}
