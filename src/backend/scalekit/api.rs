//! One call of the API: a token, the request, and again where that is right.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable as _};
use bytes::Bytes;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, StatusCode};
use serde::Serialize;
use url::Url;
use zeroize::Zeroizing;

use super::answer::HttpAnswer;
use super::fault::ErrorBody;
use super::result::ResultReader;
use super::route::{Limits, Route};
use super::token::{AccessToken, Tokens};
use super::transport::Transport;
use crate::backend::clock::Clock;
use crate::backend::credential_log::{CredentialLog, OpenUse};
use crate::backend::http_log::HttpLog;
use crate::domain::{
    AccountId, ConnectionName, CredentialEvent, CredentialUse, Environment, EnvironmentUrl, Fault, FaultKind,
    Identifier,
};

/// Times that a read is sent again: few, since a person waits for the answer.
const MAX_REPEATS: usize = 4;

/// Times that a read is sent again where nobody was there. A network that is about to come back looks the
/// same as a name that does not exist, but on this machine there is no network to come back.
const fn repeats_if_unreachable(is_loopback: bool) -> u32 {
    if is_loopback { 0 } else { 1 }
}

/// Characters of an id that are not escaped in a path, besides letters and digits.
const IN_PATH: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The API of one environment.
pub(super) struct Api {
    transport: Transport,
    tokens: Tokens,
    uses: Arc<CredentialLog>,
}

/// One request before it has a token.
struct ApiCall<'a> {
    route: &'a Route,
    method: Method,
    url: Url,
    body: Option<Bytes>,
    /// Use of an account's credential that the broker is asked for.
    used: Option<CredentialUse>,
}

impl Api {
    pub fn new(environment: Environment, limits: Limits) -> Self {
        let tokens = Tokens::new(&environment);
        Self { transport: Transport::new(environment.url, limits), tokens, uses: Arc::default() }
    }

    /// The environment's base URL.
    pub fn environment(&self) -> &EnvironmentUrl {
        &self.transport.environment
    }

    /// Tells `log` of every exchange from now on.
    pub fn set_log(&mut self, log: Arc<HttpLog>) {
        self.transport.log = Some(log);
    }

    /// Tells `log` of every credential that the broker is asked to use, from now on.
    pub fn set_uses(&mut self, log: Arc<CredentialLog>) {
        self.uses = log;
    }

    /// Log of the uses of credentials.
    pub fn uses(&self) -> &Arc<CredentialLog> {
        &self.uses
    }

    /// A use of an account's credential that this application asks the broker for.
    pub fn account_use(
        &self,
        event: CredentialEvent,
        person: &Identifier,
        connection: &ConnectionName,
        account: &AccountId,
    ) -> CredentialUse {
        let environment = self.environment().as_str();
        CredentialUse {
            application: Some(self.tokens.client_id().clone()),
            issuer: Some(environment.into()),
            resource: Some(environment.into()),
            ..CredentialUse::new(event, person, connection, account, Timestamp::now())
        }
    }

    /// The time by the broker's clock, as far as that is known.
    pub fn broker_now(&self) -> Timestamp {
        self.transport.clock.skew().to_brokers(Timestamp::now())
    }

    /// Tells `clock` when the broker says it is, from now on.
    pub fn set_clock(&mut self, clock: Arc<Clock>) {
        self.transport.clock = clock;
    }

    /// Reads: sent again after passing failures, as long as the limits allow.
    pub async fn get(&self, route: &Route, query: &[(&str, &str)]) -> Result<HttpAnswer, Fault> {
        let mut url = self.url(route.path);
        url.query_pairs_mut().extend_pairs(query);
        self.patiently(&ApiCall { route, method: Method::GET, url, body: None, used: None }).await
    }

    /// Reads what `parameter` names, as often as [`Api::get`].
    pub async fn get_one(&self, route: &Route, parameter: &str) -> Result<HttpAnswer, Fault> {
        let url = self.url_of(route, parameter)?;
        self.patiently(&ApiCall { route, method: Method::GET, url, body: None, used: None }).await
    }

    /// Acts: sent once, and a second time only if our token was turned away at the door.
    pub async fn post(&self, route: &Route, body: &impl Serialize) -> Result<HttpAnswer, Fault> {
        let call =
            ApiCall { route, method: Method::POST, url: self.url(route.path), body: Some(json(body)?), used: None };
        self.send(&call, &AtomicU32::new(0), None).await
    }

    /// The same for a call that uses an account's credential; the body of a good answer goes to `reader` while it comes.
    pub async fn post_call(
        &self,
        route: &Route,
        body: &impl Serialize,
        used: CredentialUse,
        reader: Option<&ResultReader>,
    ) -> Result<HttpAnswer, Fault> {
        let (url, body, used) = (self.url(route.path), Some(json(body)?), Some(used));
        let call = ApiCall { route, method: Method::POST, url, body, used };
        self.send(&call, &AtomicU32::new(0), reader).await
    }

