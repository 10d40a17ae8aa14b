//! An answer that says no, as a [`Fault`]. Reference: section 6.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::Value;

use super::network::underway;
use super::preview::preview;
use super::route::{Route, When};
use crate::backend::scalekit::wire::error::{ERROR_INFO_TYPE, ErrorInfo, ToolErrorInfo};
use crate::backend::scalekit::wire::token::OAuthError;
use crate::domain::{AnswerBody, ExecutionId, Fault, FaultKind, JsonText, Violation, strip_bom};
use crate::redact;

/// FAILED_PRECONDITION of gRPC.
const FAILED_PRECONDITION: i64 = 9;
/// UNAUTHENTICATED of gRPC.
const UNAUTHENTICATED: i64 = 16;
/// Message of the broker about a provider whose proxy is switched off (section 7).
pub(super) const PROXY_NOT_ENABLED: &str = "proxy not enabled";
/// Bytes of a refusal that are worth taking apart; a longer one is no refusal we know.
const MAX_JSON: usize = 1 << 20;

/// A refusal, read as far as it can be read.
pub(super) struct ErrorBody {
    status: StatusCode,
    retry_after: Option<Duration>,
    said: ErrorDetails,
    answer: Option<AnswerBody>,
}

/// Bytes of a body that is no JSON, or too long, that are kept.
const MAX_TEXT: usize = 64 << 10;

/// The body for somebody to read: JSON as it came but for credentials, of anything else the beginning as a JSON string.
fn answer_body(body: &[u8]) -> Option<AnswerBody> {
    if body.trim_ascii().is_empty() {
        return None;
    }
    let json = (body.len() <= MAX_JSON).then(|| JsonText::parse(body.to_vec()).ok()).flatten();
    let json = json.or_else(|| {
        let text = String::from_utf8_lossy(body.get(..MAX_TEXT).unwrap_or(body));
        JsonText::parse(Value::from(text.as_ref()).to_string()).ok()
    })?;
    Some(AnswerBody(redact::json(&json).json))
}

/// Details of a refusal's body. No shape is promised, so everything may be missing.
#[derive(Default)]
struct ErrorDetails {
    grpc_code: Option<i64>,
    error_code: String,
    words: String,
    tool: Option<ToolErrorInfo>,
    violations: Vec<Violation>,
    /// True if one of the details is of a type that only this broker sends.
    is_brokers: bool,
}

impl ErrorBody {
    /// Reads the answer's body: as an RPC status, as an OAuth error, and at last as mere words.
    pub fn read(status: StatusCode, retry_after: Option<Duration>, body: &[u8]) -> Self {
        let body = strip_bom(body);
        let json = (body.len() <= MAX_JSON).then(|| serde_json::from_slice::<Value>(body).ok()).flatten();
        let said = json.and_then(|json| rpc_status(&json).or_else(|| oauth_error(json)));
        let said =
            said.unwrap_or_else(|| ErrorDetails { words: preview(body).raw().to_owned(), ..ErrorDetails::default() });
        Self { status, retry_after, said, answer: answer_body(body) }
    }

    /// True if the tool or the provider behind it failed, and not the broker (section 6.2).
    pub fn is_tool_error(&self) -> bool {
        self.said.error_code == "TOOL_ERROR"
    }

    /// True if the broker itself speaks, where it may also be a provider whose answer it passed on. How it
    /// refuses a proxy request is not documented (section 7): its own error detail tells, a refusal of our
    /// token, or the one text that is known.
    pub fn is_the_brokers(&self) -> bool {
        self.said.is_brokers
            || (self.status == StatusCode::UNAUTHORIZED && self.said.grpc_code == Some(UNAUTHENTICATED))
            || self.said.words.to_lowercase().contains(PROXY_NOT_ENABLED)
    }

    /// Fault that it amounts to on this route.
    pub fn into_fault(self, route: &Route) -> Fault {
        let mut fault = match &self.said.tool {
            Some(tool) if self.is_tool_error() => self.of_the_tool(tool),
            _ if self.is_tool_error() => self.of_the_tool(&ToolErrorInfo::default()),
            _ => self.of_the_broker(route),
        };
        fault.http_status = Some(self.status.as_u16());
        fault.retry_after = self.retry_after;
        fault.violations = self.said.violations.into();
        fault.answer = self.answer.map(Box::new);
        fault
    }

