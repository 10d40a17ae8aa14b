//! HubSpot's tools. Records and refusals look like those of its CRM API.

mod directory;
mod kinds;
mod records;
mod search;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::kinds::Kind;
use self::records::{Portal, Record};
use self::search::Search;
use super::arguments::{Arguments, Problem};
use super::call::{MockProvider, ProviderCall, ProviderRefusal, ProviderRefusalKind};
use super::data::ProviderData;
use super::rest::{RestAnswer, RestRequest};
use super::usual_status;
use crate::order::StableOrder as _;
use crate::sandbox::ids::Ids;
use crate::sandbox::object::extend;
use crate::sandbox::people::{People, Persona};

/// Records on a page when `limit` is left out, and at most.
const PAGE: i64 = 10;
const LARGEST_PAGE: i64 = 100;

/// Code of a refusal because there is one already.
const CONFLICT: &str = "CONFLICT";

/// Arguments of the tools that are no properties of a record.
const NOT_PROPERTIES: [&str; 8] = [
    "properties",
    "props",
    "associations",
    "schema_version",
    "tool_version",
    "archived",
    "id_property",
    "properties_with_history",
];

/// HubSpot, as one company's portal.
pub struct HubSpot(Portal);

impl MockProvider for HubSpot {
    fn run(&mut self, tool: &str, call: &ProviderCall<'_>) -> Option<Result<ProviderData, ProviderRefusal>> {
        let arguments = Arguments { map: call.arguments, complain };
        let answer = match tool {
            "hubspot_account_details_get" => Ok(self.account()),
            "hubspot_owners_list" => self.owners(&arguments),
            "hubspot_owner_get" => self.owner(&arguments),
            "hubspot_deal_pipelines_list" => directory::pipelines("deals"),
            "hubspot_pipelines_list" => arguments.required_text("object_type").and_then(directory::pipelines),
            "hubspot_association_create" => self.associate(call.person, &arguments),
            "hubspot_association_delete" => self.part(call.person, &arguments),
            _ => self.on_records(tool, call, &arguments)?,
        };
        Some(answer.map(ProviderData::from))
    }

    /// A search is asked for with a POST, and makes nothing.
    fn rest(&mut self, person: &Arc<Persona>, request: &RestRequest<'_>, _: Timestamp) -> Option<RestAnswer> {
        let (_, map) = request.fits("/crm/v3/objects/{object_type}/search").filter(|_| request.method == "POST")?;
        let arguments = Arguments { map: &map, complain };
        let kind = arguments.required_text("object_type").ok().and_then(kinds::named)?;
        Some(match self.search(kind, person, &arguments) {
            Ok(body) => RestAnswer::json(200, &body),
            Err(trouble) => {
                let (status, body) = refusal(&trouble);
                RestAnswer::json(status, &body)
            }
        })
    }
}

impl HubSpot {
    pub fn open(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        Portal::open(ids, people, now).map(Self)
    }

