//! From a provider's answer to a result, or to the failure that it reports.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::page::is_pointer;
use super::request::{Payload, failed_filter};
use super::{Contract, Jq, Outgoing};
use crate::domain::{AnswerBody, Fault, FaultKind, JsonText, ProxyResponse, ToolEffect, Untrusted};
use crate::json::{Document, reported_failure};
use crate::provider::ErrorShape;

/// Places of the words of a failure, where neither a contract nor its provider names any: those of GraphQL, and of most
/// others.
const MESSAGES: [&str; 11] = [
    "/errors/0/extensions/userPresentableMessage",
    "/errors/0/message",
    "/error/message",
    "/error_description",
    "/message",
    "/error",
    "/detail",
    "/title",
    "/errors/0",
    "/description",
    "/msg",
];

/// The same of its code.
const CODES: [&str; 6] =
    ["/errors/0/extensions/code", "/errors/0/extensions/type", "/error/code", "/error/status", "/code", "/status"];

/// Characters of the provider's words that are kept.
const MAX_WORDS: usize = 500;

/// Places of what a failed answer says, as a contract names them. Those of its provider stand in for what it leaves out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ErrorRule {
    /// JSON Pointers; the first that finds a text counts.
    #[serde(default)]
    message: Vec<String>,
    #[serde(default)]
    code: Vec<String>,
    /// JSON Pointers to what must be true where it is there.
    #[serde(default)]
    success: Vec<String>,
}

impl ErrorRule {
    /// # Errors
    /// The key that is wrong, and a sentence on it.
    pub fn checked(self) -> Result<Self, (&'static str, String)> {
        let keys = [("message", &self.message), ("code", &self.code), ("success", &self.success)];
        let wrong = keys.into_iter().find(|(_, pointers)| pointers.iter().any(|pointer| !is_pointer(pointer)));
        match wrong.map(|(key, _)| key) {
            Some(key) => Err((key, "A JSON Pointer begins with /, or is empty for the whole answer.".into())),
            None => Ok(self),
        }
    }

    fn words(&self, provider: &ErrorShape, answer: &Value) -> Option<String> {
        let named = self.message.iter().chain(&provider.message).map(String::as_str);
        named
            .chain(MESSAGES)
            .find_map(|place| text(answer.pointer(place)?))
            .map(|words| words.chars().take(MAX_WORDS).collect())
    }

