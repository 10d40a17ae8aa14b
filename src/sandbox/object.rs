//! JSON objects that are built in steps.

use serde_json::Value;

/// Sets fields of an object.
pub fn extend<const N: usize>(record: &mut Value, fields: [(&str, Value); N]) {
    if let Some(record) = record.as_object_mut() {
        record.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    }
}
