//! What providers answer with.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// What a provider answers with.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ProviderData {
    Value(Value),
    /// Written out at once, for answers too large to build as values.
    Text(Box<RawValue>),
}

impl From<Value> for ProviderData {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl ProviderData {
    /// As `data` of an execution, which is always an object: a list stands under a name of its own.
    /// The name is a guess.
    pub fn into_object(self) -> Self {
        match self {
            Self::Value(Value::Array(items)) => Self::Value(Value::from_iter([("items", items)])),
            Self::Value(Value::Null) => Self::Value(Value::Object(Map::new())),
            other => other,
        }
    }

    /// Whether there is nothing in it.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Value(Value::Null))
    }
}
