//! Fields by their names, also through other records, and the order of what stands in them.

use std::cmp::Ordering;

use serde_json::Value;

use super::objects::SObject;
use super::{invalid_field, malformed};
use crate::sandbox::provider::call::ProviderRefusal;

/// Path to a field as the objects write its names.
pub type Path = Vec<&'static str>;

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

/// Numbers by size, texts in any case; what has no value comes first.
pub fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::String(a), Value::String(b)) => a.to_lowercase().cmp(&b.to_lowercase()),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (a, b) => a.as_f64().unwrap_or_default().total_cmp(&b.as_f64().unwrap_or_default()),
    }
}
