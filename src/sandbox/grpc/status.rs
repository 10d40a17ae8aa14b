//! Refusals as gRPC has them. Reference: sections 6 and 14.

use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, StatusCode};
use prost::Message as _;
use prost_reflect::{DeserializeOptions, DynamicMessage};
use serde::Deserialize;
use serde_json::{Value, json};
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};

use super::schema::Schema;

/// Most bytes of a message: clients take about 8 kB of trailers, in which it stands three times, twice encoded.
const LONGEST_MESSAGE: usize = 1024;

/// Most bytes of the details.
const LONGEST_DETAILS: usize = 3072;

/// Most bytes of one text and most entries of one list in details that were too long, and that still are.
const SHORTENED: [(usize, usize); 2] = [(1000, 20), (120, 5)];

/// The body of a refusal.
#[derive(Deserialize)]
struct RefusalBody {
    code: i32,
    message: String,
    #[serde(default)]
    details: Value,
}

/// The status that a refused REST request has.
pub fn refused(schema: &Schema, http: StatusCode, headers: &HeaderMap, body: &[u8]) -> Status {
    let body = serde_json::from_slice::<RefusalBody>(body).ok().filter(|body| (1..=16).contains(&body.code));
    let (code, message, details) = match body {
        Some(body) => (Code::from_i32(body.code), cut(&body.message, LONGEST_MESSAGE).to_owned(), body.details),
        None => (code_of(http), format!("The HTTP status {http} came instead of an answer."), Value::Null),
    };
    let details = written_details(schema, code, &message, details).unwrap_or_default();
    let mut metadata = HeaderMap::new();
    if let Some(seconds) = headers.get(RETRY_AFTER) {
        metadata.insert(RETRY_AFTER, seconds.clone());
    }
    Status::with_details_and_metadata(code, message, details.into(), MetadataMap::from_headers(metadata))
}

/// `google.rpc.Status` with the details, which says code and message again. None where there are none, or none that
/// the schema knows.
fn written_details(schema: &Schema, code: Code, message: &str, details: Value) -> Option<Vec<u8>> {
    if details.as_array().is_none_or(Vec::is_empty) {
        return None;
    }
    let write = |details: &Value| {
        let status = json!({"code": code as i32, "message": message, "details": details});
        let options = DeserializeOptions::new().deny_unknown_fields(false);
        DynamicMessage::deserialize_with_options(schema.status.clone(), status, &options).ok()
    };
    let fits = |written: &Vec<u8>| written.len() <= LONGEST_DETAILS;
    let whole = write(&details)?.encode_to_vec();
    if fits(&whole) {
        return Some(whole);
    }
    let mut shorter =
        SHORTENED.iter().filter_map(|(text, list)| Some(write(&shortened(&details, *text, *list))?.encode_to_vec()));
    shorter.find(fits)
}

/// The same with texts of so many bytes at most, and lists of so many entries.
fn shortened(details: &Value, longest: usize, most: usize) -> Value {
    match details {
        Value::String(text) if text.len() > longest => format!("{}…", cut(text, longest)).into(),
        Value::Array(items) => items.iter().take(most).map(|item| shortened(item, longest, most)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), shortened(value, longest, most))).collect()
        }
        other => other.clone(),
    }
}

/// The beginning of a text, so many bytes at most.
fn cut(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// Code for an HTTP status that came without one, as gRPC maps what proxies say. All but 429: the vendor's limit comes
/// as RESOURCE_EXHAUSTED, and its SDKs tell it from an outage by that. Reference: section 6.
fn code_of(http: StatusCode) -> Code {
    match http {
        StatusCode::BAD_REQUEST => Code::Internal,
        StatusCode::UNAUTHORIZED => Code::Unauthenticated,
        StatusCode::FORBIDDEN => Code::PermissionDenied,
        StatusCode::NOT_FOUND => Code::Unimplemented,
        StatusCode::TOO_MANY_REQUESTS => Code::ResourceExhausted,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => Code::Unavailable,
        _ => Code::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(http: u16, body: &str) -> Status {
        let http = StatusCode::from_u16(http).expect("a status");
        refused(Schema::get().expect("a schema"), http, &HeaderMap::new(), body.as_bytes())
    }

    fn details(status: &Status) -> Value {
        let schema = Schema::get().expect("a schema");
        let message = DynamicMessage::decode(schema.status.clone(), status.details()).expect("a status");
        let options = prost_reflect::SerializeOptions::new().use_proto_field_name(true);
        message.serialize_with_options(serde_json::value::Serializer, &options).expect("JSON")
    }

    const INFO: &str = "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo";

    #[test]
    fn a_body_says_code_message_and_details() {
        let body = json!({"code": 16, "message": "provider error", "details": [{"@type": INFO, "error_code": "TOOL_ERROR",
            "tool_error_info": {"execution_id": "e", "tool_error_code": "UNAUTHORIZED", "tool_error_message": "expired"}}]});
        let status = status(401, &body.to_string());
        assert_eq!((status.code(), status.message()), (Code::Unauthenticated, "provider error"));
        assert_eq!(details(&status), body);
    }

    #[test]
    fn what_says_no_code_is_mapped_by_its_http_status() {
        for (http, code) in [
            (400, Code::Internal),
            (401, Code::Unauthenticated),
            (403, Code::PermissionDenied),
            (404, Code::Unimplemented),
            (429, Code::ResourceExhausted),
            (502, Code::Unavailable),
            (503, Code::Unavailable),
            (504, Code::Unavailable),
            (500, Code::Unknown),
            (302, Code::Unknown),
        ] {
            for body in ["<html>", "", "[]", r#"{"code":0,"message":""}"#, r#"{"code":99,"message":"x"}"#] {
                let status = status(http, body);
                assert_eq!((status.code(), status.details()), (code, &b""[..]), "{http} {body}");
                assert!(status.message().contains(&http.to_string()), "{status:?}");
            }
        }
    }

    #[test]
    fn unknown_details_are_left_out() {
        let body = json!({"code": 5, "message": "no", "details": [{"@type": "type.googleapis.com/a.B", "c": 1}]});
        let status = status(404, &body.to_string());
        assert_eq!((status.code(), status.message(), status.details()), (Code::NotFound, "no", &b""[..]));
    }

    #[test]
    fn long_refusals_fit_into_trailers() {
        let long = "ü".repeat(10_000);
        let tool = json!({"@type": INFO, "error_code": "TOOL_ERROR",
            "tool_error_info": {"tool_error_code": "INPUT_ERROR", "tool_error_message": long}});
        let one = status(400, &json!({"code": 3, "message": "provider error", "details": [tool]}).to_string());
        let said = details(&one).pointer("/details/0/tool_error_info/tool_error_message").cloned();
        assert_eq!(said, Some(format!("{}…", "ü".repeat(500)).into()), "as much as fits");
        let violations: Vec<_> =
            (0..100).map(|_| json!({"field": long, "description": long, "constraint": "x"})).collect();
        let body = json!({"code": 3, "message": long, "details": [{"@type": INFO, "error_code": "INVALID_ARGUMENT",
            "validation_error_info": {"field_violations": violations}}]});
        let status = status(400, &body.to_string());
        assert!(status.message().len() <= LONGEST_MESSAGE && status.details().len() <= LONGEST_DETAILS);
        let details = details(&status);
        assert_eq!(details.pointer("/message"), Some(&status.message().into()), "the same in both");
        assert_eq!(details.pointer("/details/0/error_code"), Some(&"INVALID_ARGUMENT".into()));
    }
}
