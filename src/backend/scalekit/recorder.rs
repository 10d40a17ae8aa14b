//! Watches one exchange from its beginning to its end, however it ends.

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use reqwest::Request;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, PROXY_AUTHORIZATION, SET_COOKIE};
use url::Url;

use super::answer::HttpAnswer;
use crate::backend::http_log::{Exchange, Headers, HttpLog, KEPT_BODY, KeptBody};
use crate::domain::{Fault, FaultKind, JsonText};
use crate::redact;

/// Query parameters whose values are harmless to show; all of `filter.` are.
const HARMLESS: [&str; 15] = [
    "page_size",
    "page_token",
    "connector",
    "identifier",
    "id",
    "query",
    "include",
    "start_time",
    "end_time",
    "status",
    "provider",
    "connection_name",
    "connected_account_id",
    "agent_run_id",
    "source",
];

/// Route whose bodies are never kept: they are credentials.
const TOKEN: &str = "/oauth/token";

/// Routes whose bodies are kept, and how many bytes of an answer. Those of accounts hold their credentials, links and
/// states, under any name; of them only refusals are.
const KEPT: [(&str, usize); 6] = [
    ("/api/v1/execute_tool", KEPT_BODY),
    ("/proxy/", KEPT_BODY),
    ("/api/v1/tools", 8 << 10),
    ("/api/v1/providers", 8 << 10),
    ("/api/v1/connections", 8 << 10),
    ("/api/v1/agentkit/tool_call_logs", 8 << 10),
];

/// Records its exchange when it is dropped, so that one that nobody waited for is there as well.
pub(super) struct ExchangeRecorder {
    exchange: Exchange,
    path: String,
    begun: Instant,
    requests: Arc<HttpLog>,
}

impl ExchangeRecorder {
    pub fn begin(requests: &Arc<HttpLog>, request: &Request, attempt: u32) -> Self {
        let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
        let url = request.url();
        // A form has no names that tell credentials from the rest; an account's body has them under any.
        let kept = kept(url.path()).filter(|_| !body.is_empty() && is_json(request.headers()));
        let exchange = Exchange {
            number: 0,
            at: Timestamp::now(),
            method: request.method().as_str().to_owned(),
            origin: url.origin().ascii_serialization(),
            target: target(url),
            attempt,
            fault: Some(FaultKind::Cancelled),
            sent: body.len() as u64,
            sent_headers: headers(request.headers()),
            sent_body: kept.and_then(|_| without_credentials(body, KEPT_BODY)),
            ..Exchange::default()
        };
        Self { exchange, path: url.path().to_owned(), begun: Instant::now(), requests: Arc::clone(requests) }
    }

    pub fn end(mut self, result: &Result<HttpAnswer, Fault>) {
        let exchange = &mut self.exchange;
        match result {
            Ok(answer) => {
                exchange.status = Some(answer.status.as_u16());
                exchange.fault = None;
                exchange.received = answer.received;
                exchange.received_headers = headers(&answer.headers);
                let most = match self.path.as_str() {
                    TOKEN => None,
                    _ if !answer.status.is_success() => Some(KEPT_BODY),
                    path => kept(path),
                };
                exchange.received_body =
                    most.filter(|_| !answer.body.is_empty()).and_then(|most| without_credentials(&answer.body, most));
            }
            Err(fault) => {
                exchange.status = fault.http_status;
                exchange.fault = Some(fault.kind);
                exchange.problem = Some(redact::text(&fault.to_string()).into_owned());
            }
        }
    }
}

impl Drop for ExchangeRecorder {
    fn drop(&mut self) {
        self.exchange.took = self.begun.elapsed();
        self.requests.record(self.exchange.clone());
    }
}

/// Bytes of an answer's body that are kept on this route; none where it may hold a credential.
fn kept(path: &str) -> Option<usize> {
    KEPT.iter().find(|(begin, _)| path.starts_with(begin)).map(|(_, most)| *most)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(reqwest::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.contains("json"))
}

