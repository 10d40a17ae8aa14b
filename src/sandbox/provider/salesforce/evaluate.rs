//! Carrying a query out over what somebody sees.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::condition::Check;
use super::objects::{SObject, named};
use super::org::{Org, SalesforceRecord};
use super::path::{Path, order, resolve};
use super::soql::{Aggregate, Query, Selected};
use super::{invalid_type, malformed};
use crate::order::StableOrder as _;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::call::ProviderRefusal;

/// Records of an answer, at most; the real provider hands them out in batches of as many.
const MOST: usize = 2000;

/// Answer to a query, over the records that hold all the words.
pub fn run(
    org: &Org,
    query: &Query,
    words: &[String],
    person: &Arc<Persona>,
    now: Timestamp,
) -> Result<Value, ProviderRefusal> {
    let object = named(&query.from).ok_or_else(|| invalid_type(&query.from))?;
    let condition = query.condition.as_ref().map(|condition| Check::new(condition, object, now)).transpose()?;
    let seen = org.records.iter().filter(|record| record.object.name == object.name && org.sees(record, person));
    let seen = seen.filter(|record| words.is_empty() || record.holds(words));
    let mut found: Vec<_> =
        seen.filter(|record| condition.as_ref().is_none_or(|condition| condition.holds(org, record))).collect();
    let aggregated = !query.groups.is_empty()
        || query.selected.iter().any(|selected| matches!(selected, Selected::Aggregate { .. }));
    if query.selected == [Selected::Count] {
        let size = found.len().saturating_sub(query.offset).min(query.limit.unwrap_or(usize::MAX));
        return Ok(json!({"totalSize": size, "done": true, "records": []}));
    }
    let rows: Vec<Value> = if aggregated {
        grouped(org, query, object, &found)?
    } else {
        for by in query.order.iter().rev() {
            let path = resolve(object, &by.field)?;
            found.order_by(|a, b| sorted(&org.at(a, &path), &org.at(b, &path), by.falling, by.nulls_last));
        }
        let paths = selected(object, &query.selected)?;
        let page = found.into_iter().skip(query.offset).take(query.limit.unwrap_or(MOST).min(MOST));
        page.map(|record| render(org, record, &paths)).collect()
    };
    Ok(json!({"totalSize": rows.len(), "done": true, "records": rows}))
}

fn selected(object: &'static SObject, fields: &[Selected]) -> Result<Vec<Path>, ProviderRefusal> {
    let mut paths = Vec::new();
    for field in fields {
        match field {
            Selected::Field(name) => paths.push(resolve(object, name)?),
            Selected::All => paths.extend(object.fields().map(|(name, _)| vec![name])),
            Selected::Count | Selected::Aggregate { .. } => return Err(malformed("COUNT() stands alone")),
        }
    }
    Ok(paths)
}

/// A record with the fields at these paths; those of other records stand in objects of their own.
fn render(org: &Org, record: &SalesforceRecord, paths: &[Path]) -> Value {
    let mut row = Map::from_iter([("attributes".to_owned(), record.attributes())]);
    for path in paths {
        match path.as_slice() {
            [field] => drop(row.insert((*field).into(), record.value(field))),
            [relationship, ..] if row.contains_key(*relationship) => {}
            [relationship, ..] => {
                let inner = paths.iter().filter(|other| other.len() > 1 && other.first() == Some(relationship));
                let inner: Vec<Path> = inner.filter_map(|path| Some(path.get(1..)?.to_vec())).collect();
                let other = org.related(record, relationship).map(|other| render(org, other, &inner));
                row.insert((*relationship).into(), other.unwrap_or_default());
            }
            [] => {}
        }
    }
    row.into()
}

