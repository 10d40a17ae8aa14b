//! Salesforce's tools. Records, answers to queries and refusals look like those of its REST API.

mod condition;
mod dates;
mod evaluate;
mod objects;
mod org;
mod path;
mod soql;
mod sosl;
mod tokens;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use self::objects::{FieldType, SObject, named};
use self::org::{Org, SalesforceRecord, moment};
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::rest::{RestAnswer, RestRequest};
use super::usual_status;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};

/// Records in a list when nothing else is asked for, and at most.
const PAGE: i64 = 100;
const LARGEST_PAGE: i64 = 2000;

/// Bytes of a text in a record, at most.
const LONGEST_TEXT: usize = 32_000;

/// Arguments of the tools that are no fields of a record.
const NOT_FIELDS: [&str; 6] =
    ["sobject_type", "record_id", "fields", "Custom_Field__c", "schema_version", "tool_version"];

/// Salesforce, as one company's org.
pub struct Salesforce(Org);

impl MockProvider for Salesforce {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = Arguments { map: call.arguments, complain };
        let answer = match tool {
            "salesforce_soql_execute" | "salesforce_query_soql" | "salesforce_query_all" => {
                self.query(call, &arguments)
            }
            "salesforce_accounts_list" => self.list(call, &arguments, "Account"),
            "salesforce_opportunities_list" => self.list(call, &arguments, "Opportunity"),
            "salesforce_search_sosl" => self.find(call, &arguments),
            "salesforce_search_parameterized" => self.find_by_arguments(call, &arguments),
            "salesforce_global_describe" => Ok(Org::render_objects()),
            "salesforce_object_describe" => object(&arguments, "sobject").map(SObject::describe),
            "salesforce_sobject_get" => self.on_any(call, &arguments, "get"),
            "salesforce_sobject_create" => self.on_any(call, &arguments, "create"),
            "salesforce_sobject_update" => self.on_any(call, &arguments, "update"),
            "salesforce_sobject_delete" => self.on_any(call, &arguments, "delete"),
            _ => {
                let (name, verb) = tool.strip_prefix("salesforce_")?.rsplit_once('_')?;
                let object = named(name).filter(|object| object.name != "User")?;
                self.on_record(call, &arguments, object, &format!("{name}_id"), verb)?
            }
        };
        Some(answer.map(ProviderData::from))
    }

    /// The person whose token it is. No tool of the catalogue asks for this.
    fn rest(&mut self, person: &Arc<Persona>, request: &RestRequest<'_>, _: Timestamp) -> Option<RestAnswer> {
        let asked = request.method == "GET" && request.path == "/chatter/users/me";
        asked.then(|| {
            let id = self.0.user_id(person);
            let (first, last) = person.name.split_once(' ').unwrap_or(("", &person.name));
            let me = json!({
                "id": id, "name": person.name, "displayName": person.name, "firstName": first, "lastName": last,
                "email": person.email, "username": format!("{}.crm", person.email), "companyName": "Acme",
                "isActive": true, "userType": "Internal", "type": "User",
            });
            RestAnswer::json(200, &me)
        })
    }
}