    /// Acts on what `parameter` names, as often as [`Api::post`].
    pub async fn post_one(&self, route: &Route, parameter: &str) -> Result<HttpAnswer, Fault> {
        let url = self.url_of(route, parameter)?;
        let call = ApiCall { route, method: Method::POST, url, body: Some(Bytes::from_static(b"{}")), used: None };
        self.send(&call, &AtomicU32::new(0), None).await
    }

    /// Acts on what `parameter` names by this method, with a query and, if any, a body; as often as [`Api::post`].
    pub async fn act_on(
        &self,
        route: &Route,
        method: Method,
        parameter: &str,
        query: &[(&str, &str)],
        body: Option<&impl Serialize>,
    ) -> Result<HttpAnswer, Fault> {
        let mut url = self.url_of(route, parameter)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let body = body.map(json).transpose()?;
        self.send(&ApiCall { route, method, url, body, used: None }, &AtomicU32::new(0), None).await
    }

    /// Acts by replacing, as often as [`Api::post`].
    pub async fn put(&self, route: &Route, body: &impl Serialize) -> Result<HttpAnswer, Fault> {
        let call =
            ApiCall { route, method: Method::PUT, url: self.url(route.path), body: Some(json(body)?), used: None };
        self.send(&call, &AtomicU32::new(0), None).await
    }

    /// Sends somebody else's request with our token; any answer is one. A read that gets a 401 is
    /// sent once more with a new token, since nobody can tell whose 401 it is; anything else never,
    /// but a token that the broker itself turned away is not used again.
    pub async fn pass(&self, route: &Route, request: Request, used: CredentialUse) -> Result<HttpAnswer, Fault> {
        let used = Some(used);
        let token = self.token(None, used.as_ref()).await?;
        let again = matches!(*request.method(), Method::GET | Method::HEAD).then(|| request.try_clone()).flatten();
        let open = self.begin(used.as_ref(), &token);
        let answer = end(open, route, &token, self.transport.pass(route, signed(request, &token)?, 1).await)?;
        let refused = (answer.status == StatusCode::UNAUTHORIZED).then(|| answer.error_body()).flatten();
        match (refused, again) {
            (Some(_), Some(request)) => {
                let token = self.token(Some(&token), used.as_ref()).await?;
                let open = self.begin(used.as_ref(), &token);
                end(open, route, &token, self.transport.pass(route, signed(request, &token)?, 2).await)
            }
            (Some(refused), None) if refused.is_the_brokers() => {
                self.tokens.forget(&token).await;
                Ok(answer)
            }
            _ => Ok(answer),
        }
    }

    /// The token for a call. Where there is none, the use that it was for failed.
    async fn token(&self, refused: Option<&AccessToken>, used: Option<&CredentialUse>) -> Result<AccessToken, Fault> {
        let token = self.tokens.get(&self.transport, refused).await;
        if let (Err(fault), Some(used)) = (&token, used) {
            self.uses.begin(used.clone()).failed(fault);
        }
        token
    }

    fn begin(&self, used: Option<&CredentialUse>, token: &AccessToken) -> Option<OpenUse> {
        used.map(|used| self.uses.begin(CredentialUse { token: token.mark(), ..used.clone() }))
    }

    /// The URL of a path that needs no encoding.
    pub fn url(&self, path: &str) -> Url {
        self.transport.environment.at(path)
    }

    /// The URL of a route with a parameter.
    fn url_of(&self, route: &Route, parameter: &str) -> Result<Url, Fault> {
        self.url_with(route.path, parameter)
    }

    /// The URL of a path with a parameter in the place of its `{}`.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for a parameter that would lead elsewhere.
    pub fn url_with(&self, path: &str, parameter: &str) -> Result<Url, Fault> {
        // These would lead to another route, encoded or not.
        if matches!(parameter, "" | "." | "..") {
            return Err(Fault::new(FaultKind::InvalidInput, "What is asked for has no usable id."));
        }
        Ok(self.url(&path.replace("{}", &utf8_percent_encode(parameter, &IN_PATH).to_string())))
    }

    /// Sends, and sends again after passing failures.
    async fn patiently(&self, call: &ApiCall<'_>) -> Result<HttpAnswer, Fault> {
        // Whoever is told of waits is told of the pauses between repeats as well.
        let _under_way = self.transport.log.as_ref().map(|log| log.begin());
        let begun = Instant::now();
        let limits = &self.transport.limits;
        let pauses =
            ExponentialBuilder::default().with_min_delay(limits.first_pause).with_max_times(MAX_REPEATS).with_jitter();
        let attempts = AtomicU32::new(0);
        let mut unreachable = repeats_if_unreachable(self.transport.environment.is_loopback());
        (|| self.send(call, &attempts, None))
            .retry(pauses)
            .when(|fault: &Fault| is_worth_another(fault.kind, &mut unreachable))
            .adjust(|fault, planned| pause(fault, planned, limits.repeats.saturating_sub(begun.elapsed())))
            .await
    }

