//! One call of the API: a token, the request, and again where that is right.

use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable as _};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, StatusCode};
use serde::Serialize;
use url::Url;

use super::route::{Kind, Limits, Route};
use super::token::{Token, Tokens};
use super::transport::{Answer, Transport};
use crate::domain::{Environment, Fault, FaultKind};

/// How often a read is sent again. A name that does not exist fails the same way as a network that
/// is about to come back, and a person waits for the answer.
const MAX_REPEATS: usize = 4;

/// The API of one environment.
pub(super) struct Api {
    transport: Transport,
    tokens: Tokens,
}

impl Api {
    pub fn new(environment: Environment, limits: Limits) -> Self {
        let tokens = Tokens::new(&environment);
        Self { transport: Transport::new(environment.url, limits), tokens }
    }

    /// Reads: sent again after passing failures, as long as the limits allow.
    pub async fn get(&self, route: &Route, query: &[(&str, &str)]) -> Result<Answer, Fault> {
        let mut url = self.transport.environment.at(route.path);
        url.query_pairs_mut().extend_pairs(query);
        let begun = Instant::now();
        let limits = &self.transport.limits;
        let pauses =
            ExponentialBuilder::default().with_min_delay(limits.first_pause).with_max_times(MAX_REPEATS).with_jitter();
        (|| self.send(route, &url, None))
            .retry(pauses)
            .when(|fault: &Fault| fault.kind.is_passing())
            .adjust(|fault, planned| pause(fault, planned, limits.repeats.saturating_sub(begun.elapsed())))
            .await
    }

    /// Acts: sent once, and a second time only if our token was turned away at the door.
    pub async fn post(&self, route: &Route, body: &impl Serialize) -> Result<Answer, Fault> {
        let body = serde_json::to_vec(body)
            .map_err(|_| Fault::new(FaultKind::InvalidInput, "The request cannot be written as JSON."))?;
        self.send(route, &self.transport.environment.at(route.path), Some(&body)).await
    }

    /// Sends with a token, and once more with a new one if the broker refuses the first. A tool
    /// error with the same status is about the account's token and not ours (section 6.2).
    async fn send(&self, route: &Route, url: &Url, body: Option<&[u8]>) -> Result<Answer, Fault> {
        let token = self.tokens.get(&self.transport, None).await?;
        let answer = self.transport.exchange(route, request(route, url, body, &token)?).await?;
        let Some(refused) = answer.refused() else { return Ok(answer) };
        if answer.status != StatusCode::UNAUTHORIZED || refused.is_tool_error() {
            return Err(refused.into_fault(route));
        }
        let token = self.tokens.get(&self.transport, Some(&token)).await?;
        let answer = self.transport.exchange(route, request(route, url, body, &token)?).await?;
        answer.refused().map_or(Ok(answer), |refused| Err(refused.into_fault(route)))
    }
}

fn request(route: &Route, url: &Url, body: Option<&[u8]>, token: &Token) -> Result<Request, Fault> {
    let method = if route.kind == Kind::Read { Method::GET } else { Method::POST };
    let mut request = Request::new(method, url.clone());
    request.headers_mut().insert(AUTHORIZATION, token.header()?);
    if let Some(body) = body {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.to_vec().into());
    }
    Ok(request)
}

/// How long to wait before the next repeat: as planned, or longer where the broker asks for it.
/// None when that would not leave time for another try.
fn pause(fault: &Fault, planned: Option<Duration>, left: Duration) -> Option<Duration> {
    let wait = planned?.max(fault.retry_after.unwrap_or_default());
    (wait < left).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn limited(retry_after: Option<Duration>) -> Fault {
        Fault { retry_after, ..Fault::new(FaultKind::RateLimited, "slow down") }
    }

    #[test]
    fn the_broker_may_ask_for_a_longer_pause_and_never_for_a_shorter_one() {
        assert_eq!(pause(&limited(None), Some(SECOND), SECOND * 20), Some(SECOND));
        assert_eq!(pause(&limited(Some(SECOND * 7)), Some(SECOND), SECOND * 20), Some(SECOND * 7));
        assert_eq!(pause(&limited(Some(Duration::ZERO)), Some(SECOND), SECOND * 20), Some(SECOND));
    }

    #[test]
    fn a_pause_longer_than_what_is_left_is_not_begun() {
        assert_eq!(pause(&limited(Some(SECOND * 30)), Some(SECOND), SECOND * 20), None);
        assert_eq!(pause(&limited(None), Some(SECOND), Duration::ZERO), None);
    }
}
