//! Watches one exchange from its beginning to its end, however it ends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::Request;
use url::Url;

use super::answer::HttpAnswer;
use crate::backend::http_log::{Exchange, HttpLog};
use crate::domain::{Fault, FaultKind};
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

/// Records its exchange when it is dropped, so that one that nobody waited for is there as well.
pub(super) struct ExchangeRecorder {
    exchange: Exchange,
    begun: Instant,
    requests: Arc<HttpLog>,
}

impl ExchangeRecorder {
    pub fn begin(requests: &Arc<HttpLog>, request: &Request, attempt: u32) -> Self {
        let sent = request.body().and_then(|body| body.as_bytes()).map_or(0, <[u8]>::len);
        let exchange = Exchange {
            number: 0,
            at: Timestamp::now(),
            method: request.method().as_str().to_owned(),
            target: target(request.url()),
            attempt,
            status: None,
            fault: Some(FaultKind::Cancelled),
            sent: sent as u64,
            received: 0,
            took: Duration::ZERO,
        };
        Self { exchange, begun: Instant::now(), requests: Arc::clone(requests) }
    }

    pub fn end(mut self, result: &Result<HttpAnswer, Fault>) {
        let exchange = &mut self.exchange;
        match result {
            Ok(answer) => {
                exchange.status = Some(answer.status.as_u16());
                exchange.fault = None;
                exchange.received = answer.body.len() as u64;
            }
            Err(fault) => {
                exchange.status = fault.http_status;
                exchange.fault = Some(fault.kind);
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
