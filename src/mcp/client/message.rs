//! Messages of JSON-RPC as they come: their outer members, without a look inside.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// Outer members of a message. JSON-RPC 2.0, sections 4 and 5.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow)]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    method: Option<String>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

/// A message by its kind.
pub(super) enum Incoming<'a> {
    /// The server asks something of us.
    Request { id: &'a RawValue, method: String, params: Option<&'a RawValue> },
    /// The server tells something.
    Notification { method: String, params: Option<&'a RawValue> },
    /// The server answers.
    Answer { id: AnswerId, result: &'a RawValue },
    /// The server refuses.
    Refusal { id: AnswerId, error: &'a RawValue },
}

/// Id of an answer, as far as it is one of ours: all of ours are whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnswerId {
    /// A number, or a text that holds one, as some servers send it.
    Number(i64),
    /// None, or `null`: the server could not read the request.
    Absent,
    /// Something that we never sent.
    Foreign,
}

impl<'a> Incoming<'a> {
    /// Reads a message.
    ///
    /// # Errors
    /// What is wrong with it, to go behind “it sent”.
    pub fn read(text: &'a [u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(text).map_err(|_| "text that is not UTF-8".to_owned())?;
        let text = text.trim_start_matches('\u{feff}');
        let envelope: Envelope<'a> = serde_json::from_str(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => "JSON that is no message of JSON-RPC".to_owned(),
            _ => "text that is not JSON".to_owned(),
        })?;
        let Envelope { jsonrpc, id, method, params, result, error } = envelope;
        if jsonrpc.is_none_or(|version| version.get() != "\"2.0\"") {
            return Err("a message that is not of JSON-RPC 2.0".to_owned());
        }
        match (method, id, result, error) {
            (Some(method), Some(id), None, None) => Ok(Self::Request { id, method, params }),
            (Some(method), None, None, None) => Ok(Self::Notification { method, params }),
            (None, id, Some(result), None) => Ok(Self::Answer { id: AnswerId::read(id), result }),
            (None, id, None, Some(error)) => Ok(Self::Refusal { id: AnswerId::read(id), error }),
            (None, _, None, None) => Err("a message with neither result nor error".to_owned()),
            _ => Err("a message that contradicts itself".to_owned()),
        }
    }
}

impl AnswerId {
    fn read(id: Option<&RawValue>) -> Self {
        match id.map(|id| serde_json::from_str::<Value>(id.get())) {
            None | Some(Ok(Value::Null)) => Self::Absent,
            Some(Ok(Value::Number(number))) => number.as_i64().map_or(Self::Foreign, Self::Number),
            Some(Ok(Value::String(text))) => text.parse().map_or(Self::Foreign, Self::Number),
            Some(_) => Self::Foreign,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart_by_their_members() {
        let kind = |text: &str| match Incoming::read(text.as_bytes()) {
            Ok(Incoming::Request { method, .. }) => format!("request {method}"),
            Ok(Incoming::Notification { method, .. }) => format!("notification {method}"),
            Ok(Incoming::Answer { id, result }) => format!("answer {id:?} {}", result.get()),
            Ok(Incoming::Refusal { id, .. }) => format!("refusal {id:?}"),
            Err(why) => why,
        };
        for (text, expected) in [
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, "request ping"),
            (r#"{"jsonrpc":"2.0","method":"x","params":{}}"#, "notification x"),
            (r#"{"jsonrpc":"2.0","id":7,"result":{"a":1.10}}"#, r#"answer Number(7) {"a":1.10}"#),
            (r#"{"jsonrpc":"2.0","id":"7","result":{}}"#, "answer Number(7) {}"),
            (r#"{"jsonrpc":"2.0","id":"x","result":{}}"#, "answer Foreign {}"),
            (r#"{"jsonrpc":"2.0","id":null,"error":{}}"#, "refusal Absent"),
            (r#"{"jsonrpc":"1.0","id":1,"result":{}}"#, "a message that is not of JSON-RPC 2.0"),
            (r#"{"id":1,"result":{}}"#, "a message that is not of JSON-RPC 2.0"),
            (r#"{"jsonrpc":"2.0","id":1}"#, "a message with neither result nor error"),
            (r#"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#, "a message that contradicts itself"),
            (r#"{"jsonrpc":"2.0","id":1,"result":{},"result":{}}"#, "JSON that is no message of JSON-RPC"),
            ("[]", "JSON that is no message of JSON-RPC"),
            ("<html>", "text that is not JSON"),
            ("", "text that is not JSON"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
        assert!(Incoming::read(b"\"\xff\"").is_err());
    }
}