    /// What the tools for records of any kind do: `hubspot_contact_get`, `hubspot_contacts_search` and so on.
    fn on_records(
        &mut self,
        tool: &str,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Option<Result<Value, ProviderRefusal>> {
        let (name, verb) = tool.strip_prefix("hubspot_")?.rsplit_once('_')?;
        let kind = kinds::KINDS.iter().find(|kind| kind.one == name || kind.many == name)?;
        Some(match verb {
            "list" => self.list(kind, call.person, arguments),
            "search" => self.search(kind, call.person, arguments),
            "get" => self.get(kind, call.person, arguments),
            "create" | "log" => self.create(kind, call, arguments),
            "update" => self.update(kind, call, arguments, &[]),
            "complete" => self.update(kind, call, arguments, &[("hs_task_status", "COMPLETED")]),
            "delete" => self.delete(kind, call.person, arguments),
            _ => return None,
        })
    }

    fn list(
        &self,
        kind: &'static Kind,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let wanted = wanted(arguments)?;
        let rows: Vec<_> = self.0.seen(kind, person).collect();
        let (page, next) = page(&rows, arguments)?;
        Ok(answer(page.iter().map(|record| self.0.render(record, &wanted)).collect(), next))
    }

    /// Newest first, unless `sorts` says otherwise.
    fn search(
        &self,
        kind: &'static Kind,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let search = Search::read(arguments.text("query")?, arguments.map.get("filterGroups"), kind).map_err(input)?;
        let wanted = wanted(arguments)?;
        let mut found: Vec<_> = self.0.seen(kind, person).filter(|record| search.finds(record)).collect();
        found.reverse();
        if let Some(Value::Array(sorts)) = arguments.map.get("sorts") {
            if sorts.len() > 1 {
                return Err(input("at most one sort is allowed"));
            }
            for sort in sorts {
                let (property, falling) = match sort {
                    Value::String(name) => (name.trim_start_matches('-'), name.starts_with('-')),
                    sort => {
                        let text = |name: &str| sort.get(name).and_then(Value::as_str).unwrap_or_default();
                        (text("propertyName"), text("direction") == "DESCENDING")
                    }
                };
                found.order_by(|a, b| {
                    let value = |record: &Record| record.value(property).unwrap_or_default();
                    let order = search::order(&value(a), &value(b));
                    if falling { order.reverse() } else { order }
                });
            }
        }
        let (page, next) = page(&found, arguments)?;
        let mut list = answer(page.iter().map(|record| self.0.render(record, &wanted)).collect(), next);
        extend(&mut list, [("total", found.len().into())]);
        Ok(list)
    }

    fn get(
        &self,
        kind: &'static Kind,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let id = id(arguments, kind.id)?;
        let record = self.0.seen(kind, person).find(|record| record.id == id).ok_or_else(|| unknown(kind, &id))?;
        let mut whole = self.0.render(record, &wanted(arguments)?);
        let mut others = Map::new();
        for name in arguments.text("associations")?.unwrap_or_default().split(',').map(str::trim) {
            if let Some(to) = kinds::named(name) {
                others.insert(to.many.into(), self.0.render_associations(record, to, person));
            }
        }
        if !others.is_empty() {
            extend(&mut whole, [("associations", others.into())]);
        }
        Ok(whole)
    }

    fn create(
        &mut self,
        kind: &'static Kind,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let given = self.properties(kind, arguments)?;
        if let Some(missing) = kind.required.iter().find(|name| !given.contains_key(**name)) {
            return Err(input(format!(
                "Error creating {}. Some required properties were not set: {missing}",
                kind.one.to_uppercase()
            )));
        }
        self.check_unique(kind, &given, None)?;
        let beginning = kind.beginning().iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        let properties: Map<_, _> = beginning.chain(given).collect();
        let names: Vec<_> = properties.keys().cloned().collect();
        let id = self.0.add(kind, properties, call.now);
        self.rendered(kind, &id, &names)
    }

    fn update(
        &mut self,
        kind: &'static Kind,
        call: &ProviderCall<'_>,
        arguments: &Arguments<'_>,
        fixed: &[(&str, &str)],
    ) -> Result<Value, ProviderRefusal> {
        let id = id(arguments, kind.id)?;
        let place = self.place(kind, call.person, &id)?;
        let mut given = self.properties(kind, arguments)?;
        for (name, value) in fixed {
            given.entry(*name).or_insert_with(|| Value::from(*value));
        }
        self.check_unique(kind, &given, Some(&id))?;
        let names: Vec<_> = given.keys().cloned().collect();
        if let Some(record) = self.0.records.get_mut(place) {
            record.properties.extend(given);
            record.updated_at = call.now;
        }
        self.rendered(kind, &id, &names)
    }

    /// Only managers, and whoever owns it, may delete a record.
    fn delete(
        &mut self,
        kind: &'static Kind,
        person: &Arc<Persona>,
        arguments: &Arguments<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let id = id(arguments, kind.id)?;
        let place = self.place(kind, person, &id)?;
        let owner = self.0.records.get(place).and_then(|record| record.text("hubspot_owner_id"));
        if !self.0.manages(person) && owner.is_none_or(|owner| owner != self.0.owner_id(person)) {
            let message = format!("You do not have permissions to delete {} objects.", kind.one.to_uppercase());
            return Err(ProviderRefusal { kind: ProviderRefusalKind::Forbidden, code: "MISSING_SCOPES", message });
        }
        self.0.records.remove(place);
        self.0.associations.retain(|(from, to)| *from != id && *to != id);
        Ok(Value::Null)
    }

    /// Properties that the arguments give, checked and written as texts.
    fn properties(&self, kind: &Kind, arguments: &Arguments<'_>) -> Result<Map<String, Value>, ProviderRefusal> {
        let nested =
            ["properties", "props"].into_iter().filter_map(|name| arguments.map.get(name)?.as_object()).flatten();
        let direct =
            arguments.map.iter().filter(|(name, _)| !NOT_PROPERTIES.contains(&name.as_str()) && *name != kind.id);
        let mut properties = Map::new();
        for (name, value) in direct.chain(nested) {
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Bool(flag) => flag.to_string(),
                _ => return Err(invalid(name, "must be a single value")),
            };
            if !kind.has(name) || ["hs_object_id", "createdate", "hs_createdate"].contains(&name.as_str()) {
                return Err(invalid(name, "does not exist or cannot be set"));
            }
            if let Some(options) = kind.options(name)
                && !options.contains(&text.as_str())
            {
                return Err(invalid(
                    name,
                    &format!("{text} was not one of the allowed options: {}", options.join(", ")),
                ));
            }
            let known = || self.0.people.iter().any(|person| self.0.owner_id(person) == text);
            match name.as_str() {
                "email" if !text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) => {
                    return Err(invalid(name, &format!("Email address {text} is invalid")));
                }
                "hubspot_owner_id" if !known() => return Err(invalid(name, &format!("{text} is not an owner"))),
                "amount" | "annualrevenue" | "numberofemployees" if text.trim().parse::<f64>().is_err() => {
                    return Err(invalid(name, &format!("{text} was not a valid number")));
                }
                _ => {}
            }
            properties.insert(name.clone(), text.into());
        }
        Ok(properties)
    }

    /// One that somebody does not see is there all the same.
    fn check_unique(&self, kind: &Kind, given: &Map<String, Value>, own: Option<&str>) -> Result<(), ProviderRefusal> {
        let Some(name) = kind.unique else { return Ok(()) };
        let Some(value) = given.get(name).and_then(Value::as_str) else { return Ok(()) };
        let same = |record: &&Record| {
            record.kind.one == kind.one
                && own != Some(record.id.as_str())
                && record.text(name).is_some_and(|other| other.eq_ignore_ascii_case(value))
        };
        match self.0.records.iter().find(same) {
            None => Ok(()),
            Some(other) => {
                let message = format!("Contact already exists. Existing ID: {}", other.id);
                Err(ProviderRefusal { kind: ProviderRefusalKind::Input, code: CONFLICT, message })
            }
        }
    }

    fn place(&self, kind: &Kind, person: &Arc<Persona>, id: &str) -> Result<usize, ProviderRefusal> {
        let is_meant = |record: &Record| record.kind.one == kind.one && record.id == id && self.0.shows(record, person);
        self.0.records.iter().position(is_meant).ok_or_else(|| unknown(kind, id))
    }

    fn rendered(&self, kind: &Kind, id: &str, names: &[String]) -> Result<Value, ProviderRefusal> {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let record = self.0.records.iter().find(|record| record.id == id);
        record.map(|record| self.0.render(record, &names)).ok_or_else(|| unknown(kind, id))
    }
}

