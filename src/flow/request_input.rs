//! Requests to a provider's own API as a person types them: one JSON object, with a schema, so that whoever edits a
//! tool's input can edit a request.
//!
//! `query`, `headers` and `form` are objects of names and values. A value may be a list, and in place of the object may
//! stand a list of objects, for names that repeat with others between them: order survives.

use std::fmt;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::domain::{
    ConnectionName, EffectSource, Fault, FaultKind, Identifier, JsonText, ProxyBody, ProxyMethod, ProxyRequest, Tool,
    ToolEffect, Untrusted,
};

type Pairs = Vec<(Untrusted, Untrusted)>;

/// Name while the input names no method or no path.
const UNNAMED: &str = "request";

/// A request with everything that most have, to begin with. One of all fields would have three bodies.
pub const EXAMPLE: &str = r#"{
  "method": "GET",
  "path": "/",
  "query": {
    "limit": "10"
  },
  "headers": {
    "accept": "application/json"
  }
}"#;

/// JSON Schema of the object.
const SCHEMA: &str = r#"{
  "type": "object",
  "required": ["method", "path"],
  "additionalProperties": false,
  "properties": {
    "method": {
      "type": "string",
      "enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
      "description": "HTTP method; GET and HEAD only read"
    },
    "path": {
      "type": "string",
      "minLength": 1,
      "default": "/",
      "description": "Path below the provider's base URL, without a query"
    },
    "query": {
      "type": ["object", "array"],
      "additionalProperties": {"type": ["string", "number", "boolean", "array"]},
      "description": "Query parameters; a list as a value repeats the name"
    },
    "headers": {
      "type": ["object", "array"],
      "additionalProperties": {"type": ["string", "number", "boolean", "array"]},
      "description": "Headers; the account's credentials are added on the way"
    },
    "body": {
      "description": "JSON to send as the body"
    },
    "form": {
      "type": ["object", "array"],
      "additionalProperties": {"type": ["string", "number", "boolean", "array"]},
      "description": "Form fields to send in place of a JSON body"
    },
    "bytes": {
      "type": "string",
      "description": "Base64 of any other body; name its type in a content-type header"
    }
  }
}"#;

static PARSED_SCHEMA: LazyLock<Option<JsonText>> = LazyLock::new(|| JsonText::parse(SCHEMA).ok());

/// Method and path as far as the input names them, as a tool whose input is the request: the method decides its effect.
pub fn as_tool(input: Option<&JsonText>) -> Tool {
    let head = input.and_then(|input| serde_json::from_slice::<Head>(input.bytes()).ok()).unwrap_or_default();
    let method = head.method.as_deref().and_then(|method| parse_method(method).ok());
    let name = match (method, head.path) {
        (Some(method), Some(path)) => name(method, &path),
        (Some(method), None) => method.word().to_owned(),
        (None, _) => UNNAMED.to_owned(),
    };
    Tool {
        input_schema: PARSED_SCHEMA.clone(),
        effect: method.map_or(ToolEffect::Unknown, effect),
        effect_source: match method {
            Some(ProxyMethod::Options) => EffectSource::Method,
            _ => EffectSource::Protocol,
        },
        ..Tool::unknown(&name)
    }
}

/// Name of a request in lists: `GET /path`.
pub fn name(method: ProxyMethod, path: &str) -> String {
    format!("{} {path}", method.word())
}

/// Effect by the rules of HTTP (RFC 9110, section 9).
fn effect(method: ProxyMethod) -> ToolEffect {
    match method {
        ProxyMethod::Get | ProxyMethod::Head | ProxyMethod::Options => ToolEffect::Reads,
        ProxyMethod::Post | ProxyMethod::Put | ProxyMethod::Patch => ToolEffect::Writes,
        ProxyMethod::Delete => ToolEffect::Destroys,
    }
}

