//! Carrying a query out over what somebody sees.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::dates::{literal, written};
use super::objects::{FieldType, SObject, named};
use super::org::{Org, SalesforceRecord};
use super::soql::{Aggregate, Literal, Query, Selected, SoqlCondition, SoqlOperator};
use super::{invalid_field, invalid_type, malformed};
use crate::order::StableOrder as _;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::call::ProviderRefusal;

/// Records of an answer, at most; the real provider hands them out in batches of as many.
const MOST: usize = 2000;

/// Path to a field as the objects write its names.
type Path = Vec<&'static str>;

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

/// The path that a name with dots means.
pub fn resolve(object: &'static SObject, name: &str) -> Result<Path, ProviderRefusal> {
    let (mut at, mut path) = (object, Vec::new());
    let (relationships, field) = name.rsplit_once('.').unwrap_or(("", name));
    for part in relationships.split('.').filter(|part| !part.is_empty()) {
        // The object's own name in front means itself.
        if path.is_empty() && part.eq_ignore_ascii_case(object.name) && object.relationship(part).is_none() {
            continue;
        }
        let (known, _, target) = at.relationship(part).ok_or_else(|| {
            malformed(format!("Didn't understand relationship '{part}' in field path of {}", at.name))
        })?;
        path.push(known);
        at = target;
    }
    path.push(at.field(field).ok_or_else(|| invalid_field(field, at))?.0);
    Ok(path)
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

/// Numbers by size, texts in any case; what has no value comes first.
fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::String(a), Value::String(b)) => a.to_lowercase().cmp(&b.to_lowercase()),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (a, b) => a.as_f64().unwrap_or_default().total_cmp(&b.as_f64().unwrap_or_default()),
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

/// A condition whose names and times are looked up.
enum Check {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Field { path: Path, operator: SoqlOperator, values: Vec<Operand> },
}

enum Operand {
    Value(Value),
    Time(super::dates::Period),
}

impl Check {
    fn new(condition: &SoqlCondition, object: &'static SObject, now: Timestamp) -> Result<Self, ProviderRefusal> {
        let many = |all: &[SoqlCondition]| -> Result<Vec<Self>, ProviderRefusal> {
            all.iter().map(|one| Self::new(one, object, now)).collect()
        };
        Ok(match condition {
            SoqlCondition::All(all) => Self::All(many(all)?),
            SoqlCondition::Any(all) => Self::Any(many(all)?),
            SoqlCondition::Not(one) => Self::Not(Box::new(Self::new(one, object, now)?)),
            SoqlCondition::Compare { field, operator, values } => {
                let path = resolve(object, field)?;
                let kind = kind(object, &path);
                let pattern = *operator == SoqlOperator::Like;
                let values =
                    values.iter().map(|value| operand(field, kind, value, pattern, now)).collect::<Result<_, _>>()?;
                Self::Field { path, operator: *operator, values }
            }
        })
    }

    fn holds(&self, org: &Org, record: &SalesforceRecord) -> bool {
        match self {
            Self::All(all) => all.iter().all(|one| one.holds(org, record)),
            Self::Any(all) => all.iter().any(|one| one.holds(org, record)),
            Self::Not(one) => !one.holds(org, record),
            Self::Field { path, operator, values } => {
                let found = org.at(record, path);
                let first = values.first();
                let compare =
                    |fits: fn(Ordering) -> bool| first.is_some_and(|value| value.order(&found).is_some_and(fits));
                match operator {
                    SoqlOperator::Equal => compare(Ordering::is_eq),
                    SoqlOperator::NotEqual => !compare(Ordering::is_eq),
                    SoqlOperator::Less => compare(Ordering::is_lt),
                    SoqlOperator::LessOrEqual => compare(Ordering::is_le),
                    SoqlOperator::Greater => compare(Ordering::is_gt),
                    SoqlOperator::GreaterOrEqual => compare(Ordering::is_ge),
                    SoqlOperator::Like => matches!(first, Some(Operand::Value(Value::String(pattern)))
                        if found.as_str().is_some_and(|text| like(&text.to_lowercase(), &pattern.to_lowercase()))),
                    SoqlOperator::In => values.iter().any(|value| value.order(&found) == Some(Ordering::Equal)),
                    SoqlOperator::NotIn => !values.iter().any(|value| value.order(&found) == Some(Ordering::Equal)),
                }
            }
        }
    }
}

