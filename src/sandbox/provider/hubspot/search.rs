//! Searching: groups of conditions, of which one must hold whole, and words.

use std::cmp::Ordering;

use serde_json::Value;

use super::kinds::Kind;
use super::records::Record;

/// Groups in a search, and conditions in a group, at most.
const MOST: usize = 18;

/// Conditions on records.
pub struct Search {
    words: Vec<String>,
    groups: Vec<Vec<Condition>>,
}

struct Condition {
    property: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    In,
    NotIn,
    Has,
    HasNot,
    Contains,
    ContainsNot,
}

const OPERATORS: [(&str, Operator); 13] = [
    ("EQ", Operator::Equal),
    ("NEQ", Operator::NotEqual),
    ("LT", Operator::Less),
    ("LTE", Operator::LessOrEqual),
    ("GT", Operator::Greater),
    ("GTE", Operator::GreaterOrEqual),
    ("BETWEEN", Operator::Between),
    ("IN", Operator::In),
    ("NOT_IN", Operator::NotIn),
    ("HAS_PROPERTY", Operator::Has),
    ("NOT_HAS_PROPERTY", Operator::HasNot),
    ("CONTAINS_TOKEN", Operator::Contains),
    ("NOT_CONTAINS_TOKEN", Operator::ContainsNot),
];

impl Search {
    /// Reads words and groups; groups come as JSON, or as a text that holds it.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn read(query: Option<&str>, groups: Option<&Value>, kind: &Kind) -> Result<Self, String> {
        let parsed = match groups {
            Some(Value::String(text)) if !text.trim().is_empty() => {
                Some(serde_json::from_str(text).map_err(|_| "filterGroups must be a JSON array".to_owned())?)
            }
            Some(Value::String(_)) | None => None,
            Some(other) => Some(other.clone()),
        };
        let groups = match parsed.unwrap_or_default() {
            Value::Null => Vec::new(),
            Value::Array(groups) => groups,
            // Some callers hand over the whole body.
            Value::Object(mut whole) => match whole.remove("filterGroups") {
                Some(Value::Array(groups)) => groups,
                _ => return Err("filterGroups must be a JSON array".into()),
            },
            _ => return Err("filterGroups must be a JSON array".into()),
        };
        if groups.len() > MOST {
            return Err(format!("at most {MOST} filterGroups are allowed"));
        }
        let group = |group: &Value| {
            let filters = group.get("filters").and_then(Value::as_array).ok_or("each filterGroup needs filters")?;
            if filters.len() > MOST {
                return Err(format!("at most {MOST} filters are allowed in a filterGroup"));
            }
            filters.iter().map(|filter| Condition::read(filter, kind)).collect()
        };
        let words = query.unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
        Ok(Self { words, groups: groups.iter().map(group).collect::<Result<_, _>>()? })
    }

    pub fn finds(&self, record: &Record) -> bool {
        let all =
            record.properties.iter().filter(|(name, _)| !name.starts_with("hs_object") && *name != "hubspot_owner_id");
        let text = all.filter_map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ").to_lowercase();
        self.words.iter().all(|word| text.contains(word))
            && (self.groups.is_empty() || self.groups.iter().any(|group| group.iter().all(|one| one.holds(record))))
    }
}

impl Condition {
    fn read(filter: &Value, kind: &Kind) -> Result<Self, String> {
        let text = |name: &str| filter.get(name).and_then(Value::as_str);
        let property = text("propertyName").ok_or("each filter needs a propertyName")?;
        if !kind.has(property) {
            return Err(format!("There was a problem with the request: unknown property {property} for {}", kind.many));
        }
        let operator = text("operator").unwrap_or_default();
        let known = OPERATORS.iter().find(|(known, _)| *known == operator);
        let operator = known.ok_or_else(|| format!("{operator} is not a valid operator"))?.1;
        let written = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let values: Vec<String> = match (filter.get("values"), filter.get("value"), filter.get("highValue")) {
            (Some(Value::Array(values)), _, _) => values.iter().map(written).collect(),
            (_, Some(low), Some(high)) => vec![written(low), written(high)],
            (_, Some(value), None) => vec![written(value)],
            _ => Vec::new(),
        };
        let needed = match operator {
            Operator::Has | Operator::HasNot => 0,
            Operator::Between => 2,
            _ => 1,
        };
        if values.len() < needed {
            return Err(format!("the filter on {property} needs a value"));
        }
        Ok(Self { property: property.into(), operator, values })
    }

    fn holds(&self, record: &Record) -> bool {
        let Some(found) = record.value(&self.property) else {
            return matches!(
                self.operator,
                Operator::HasNot | Operator::NotEqual | Operator::NotIn | Operator::ContainsNot
            );
        };
        let against = |place: usize| self.values.get(place).map_or(Ordering::Less, |value| order(&found, value));
        let equals = |value: &String| order(&found, value) == Ordering::Equal;
        let contains = || {
            let (found, part) = (found.to_lowercase(), self.values.concat().to_lowercase());
            let part = part.trim_matches('*');
            found.contains(part)
        };
        match self.operator {
            Operator::Has => true,
            Operator::HasNot => false,
            Operator::Equal => against(0).is_eq(),
            Operator::NotEqual => against(0).is_ne(),
            Operator::Less => against(0).is_lt(),
            Operator::LessOrEqual => against(0).is_le(),
            Operator::Greater => against(0).is_gt(),
            Operator::GreaterOrEqual => against(0).is_ge(),
            Operator::Between => against(0).is_ge() && against(1).is_le(),
            Operator::In => self.values.iter().any(equals),
            Operator::NotIn => !self.values.iter().any(equals),
            Operator::Contains => contains(),
            Operator::ContainsNot => !contains(),
        }
    }
}

/// Order of two values: times by their moment, also where one is in milliseconds; numbers by size; texts in any case.
pub fn order(a: &str, b: &str) -> Ordering {
    let moment = |text: &str| text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let millis = |text: &str| moment(text).or_else(|| text.parse().ok());
    if (moment(a).is_some() || moment(b).is_some())
        && let (Some(a), Some(b)) = (millis(a), millis(b))
    {
        return a.cmp(&b);
    }
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.to_lowercase().cmp(&b.to_lowercase()),
    }
}
