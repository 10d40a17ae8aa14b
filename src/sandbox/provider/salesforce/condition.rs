//! Conditions on records, with their names and times looked up.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::dates::{Period, literal, written};
use super::objects::{FieldType, SObject};
use super::org::{Org, SalesforceRecord};
use super::path::{Path, order, resolve};
use super::soql::{Literal, SoqlCondition, SoqlOperator};
use super::{invalid_type, malformed};
use crate::sandbox::provider::call::ProviderRefusal;

/// A condition whose names and times are looked up.
pub enum Check {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Field { path: Path, operator: SoqlOperator, values: Vec<Operand> },
}

pub enum Operand {
    Value(Value),
    Time(Period),
}

impl Check {
    pub fn new(condition: &SoqlCondition, object: &'static SObject, now: Timestamp) -> Result<Self, ProviderRefusal> {
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

    pub fn holds(&self, org: &Org, record: &SalesforceRecord) -> bool {
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