/// The rows that `limit` and `after` ask for, and where the next page begins.
fn page<'a, T>(rows: &'a [T], arguments: &Arguments<'_>) -> Result<(&'a [T], Option<usize>), ProviderRefusal> {
    let size = arguments.number("limit")?.unwrap_or(PAGE);
    if !(1..=LARGEST_PAGE).contains(&size) {
        return Err(input(format!("Invalid limit {size}: it must be between 1 and {LARGEST_PAGE}")));
    }
    let start = arguments.number("after")?.unwrap_or(0);
    let start = usize::try_from(start).map_err(|_| input(format!("Invalid paging offset {start}")))?.min(rows.len());
    let end = start.saturating_add(usize::try_from(size).unwrap_or_default()).min(rows.len());
    Ok((rows.get(start..end).unwrap_or_default(), Some(end).filter(|end| *end < rows.len())))
}

fn answer(rows: Vec<Value>, next: Option<usize>) -> Value {
    let mut list = json!({"results": rows});
    if let Some(next) = next {
        extend(&mut list, [("paging", json!({"next": {"after": next.to_string()}}))]);
    }
    list
}

/// Names of the properties asked for: a list, or a text with commas.
fn wanted<'a>(arguments: &Arguments<'a>) -> Result<Vec<&'a str>, ProviderRefusal> {
    let names = match arguments.map.get("properties") {
        Some(Value::Array(_)) => arguments.texts("properties")?,
        _ => arguments.text("properties")?.unwrap_or_default().split(',').collect(),
    };
    Ok(names.into_iter().map(str::trim).filter(|name| !name.is_empty()).collect())
}

/// An id, which callers also give as a number.
fn id(arguments: &Arguments<'_>, name: &str) -> Result<String, ProviderRefusal> {
    match arguments.map.get(name) {
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => arguments.required_text(name).map(Into::into),
    }
}

/// As HubSpot words it over REST.
pub fn refusal(trouble: &ProviderRefusal) -> (u16, Value) {
    let status = if trouble.code == CONFLICT { 409 } else { usual_status(trouble.kind) };
    (status, json!({"status": "error", "message": trouble.message, "category": trouble.code}))
}

fn input(message: impl Into<String>) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code: "VALIDATION_ERROR", message: message.into() }
}

fn invalid(property: &str, why: &str) -> ProviderRefusal {
    input(format!("Property values were not valid: {property}: {why}"))
}

fn not_found() -> ProviderRefusal {
    ProviderRefusal {
        kind: ProviderRefusalKind::NotFound,
        code: "OBJECT_NOT_FOUND",
        message: "resource not found".into(),
    }
}

fn unknown(kind: &Kind, id: &str) -> ProviderRefusal {
    ProviderRefusal { message: format!("Object not found: {} {id}", kind.one), ..not_found() }
}

fn complain(name: &str, problem: Problem) -> ProviderRefusal {
    let what = match problem {
        Problem::Missing => "is required",
        Problem::NotText => "must be a string",
        Problem::NotANumber => "must be a whole number",
        Problem::NotTexts => "must be a list of strings",
        Problem::NotAFlag => "must be true or false",
    };
    input(format!("Invalid input: {name} {what}"))
}