/// The request that the input describes.
///
/// # Errors
/// [`FaultKind::InvalidInput`]: it describes none.
pub fn request(connection: &ConnectionName, identifier: &Identifier, input: &JsonText) -> Result<ProxyRequest, Fault> {
    let invalid = |why: &str| {
        let message = format!("The input is no request: {}. Nothing was sent.", Untrusted::from(why));
        Fault::new(FaultKind::InvalidInput, message)
    };
    let parts: Parts = serde_json::from_slice(input.bytes()).map_err(|error| invalid(&reason(&error)))?;
    let body = match (parts.body, parts.form, parts.bytes) {
        (Some(json), None, None) => ProxyBody::Json(JsonText::from(json)),
        (None, Some(Listed(form)), None) => ProxyBody::Form(form),
        (None, None, Some(bytes)) => match BASE64.decode(bytes) {
            Ok(bytes) => ProxyBody::Raw(bytes.into()),
            Err(_) => return Err(invalid("bytes is not Base64")),
        },
        (None, None, None) => ProxyBody::None,
        _ => return Err(invalid("it has more than one of body, form and bytes")),
    };
    Ok(ProxyRequest {
        connection: connection.clone(),
        identifier: identifier.clone(),
        method: parse_method(&parts.method).map_err(|()| invalid("its method is none of HTTP's"))?,
        path: parts.path.into(),
        query: parts.query.unwrap_or_default().0,
        headers: parts.headers.unwrap_or_default().0,
        body,
    })
}

/// The input that describes a request.
pub fn input(request: &ProxyRequest) -> JsonText {
    let mut parts = vec![
        format!("\"method\":{}", Value::from(request.method.word())),
        format!("\"path\":{}", Value::from(request.path.raw())),
    ];
    for (name, pairs) in [("query", &request.query), ("headers", &request.headers)] {
        if !pairs.is_empty() {
            parts.push(format!("\"{name}\":{}", listed(pairs)));
        }
    }
    match &request.body {
        ProxyBody::None => {}
        ProxyBody::Json(json) => parts.push(format!("\"body\":{}", json.raw())),
        ProxyBody::Form(fields) => parts.push(format!("\"form\":{}", listed(fields))),
        ProxyBody::Raw(bytes) => parts.push(format!("\"bytes\":{}", Value::from(BASE64.encode(bytes)))),
    }
    JsonText::parse(format!("{{{}}}", parts.join(","))).unwrap_or_else(|_| JsonText::empty_object())
}

fn parse_method(method: &str) -> Result<ProxyMethod, ()> {
    method.trim().to_ascii_uppercase().parse().map_err(drop)
}

/// The parser's words without the place, which a form has not.
fn reason(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.split(" at line ").next().unwrap_or_default().to_owned()
}

/// An object, or a list of objects where names repeat with others between them.
fn listed(pairs: &[(Untrusted, Untrusted)]) -> Value {
    let mut object: Map<String, Value> = Map::new();
    let mut before = None;
    for (name, value) in pairs {
        let (name, value) = (name.raw(), Value::from(value.raw()));
        match object.get_mut(name) {
            Some(_) if before != Some(name) => return Value::Array(pairs.iter().map(single).collect()),
            Some(Value::Array(values)) => values.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
            None => drop(object.insert(name.to_owned(), value)),
        }
        before = Some(name);
    }
    Value::Object(object)
}

fn single((name, value): &(Untrusted, Untrusted)) -> Value {
    Value::Object(Map::from_iter([(name.raw().to_owned(), Value::from(value.raw()))]))
}

#[derive(Default, Deserialize)]
struct Head {
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    path: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    method: String,
    path: String,
    query: Option<Listed>,
    headers: Option<Listed>,
    body: Option<Box<RawValue>>,
    form: Option<Listed>,
    bytes: Option<String>,
}

/// Names and values in the order in which they stand, however they are nested.
#[derive(Default)]
struct Listed(Pairs);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut pairs = Pairs::new();
        deserializer.deserialize_any(NamesAndValues(&mut pairs))?;
        Ok(Self(pairs))
    }
}

struct NamesAndValues<'a>(&'a mut Pairs);

