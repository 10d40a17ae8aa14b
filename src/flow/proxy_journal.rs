//! Proxy requests as the journal keeps them.
//!
//! Names and values are a list of objects with one member each, so that order and repetition
//! survive, and every value stands under its name, where a credential among them is known by it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::domain::{Fault, FaultKind, JsonText, ProxyBody, ProxyMethod, ProxyRequest, Untrusted};

type Listed = Vec<Map<String, Value>>;

/// Arguments of a request as the journal keeps them: `{"query": […], "headers": […], "json": …}`, or
/// `form`, or `bytes` in Base64 in place of `json`.
pub fn arguments(request: &ProxyRequest) -> JsonText {
    let mut parts = Vec::new();
    let mut part = |name: &str, json: &str| parts.push(format!("\"{name}\":{json}"));
    for (name, pairs) in [("query", &request.query), ("headers", &request.headers)] {
        if !pairs.is_empty() {
            part(name, &listed(pairs).to_string());
        }
    }
    match &request.body {
        ProxyBody::None => {}
        ProxyBody::Json(json) => part("json", json.raw()),
        ProxyBody::Form(fields) => part("form", &listed(fields).to_string()),
        ProxyBody::Raw(bytes) => part("bytes", &Value::from(BASE64.encode(bytes)).to_string()),
    }
    JsonText::parse(format!("{{{}}}", parts.join(","))).unwrap_or_else(|_| JsonText::empty_object())
}

/// The request that a proxy entry's name and arguments tell of.
///
/// # Errors
/// [`FaultKind::Local`]: the entry holds something else.
pub fn request(name: &str, connection: &str, identifier: &str, arguments: &JsonText) -> Result<ProxyRequest, Fault> {
    let unclear = || Fault::new(FaultKind::Local, "This entry holds no request that could be sent again.");
    let (method, path) = name.split_once(' ').ok_or_else(unclear)?;
    let method = method.parse::<ProxyMethod>().map_err(|_| unclear())?;
    let parts: Parts = serde_json::from_slice(arguments.bytes()).map_err(|_| unclear())?;
    let body = match (parts.json, parts.form, parts.bytes) {
        (Some(json), None, None) => ProxyBody::Json(JsonText::from(json)),
        (None, Some(form), None) => ProxyBody::Form(pairs(form)),
        (None, None, Some(bytes)) => ProxyBody::Raw(BASE64.decode(bytes).map_err(|_| unclear())?.into()),
        (None, None, None) => ProxyBody::None,
        _ => return Err(unclear()),
    };
    Ok(ProxyRequest {
        connection: connection.into(),
        identifier: identifier.into(),
        method,
        path: path.into(),
        query: pairs(parts.query),
        headers: pairs(parts.headers),
        body,
    })
}

#[derive(Deserialize)]
struct Parts {
    #[serde(default)]
    query: Listed,
    #[serde(default)]
    headers: Listed,
    json: Option<Box<RawValue>>,
    form: Option<Listed>,
    bytes: Option<String>,
}

fn pairs(listed: Listed) -> Vec<(Untrusted, Untrusted)> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    listed.into_iter().flatten().map(|(name, value)| (name.into(), text(value).into())).collect()
}

fn listed(pairs: &[(Untrusted, Untrusted)]) -> Value {
    let one = |(name, value): &(Untrusted, Untrusted)| {
        Value::Object(Map::from_iter([(name.raw().to_owned(), Value::from(value.raw()))]))
    };
    Value::Array(pairs.iter().map(one).collect())
}

/// Fault that an answer's status amounts to. One that a balancer or a gateway may have written (408, 502,
/// 504, and the range that stands for an origin that broke off) leaves open whether the provider did it.
pub fn refused(method: ProxyMethod, status: u16) -> Option<Fault> {
    let kind = match status {
        429 => FaultKind::ProviderLimited,
        400.. => FaultKind::ProviderFailed,
        _ => return None,
    };
    let fault = Fault::new(kind, format!("The provider answered with HTTP {status}."));
    let is_open = !method.is_read() && matches!(status, 408 | 502 | 504 | 520..=524);
    Some(Fault { http_status: Some(status), ..if is_open { fault.perhaps_carried_out() } else { fault } })
}

/// A body as JSON: itself, or its text as a string, or its bytes in Base64.
pub fn as_json(body: &Bytes) -> JsonText {
    if let Ok(json) = JsonText::parse(body.clone()) {
        return json;
    }
    let text = match std::str::from_utf8(body) {
        Ok(text) => Value::from(text),
        Err(_) => Value::Object(Map::from_iter([("base64".to_owned(), Value::from(BASE64.encode(body)))])),
    };
    JsonText::parse(text.to_string()).unwrap_or_else(|_| JsonText::empty_object())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_survives_being_kept() {
        let pairs = || vec![("b".into(), "1".into()), ("a".into(), "2".into()), ("b".into(), "3".into())];
        let json = JsonText::parse(r#"{"n": 123456789012345678901234567890, "a": 1.10}"#).unwrap();
        let raw = ProxyBody::Raw(Bytes::from_static(b"\xff\0"));
        for body in [ProxyBody::None, ProxyBody::Json(json), ProxyBody::Form(pairs()), raw] {
            let sent = ProxyRequest {
                connection: "linear".into(),
                identifier: "ada".into(),
                method: ProxyMethod::Patch,
                path: "/a b".into(),
                query: pairs(),
                headers: Vec::new(),
                body,
            };
            assert_eq!(request("PATCH /a b", "linear", "ada", &arguments(&sent)), Ok(sent));
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for (name, arguments) in [("GET", "{}"), ("FETCH /x", "{}"), ("GET /x", "[]"), ("GET /x", r#"{"bytes":"%"}"#)] {
            let arguments = JsonText::parse(arguments).unwrap();
            assert!(request(name, "linear", "ada", &arguments).is_err(), "{name} {arguments:?}");
        }
    }

    #[test]
    fn every_body_is_some_json() {
        for (body, json) in
            [(&b"{\"a\":1}"[..], "{\"a\":1}"), (b"plain", "\"plain\""), (b"\xff", r#"{"base64":"/w=="}"#)]
        {
            assert_eq!(as_json(&Bytes::from_static(body)).raw(), json);
        }
    }
}