impl Salesforce {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        Org::open(ids, people, now).map(Self)
    }

    fn query(&self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let text = arguments.text("soql_query")?.or(arguments.text("query")?).or(arguments.text("q")?);
        let text = text.ok_or_else(|| malformed("A query string has to be specified"))?;
        self.answer(text, &[], call)
    }

    fn answer(&self, text: &str, words: &[String], call: &ProviderCall<'_>) -> Result<Value, ProviderRefusal> {
        evaluate::run(&self.0, &soql::read(text).map_err(malformed)?, words, call.person, call.now)
    }

    /// The newest records of a kind.
    fn list(&self, call: &ProviderCall<'_>, arguments: &Arguments<'_>, kind: &str) -> Result<Value, ProviderRefusal> {
        let limit = arguments.number("limit")?.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
        let text = format!("SELECT FIELDS(ALL) FROM {kind} ORDER BY CreatedDate DESC LIMIT {limit}");
        self.answer(&text, &[], call)
    }

    fn find(&self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let text = arguments.text("search_query")?.or(arguments.text("q")?);
        let search = sosl::read(text.ok_or_else(|| malformed("A search string has to be specified"))?)?;
        self.found(call, &search)
    }

    fn find_by_arguments(&self, call: &ProviderCall<'_>, arguments: &Arguments<'_>) -> Result<Value, ProviderRefusal> {
        let text = arguments.text("search_text")?.or(arguments.text("q")?);
        let text = text.ok_or_else(|| complain("search_text", Problem::Missing))?;
        let object = object(arguments, "sobject")?;
        let fields = arguments.text("fields")?.unwrap_or("Id");
        self.found(call, &sosl::Search::new(text, vec![format!("SELECT {fields} FROM {}", object.name)]))
    }

    fn found(&self, call: &ProviderCall<'_>, search: &sosl::Search) -> Result<Value, ProviderRefusal> {
        if search.words.is_empty() {
            return Err(malformed("search term must be longer than one character"));
        }
        let mut rows = Vec::new();
        for text in &search.queries {
            let mut answer = self.answer(text, &search.words, call)?;
            if let Some(Value::Array(records)) = answer.get_mut("records").map(Value::take) {
                rows.extend(records);
            }
        }
        rows.truncate(search.limit);
        Ok(json!({"searchRecords": rows}))
    }

    /// A record of the kind that the arguments name.
    fn on_any(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        verb: &str,
    ) -> Result<Value, ProviderRefusal> {
        let object = object(arguments, "sobject_type")?;
        self.on_record(call, arguments, object, "record_id", verb).unwrap_or_else(|| Err(not_found()))
    }

    fn on_record(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        object: &'static SObject,
        id: &str,
        verb: &str,
    ) -> Option<Result<Value, ProviderRefusal>> {
        Some(match verb {
            "get" => self.get(call.person, arguments, object, id),
            "create" => self.create(call, arguments, object, id),
            "update" => self.update(call, arguments, object, id),
            "delete" => self.delete(call.person, arguments, object, id),
            _ => return None,
        })
    }

    fn get(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        object: &'static SObject,
        id: &str,
    ) -> Result<Value, ProviderRefusal> {
        let record = self.0.records.get(self.place(person, arguments, object, id)?).ok_or_else(not_found)?;
        let mut row = self.0.render(record);
        if let Some(fields) = arguments.text("fields")? {
            let wanted = fields.split(',').map(str::trim).filter(|name| !name.is_empty());
            let wanted = wanted.map(|name| object.field(name).ok_or_else(|| invalid_field(name, object)));
            let wanted: Vec<_> = wanted.map(|found| found.map(|(name, _)| name)).collect::<Result<_, _>>()?;
            if let Some(row) = row.as_object_mut() {
                row.retain(|name, _| name == "attributes" || name == "Id" || wanted.contains(&name.as_str()));
            }
        }
        Ok(row)
    }

    fn create(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        object: &'static SObject,
        id: &str,
    ) -> Result<Value, ProviderRefusal> {
        let fields = self.fields(arguments, object, id)?;
        let missing: Vec<_> =
            object.required.iter().filter(|name| fields.get(**name).is_none_or(Value::is_null)).collect();
        if !missing.is_empty() {
            let names: Vec<_> = missing.into_iter().copied().collect();
            let message = format!("Required fields are missing: [{}]", names.join(", "));
            return Err(refusal_of(ProviderRefusalKind::Input, "REQUIRED_FIELD_MISSING", message));
        }
        let id = self.0.add(object, fields, call.person, call.now);
        Ok(json!({"id": id, "success": true, "errors": []}))
    }

    fn update(
        &mut self,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        object: &'static SObject,
        id: &str,
    ) -> Result<Value, ProviderRefusal> {
        let place = self.own_place(call.person, arguments, object, id)?;
        let fields = self.fields(arguments, object, id)?;
        if let Some(empty) = object.required.iter().find(|name| fields.get(**name).is_some_and(Value::is_null)) {
            let message = format!("Required fields are missing: [{empty}]");
            return Err(refusal_of(ProviderRefusalKind::Input, "REQUIRED_FIELD_MISSING", message));
        }
        if let Some(record) = self.0.records.get_mut(place) {
            for (field, value) in fields {
                record.set(&field, value);
            }
            record.set("LastModifiedDate", moment(call.now).into());
        }
        Ok(Value::Null)
    }

    fn delete(
        &mut self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        object: &'static SObject,
        id: &str,
    ) -> Result<Value, ProviderRefusal> {
        let place = self.own_place(person, arguments, object, id)?;
        self.0.records.remove(place);
        Ok(Value::Null)
    }

    /// Fields that the arguments set, under the names that the object has for them, and checked.
    fn fields(
        &self,
        arguments: &Arguments<'_>,
        object: &'static SObject,
        id: &str,
    ) -> Result<Map<String, Value>, ProviderRefusal> {
        let nested = match arguments.map.get("fields") {
            Some(Value::Object(fields)) => Some(fields),
            None | Some(Value::Null) => None,
            Some(_) => {
                return Err(refusal_of(
                    ProviderRefusalKind::Input,
                    "JSON_PARSER_ERROR",
                    "fields must be an object".into(),
                ));
            }
        };
        let direct = arguments.map.iter().filter(|(name, _)| *name != id && !NOT_FIELDS.contains(&name.as_str()));
        let mut fields = Map::new();
        for (name, value) in direct.chain(nested.into_iter().flatten()) {
            let (name, kind) = object.field(name).ok_or_else(|| {
                let message = format!("No such column '{name}' on sobject of type {}", object.name);
                refusal_of(ProviderRefusalKind::Input, "INVALID_FIELD", message)
            })?;
            if !object.settable(name, kind) {
                let message = format!(
                    "Unable to create/update fields: {name}. Please check the security settings of this field."
                );
                return Err(refusal_of(ProviderRefusalKind::Input, "INVALID_FIELD_FOR_INSERT_UPDATE", message));
            }
            fields.insert(name.into(), self.checked(name, kind, value)?);
        }
        Ok(fields)
    }

    fn checked(&self, name: &str, kind: FieldType, value: &Value) -> Result<Value, ProviderRefusal> {
        let bad = |what: &str| {
            let message = format!("Cannot deserialize instance of {what} from value {value} for field {name}");
            refusal_of(ProviderRefusalKind::Input, "JSON_PARSER_ERROR", message)
        };
        let text = value.as_str().unwrap_or_default();
        match (kind, value) {
            (_, Value::Null) => Ok(Value::Null),
            (FieldType::Number, Value::Number(_)) => Ok(value.clone()),
            (FieldType::Number, Value::String(text)) => {
                let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
                number.map(Value::from).ok_or_else(|| bad("double"))
            }
            (FieldType::Number, _) => Err(bad("double")),
            (FieldType::Flag, Value::Bool(_)) => Ok(value.clone()),
            (FieldType::Flag, _) => Err(bad("boolean")),
            (FieldType::Date, _) => {
                let day = text.split('T').next().and_then(|day| day.parse::<Date>().ok());
                day.map(|day| day.to_string().into()).ok_or_else(|| bad("date"))
            }
            (FieldType::Of(target), _) => {
                let found = self.0.find(text).filter(|found| target == "Name" || found.object.name == target);
                let message = format!("{name}: id value of incorrect type or unknown: {value}");
                let malformed = || refusal_of(ProviderRefusalKind::Input, "MALFORMED_ID", message);
                found.map(|found| found.id.as_str().into()).ok_or_else(malformed)
            }
            (_, Value::String(text)) if text.len() > LONGEST_TEXT => {
                let message = format!("{name}: data value too large (max length={LONGEST_TEXT})");
                Err(refusal_of(ProviderRefusalKind::Input, "STRING_TOO_LONG", message))
            }
            (_, Value::String(_)) => Ok(value.clone()),
            (_, Value::Number(number)) => Ok(number.to_string().into()),
            _ => Err(bad("string")),
        }
    }

    /// Place of a record that this person sees.
    fn place(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        object: &SObject,
        id: &str,
    ) -> Result<usize, ProviderRefusal> {
        let place = self.0.place(arguments.required_text(id)?);
        let seen = |record: &SalesforceRecord| record.object.name == object.name && self.0.sees(record, person);
        place.filter(|place| self.0.records.get(*place).is_some_and(seen)).ok_or_else(not_found)
    }

    /// Place of a record that this person may change.
    fn own_place(
        &self,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
        object: &SObject,
        id: &str,
    ) -> Result<usize, ProviderRefusal> {
        let place = self.place(person, arguments, object, id)?;
        let own = self.0.records.get(place).is_some_and(|record| object.name != "User" && self.0.owns(record, person));
        let message = "insufficient access rights on object id";
        let forbidden =
            || refusal_of(ProviderRefusalKind::Forbidden, "INSUFFICIENT_ACCESS_OR_READONLY", message.into());
        own.then_some(place).ok_or_else(forbidden)
    }
}