impl<'de> DeserializeSeed<'de> for NamesAndValues<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NamesAndValues<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let values = match map.next_value::<Value>()? {
                Value::Array(values) => values,
                value => vec![value],
            };
            for value in values {
                let value = match value {
                    Value::String(text) => text,
                    Value::Number(number) => number.to_string(),
                    Value::Bool(flag) => flag.to_string(),
                    Value::Null => continue,
                    Value::Array(_) | Value::Object(_) => {
                        return Err(A::Error::custom(format!("the value of {name} is not a text")));
                    }
                };
                self.0.push((name.as_str().into(), value.into()));
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(NamesAndValues(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::schema::Validator;

    fn json(text: &str) -> JsonText {
        JsonText::parse(text.to_owned()).unwrap()
    }

    fn read(text: &str) -> Result<ProxyRequest, Fault> {
        request(&"linear".into(), &"ada".into(), &json(text))
    }

    fn pairs(pairs: &[(&str, &str)]) -> Pairs {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    #[test]
    fn a_request_survives_being_shown_and_its_input_fits_the_schema() {
        let body = JsonText::parse(r#"{"n": 123456789012345678901234567890, "a": 1.10}"#).unwrap();
        let raw = ProxyBody::Raw(Bytes::from_static(b"\xff\0"));
        let validator = Validator::compile(as_tool(None).input_schema.as_ref().unwrap());
        let apart = pairs(&[("b", "1"), ("a", "2"), ("b", "3")]);
        let together = pairs(&[("a", "1"), ("a", "2"), ("b", "")]);
        for body in [ProxyBody::None, ProxyBody::Json(body), ProxyBody::Form(apart.clone()), raw] {
            for query in [apart.clone(), together.clone(), Vec::new()] {
                let sent = ProxyRequest {
                    connection: "linear".into(),
                    identifier: "ada".into(),
                    method: ProxyMethod::Patch,
                    path: "/a \"b".into(),
                    query,
                    headers: pairs(&[("x-one", "1")]),
                    body: body.clone(),
                };
                let shown = input(&sent);
                assert_eq!(request(&"linear".into(), &"ada".into(), &shown), Ok(sent), "{}", shown.raw());
                assert_eq!(validator.check(&shown).problems, [], "{}", shown.raw());
            }
        }
    }

    #[test]
    fn the_example_is_a_request() {
        let validator = Validator::compile(as_tool(None).input_schema.as_ref().unwrap());
        assert_eq!(validator.check(&json(EXAMPLE)).problems, []);
        let Ok(request) = read(EXAMPLE) else { panic!("a request") };
        assert_eq!(
            (request.query, request.headers),
            (pairs(&[("limit", "10")]), pairs(&[("accept", "application/json")]))
        );
    }

    #[test]
    fn values_are_what_a_person_would_write() {
        let found =
            read(r#"{"method": "get", "path": "/x", "query": {"n": 2, "all": true, "id": ["a", "b"], "no": null}}"#);
        let wanted = pairs(&[("n", "2"), ("all", "true"), ("id", "a"), ("id", "b")]);
        assert_eq!(found.map(|request| (request.method, request.query)), Ok((ProxyMethod::Get, wanted)));
    }

    #[test]
    fn what_is_no_request_is_refused_in_words() {
        for (text, words) in [
            ("[]", "is no request"),
            (r#"{"method": "GET"}"#, "missing field `path`"),
            (r#"{"method": "FETCH", "path": "/"}"#, "its method is none of HTTP's"),
            (r#"{"method": "PUT", "path": "/", "body": 1, "form": {}}"#, "more than one of body, form and bytes"),
            (r#"{"method": "PUT", "path": "/", "bytes": "%"}"#, "bytes is not Base64"),
            (r#"{"method": "PUT", "path": "/", "query": {"a": {}}}"#, "the value of a is not a text"),
        ] {
            let fault = read(text).unwrap_err();
            assert!(fault.kind == FaultKind::InvalidInput && fault.message.contains(words), "{text}: {fault}");
        }
    }

    #[test]
    fn the_method_tells_what_a_request_does() {
        let shown = |text: &str| {
            let tool = as_tool(Some(&json(text)));
            (tool.name.to_string(), tool.effect_mark())
        };
        assert_eq!(shown(r#"{"path": "/a", "method": "get"}"#), ("GET /a".into(), "reads".into()));
        assert_eq!(shown(r#"{"method": "POST", "path": "/a"}"#), ("POST /a".into(), "writes".into()));
        assert_eq!(shown(r#"{"method": "DELETE"}"#).1, "destroys");
        assert_eq!(shown("{}"), ("request".into(), "unknown".into()));
        assert_eq!(as_tool(None).effect, ToolEffect::Unknown);
    }
}