fn grouped(
    org: &Org,
    query: &Query,
    object: &'static SObject,
    found: &[&SalesforceRecord],
) -> Result<Vec<Value>, ProviderRefusal> {
    let by: Vec<Path> = query.groups.iter().map(|name| resolve(object, name)).collect::<Result<_, _>>()?;
    let mut groups: Vec<(Vec<Value>, Vec<&SalesforceRecord>)> = Vec::new();
    if by.is_empty() {
        groups.push((Vec::new(), found.to_vec()));
    } else {
        for record in found {
            let key: Vec<_> = by.iter().map(|path| org.at(record, path)).collect();
            match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, members)) => members.push(record),
                None => groups.push((key, vec![record])),
            }
        }
    }
    let mut rows = Vec::new();
    for (key, members) in &groups {
        let mut row = Map::from_iter([("attributes".to_owned(), json!({"type": "AggregateResult"}))]);
        let mut unnamed = 0;
        for selected in &query.selected {
            match selected {
                Selected::Field(name) => {
                    let path = resolve(object, name)?;
                    let place = by.iter().position(|known| *known == path);
                    let ungrouped = || malformed(format!("Field must be grouped or aggregated: {name}"));
                    let value = place.and_then(|place| key.get(place)).ok_or_else(ungrouped)?;
                    row.insert(path.last().copied().unwrap_or_default().into(), value.clone());
                }
                Selected::Aggregate { function, field, alias } => {
                    let path = resolve(object, field)?;
                    let values = members.iter().map(|record| org.at(record, &path)).filter(|value| !value.is_null());
                    let name = alias.clone().unwrap_or_else(|| format!("expr{unnamed}"));
                    unnamed += usize::from(alias.is_none());
                    row.insert(name, aggregate(*function, &values.collect::<Vec<_>>()));
                }
                Selected::Count => drop(row.insert("expr0".into(), members.len().into())),
                Selected::All => return Err(malformed("FIELDS() cannot be grouped")),
            }
        }
        rows.push(Value::Object(row));
    }
    for by in query.order.iter().rev() {
        let name = order_column(query, object, &by.field)?;
        let column = |row: &Value| row.get(&name).cloned().unwrap_or_default();
        rows.order_by(|a, b| sorted(&column(a), &column(b), by.falling, by.nulls_last));
    }
    Ok(rows.into_iter().skip(query.offset).take(query.limit.unwrap_or(MOST).min(MOST)).collect())
}

/// Name in the rows of what a grouped query is sorted by: a field, an alias, or an aggregate written again.
fn order_column(query: &Query, object: &'static SObject, field: &str) -> Result<String, ProviderRefusal> {
    let mut unnamed = 0;
    for selected in &query.selected {
        if let Selected::Aggregate { function, field: of, alias } = selected {
            let name = alias.clone().unwrap_or_else(|| format!("expr{unnamed}"));
            unnamed += usize::from(alias.is_none());
            let again = field.split_once('(').is_some_and(|(again, rest)| {
                let known = match function {
                    Aggregate::Count => "COUNT",
                    Aggregate::CountDistinct => "COUNT_DISTINCT",
                    Aggregate::Sum => "SUM",
                    Aggregate::Average => "AVG",
                    Aggregate::Least => "MIN",
                    Aggregate::Largest => "MAX",
                };
                again.eq_ignore_ascii_case(known) && rest.trim_end_matches(')').eq_ignore_ascii_case(of)
            });
            if again || alias.as_deref() == Some(field) {
                return Ok(name);
            }
        }
    }
    resolve(object, field).map(|path| path.last().copied().unwrap_or_default().into())
}

fn aggregate(function: Aggregate, values: &[Value]) -> Value {
    let numbers = || values.iter().filter_map(Value::as_f64);
    match function {
        Aggregate::Count => values.len().into(),
        Aggregate::CountDistinct => {
            let mut distinct: Vec<&Value> = Vec::new();
            for value in values {
                if !distinct.contains(&value) {
                    distinct.push(value);
                }
            }
            distinct.len().into()
        }
        Aggregate::Sum => numbers().sum::<f64>().into(),
        Aggregate::Average if values.is_empty() => Value::Null,
        Aggregate::Average => {
            let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
            (numbers().sum::<f64>() / f64::from(count)).into()
        }
        Aggregate::Least => values.iter().min_by(|a, b| order(a, b)).cloned().unwrap_or_default(),
        Aggregate::Largest => values.iter().max_by(|a, b| order(a, b)).cloned().unwrap_or_default(),
    }
}

fn sorted(a: &Value, b: &Value, falling: bool, nulls_last: bool) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => {
            if nulls_last {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        (false, true) => {
            if nulls_last {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (false, false) if falling => order(b, a),
        (false, false) => order(a, b),
    }
}
