//! Device flow (RFC 8628): a person types a code on a page of the provider, on whatever machine they like.

use std::time::Duration;

use jiff::Timestamp;
use oauth2::{
    DeviceAuthorizationUrl, DeviceCodeErrorResponse, RequestTokenError, Scope, StandardDeviceAuthorizationResponse,
    TokenUrl,
};
use tokio::task::JoinHandle;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use super::answer::TokenAnswer;
use super::client::{Caller, ExchangeFault, no_token};
use super::endpoints::{Endpoints, OAuthApp, checked};
use super::grant::{GrantTerms, TokenGrant};
use super::http::OAuthHttp;
use super::quirks::Quirks;
use super::refusal::{Refusal, RefusedStep};
use crate::domain::{Fault, FaultKind, Untrusted};

/// Shortest time between two questions.
const LEAST_PAUSE: Duration = Duration::from_secs(1);

/// Time that a code is waited for at most, whatever the server says of its life.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// Longest time between two questions while the network fails.
const BACK_OFF: Duration = Duration::from_secs(60);

/// One consent to ask for.
#[derive(Clone, Debug)]
pub struct DeviceRequest {
    /// Where to ask; with a device URL.
    pub endpoints: Endpoints,
    /// For which application.
    pub app: OAuthApp,
    /// What for.
    pub scopes: Vec<String>,
    /// The provider's own ways.
    pub quirks: Quirks,
}

/// A consent that is waited for. The provider is asked until it is dropped.
pub struct DeviceFlow {
    user_code: Untrusted,
    page: Url,
    page_with_code: Option<Url>,
    expires_at: Timestamp,
    waiting: Option<AbortOnDropHandle<Result<TokenGrant, Fault>>>,
}

impl DeviceFlow {
    /// Asks for a code.
    ///
    /// # Errors
    /// [`FaultKind::NotOffered`] where the provider has no device flow; else what the provider or the network said.
    pub async fn begin(request: DeviceRequest, http: OAuthHttp) -> Result<Self, Fault> {
        Self::begin_with(request, http, tokio::time::sleep).await
    }

    async fn begin_with<S, F>(request: DeviceRequest, http: OAuthHttp, sleep: S) -> Result<Self, Fault>
    where
        S: Fn(Duration) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        request.endpoints.check()?;
        let none = || Fault::new(FaultKind::NotOffered, "This provider has no device flow.");
        let device = request.endpoints.device.clone().ok_or_else(none)?;
        let terms = GrantTerms {
            asked: request.scopes.clone(),
            token_url: request.endpoints.token.clone(),
            revoke_url: request.endpoints.revoke.clone(),
            revocation: request.quirks.revocation,
            issuer: request.endpoints.issuer.clone(),
            client_id: request.app.client_id.clone(),
            client_auth: request.quirks.client_auth.with(&request.app),
            client_key_id: request.quirks.client_key_id.clone(),
            refusals: request.quirks.refusals.clone(),
            resource: None,
        };
        let secret = request.app.client_secret.clone();
        let caller = Caller {
            client_id: &terms.client_id,
            secret: secret.as_ref(),
            auth: terms.client_auth,
            key_id: terms.client_key_id.as_deref(),
        };
        let client = caller
            .client()
            .set_device_authorization_url(DeviceAuthorizationUrl::from_url(device))
            .set_token_uri(TokenUrl::from_url(terms.token_url.clone()));
        let scopes = request.scopes.into_iter().map(Scope::new);
        let answer = client.exchange_device_code().add_scopes(scopes).request_async(&http).await;
        let details: StandardDeviceAuthorizationResponse = answer.map_err(|error| match error.into() {
            ExchangeFault::Refused(refusal) => {
                refusal.into_fault(RefusedStep::Device, &terms.refusals, &terms.asked).without(&secret)
            }
            ExchangeFault::Unknown(fault) => fault,
        })?;
        let page = Url::parse(details.verification_uri()).map_err(|_| no_page())?;
        checked("page for the code", &page)?;
        let with_code = details.verification_uri_complete().and_then(|page| Url::parse(page.secret()).ok());
        let page_with_code = with_code.filter(|url| checked("page for the code", url).is_ok());
        let user_code = details.user_code().secret().as_str().into();
        let expires_at = Timestamp::now().checked_add(details.expires_in()).unwrap_or(Timestamp::MAX);
        let waiting: JoinHandle<_> = tokio::spawn(async move {
            let asked = client.exchange_device_access_token(&details).set_max_backoff_interval(BACK_OFF);
            // A server that names no time between two questions is not asked without end.
            let pause = move |wait: Duration| sleep(wait.max(LEAST_PAUSE));
            match asked.request_async(&http, pause, Some(LONGEST)).await {
                Ok(answer) => granted(terms, &answer),
                Err(error) => Err(refused(error, &terms).without(&secret)),
            }
        });
        let waiting = Some(AbortOnDropHandle::new(waiting));
        Ok(Self { user_code, page, page_with_code, expires_at, waiting })
    }

    /// Code to type.
    pub fn user_code(&self) -> &Untrusted {
        &self.user_code
    }

    /// Page to type it on.
    pub fn page(&self) -> &Url {
        &self.page
    }

    /// The same page with the code filled in, where the provider has one.
    pub fn page_with_code(&self) -> Option<&Url> {
        self.page_with_code.as_ref()
    }

    /// End of the code by this machine's clock.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Waits for the end, which comes once. Dropped while it waits, it can be called again.
    ///
    /// # Errors
    /// [`FaultKind::Denied`], [`FaultKind::LinkExpired`], or what the provider said.
    pub async fn next(&mut self) -> Result<TokenGrant, Fault> {
        let Some(waiting) = &mut self.waiting else { return std::future::pending().await };
        let ended = waiting.await;
        self.waiting = None;
        ended.unwrap_or_else(|error| {
            Err(Fault::new(FaultKind::Local, "Asking the provider broke off.").caused_by(error))
        })
    }
}

