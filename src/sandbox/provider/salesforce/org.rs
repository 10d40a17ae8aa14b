//! One company's records, and who may see and change them.

use std::sync::Arc;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::Error as _;
use serde_json::{Map, Value, json};

use super::objects::{FieldType, OBJECTS, SObject, named};
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

const DATA: &str = include_str!("../../../../assets/sandbox/data/salesforce.json");

/// Version of the API in the addresses of records.
pub const VERSION: &str = "v64.0";

pub struct Org {
    ids: Ids,
    /// People who see and change what others own.
    managers: Vec<Arc<Persona>>,
    /// In the order they were made; people come first.
    pub records: Vec<SalesforceRecord>,
    /// Records made so far; the next id follows from it.
    made: usize,
}

pub struct SalesforceRecord {
    pub id: String,
    pub object: &'static SObject,
    fields: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrgData {
    managers: Vec<String>,
    records: Vec<RecordData>,
}

/// One record of the data file. Its owner goes by their key, and what it refers to by its name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordData {
    object: String,
    owner: String,
    created: SignedDuration,
    fields: Map<String, Value>,
    /// Offset of a date among the fields, and its name.
    on: Option<(String, SignedDuration)>,
    #[serde(default)]
    refers: Map<String, Value>,
}

impl SalesforceRecord {
    pub fn set(&mut self, field: &str, value: Value) {
        self.fields.insert(field.into(), value);
    }

    /// Value of a field of this name, letter by letter.
    pub fn value(&self, field: &str) -> Value {
        let text = |name: &str| self.fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let closed = || match self.object.name {
            "Opportunity" => text("StageName").starts_with("Closed"),
            "Task" => text("Status") == "Completed",
            _ => text("Status") == "Closed",
        };
        match (self.object.name, field) {
            (_, "Id") => self.id.as_str().into(),
            (_, "IsDeleted") => false.into(),
            ("Contact" | "Lead", "Name") => format!("{} {}", text("FirstName"), text("LastName")).trim().into(),
            (_, "IsClosed") => closed().into(),
            ("Opportunity", "IsWon") => (text("StageName") == "Closed Won").into(),
            ("Lead", "IsConverted") => (text("Status") == "Closed - Converted").into(),
            _ => self.fields.get(field).cloned().unwrap_or_default(),
        }
    }

    pub fn holds(&self, words: &[String]) -> bool {
        let texts = self.object.fields().filter(|(_, kind)| matches!(kind, FieldType::Text | FieldType::Computed));
        let all: Vec<String> = texts.filter_map(|(name, _)| self.value(name).as_str().map(str::to_lowercase)).collect();
        words.iter().all(|word| all.iter().any(|text| text.contains(word)))
    }

    pub fn attributes(&self) -> Value {
        let Self { id, object, .. } = self;
        json!({"type": object.name, "url": format!("/services/data/{VERSION}/sobjects/{}/{id}", object.name)})
    }
}