    fn of_the_tool(&self, tool: &ToolErrorInfo) -> Fault {
        let code = tool.tool_error_code.as_str();
        let unauthorized = matches!(code, "UNAUTHORIZED" | "UNAUTHENTICATED")
            || self.status == StatusCode::UNAUTHORIZED
            || self.said.grpc_code == Some(UNAUTHENTICATED);
        let (kind, message) = if unauthorized {
            (FaultKind::NeedsAuthorization, "The provider refused this account's authorization.")
        } else if code == "RATE_LIMITED" || self.status == StatusCode::TOO_MANY_REQUESTS {
            (FaultKind::ProviderLimited, "The provider's own limit is reached.")
        } else if code == "FORBIDDEN" || self.status == StatusCode::FORBIDDEN {
            (FaultKind::ProviderFailed, "The provider does not let this account do that.")
        } else {
            (FaultKind::ProviderFailed, "The tool failed, or the provider behind it.")
        };
        let words = if tool.tool_error_message.is_empty() { &self.said.words } else { &tool.tool_error_message };
        let mut fault = Fault::new(kind, message).said(words.as_str());
        fault.code = (!code.is_empty()).then(|| code.into());
        fault.execution_id =
            (!tool.execution_id.is_empty()).then(|| Box::new(ExecutionId::from(tool.execution_id.as_str())));
        fault
    }

    fn of_the_broker(&self, route: &Route) -> Fault {
        let special = route.refusals.iter().find(|refusal| match refusal.when {
            When::Status(status) => self.status.as_u16() == status,
            When::Coded(status) => self.status.as_u16() == status && !self.said.error_code.is_empty(),
            When::Missing => matches!(self.status.as_u16(), 403 | 404 | 405 | 501),
            When::Says(words) => self.said.words.to_lowercase().contains(words),
            When::AccountNotReady => self.account_is_not_ready(),
        });
        let fault = match special {
            Some(refusal) => Fault::new(refusal.kind, refusal.message),
            None => self.by_status(route),
        };
        let mut fault = fault.said(self.said.words.as_str());
        fault.code = (!self.said.error_code.is_empty()).then(|| self.said.error_code.as_str().into());
        fault
    }

    fn by_status(&self, route: &Route) -> Fault {
        let status = self.status;
        let (kind, message) = match status.as_u16() {
            400 | 422 => (FaultKind::InvalidInput, "The environment refused the input.".into()),
            401 => {
                (FaultKind::KeyRefused, "The environment refused a token that it had just given for this key.".into())
            }
            403 => (FaultKind::Forbidden, "This environment's key may not do that.".into()),
            404 => (FaultKind::NotFound, "The environment does not know what was asked for.".into()),
            408 => {
                return underway(FaultKind::TimedOut, "The environment gave up waiting for the request.".into(), route);
            }
            409 | 412 => (FaultKind::Conflict, "It exists already, or changed in the meantime.".into()),
            413 => (FaultKind::InvalidInput, "The input is larger than the environment accepts.".into()),
            429 => (FaultKind::RateLimited, "The environment's request limit is reached.".into()),
            405 | 501 => (FaultKind::NotOffered, "This environment does not offer that.".into()),
            // The reference gives 500 for a failed execution, and a balancer cuts calls at 62 s with an
            // answer of its own (section 6.3). The official clients send UNAVAILABLE (503) again for
            // everything but an execution. So none of these says that nothing was done.
            499..=599 => {
                return underway(
                    FaultKind::BrokerFailed,
                    format!("The environment failed (HTTP {}).", status.as_u16()),
                    route,
                );
            }
            _ => (
                FaultKind::BadAnswer,
                format!("The environment answered HTTP {}, which makes no sense here.", status.as_u16()),
            ),
        };
        Fault::new(kind, message)
    }

    /// Neither status, code nor words of this refusal are documented (section 13), so any plain
    /// sign of it counts, unless the broker points at a field of the input.
    fn account_is_not_ready(&self) -> bool {
        const SIGNS: [&str; 11] = [
            "not active",
            "inactive",
            "pending",
            "expired",
            "disconnected",
            "not connected",
            "not authorized",
            "not_active",
            "reauth",
            "re-auth",
            "needs auth",
        ];
        let code = self.said.grpc_code == Some(FAILED_PRECONDITION);
        let text = format!("{} {}", self.said.error_code, self.said.words).to_lowercase();
        let words = text.contains("account") && SIGNS.iter().any(|sign| text.contains(sign));
        matches!(self.status.as_u16(), 400 | 403 | 404 | 409 | 412)
            && self.said.violations.is_empty()
            && (code || words)
    }
}