fn granted(terms: GrantTerms, answer: &TokenAnswer) -> Result<TokenGrant, Fault> {
    TokenGrant::new(terms, answer, Timestamp::now())
}

fn refused(error: RequestTokenError<Fault, DeviceCodeErrorResponse>, terms: &GrantTerms) -> Fault {
    match error {
        RequestTokenError::ServerResponse(answer) => {
            let description = answer.error_description().map(String::as_str).unwrap_or_default();
            let refusal = Refusal::new(answer.error().as_ref(), description);
            refusal.into_fault(RefusedStep::Device, &terms.refusals, &terms.asked)
        }
        RequestTokenError::Request(fault) => fault,
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => no_token(),
    }
}

fn no_page() -> Fault {
    Fault::new(FaultKind::BadAnswer, "The provider named no page on which the code can be typed.")
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::extract::State;
    use axum::http::StatusCode;
    use axum::routing::post;

    use super::*;

    type Answers = Arc<Mutex<Vec<(u16, &'static str)>>>;

    async fn answer(State(answers): State<Answers>) -> (StatusCode, &'static str) {
        let (status, body) = answers.lock().unwrap().remove(0);
        (StatusCode::from_u16(status).unwrap(), body)
    }

    /// Waits between the questions of a flow that is answered so, and its end.
    async fn waits(answers: Vec<(u16, &'static str)>) -> (Vec<u64>, Result<TokenGrant, Fault>) {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = |path: &str| Url::parse(&format!("http://{}{path}", socket.local_addr().unwrap())).unwrap();
        let device = r#"{"device_code":"d","user_code":"U","verification_uri":"https://a.example","expires_in":900,
                         "interval":7}"#;
        let endpoints = Endpoints {
            authorize: url("/authorize"),
            token: url("/token"),
            revoke: None,
            device: Some(url("/device")),
            issuer: None,
            announces_iss: false,
        };
        let router = axum::Router::new()
            .route("/token", post(answer))
            .with_state(Arc::new(Mutex::new(answers)))
            .route("/device", post(move || async move { device }));
        let _server = AbortOnDropHandle::new(tokio::spawn(async move { axum::serve(socket, router).await }));
        let app = OAuthApp { client_id: "app".to_owned(), client_secret: None };
        let request = DeviceRequest { endpoints, app, scopes: Vec::new(), quirks: Quirks::default() };
        let slept = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&slept);
        let sleep = move |time: Duration| {
            noted.lock().unwrap().push(time.as_secs());
            std::future::ready(())
        };
        let end = DeviceFlow::begin_with(request, OAuthHttp::default(), sleep).await.unwrap().next().await;
        let slept = slept.lock().unwrap().clone();
        (slept, end)
    }

    const PENDING: (u16, &str) = (400, r#"{"error":"authorization_pending"}"#);
    const SLOW: (u16, &str) = (400, r#"{"error":"slow_down"}"#);

    #[tokio::test]
    async fn it_asks_at_the_pace_that_the_provider_sets() {
        let granted = (200, r#"{"access_token":"a"}"#);
        let (slept, end) = waits(vec![PENDING, SLOW, PENDING, SLOW, granted]).await;
        assert_eq!(slept, [7, 12, 12, 17]);
        assert_eq!(end.unwrap().access.expose(), "a");
    }

    #[tokio::test]
    async fn a_failing_server_is_asked_again_and_later() {
        let (slept, end) = waits(vec![(503, "down"), PENDING, (400, r#"{"error":"access_denied"}"#)]).await;
        assert_eq!(slept, [14, 14]);
        assert_eq!(end.unwrap_err().kind, FaultKind::Denied);
        let (_, end) = waits(vec![PENDING, (200, r#"{"error":"expired_token"}"#)]).await;
        assert_eq!(end.unwrap_err().kind, FaultKind::LinkExpired);
    }
}
