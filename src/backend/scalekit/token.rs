//! The environment's access token: fetched once for however many need it, renewed before it runs
//! out. Reference: section 1.2.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::HeaderValue;
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use super::answer::parse_secret;
use super::route::{Kind, Limits, Refusal, Route, When};
use super::transport::Transport;
use crate::backend::scalekit::wire::token::{TokenRequest, TokenResponse};
use crate::domain::{Environment, Fault, FaultKind, Secret, TokenMark, Untrusted};
use crate::secrets::token_mark;

const KEY_REFUSED: &str = "The environment refused the client id or the client secret.";

const ROUTE: Route = Route {
    kind: Kind::Token,
    path: "/oauth/token",
    patience: |limits: &Limits| Some(limits.token),
    expects: "an access token",
    refusals: &[
        Refusal { when: When::Status(400), kind: FaultKind::KeyRefused, message: KEY_REFUSED },
        Refusal { when: When::Status(401), kind: FaultKind::KeyRefused, message: KEY_REFUSED },
        Refusal { when: When::Status(403), kind: FaultKind::KeyRefused, message: KEY_REFUSED },
        Refusal {
            when: When::Status(404),
            kind: FaultKind::NoEnvironment,
            message: "There is no environment at this URL: it gives out no tokens.",
        },
    ],
};

/// Time before its end at which a token is renewed.
const MARGIN: Duration = Duration::from_secs(60);

/// Gives out the token of one environment.
pub(super) struct Tokens {
    client_id: Untrusted,
    client_secret: Secret,
    state: Mutex<TokenState>,
    /// Number of fetches that have come to an end, one way or the other.
    fetches: AtomicU64,
}

#[derive(Default)]
struct TokenState {
    token: Option<AccessToken>,
    failed: Option<Fault>,
}

/// One token. Two tokens are told apart by the fetch they came from.
#[derive(Clone)]
pub(super) struct AccessToken {
    fetch: u64,
    text: Secret,
    /// By the monotonic clock; none when the environment named no end.
    good_until: Option<Instant>,
}

impl Tokens {
    pub fn new(environment: &Environment) -> Self {
        Self {
            client_id: environment.client_id.clone(),
            client_secret: environment.client_secret.clone(),
            state: Mutex::default(),
            fetches: AtomicU64::new(0),
        }
    }

    /// Application that the tokens are for.
    pub fn client_id(&self) -> &Untrusted {
        &self.client_id
    }

    /// A token that is good now and is not the `refused` one. Everybody who asks while a fetch is
    /// under way gets what that fetch brings, be it a token or a fault.
    pub async fn get(&self, transport: &Transport, refused: Option<&AccessToken>) -> Result<AccessToken, Fault> {
        let before = self.fetches.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some(token) = &state.token
            && refused.is_none_or(|refused| refused.fetch != token.fetch)
            && token.is_good_at(Instant::now())
        {
            return Ok(token.clone());
        }
        let fetch = self.fetches.load(Ordering::Acquire);
        if let Some(fault) = &state.failed
            && fetch != before
        {
            return Err(fault.clone());
        }
        *state = TokenState::default();
        // Dropped halfway, this leaves the lock to the next in line, who fetches anew.
        let fetched = self.fetch(transport, fetch).await;
        match &fetched {
            Ok(token) => state.token = Some(token.clone()),
            Err(fault) => state.failed = Some(fault.clone()),
        }
        self.fetches.store(fetch + 1, Ordering::Release);
        fetched
    }

    /// Never gives `refused` out again, for a caller that does not need the next one now.
    pub async fn forget(&self, refused: &AccessToken) {
        let mut state = self.state.lock().await;
        if state.token.as_ref().is_some_and(|token| token.fetch == refused.fetch) {
            state.token = None;
        }
    }

    async fn fetch(&self, transport: &Transport, fetch: u64) -> Result<AccessToken, Fault> {
        let form = TokenRequest {
            grant_type: "client_credentials",
            client_id: self.client_id.raw(),
            client_secret: self.client_secret.expose(),
        };
        let request = transport.client(&ROUTE).await?.post(transport.environment.at(ROUTE.path)).form(&form).build();
        let request = request.map_err(|error| super::network::fault(error, &transport.way, &ROUTE))?;
        // The life of a token begins no later than this.
        let asked = Instant::now();
        let answer = transport.exchange(&ROUTE, request, 1, None).await?;
        if let Some(refused) = answer.error_body() {
            return Err(refused.into_fault(&ROUTE).without([&self.client_secret]));
        }
        let body = Zeroizing::new(answer.body);
        let response: TokenResponse = parse_secret(&ROUTE, answer.status, &body)?;
        let token =
            AccessToken { fetch, text: response.access_token, good_until: good_until(asked, response.expires_in) };
        // Refuse here what could never be sent.
        token.header().map(|_| token)
    }
}

impl AccessToken {
    /// The `Authorization` header; marked so that nothing prints it.
    pub fn header(&self) -> Result<HeaderValue, Fault> {
        let text = Zeroizing::new(format!("Bearer {}", self.text.expose()));
        let mut value = HeaderValue::from_str(&text).ok().filter(|_| !self.text.is_empty()).ok_or_else(|| {
            Fault::new(FaultKind::BadAnswer, "The environment gave a token that cannot be used: it is empty or torn.")
        })?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Fault without the token, where an answer repeats it.
    pub fn without_token(&self, fault: Fault) -> Fault {
        fault.without([&self.text])
    }

    /// Mark of it, for an audit.
    pub fn mark(&self) -> Option<TokenMark> {
        token_mark(&self.text)
    }

    fn is_good_at(&self, now: Instant) -> bool {
        self.good_until.is_none_or(|end| now < end)
    }
}

/// A minute before the end, or half-way for a token that does not live much longer than that.
fn good_until(asked: Instant, expires_in: Option<u64>) -> Option<Instant> {
    let life = Duration::from_secs(expires_in?);
    asked.checked_add(life - MARGIN.min(life / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good_for(expires_in: Option<u64>, seconds: u64) -> bool {
        let asked = Instant::now();
        let token = AccessToken { fetch: 0, text: Secret::new("t".into()), good_until: good_until(asked, expires_in) };
        token.is_good_at(asked + Duration::from_secs(seconds))
    }

    #[test]
    fn a_token_is_renewed_a_minute_before_its_end() {
        assert!(good_for(Some(86_399), 86_338));
        assert!(!good_for(Some(86_399), 86_339));
    }

    #[test]
    fn a_short_lived_token_serves_half_its_life() {
        assert!(good_for(Some(60), 29));
        assert!(!good_for(Some(60), 30));
        assert!(!good_for(Some(0), 0));
    }

    #[test]
    fn a_token_without_a_stated_end_serves_until_it_is_refused() {
        assert!(good_for(None, 1_000_000));
        assert!(good_for(Some(u64::MAX), 1_000_000));
    }

    #[test]
    fn the_header_prints_nothing() {
        let token = AccessToken { fetch: 0, text: Secret::new("eyJhunter2".into()), good_until: None };
        let header = token.header().expect("a header");
        assert_eq!(header, "Bearer eyJhunter2");
        assert!(!format!("{header:?}").contains("hunter2"));
    }

    #[test]
    fn a_token_that_cannot_be_a_header_is_refused() {
        for text in ["", "a\nb"] {
            let token = AccessToken { fetch: 0, text: Secret::new(text.into()), good_until: None };
            assert_eq!(token.header().expect_err(text).kind, FaultKind::BadAnswer);
        }
    }
}