    /// Sends with a token, and once more with a new one if the broker refuses the first. A tool
    /// error with the same status is about the account's token and not ours (section 6.2).
    async fn send(
        &self,
        call: &ApiCall<'_>,
        attempts: &AtomicU32,
        reader: Option<&ResultReader>,
    ) -> Result<HttpAnswer, Fault> {
        let attempt = || attempts.fetch_add(1, Ordering::Relaxed) + 1;
        let token = self.token(None, call.used.as_ref()).await?;
        let answer = self.exchange(call, &token, attempt(), reader).await?;
        let Some(refused) = answer.error_body() else { return Ok(answer) };
        if answer.status != StatusCode::UNAUTHORIZED || refused.is_tool_error() {
            return Err(token.without_token(refused.into_fault(call.route)));
        }
        let token = self.token(Some(&token), call.used.as_ref()).await?;
        let answer = self.exchange(call, &token, attempt(), reader).await?;
        answer.error_body().map_or(Ok(answer), |refused| Err(token.without_token(refused.into_fault(call.route))))
    }

    async fn exchange(
        &self,
        call: &ApiCall<'_>,
        token: &AccessToken,
        attempt: u32,
        reader: Option<&ResultReader>,
    ) -> Result<HttpAnswer, Fault> {
        let request = call.request(token)?;
        let open = self.begin(call.used.as_ref(), token);
        let answer = self.transport.exchange(call.route, request, attempt, reader).await;
        if let Some(open) = open {
            match answer.as_ref().map(HttpAnswer::error_body) {
                Ok(None) => open.succeeded(),
                Ok(Some(refused)) => open.failed(&token.without_token(refused.into_fault(call.route))),
                Err(fault) => open.failed(fault),
            }
        }
        answer
    }
}

/// Ends the use behind a request that was passed on: the broker's own refusal is one, and any other answer is the
/// provider's.
fn end(
    open: Option<OpenUse>,
    route: &Route,
    token: &AccessToken,
    answer: Result<HttpAnswer, Fault>,
) -> Result<HttpAnswer, Fault> {
    if let Some(open) = open {
        match &answer {
            Ok(answer) => match answer.error_body().filter(ErrorBody::is_the_brokers) {
                Some(refused) => open.failed(&token.without_token(refused.into_fault(route))),
                None => open.answered(answer.status.as_u16()),
            },
            Err(fault) => open.failed(fault),
        }
    }
    answer
}

impl ApiCall<'_> {
    fn request(&self, token: &AccessToken) -> Result<Request, Fault> {
        let mut request = Request::new(self.method.clone(), self.url.clone());
        if let Some(body) = &self.body {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.clone().into());
        }
        signed(request, token)
    }
}

fn signed(mut request: Request, token: &AccessToken) -> Result<Request, Fault> {
    request.headers_mut().insert(AUTHORIZATION, token.header()?);
    Ok(request)
}

/// A body that is wiped when the last who sends it is done: it may hold credentials.
fn json(body: &impl Serialize) -> Result<Bytes, Fault> {
    let json = serde_json::to_vec(body)
        .map_err(|_| Fault::new(FaultKind::InvalidInput, "The request cannot be written as JSON."))?;
    Ok(Bytes::from_owner(Zeroizing::new(json)))
}

/// True if a read may be sent again; `unreachable` counts down the repeats for nobody being there.
fn is_worth_another(failure: FaultKind, unreachable: &mut u32) -> bool {
    match failure {
        FaultKind::Unreachable => unreachable.checked_sub(1).map(|left| *unreachable = left).is_some(),
        other => other.is_passing(),
    }
}

/// Pause before the next repeat: as planned, or longer where the broker asks for it. None when that would
/// not leave time for another try.
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
    fn where_nobody_is_there_once_more_is_enough_and_on_this_machine_too_much() {
        let tries = |is_loopback, failures: &[FaultKind]| {
            let mut left = repeats_if_unreachable(is_loopback);
            failures.iter().take_while(|failure| is_worth_another(**failure, &mut left)).count()
        };
        use FaultKind::{BrokerFailed, InvalidInput, Network, Unreachable};
        assert_eq!(tries(true, &[Unreachable]), 0);
        assert_eq!(tries(false, &[Unreachable, Network, BrokerFailed, Unreachable]), 3);
        assert_eq!(tries(true, &[Network, BrokerFailed, InvalidInput]), 2);
    }

    #[test]
    fn a_pause_longer_than_what_is_left_is_not_begun() {
        assert_eq!(pause(&limited(Some(SECOND * 30)), Some(SECOND), SECOND * 20), None);
        assert_eq!(pause(&limited(None), Some(SECOND), Duration::ZERO), None);
    }
}