/// Headers without credentials, nor what is marked as one.
fn headers(headers: &HeaderMap) -> Headers {
    const HIDDEN: [HeaderName; 4] = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE, SET_COOKIE];
    let shown = |(name, value): (&HeaderName, &reqwest::header::HeaderValue)| {
        let hidden = value.is_sensitive() || HIDDEN.contains(name) || redact::names_a_credential(name.as_str());
        let text = if hidden { "…".into() } else { String::from_utf8_lossy(value.as_bytes()) };
        (name.as_str().to_owned(), redact::text(&text).into_owned())
    };
    headers.iter().map(shown).collect()
}

/// Bytes at the end of what is cut off in which half a credential would not be recognized.
const TAIL: usize = 512;

/// The beginning of a body, without what looks like a credential. None where it is not text.
fn without_credentials(body: &[u8], most: usize) -> Option<KeptBody> {
    let cut = body.len() > most;
    let body = body.get(..most.saturating_sub(TAIL)).filter(|_| cut).unwrap_or(body);
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        // A character may have been cut in two.
        Err(error) if cut && error.error_len().is_none() => {
            std::str::from_utf8(body.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let text = match JsonText::parse(text.to_owned()) {
        Ok(json) => redact::json(&json).json.raw().to_owned(),
        Err(_) => redact::text(text).into_owned(),
    };
    Some(KeptBody { text, cut })
}

/// Path and query, without the values that nobody vouches for and without what looks like a credential.
fn target(url: &Url) -> String {
    let mut target = url.path().to_owned();
    for (nth, pair) in url.query().into_iter().flat_map(|query| query.split('&')).enumerate() {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let harmless = value.is_empty() || HARMLESS.contains(&name) || name.starts_with("filter.");
        target.push(if nth == 0 { '?' } else { '&' });
        target.push_str(name);
        target.push('=');
        target.push_str(if harmless { value } else { "…" });
    }
    redact::text(&target).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_and_headers_are_kept_without_credentials() {
        let text = without_credentials(br#"{"name":"a","api_key":"hunter2hunter2"}"#, KEPT_BODY).expect("text");
        assert_eq!((text.text.as_str(), text.cut), (r#"{"name":"a","api_key":"[redacted]"}"#, false));
        let long = without_credentials("é".repeat(KEPT_BODY).as_bytes(), KEPT_BODY).expect("text");
        assert!(long.cut && long.text.len() <= KEPT_BODY && long.text.ends_with('é'));
        assert_eq!(without_credentials(&[0xff, 0x00], KEPT_BODY), None);
        let mut map = HeaderMap::new();
        for (name, value) in [("authorization", "Bearer t"), ("x-api-key", "k"), ("set-cookie", "s"), ("accept", "*/*")]
        {
            map.insert(name, value.parse().expect(value));
        }
        let shown: Vec<_> = headers(&map).into_iter().map(|(_, value)| value).collect();
        assert_eq!(shown, ["…", "…", "…", "*/*"]);
        for path in ["/oauth/token", "/api/v1/connected_accounts", "/api/v1/connected_accounts/magic_link"] {
            assert_eq!(kept(path), None, "{path}");
        }
    }

    #[test]
    fn only_harmless_values_are_kept() {
        let cases = [
            ("https://u:p@a.dev/api/v1/tools", "/api/v1/tools"),
            ("https://a.dev/x?page_size=99&page_token=%3E%3Ax", "/x?page_size=99&page_token=%3E%3Ax"),
            ("https://a.dev/x?filter.connector=my+conn", "/x?filter.connector=my+conn"),
            ("https://a.dev/x?state=r4nd0m&code=hunter2&id=1#f", "/x?state=…&code=…&id=1"),
            ("https://a.dev/proxy/me?api_key=hunter2&State=1&flag", "/proxy/me?api_key=…&State=…&flag="),
            ("https://a.dev/x?%73tate=hunter2&a=b=hunter2&=hunter2", "/x?%73tate=…&a=…&=…"),
            ("https://a.dev/proxy/t/ghp_abcdefghijklmnopqrstuvwxyz/me", "/proxy/t/[redacted]/me"),
            ("https://a.dev/proxy/hooks/1%2F1234567890:0123456789abcdef0123456789abcdef", "/proxy/hooks/[redacted]"),
            ("https://a.dev/x?query=ghp_abcdefghijklmnopqrstuvwxyz&id=1", "/x?query=[redacted]&id=1"),
        ];
        for (url, shown) in cases {
            assert_eq!(target(&url.parse().expect(url)), shown);
        }
    }
}
