//! Results that the made-up providers return.

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Result of a provider's tool.
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
    /// The name is a guess: one of those that the vendor's examples look for.
    pub fn into_object(self) -> Self {
        match self {
            Self::Value(Value::Array(items)) => Self::Value(Value::from_iter([("array", items)])),
            Self::Value(Value::Null) => Self::Value(Value::Object(Map::new())),
            other => other,
        }
    }

    /// True for a tool that answers with nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Value(Value::Null))
    }
}
