//! The part of a tool's definition that says what it does.

use serde_json::{Map, Value};

use super::{JsonText, Tool};

/// Members that say what a tool does, and what a model is told of it. Pictures and a server's own remarks say nothing of
/// that.
const MEMBERS: [&str; 6] = ["name", "title", "description", "inputSchema", "outputSchema", "annotations"];

impl Tool {
    /// Definition of a server's tool, written in one way: with its names in order, and without what says nothing of what
    /// it does. Two that are equal are the same tool.
    pub fn definition(&self) -> JsonText {
        definition(&self.raw)
    }
}

/// The same of a definition as it came.
pub fn definition(raw: &JsonText) -> JsonText {
    let whole: Value = serde_json::from_slice(raw.bytes()).unwrap_or_default();
    let members = MEMBERS.iter().filter_map(|name| Some(((*name).to_owned(), ordered(whole.get(name)?))));
    let text = Value::Object(members.collect()).to_string();
    JsonText::parse(text).unwrap_or_else(|_| JsonText::empty_object())
}

fn ordered(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(ordered).collect(),
        Value::Object(members) => {
            let mut names: Vec<_> = members.iter().collect();
            names.sort_unstable_by_key(|(name, _)| name.as_str());
            Value::Object(names.into_iter().map(|(name, value)| (name.clone(), ordered(value))).collect::<Map<_, _>>())
        }
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_tool_does_counts_and_how_it_is_written_does_not() {
        let of = |text: &str| definition(&JsonText::parse(text.to_owned()).unwrap()).raw().to_owned();
        let one = of(r#"{"name":"a","inputSchema":{"type":"object","properties":{}},"icons":[1],"_meta":{"at":1}}"#);
        let other = of(r#"{"inputSchema": {"properties": {}, "type": "object"}, "name": "a", "_meta": {"at": 2}}"#);
        assert_eq!(one, other);
        assert_ne!(one, of(r#"{"name":"a","inputSchema":{"type":"object","properties":{"x":{}}}}"#));
        assert_ne!(one, of(r#"{"name":"a","description":"b","inputSchema":{"type":"object","properties":{}}}"#));
        assert_eq!(of("[1]"), "{}");
    }
}
