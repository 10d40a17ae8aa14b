//! Results of wishes: data, words, or a failure.

use std::collections::VecDeque;

use serde_json::{Map, Value};

use super::conversation::ToolResult;
use crate::json::Indexer;

/// Characters of other people's text that are repeated in a sentence.
const QUOTED: usize = 300;

/// Words in a failure that mean: a person or a rule decided it. Nobody tries another way then.
const DECIDED: [&str; 7] = ["denied", "declin", "not allow", "stopped", "refused by", "may not", "rejected"];

/// Result of one wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Returned {
    /// A result. True where it was cut on the way.
    Data(Value, bool),
    /// A result that is no JSON.
    Words(String),
    /// It failed, or was not sent; why.
    Failed(String),
    /// No such tool is offered; its name.
    NotOffered(String),
}

impl Returned {
    /// Answer of a client.
    pub fn read(result: &ToolResult) -> Self {
        let text = result.text.trim();
        if result.is_error {
            return Self::Failed(text.to_owned());
        }
        let Some(json) = text.find(['{', '[']).and_then(|start| text.get(start..)) else {
            return Self::Words(text.to_owned());
        };
        let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
        match values.next() {
            // What stands behind it is a note of the client: it left something out.
            Some(Ok(value)) => Self::Data(value, json.len() > values.byte_offset()),
            _ => {
                let beginning = Indexer::beginning(json.as_bytes());
                let value = beginning.and_then(|part| serde_json::from_slice(part.text().bytes()).ok());
                value.map_or_else(|| Self::Words(text.to_owned()), |value| Self::Data(value, true))
            }
        }
    }

    /// The data, where there is any.
    pub fn data(&self) -> Option<&Value> {
        match self {
            Self::Data(value, _) => Some(value),
            _ => None,
        }
    }

    /// True if something was left out on the way.
    pub fn is_cut(&self) -> bool {
        matches!(self, Self::Data(_, true))
    }

    /// True if another way may be tried.
    pub fn may_try_another_way(&self) -> bool {
        match self {
            Self::Data(..) => false,
            Self::Failed(why) => {
                let why = why.to_lowercase();
                !DECIDED.iter().any(|word| why.contains(word))
            }
            Self::Words(_) | Self::NotOffered(_) => true,
        }
    }

    /// Why there is no data, in a sentence that begins with what was tried.
    pub fn trouble(&self, tried: &str) -> String {
        match self {
            Self::Data(..) => format!("{tried}: the answer does not hold what I looked for."),
            Self::Words(text) if text.is_empty() => format!("{tried}: the answer was empty."),
            Self::Words(text) => format!("{tried}: I cannot read the answer: {}", excerpt(text)),
            Self::Failed(why) if why.is_empty() => format!("{tried} failed, and nobody said why."),
            Self::Failed(why) => format!("{tried} failed: {}", excerpt(why)),
            Self::NotOffered(tool) => format!("{tried}: I would need {tool}, which I was not given."),
        }
    }
}

/// The first line of a text, bounded.
pub fn excerpt(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let mut short: String = line.chars().take(QUOTED).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

/// The rows of a list, wherever in the answer it stands: the outermost array that has objects, or is empty.
pub fn rows(value: &Value) -> Vec<&Map<String, Value>> {
    let arrays = outermost_first(value).filter_map(Value::as_array);
    let list = arrays.into_iter().find(|items| items.is_empty() || items.iter().any(Value::is_object));
    list.into_iter().flatten().filter_map(Value::as_object).collect()
}

/// The outermost object that has this field.
pub fn holder<'v>(value: &'v Value, field: &str) -> Option<&'v Map<String, Value>> {
    outermost_first(value).filter_map(Value::as_object).find(|object| object.contains_key(field))
}

/// Text at a path of fields; empty where there is none.
pub fn text<'v>(object: &'v Map<String, Value>, path: &[&str]) -> &'v str {
    let Some((first, rest)) = path.split_first() else { return "" };
    let value = object.get(*first);
    match rest {
        [] => value.and_then(Value::as_str).unwrap_or_default(),
        rest => value.and_then(Value::as_object).map_or("", |inner| text(inner, rest)),
    }
}

fn outermost_first(value: &Value) -> impl Iterator<Item = &Value> {
    let mut waiting = VecDeque::from([value]);
    std::iter::from_fn(move || {
        let next = waiting.pop_front()?;
        match next {
            Value::Array(items) => waiting.extend(items),
            Value::Object(fields) => waiting.extend(fields.values()),
            _ => {}
        }
        Some(next)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Returned {
        Returned::read(&ToolResult { text: text.into(), is_error: false })
    }

    #[test]
    fn a_result_is_read_whole_with_a_note_and_cut_in_the_middle() {
        assert_eq!(read(r#"{"a": 1}"#), Returned::Data(json!({"a": 1}), false));
        assert_eq!(read("{\"a\": 1}\n[300 more rows were left out]"), Returned::Data(json!({"a": 1}), true));
        let Returned::Data(value, true) = read(r#"{"a": [{"b": 1}, {"b": 2}, {"b": "un"#) else { panic!("not cut") };
        assert_eq!((&value["a"][0]["b"], &value["a"][1]["b"]), (&json!(1), &json!(2)));
        assert_eq!(read("Nothing there"), Returned::Words("Nothing there".into()));
        assert_eq!(read("{nonsense"), Returned::Words("{nonsense".into()));
    }

    #[test]
    fn what_a_person_decided_is_not_tried_in_another_way() {
        let failed = |why: &str| Returned::Failed(why.into()).may_try_another_way();
        assert!(!failed("The person denied this call: not now"));
        assert!(!failed("This call is not allowed."));
        assert!(failed("The server took too long."));
    }

    #[test]
    fn rows_are_those_of_the_outermost_list() {
        let value = json!({"a": {"b": {"nodes": [{"id": 1, "labels": [{"x": 1}]}, "… 3 more"]}}, "tags": ["x"]});
        assert_eq!(rows(&value).len(), 1);
        assert!(rows(&json!({"nodes": []})).is_empty());
        assert_eq!(text(holder(&json!([{"a": {"b": "c"}}]), "a").unwrap(), &["a", "b"]), "c");
    }
}