impl Org {
    /// Reads the data file; times count from `now`.
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        let data: OrgData = serde_json::from_str(DATA)?;
        let managers = data.managers.iter().map(|key| people.named(key)).collect::<Result<_, _>>()?;
        let mut org = Self { ids, managers, records: Vec::new(), made: 0 };
        for person in people.iter() {
            org.add_user(person)?;
        }
        for RecordData { object, owner, created, fields, on, refers } in data.records {
            let from_now = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
            let unknown = || serde_json::Error::custom(format_args!("there is no object {object}"));
            let kind = named(&object).ok_or_else(unknown)?;
            let owner = people.named(&owner)?;
            let mut fields = fields;
            if let Some((field, offset)) = on {
                fields.insert(field, Offset::UTC.to_datetime(from_now(offset)?).date().to_string().into());
            }
            for (field, name) in refers {
                let meant = org.records.iter().find(|record| record.value("Name") == name);
                let unknown = || serde_json::Error::custom(format_args!("nothing is called {name}"));
                let id = meant.ok_or_else(unknown)?.id.clone();
                fields.insert(field, id.into());
            }
            org.add(kind, fields, &owner, from_now(created)?);
        }
        Ok(org)
    }

    fn add_user(&mut self, person: &Persona) -> Result<(), serde_json::Error> {
        let object = named("User").ok_or_else(|| serde_json::Error::custom("there are no users"))?;
        let (first, last) = person.name.split_once(' ').unwrap_or(("", &person.name));
        let username = format!("{}.crm", person.email);
        let fields = [
            ("Name", person.name.as_str()),
            ("FirstName", first),
            ("LastName", last),
            ("Email", &person.email),
            ("Username", &username),
        ];
        let fields = fields.map(|(name, text)| (name.to_owned(), Value::from(text)));
        let fields = fields.into_iter().chain([("IsActive".into(), true.into())]).collect();
        self.records.push(SalesforceRecord { id: self.user_id(person), object, fields });
        Ok(())
    }

    /// Adds a record, and returns its id.
    pub fn add(
        &mut self,
        object: &'static SObject,
        mut fields: Map<String, Value>,
        creator: &Persona,
        now: Timestamp,
    ) -> String {
        let id = self.id(object.prefix, &format!("salesforce/record/{}", self.made));
        self.made += 1;
        let user = Value::from(self.user_id(creator));
        fields.entry("OwnerId").or_insert_with(|| user.clone());
        fields.insert("CreatedById".into(), user);
        let time = Value::from(moment(now));
        fields.insert("CreatedDate".into(), time.clone());
        fields.insert("LastModifiedDate".into(), time);
        let usual: &[(&str, &str)] = match object.name {
            "Lead" => &[("Status", "Open - Not Contacted")],
            "Case" => &[("Status", "New"), ("Priority", "Medium")],
            "Task" => &[("Status", "Not Started"), ("Priority", "Normal")],
            _ => &[],
        };
        for (field, value) in usual {
            fields.entry(*field).or_insert_with(|| Value::from(*value));
        }
        if object.name == "Case" {
            let cases = self.records.iter().filter(|record| record.object.name == "Case").count();
            fields.insert("CaseNumber".into(), format!("{:08}", 1026 + cases).into());
        }
        self.records.push(SalesforceRecord { id: id.clone(), object, fields });
        id
    }

    pub fn user_id(&self, person: &Persona) -> String {
        self.id("005", &format!("salesforce/user/{}", person.key))
    }

    /// Fifteen characters, and three that say which of them are capitals.
    fn id(&self, prefix: &str, name: &str) -> String {
        let body = self.ids.code(&format!("{prefix}Qw"), name);
        let signs = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
        let check = body.as_bytes().chunks(5).map(|part| {
            let capitals = (0_usize..).zip(part).filter(|(_, sign)| sign.is_ascii_uppercase());
            let place = capitals.map(|(place, _)| 1 << place).sum::<usize>();
            signs.get(place).copied().map_or('A', char::from)
        });
        let check: String = check.collect();
        body + &check
    }

    pub fn sees(&self, record: &SalesforceRecord, person: &Arc<Persona>) -> bool {
        record.object.public || self.owns(record, person)
    }

    /// True for whoever owns it, and for managers.
    pub fn owns(&self, record: &SalesforceRecord, person: &Arc<Persona>) -> bool {
        self.managers.contains(person) || record.value("OwnerId") == self.user_id(person)
    }

    /// The record with this id, of 18 characters or 15.
    pub fn find(&self, id: &str) -> Option<&SalesforceRecord> {
        self.place(id).and_then(|place| self.records.get(place))
    }

    pub fn place(&self, id: &str) -> Option<usize> {
        let is_meant = |record: &SalesforceRecord| record.id == id || (id.len() == 15 && record.id.starts_with(id));
        self.records.iter().position(is_meant)
    }

    /// Value at a path such as `Account.Owner.Name`, whose names are written as the objects write them.
    pub fn at(&self, record: &SalesforceRecord, path: &[&str]) -> Value {
        match path {
            [field] => record.value(field),
            [relationship, rest @ ..] => {
                let target = self.related(record, relationship);
                target.map_or(Value::Null, |target| self.at(target, rest))
            }
            [] => Value::Null,
        }
    }

    /// Record that a relationship leads to.
    pub fn related(&self, record: &SalesforceRecord, relationship: &str) -> Option<&SalesforceRecord> {
        let (_, field, _) = record.object.relationship(relationship)?;
        self.find(record.value(field).as_str()?)
    }

    /// A record with all its fields.
    pub fn render(&self, record: &SalesforceRecord) -> Value {
        let mut whole = Map::from_iter([("attributes".to_owned(), record.attributes())]);
        whole.extend(record.object.fields().map(|(name, _)| (name.to_owned(), record.value(name))));
        whole.into()
    }

    pub fn render_objects() -> Value {
        json!({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": OBJECTS.iter().map(SObject::render).collect::<Vec<_>>()})
    }
}

/// A moment as records have it.
pub fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}