fn object(arguments: &Arguments<'_>, name: &str) -> Result<&'static SObject, ProviderRefusal> {
    let wanted = arguments.required_text(name)?;
    named(wanted)
        .ok_or_else(|| ProviderRefusal { message: "The requested resource does not exist".into(), ..not_found() })
}

/// As Salesforce words it over REST.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    (usual_status(trouble.kind), json!([{"message": trouble.message, "errorCode": trouble.code}]))
}

fn refusal_of(kind: ProviderRefusalKind, code: &'static str, message: String) -> ProviderRefusal {
    ProviderRefusal { kind, code, message }
}

fn malformed(message: impl Into<String>) -> ProviderRefusal {
    refusal_of(ProviderRefusalKind::Input, "MALFORMED_QUERY", message.into())
}

fn invalid_field(name: &str, object: &SObject) -> ProviderRefusal {
    let message = format!(
        "No such column '{name}' on entity '{}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.",
        object.name
    );
    refusal_of(ProviderRefusalKind::Input, "INVALID_FIELD", message)
}

fn invalid_type(name: &str) -> ProviderRefusal {
    refusal_of(ProviderRefusalKind::Input, "INVALID_TYPE", format!("sObject type '{name}' is not supported."))
}

fn not_found() -> ProviderRefusal {
    refusal_of(
        ProviderRefusalKind::NotFound,
        "NOT_FOUND",
        "Provided external ID field does not exist or is not accessible".into(),
    )
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "is required",
        Problem::NotText => "must be a string",
        Problem::NotANumber => "must be a whole number",
        Problem::NotTexts => "must be an array of strings",
        Problem::NotAFlag => "must be a boolean",
    };
    refusal_of(ProviderRefusalKind::Input, "JSON_PARSER_ERROR", format!("{name} {what}"))
}