/// Type of the field at the end of a path.
fn kind(object: &'static SObject, path: &[&'static str]) -> Option<FieldType> {
    match path {
        [field] => object.field(field).map(|(_, kind)| kind),
        [relationship, rest @ ..] => kind(object.relationship(relationship)?.2, rest),
        [] => None,
    }
}

fn operand(
    field: &str,
    kind: Option<FieldType>,
    value: &Literal,
    pattern: bool,
    now: Timestamp,
) -> Result<Operand, ProviderRefusal> {
    let timed = matches!(kind, Some(FieldType::Date | FieldType::Moment));
    match value {
        Literal::Time(word) => {
            let period = written(word).or_else(|| literal(word, now)).filter(|_| timed);
            period.map(Operand::Time).ok_or_else(|| malformed(format!("unexpected token: '{word}'")))
        }
        Literal::Value(value) => {
            let fits = match kind {
                _ if value.is_null() => true,
                Some(FieldType::Number) => value.is_number(),
                Some(FieldType::Flag | FieldType::ComputedFlag) => value.is_boolean(),
                Some(FieldType::Date | FieldType::Moment) => false,
                _ => value.is_string(),
            };
            if !fits {
                return Err(invalid_field_value(field));
            }
            Ok(Operand::Value(match value.as_str() {
                Some(text) if !pattern => unescaped(text).into(),
                _ => value.clone(),
            }))
        }
    }
}

/// A text in which what is escaped for LIKE means itself.
fn unescaped(text: &str) -> String {
    let mut signs = text.chars();
    let mut plain = String::new();
    while let Some(sign) = signs.next() {
        plain.extend(if sign == '\\' { signs.next() } else { Some(sign) });
    }
    plain
}

fn invalid_field_value(field: &str) -> ProviderRefusal {
    ProviderRefusal {
        message: format!(
            "value of filter criterion for field '{field}' must be of another type, and not be in quotes unless it is a text"
        ),
        ..invalid_type("")
    }
}

impl Operand {
    /// Order of a record's value to this one; none where they cannot be compared.
    fn order(&self, found: &Value) -> Option<Ordering> {
        match self {
            Self::Value(Value::Null) => found.is_null().then_some(Ordering::Equal),
            Self::Value(_) if found.is_null() => None,
            Self::Value(value) => Some(order(found, value)),
            Self::Time(period) => {
                let at = written(found.as_str()?)?.from;
                Some(if at < period.from {
                    Ordering::Less
                } else if at >= period.to {
                    Ordering::Greater
                } else {
                    Ordering::Equal
                })
            }
        }
    }
}

/// Whether a text fits a pattern, where `%` is anything and `_` one character.
fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    // The places that can be reached in the text, after each sign of the pattern.
    let mut reached = vec![0];
    let mut signs = pattern.chars();
    while let Some(sign) = signs.next() {
        reached = match sign {
            '%' => (reached.first().copied().unwrap_or(usize::MAX)..=text.len()).collect(),
            '_' => reached.into_iter().filter(|at| *at < text.len()).map(|at| at + 1).collect(),
            '\\' => {
                let literal = signs.next();
                reached.into_iter().filter(|at| text.get(*at).copied() == literal).map(|at| at + 1).collect()
            }
            sign => reached.into_iter().filter(|at| text.get(*at) == Some(&sign)).map(|at| at + 1).collect(),
        };
        if reached.is_empty() {
            return false;
        }
    }
    reached.last() == Some(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit() {
        for (text, pattern, fits) in [
            ("united ferries", "%united%", true),
            ("united", "united", true),
            ("united", "un_ted", true),
            ("united", "nited%", false),
            ("united", "%ite_", true),
            ("100%", "100\\%", true),
            ("1000", "100\\%", false),
            ("", "%", true),
            ("", "_", false),
        ] {
            assert_eq!(like(text, pattern), fits, "{text} {pattern}");
        }
        assert_eq!(unescaped("100\\% \\\\ \\_"), "100% \\ _");
        assert!(!like(&"a".repeat(5000), &format!("{}b", "%a".repeat(50))));
    }
}
