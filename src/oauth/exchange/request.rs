//! The request of an exchange, and when it is sent again.

use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable as _};
use jiff::Timestamp;
use reqwest::Method;
use url::Url;

use super::answer::{ExchangedToken, read};
use super::application::{ClientProof, ExchangeApplication};
use super::fault::ExchangeFault;
use crate::domain::{Fault, FaultKind, Secret};
use crate::oauth::endpoints::checked;
use crate::oauth::http::{HttpAnswer, OAuthHttp, basic, host, unbuilt};

/// Grant type of an exchange (RFC 8693, 2.1).
pub(in crate::oauth) const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// Kind of every subject (RFC 8693, 3).
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// Kind of every assertion (RFC 7523, 2.2).
pub(in crate::oauth) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Repeats of an exchange that failed by the way.
const REPEATS: usize = 2;

/// Pause before the first repeat; the next is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(300);

/// Time from the start in which a repeat may begin. A call waits for it.
const REPEATS_WITHIN: Duration = Duration::from_secs(15);

/// Longest resource, audience or kind, in bytes.
const LONGEST: usize = 2_048;

/// One exchange.
#[derive(Clone, Copy, Debug)]
pub struct TokenExchange<'a> {
    /// Token endpoint.
    pub token_url: &'a Url,
    /// Application that asks.
    pub application: &'a ExchangeApplication,
    /// Access token of the person's sign-in.
    pub subject: &'a Secret,
    /// What is asked for.
    pub target: &'a ExchangeTarget,
}

/// What an exchange asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExchangeTarget {
    /// Resource, letter by letter as the server has it.
    pub resource: Option<String>,
    /// Name that the server has for the service, where it goes by names.
    pub audience: Option<String>,
    /// Scopes; where there are none, the server decides.
    pub scopes: Vec<String>,
    /// Kind of token (RFC 8693, 3); where there is none, the server decides.
    pub requested_type: Option<String>,
}

impl ExchangeTarget {
    /// Name of what it is for, for sentences.
    pub(super) fn named(&self) -> &str {
        self.resource.as_deref().or(self.audience.as_deref()).unwrap_or("the resource")
    }

    /// Refuses what cannot be asked for.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`].
    pub fn check(&self) -> Result<(), Fault> {
        let refuse = |what: &str| Err(Fault::new(FaultKind::InvalidInput, what));
        let names = [&self.resource, &self.audience, &self.requested_type];
        let is_name = |name: &String| {
            !name.is_empty() && name.len() <= LONGEST && name.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !names.into_iter().flatten().all(is_name) {
            return refuse(
                "The resource of an exchange is empty, too long, or holds a blank or a letter beyond ASCII.",
            );
        }
        // RFC 6749, 3.3.
        let is_scope = |scope: &String| {
            !scope.is_empty() && scope.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\')
        };
        if !self.scopes.iter().all(is_scope) {
            return refuse("A scope is empty, or holds a blank or a letter that scopes have not.");
        }
        Ok(())
    }
}

/// Exchanges tokens. Clones share connections.
#[derive(Clone, Debug)]
pub struct TokenExchanger {
    http: OAuthHttp,
    first_pause: Duration,
}

impl TokenExchanger {
    /// One that sends by `http`.
    pub fn new(http: OAuthHttp) -> Self {
        Self { http, first_pause: FIRST_PAUSE }
    }

    /// The same with another pause before the first repeat.
    #[must_use]
    pub fn with_first_pause(self, first_pause: Duration) -> Self {
        Self { first_pause, ..self }
    }

    /// Exchanges a token. An exchange changes nothing at the resource, so that one that failed by the way, or at a server
    /// that was busy or failing, is tried twice more; any refusal is the last word.
    ///
    /// # Errors
    /// [`ExchangeFault`]. Of the exchange's own secrets nothing is in it.
    pub async fn exchange(&self, exchange: TokenExchange<'_>) -> Result<ExchangedToken, ExchangeFault> {
        exchange.check().map_err(ExchangeFault::failed)?;
        let begun = Instant::now();
        let pauses =
            ExponentialBuilder::default().with_min_delay(self.first_pause).with_max_times(REPEATS).with_jitter();
        (|| self.send(exchange))
            .retry(pauses)
            .when(ExchangeFault::is_passing)
            .adjust(|fault, planned| {
                let wait = planned?.max(fault.fault.retry_after.unwrap_or_default());
                (wait < REPEATS_WITHIN.saturating_sub(begun.elapsed())).then_some(wait)
            })
            .await
    }

    async fn send(&self, exchange: TokenExchange<'_>) -> Result<ExchangedToken, ExchangeFault> {
        // An assertion is good for one request: servers remember its id.
        let assertion = exchange.assertion(Timestamp::now()).map_err(ExchangeFault::failed)?;
        let answer = self.post(exchange, assertion.as_ref()).await.map_err(ExchangeFault::failed);
        let token = answer.and_then(|answer| read(exchange.token_url, answer, exchange.target, Timestamp::now()));
        let token = token.and_then(|given| exchange.ensure_new(given, assertion.as_ref()));
        token.map_err(|fault| {
            let sent = [Some(exchange.subject), assertion.as_ref(), exchange.application.proof.sent_secret()];
            fault.without(sent.into_iter().flatten())
        })
    }

