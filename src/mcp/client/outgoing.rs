//! Messages on their way out, as bytes.

use indexmap::IndexMap;
use rmcp::model::{ClientJsonRpcMessage, JsonRpcMessage, RequestId};
use serde::Serialize;
use serde_json::Value;

use super::fault::McpFault;
use crate::domain::{Fault, FaultKind, JsonText};

/// A message as it is sent.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// The bytes.
    pub body: Vec<u8>,
    /// Its id, if it is a request.
    pub id: Option<i64>,
    /// Its method; empty for an answer of ours.
    pub method: String,
    /// Tool, prompt or URI that it is about.
    pub name: String,
    /// Token by which the server tells its progress.
    pub token: Option<i64>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Member<'a> {
    Value(&'a Value),
    Text(&'a JsonText),
    Members(IndexMap<&'a str, Member<'a>>),
}

impl Outgoing {
    /// Writes a message; `texts` take the place of members of its parameters, as they are.
    pub fn write(message: &ClientJsonRpcMessage, texts: &[(&'static str, JsonText)]) -> Result<Self, McpFault> {
        let unwritable = |error: serde_json::Error| {
            McpFault::Other(Fault::new(FaultKind::Local, "The message cannot be written as JSON.").because(error))
        };
        let id = match message {
            JsonRpcMessage::Request(request) => match &request.id {
                RequestId::Number(id) => Some(*id),
                RequestId::String(_) => None,
            },
            _ => None,
        };
        let value = serde_json::to_value(message).map_err(unwritable)?;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let params = value.get("params");
        let member = |name: &str| params.and_then(|params| params.get(name));
        let name = text(member("name").or_else(|| member("uri")));
        let token = member("_meta").and_then(|meta| meta.get("progressToken")).and_then(Value::as_i64);
        let method = text(value.get("method"));
        let body = if texts.is_empty() {
            serde_json::to_vec(&value)
        } else {
            let members = value.as_object().into_iter().flatten().map(|(name, member)| match member {
                Value::Object(params) if name == "params" => (name.as_str(), with_texts(params, texts)),
                member => (name.as_str(), Member::Value(member)),
            });
            serde_json::to_vec(&members.collect::<IndexMap<_, _>>())
        };
        Ok(Self { body: body.map_err(unwritable)?, id, method, name, token })
    }

    /// The message on one line, with its end.
    pub fn into_line(self) -> Vec<u8> {
        let mut line = self.body;
        // Between the values of JSON a line break is a space, and within its strings there is none.
        line.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        line.push(b'\n');
        line
    }
}

fn with_texts<'a>(params: &'a serde_json::Map<String, Value>, texts: &'a [(&'static str, JsonText)]) -> Member<'a> {
    let mut members: IndexMap<_, _> =
        params.iter().map(|(name, value)| (name.as_str(), Member::Value(value))).collect();
    members.extend(texts.iter().map(|(name, text)| (*name, Member::Text(text))));
    Member::Members(members)
}

#[cfg(test)]
mod tests {
    use rmcp::model::{ClientRequest, CustomRequest};

    use super::*;

    #[test]
    fn arguments_go_out_as_they_were_typed() {
        let params = serde_json::json!({ "name": "add", "arguments": { "a": 1 } });
        let request = CustomRequest::new("tools/call", Some(params));
        let message = ClientJsonRpcMessage::request(ClientRequest::CustomRequest(request), RequestId::Number(3));
        let arguments = JsonText::parse("{\"a\": 1.10,\n \"b\":123456789012345678901234567890}").unwrap();
        let outgoing = Outgoing::write(&message, &[("arguments", arguments)]).unwrap();
        assert_eq!((outgoing.id, outgoing.method.as_str(), outgoing.name.as_str()), (Some(3), "tools/call", "add"));
        let line = String::from_utf8(outgoing.into_line()).unwrap();
        assert!(line.contains(r#""arguments":{"a": 1.10,  "b":123456789012345678901234567890}"#), "{line}");
        assert_eq!(line.matches('\n').count(), 1);
        assert!(line.ends_with("}\n") && line.contains(r#""jsonrpc":"2.0""#));
    }
}
