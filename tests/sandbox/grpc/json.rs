//! JSON of a message beside JSON of REST.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Fields that hold free-form objects, in which nothing is left out.
const FREE: [&str; 6] = ["api_config", "auth_patterns", "data", "definition", "details", "static_config"];

/// What REST has and the messages have not.
const ONLY_REST: [&str; 1] = ["domains"];

/// Words that are the zero of their enum, and one that the enum has not.
const ZERO: [&str; 3] = ["CONNECTION_STATUS_UNSPECIFIED", "REVOKED", "DEFAULT"];

/// An answer without what is unset, and with times and numbers in one form.
pub fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| !ONLY_REST.contains(&name.as_str()));
            let fields = fields.map(|(name, value)| {
                let value = if FREE.contains(&name.as_str()) { free(value) } else { plain(value) };
                (name.clone(), value)
            });
            Value::Object(fields.filter(|(_, value)| !is_unset(value)).collect())
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::String(text) => match text.parse::<Timestamp>() {
            Ok(time) => time.to_string().into(),
            Err(_) => value.clone(),
        },
        other => free(other),
    }
}

/// Numbers are doubles; fields are in no order.
fn free(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().unwrap().into(),
        Value::Array(items) => items.iter().map(free).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), free(value))).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || ZERO.contains(&text.as_str()),
        Value::Array(items) => items.is_empty(),
        // An empty message is none to whoever reads fields.
        Value::Object(fields) => fields.is_empty(),
    }
}