/// Section 6.1. Every detail is read for itself, so that one of another shape costs only itself.
fn rpc_status(json: &Value) -> Option<ErrorDetails> {
    let grpc_code = json.get("code").and_then(|code| code.as_i64().or_else(|| code.as_str()?.parse().ok()));
    let words = json.get("message").and_then(Value::as_str);
    let details = json.get("details").and_then(Value::as_array);
    if grpc_code.is_none() && words.is_none() && details.is_none() {
        return None;
    }
    let mut said = ErrorDetails { grpc_code, words: words.unwrap_or_default().to_owned(), ..ErrorDetails::default() };
    for detail in details.into_iter().flatten() {
        let info: ErrorInfo = serde::Deserialize::deserialize(detail).unwrap_or_default();
        if said.error_code.is_empty() {
            said.error_code = info.error_code;
        }
        said.tool = said.tool.or(info.tool_error_info);
        said.is_brokers |= info.type_url == ERROR_INFO_TYPE;
        let refused = info.validation_error_info.map(|v| v.field_violations).unwrap_or_default();
        said.violations.extend(
            refused.into_iter().map(|v| Violation { field: v.field.into(), description: v.description.into() }),
        );
    }
    Some(said)
}

fn oauth_error(json: Value) -> Option<ErrorDetails> {
    let error: OAuthError = serde_json::from_value(json).ok()?;
    Some(ErrorDetails { error_code: error.error, words: error.error_description, ..ErrorDetails::default() })
}

/// Reads `Retry-After`, seconds or a date; `now` is by the clock of whoever wrote it.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    Some(Duration::try_from(http_date(value)?.duration_since(now)).unwrap_or_default())
}

/// Reads a date as headers have it.
pub(super) fn http_date(value: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(value.trim()).ok().map(|date| date.timestamp())
}

#[cfg(test)]
mod tests {
    use super::super::route::{Kind, Refusal, Route};
    use super::*;

    const READ: Route = Route {
        kind: Kind::Read,
        path: "/",
        patience: |limits| Some(limits.control),
        expects: "anything",
        refusals: &[],
    };
    const RUN: Route = Route {
        kind: Kind::Act,
        refusals: &[Refusal {
            when: When::AccountNotReady,
            kind: FaultKind::NeedsAuthorization,
            message: "Not ready.",
        }],
        ..READ
    };

    fn fault(route: &Route, status: u16, body: &str) -> Fault {
        let status = StatusCode::from_u16(status).expect("a status");
        ErrorBody::read(status, None, body.as_bytes()).into_fault(route)
    }