    fn code(&self, provider: &ErrorShape, answer: &Value) -> Option<String> {
        let named = self.code.iter().chain(&provider.code).map(String::as_str);
        named.chain(CODES).find_map(|place| text(answer.pointer(place)?))
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Contract {
    /// Body of a good answer. `provider` is the shape in which its provider tells of errors.
    ///
    /// # Errors
    /// The failure that the answer reports, by its status or in its body, with the provider's own words.
    pub fn answer(&self, asked: &Outgoing, response: &ProxyResponse, provider: &ErrorShape) -> Result<JsonText, Fault> {
        let is_good = (200..300).contains(&response.status);
        let body = match response.body.iter().all(u8::is_ascii_whitespace) {
            true => Some(JsonText::checked("null".into())),
            false => JsonText::parse(response.body.clone()).ok(),
        };
        let Some(body) = body else {
            return Err(match is_good {
                true => self.after(Fault::new(FaultKind::BadAnswer, "The provider's answer is no JSON."), response),
                false => self.refused(response, provider, None, FaultKind::ProviderFailed),
            });
        };
        let answer: Value = serde_json::from_slice(body.bytes()).unwrap_or_default();
        if !is_good {
            return Err(self.refused(response, provider, Some((&answer, body)), FaultKind::ProviderFailed));
        }
        let is_graphql = matches!(asked.payload, Payload::Graphql { .. });
        let failed = self.0.errors.success.iter().any(|place| answer.pointer(place).is_some_and(is_false))
            || (is_graphql && graphql_failed(&answer))
            || (!is_graphql && reported_failure(&body).is_some())
            || provider.read(body.bytes()).is_some_and(|error| error.is_limit || error.is_refused);
        match failed {
            true => Err(self.refused(response, provider, Some((&answer, body)), FaultKind::ReportedFailure)),
            false => Ok(body),
        }
    }

    /// The result of a call, from the answer of all its pages. Runs one filter where the contract has `output`.
    ///
    /// # Errors
    /// As of [`Jq::run`]; the call ran all the same.
    pub async fn result(&self, answer: JsonText, jq: &dyn Jq) -> Result<JsonText, Fault> {
        let parts = self.0.as_ref();
        let part = match parts.answer.as_str() {
            "" => answer,
            pointer => part(&answer, pointer).unwrap_or_else(|| JsonText::checked("null".into())),
        };
        let Some(filter) = &parts.output else { return Ok(part) };
        jq.run(filter, &part).await.map_err(|fault| {
            let fault = failed_filter("output", fault);
            if parts.effect == ToolEffect::Reads { fault } else { fault.after_it_was_carried_out() }
        })
    }

    fn refused(
        &self,
        response: &ProxyResponse,
        provider: &ErrorShape,
        answer: Option<(&Value, JsonText)>,
        otherwise: FaultKind,
    ) -> Fault {
        let errors = &self.0.errors;
        let value = answer.as_ref().map(|(value, _)| *value);
        let code = value.and_then(|value| errors.code(provider, value));
        let is_in = |codes: &[String]| code.as_ref().is_some_and(|code| codes.contains(code));
        let kind = match (is_in(&provider.limited), is_in(&provider.refused)) {
            (true, _) => FaultKind::ProviderLimited,
            (_, true) => FaultKind::NeedsAuthorization,
            _ => kind(response.status, code.as_deref(), otherwise),
        };
        let words = value.and_then(|value| errors.words(provider, value));
        let tool = &self.0.name;
        let message = match kind {
            FaultKind::ProviderLimited => "The provider's rate limit is used up.".to_owned(),
            FaultKind::NeedsAuthorization => "The provider refused the account's credential.".to_owned(),
            FaultKind::InvalidInput => format!("The provider refused the input of {tool}."),
            FaultKind::NotFound => "The provider knows no such thing, or the account may not see it.".to_owned(),
            FaultKind::ReportedFailure => format!("The provider reports that {tool} failed."),
            _ if response.status == 403 => format!("The provider does not let this account use {tool}."),
            _ => format!("The provider answered with HTTP {}.", response.status),
        };
        let mut fault = Fault::new(kind, message);
        if let Some(words) = words {
            fault = fault.said(words);
        }
        fault.code = code.map(Untrusted::from);
        fault.http_status = Some(response.status);
        fault.retry_after = retry_after(response);
        fault.answer = answer.map(|(_, body)| Box::new(AnswerBody(body)));
        if response.status >= 500 { self.after(fault, response) } else { fault }
    }

    /// The fault of a call that may have changed something.
    fn after(&self, fault: Fault, response: &ProxyResponse) -> Fault {
        match self.0.effect {
            ToolEffect::Reads => fault,
            _ if response.status >= 500 => fault.perhaps_carried_out(),
            _ => fault.after_it_was_carried_out(),
        }
    }
}

fn part(answer: &JsonText, pointer: &str) -> Option<JsonText> {
    let document = Document::index(answer.clone()).ok()?;
    let range = document.range(document.at_pointer(pointer)?);
    (range.end <= answer.bytes().len()).then(|| JsonText::checked(answer.bytes().slice(range)))
}

fn is_false(value: &Value) -> bool {
    *value == Value::Bool(false)
}

/// Errors beside the data, or a mutation that says that it did not succeed.
fn graphql_failed(answer: &Value) -> bool {
    let has_errors = answer.get("errors").and_then(Value::as_array).is_some_and(|errors| !errors.is_empty());
    let fields = answer.get("data").and_then(Value::as_object);
    has_errors || fields.is_some_and(|fields| fields.values().any(|field| field.get("success").is_some_and(is_false)))
}

fn kind(status: u16, code: Option<&str>, otherwise: FaultKind) -> FaultKind {
    let code = code.unwrap_or_default().to_ascii_lowercase().replace(['_', '-'], " ");
    match (status, code.as_str()) {
        (429, _) | (_, "ratelimited" | "rate limited") => FaultKind::ProviderLimited,
        (401, _) | (_, "authentication error" | "unauthenticated") => FaultKind::NeedsAuthorization,
        (_, "input error" | "invalid input" | "graphql validation failed" | "bad user input") => {
            FaultKind::InvalidInput
        }
        (400 | 422, _) => FaultKind::InvalidInput,
        (404 | 410, _) => FaultKind::NotFound,
        _ => otherwise,
    }
}

/// Seconds as the provider tells them.
fn retry_after(response: &ProxyResponse) -> Option<Duration> {
    response.header("retry-after")?.raw().trim().parse().ok().map(Duration::from_secs)
}