    async fn post(&self, exchange: TokenExchange<'_>, assertion: Option<&Secret>) -> Result<HttpAnswer, Fault> {
        let mut request = self.http.request(Method::POST, exchange.token_url).await?;
        if let ClientProof::Basic(secret) = &exchange.application.proof {
            request = basic(request, &exchange.application.client_id, secret);
        }
        let scope = exchange.target.scopes.join(" ");
        let form = exchange.form(&scope, assertion);
        self.http.send(request.form(&form).build().map_err(unbuilt)?).await
    }
}

impl<'a> TokenExchange<'a> {
    fn check(&self) -> Result<(), Fault> {
        checked("token URL", self.token_url)?;
        self.target.check()?;
        let needs_id = !matches!(self.application.proof, ClientProof::Assertion(_));
        if needs_id && self.application.client_id.is_empty() {
            return Err(Fault::new(FaultKind::InvalidInput, "The application that exchanges tokens has no client id."));
        }
        Ok(())
    }

    /// Refuses what was sent, given back as the token of the resource: a sign-in is good for everything that the person has
    /// there, and the resource would get it.
    fn ensure_new(&self, given: ExchangedToken, assertion: Option<&Secret>) -> Result<ExchangedToken, ExchangeFault> {
        let mut sent = [Some(self.subject), assertion, self.application.proof.sent_secret()].into_iter().flatten();
        if sent.any(|secret| secret.expose() == given.token.expose()) {
            let message =
                format!("{} gave back a credential of its own as the token of a resource.", host(self.token_url));
            return Err(ExchangeFault::failed(Fault::new(FaultKind::BadAnswer, message)));
        }
        Ok(given)
    }

    fn assertion(&self, now: Timestamp) -> Result<Option<Secret>, Fault> {
        let ExchangeApplication { client_id, proof } = self.application;
        match proof {
            ClientProof::Signed { key, audience } => {
                let audience = audience.as_deref().unwrap_or(self.token_url.as_str());
                key.assertion(client_id, audience, now).map(Some)
            }
            ClientProof::Assertion(assertion) => Ok(Some(assertion.clone())),
            ClientProof::None | ClientProof::Body(_) | ClientProof::Basic(_) => Ok(None),
        }
    }

    /// Fields in the order of RFC 8693, 2.1, then those of the client.
    fn form<'f>(&self, scope: &'f str, assertion: Option<&'f Secret>) -> Vec<(&'static str, &'f str)>
    where
        'a: 'f,
    {
        let (target, id) = (self.target, &*self.application.client_id);
        let mut form = vec![("grant_type", TOKEN_EXCHANGE)];
        form.extend(target.resource.as_deref().map(|resource| ("resource", resource)));
        form.extend(target.audience.as_deref().map(|audience| ("audience", audience)));
        form.extend((!scope.is_empty()).then_some(("scope", scope)));
        form.extend(target.requested_type.as_deref().map(|kind| ("requested_token_type", kind)));
        form.push(("subject_token", self.subject.expose()));
        form.push(("subject_token_type", ACCESS_TOKEN));
        match &self.application.proof {
            ClientProof::None => form.push(("client_id", id)),
            ClientProof::Body(secret) => form.extend([("client_id", id), ("client_secret", secret.expose())]),
            ClientProof::Basic(_) | ClientProof::Signed { .. } => {}
            ClientProof::Assertion(_) => form.extend((!id.is_empty()).then_some(("client_id", id))),
        }
        if let Some(assertion) = assertion {
            form.extend([("client_assertion_type", JWT_BEARER), ("client_assertion", assertion.expose())]);
        }
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_asked_for_is_refused_here() {
        let target = |resource: &str, scope: &str| ExchangeTarget {
            resource: Some(resource.to_owned()),
            scopes: vec![scope.to_owned()],
            ..ExchangeTarget::default()
        };
        for (resource, scope, says) in [
            ("https://api.linear.app", "issues:create", ""),
            ("urn:example:files", "https://a.example/auth/x.readonly", ""),
            ("", "read", "resource"),
            ("https://a b", "read", "resource"),
            ("https://ä.example", "read", "resource"),
            ("https://a.example", "", "scope"),
            ("https://a.example", "read write", "scope"),
            ("https://a.example", "re\"ad", "scope"),
        ] {
            let said =
                target(resource, scope).check().map_or_else(|fault| fault.message.to_string(), |()| String::new());
            assert!(said.contains(says) && said.is_empty() == says.is_empty(), "{resource} {scope}: {said}");
        }
    }
}
