//! Questions of a server to the person, on the wire. MCP, “Elicitation”.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use url::Url;

use super::ledger::bounded;
use crate::domain::{Elicitation, ElicitationAnswer, ElicitationRequest, JsonText, Untrusted};

/// Bytes of a question's words that are kept.
const LONGEST: usize = 16 << 10;

/// Questions of one answer at most.
pub(super) const MOST: usize = 20;

/// Bytes of a form's schema.
const LARGEST_FORM: usize = 1 << 20;

/// Parameters of `elicitation/create`, and the members of its kind elsewhere.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Params<'a> {
    mode: Option<String>,
    message: Option<String>,
    url: Option<String>,
    #[serde(borrow)]
    requested_schema: Option<&'a RawValue>,
}

/// Reads a question of the server of this name.
///
/// # Errors
/// What is wrong with it, to go behind “a question”.
pub(super) fn read(params: &str, server: &Untrusted) -> Result<Elicitation, String> {
    let params: Params<'_> = serde_json::from_str(params).map_err(|_| "that cannot be read".to_owned())?;
    let request = match params.mode.as_deref() {
        None | Some("form") => {
            let schema = params.requested_schema.ok_or("without a form")?;
            if !schema.get().starts_with('{') || schema.get().len() > LARGEST_FORM {
                return Err("with a form that is none".to_owned());
            }
            ElicitationRequest::Form(JsonText::from(schema.to_owned()))
        }
        Some("url") => {
            let url = Url::parse(&params.url.unwrap_or_default()).ok();
            let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            ElicitationRequest::Url(url.ok_or("with a page that is not on the web")?)
        }
        Some(_) => return Err("of a kind that is not known".to_owned()),
    };
    let message = bounded(&params.message.unwrap_or_default(), LONGEST).into();
    Ok(Elicitation { server: server.clone(), message, request })
}

/// The answer as it is sent.
pub(super) fn answer(answer: &ElicitationAnswer) -> Value {
    let content = |content: &JsonText| serde_json::from_str(content.raw()).unwrap_or_else(|_| json!({}));
    match answer {
        ElicitationAnswer::Accept(None) => json!({ "action": "accept" }),
        ElicitationAnswer::Accept(Some(values)) => json!({ "action": "accept", "content": content(values) }),
        ElicitationAnswer::Decline => json!({ "action": "decline" }),
        ElicitationAnswer::Cancel => json!({ "action": "cancel" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_read_by_their_kind() {
        let server = Untrusted::from("acme");
        let read = |text: &str| read(text, &server);
        let form =
            read(r#"{"message":"Who?","requestedSchema":{"type":"object","properties":{"b":{},"a":{}}}}"#).unwrap();
        let ElicitationRequest::Form(schema) = form.request else { panic!("a form") };
        assert_eq!(schema.raw(), r#"{"type":"object","properties":{"b":{},"a":{}}}"#);
        assert_eq!((form.server.raw(), form.message.raw()), ("acme", "Who?"));
        let page = read(r#"{"mode":"url","message":"Go","url":"https://a.example/x","elicitationId":"1"}"#).unwrap();
        assert!(matches!(page.request, ElicitationRequest::Url(url) if url.as_str() == "https://a.example/x"));
        for bad in [
            r#"{"mode":"url","url":"file:///etc/passwd"}"#,
            r#"{"mode":"url","url":"javascript:alert(1)"}"#,
            r#"{"mode":"url"}"#,
            r#"{"mode":"dance"}"#,
            r#"{"message":"x"}"#,
            r#"{"requestedSchema":[1]}"#,
            "[]",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn answers_are_sent_with_what_was_filled_in() {
        let values = JsonText::parse(r#"{"b":1,"a":"x"}"#).unwrap();
        let sent = |given| answer(&given).to_string();
        assert_eq!(sent(ElicitationAnswer::Accept(Some(values))), r#"{"action":"accept","content":{"b":1,"a":"x"}}"#);
        assert_eq!(sent(ElicitationAnswer::Accept(None)), r#"{"action":"accept"}"#);
        assert_eq!(sent(ElicitationAnswer::Decline), r#"{"action":"decline"}"#);
        assert_eq!(sent(ElicitationAnswer::Cancel), r#"{"action":"cancel"}"#);
    }
}