    fn tool_error(status: u16, code: i64, tool_code: &str) -> Fault {
        let body = format!(
            r#"{{"code":{code},"message":"provider error","details":[{{"@type":"type.googleapis.com/scalekit.v1.errdetails.ErrorInfo",
            "error_code":"TOOL_ERROR","tool_error_info":{{"execution_id":"exec-7","tool_error_code":"{tool_code}",
            "tool_error_message":"It said no"}}}}]}}"#
        );
        fault(&RUN, status, &body)
    }

    #[test]
    fn every_status_has_its_kind() {
        use FaultKind::*;
        let cases = [
            (400, InvalidInput),
            (401, KeyRefused),
            (403, Forbidden),
            (404, NotFound),
            (405, NotOffered),
            (408, TimedOut),
            (409, Conflict),
            (418, BadAnswer),
            (429, RateLimited),
            (499, BrokerFailed),
            (500, BrokerFailed),
            (501, NotOffered),
            (503, BrokerFailed),
            (504, BrokerFailed),
        ];
        for (status, kind) in cases {
            let fault = fault(&READ, status, r#"{"code":2,"message":"so it is","details":[]}"#);
            assert_eq!((fault.kind, fault.http_status), (kind, Some(status)), "{status}");
            assert_eq!(fault.said.expect("words").raw(), "so it is", "{status}");
        }
    }

    #[test]
    fn a_tool_error_is_the_providers_or_the_accounts_and_never_the_keys() {
        use FaultKind::*;
        let cases = [
            (401, 16, "UNAUTHORIZED", NeedsAuthorization),
            (401, 16, "", NeedsAuthorization),
            (400, 3, "UNAUTHENTICATED", NeedsAuthorization),
            (403, 7, "FORBIDDEN", ProviderFailed),
            (429, 8, "", ProviderLimited),
            (400, 2, "RATE_LIMITED", ProviderLimited),
            (500, 13, "EXEC_FAILED", ProviderFailed),
            (404, 5, "", ProviderFailed),
        ];
        for (status, code, tool_code, kind) in cases {
            let fault = tool_error(status, code, tool_code);
            assert_eq!(fault.kind, kind, "{status} {code} {tool_code}");
            assert_eq!(fault.said.expect("words").raw(), "It said no");
            assert_eq!(fault.execution_id.expect("an id").raw(), "exec-7");
            assert_eq!(fault.code.map(|code| code.raw().to_owned()).unwrap_or_default(), tool_code);
        }
    }

    #[test]
    fn a_tool_error_without_its_details_is_still_one() {
        let fault = fault(&RUN, 500, r#"{"code":13,"message":"boom","details":[{"error_code":"TOOL_ERROR"}]}"#);
        assert_eq!((fault.kind, fault.said.expect("words").raw()), (FaultKind::ProviderFailed, "boom"));
        assert!(fault.answer.expect("the body").0.raw().contains("boom"));
    }

    #[test]
    fn a_tool_error_in_another_shape_is_still_the_tools() {
        for (code, details) in [
            (r#""16""#, r#"{"tool_error_code":401,"tool_error_message":{"error":"expired"},"execution_id":null}"#),
            ("16", r#""gone""#),
            ("16", "null"),
        ] {
            let body = format!(
                r#"{{"code":{code},"message":null,"details":[null,{{"error_code":"TOOL_ERROR","tool_error_info":{details},"validation_error_info":7}}]}}"#
            );
            let status = StatusCode::UNAUTHORIZED;
            let refused = ErrorBody::read(status, None, body.as_bytes());
            assert!(refused.is_tool_error(), "or our own token would be thrown away and the call sent again: {body}");
            let fault = refused.into_fault(&RUN);
            assert_eq!(fault.kind, FaultKind::NeedsAuthorization, "{body}");
            if details.starts_with('{') {
                assert_eq!(fault.said.expect("words").raw(), r#"{"error":"expired"}"#);
                assert_eq!(fault.code.expect("a code").raw(), "401");
            }
        }
    }

    #[test]
    fn refused_fields_are_named() {
        let fault = fault(
            &RUN,
            400,
            r#"{"code":9,"message":"account status pending is invalid","details":[{"retryDelay":1,"error_code":5},
            {"error_code":"INVALID_ARGUMENT","validation_error_info":{"field_violations":[
            {"field":"page_size","description":"must be less than 100","constraint":"uint32.lt"}]}}]}"#,
        );
        assert_eq!(fault.kind, FaultKind::InvalidInput, "a named field is about the input, whatever the words");
        let violation = fault.violations.first().expect("one");
        assert_eq!((violation.field.raw(), violation.description.raw()), ("page_size", "must be less than 100"));
        assert_eq!(fault.code.expect("a code").raw(), "INVALID_ARGUMENT");
    }

    #[test]
    fn an_account_that_is_not_ready_is_known_by_code_or_by_words() {
        let ready = |status, body| fault(&RUN, status, body).kind != FaultKind::NeedsAuthorization;
        assert!(!ready(400, r#"{"code":9,"message":"cannot"}"#));
        assert!(!ready(400, r#"{"code":3,"message":"Connected account is not active"}"#));
        assert!(!ready(404, r#"{"code":5,"message":"x","details":[{"error_code":"ACCOUNT_NOT_ACTIVE"}]}"#));
        assert!(ready(400, r#"{"code":3,"message":"tool not found"}"#));
        assert!(ready(404, r#"{"code":5,"message":"no such connected account"}"#));
        assert!(ready(500, r#"{"code":13,"message":"account expired"}"#));
        assert_eq!(fault(&READ, 400, r#"{"code":9,"message":"cannot"}"#).kind, FaultKind::InvalidInput);
    }

    #[test]
    fn an_oauth_error_is_read_too() {
        let fault = fault(&READ, 401, r#"{"error":"invalid_client","error_description":"Unknown client"}"#);
        assert_eq!(fault.code.expect("a code").raw(), "invalid_client");
        assert_eq!(fault.said.expect("words").raw(), "Unknown client");
    }

    #[test]
    fn a_web_page_gives_its_words_and_not_its_tags() {
        let fault = fault(&READ, 502, "<html><head><title>502 Bad Gateway</title></head><body>\x1b[2J</body></html>");
        assert_eq!(fault.to_string(), "The environment failed (HTTP 502). It said: 502 Bad Gateway ␛[2J");
    }

    #[test]
    fn a_refusal_may_be_empty_or_any_json() {
        for body in ["", "null", "[]", "17", r#""x""#, r#"{"message":null}"#, r#"{"code":"x","details":{}}"#] {
            assert_eq!(fault(&READ, 404, body).kind, FaultKind::NotFound, "{body}");
        }
    }

    #[test]
    fn what_acts_says_that_it_may_have_acted() {
        let warns = |route, status| fault(route, status, "").message.contains("not known");
        assert!(warns(&RUN, 502));
        assert!(!warns(&RUN, 400) && !warns(&READ, 502));
    }

    #[test]
    fn a_wait_is_seconds_or_a_date() {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().expect("a time");
        assert_eq!(retry_after(" 120 ", now), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:00 GMT", now), Some(Duration::ZERO), "it has passed");
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn odd_dates_are_none() {
        assert_eq!(http_date(" Sun, 06 Nov 1994 08:49:37 GMT ").map(Timestamp::as_second), Some(784_111_777));
        for odd in ["", "0", "784111777", "1994-11-06T08:49:37Z", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994"] {
            assert_eq!(http_date(odd), None, "{odd}");
        }
    }
}
