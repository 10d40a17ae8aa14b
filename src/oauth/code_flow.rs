//! Authorization code flow with PKCE, over a redirect to this machine.

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use oauth2::{AuthUrl, CsrfToken, PkceCodeChallenge, RedirectUrl, Scope};
use tokio::task::{JoinError, JoinHandle};
use url::Url;

use super::client::{Caller, ExchangeFault};
use super::endpoints::{Endpoints, OAuthApp};
use super::grant::{GrantTerms, TokenGrant};
use super::http::OAuthHttp;
use super::quirks::Quirks;
use super::refusal::{Refusal, RefusedStep};
use super::resource_indicator::ResourceIndicator;
use crate::domain::{Fault, FaultKind, Secret, Untrusted};
use crate::loopback::{BrowserAnswer, Callback, CallbackArrival, Judge, ListenOptions, PageVerdict, WaitingBrowser};

/// One consent to ask for.
#[derive(Clone, Debug)]
pub struct CodeRequest {
    /// Where to ask.
    pub endpoints: Endpoints,
    /// For which application.
    pub app: OAuthApp,
    /// What for.
    pub scopes: Vec<String>,
    /// Value of the parameter `actor`: one of the provider's, or none.
    pub actor: Option<String>,
    /// Server that the tokens are for (RFC 8707); none where the authorization server serves but one.
    pub resource: Option<ResourceIndicator>,
    /// Words for what is connected, for the page that the browser ends on: `linear for ada`.
    pub whom: String,
    /// The provider's own ways.
    pub quirks: Quirks,
}

impl CodeRequest {
    /// Refuses what would end in a refusal, or worse, in a grant of another kind.
    fn check(&self) -> Result<(), Fault> {
        self.endpoints.check()?;
        let refuse = |why: String| Err(Fault::new(FaultKind::InvalidInput, why));
        if self.app.client_id.trim().is_empty() {
            return refuse("The client id is empty.".to_owned());
        }
        let is_torn = |scope: &&String| scope.is_empty() || scope.chars().any(|c| c.is_whitespace() || c.is_control());
        if let Some(torn) = self.scopes.iter().find(is_torn) {
            return refuse(format!("The scope “{torn}” is empty or holds a blank."));
        }
        // What the flow itself says is not said by others: an implicit grant, a plain challenge.
        let own = ["response_type", "response_mode", "client_id", "redirect_uri", "state", "scope", "code_challenge"];
        let is_own = |(name, _): &&(String, String)| {
            let is_resource = name == "resource" && self.resource.is_some();
            own.contains(&&**name) || name == "code_challenge_method" || is_resource
        };
        if let Some((name, _)) = self.quirks.params.iter().find(is_own) {
            return refuse(format!("The parameter {name} is set by the flow, and cannot be set beside it."));
        }
        match &self.actor {
            Some(actor) if !self.quirks.actors.contains(actor) => match &*self.quirks.actors {
                [] => refuse("This provider has no actors to choose from.".to_owned()),
                actors => refuse(format!("“{actor}” is no actor. There are: {}.", actors.join(", "))),
            },
            _ => Ok(()),
        }
    }

    fn terms(&self) -> GrantTerms {
        GrantTerms {
            asked: self.scopes.clone(),
            token_url: self.endpoints.token.clone(),
            revoke_url: self.endpoints.revoke.clone(),
            revocation: self.quirks.revocation,
            issuer: self.endpoints.issuer.clone(),
            client_id: self.app.client_id.clone(),
            client_auth: self.quirks.client_auth.with(&self.app),
            client_key_id: self.quirks.client_key_id.clone(),
            refusals: self.quirks.refusals.clone(),
            resource: self.resource.clone(),
        }
    }
}

/// Keeps a grant at the moment that it is there.
pub type KeepGrant = Box<dyn Fn(TokenGrant) -> BoxFuture<'static, Result<(), Fault>> + Send + Sync>;

/// A consent that is waited for. It listens until it is dropped. A code is good once: the exchange of one that has come
/// goes on to its end, and its grant is kept, even if nobody waits for it any more.
pub struct CodeFlow {
    callback: Callback,
    url: Url,
    exchanger: Arc<Exchanger>,
    exchange: Option<Exchange>,
}

/// Somebody came back.
pub enum CodeEvent {
    /// A visit that does not carry our state, or carries it a second time.
    Stray,
    /// The person or the provider said no, or the code could not be exchanged: this attempt is over.
    Refused(Fault),
    /// The provider granted it, and it is kept where the flow was begun so. Whoever waited decides what the page says.
    Granted(Box<TokenGrant>, WaitingBrowser),
}

impl CodeFlow {
    /// Opens a port for the browser to come back to, and makes the URL that it is sent to. Asks nobody yet.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for a request that makes no sense, [`FaultKind::Local`] where no port is free.
    pub async fn begin(request: CodeRequest, http: OAuthHttp) -> Result<Self, Fault> {
        Self::begin_keeping(request, http, Box::new(|_| async { Ok(()) }.boxed())).await
    }

    /// The same where `keep` keeps the grant. It is called by the exchange itself, which nobody cuts off.
    ///
    /// # Errors
    /// As [`CodeFlow::begin`].
    pub async fn begin_keeping(request: CodeRequest, http: OAuthHttp, keep: KeepGrant) -> Result<Self, Fault> {
        request.check()?;
        let callback = Callback::open(ListenOptions {
            ports: request.quirks.redirect_ports.clone(),
            host: request.quirks.redirect_host,
            path: request.quirks.redirect_path.clone(),
            brings: "code",
            whom: request.whom.clone(),
            judge: judge(&request),
        })
        .await?;
        let redirect = callback.url().clone();
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let url = authorization_url(&request, callback.state(), challenge, &redirect);
        let verifier = Secret::new(verifier.into_secret());
        let exchanger = Arc::new(Exchanger { request, http, redirect, verifier, keep });
        Ok(Self { callback, url, exchanger, exchange: None })
    }

    /// URL that the browser is sent to.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// URL that the browser comes back to.
    pub fn redirect(&self) -> &Url {
        &self.exchanger.redirect
    }

    /// Port that is listened on, to be forwarded where the browser runs on another machine.
    pub fn port(&self) -> u16 {
        self.exchanger.redirect.port().unwrap_or_default()
    }

    /// Waits for somebody to come back, and exchanges the code that they bring. Dropped while it waits, it can be called
    /// again.
    pub async fn next(&mut self) -> CodeEvent {
        let exchange = match &mut self.exchange {
            Some(exchange) => exchange,
            none => match self.callback.next().await {
                CallbackArrival::Stray => return CodeEvent::Stray,
                CallbackArrival::Refused(fault) => return CodeEvent::Refused(fault),
                CallbackArrival::Consented(code, browser) => {
                    none.insert(Exchange { task: self.exchanger.begin(code), browser })
                }
            },
        };
        let ended = (&mut exchange.task).await.unwrap_or_else(broke_off);
        match (ended, self.exchange.take()) {
            (Ok(grant), Some(Exchange { browser, .. })) => CodeEvent::Granted(Box::new(grant), browser),
            (Err(fault), Some(Exchange { browser, .. })) => {
                browser.show(PageVerdict::Failed(fault.to_string()));
                CodeEvent::Refused(fault)
            }
            // It stood there a moment ago.
            (_, None) => CodeEvent::Stray,
        }
    }

    /// Takes the URL that a browser on another machine ended at.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for text that is not that URL: it can be tried again. Any other: the attempt is over.
    pub async fn paste(&mut self, text: &str) -> Result<TokenGrant, Fault> {
        let code = self.callback.accept(BrowserAnswer::from_pasted(text)?)?;
        self.exchanger.begin(code).await.unwrap_or_else(broke_off)
    }

    /// Stops listening once the last page has reached the browser, or a second has passed.
    pub async fn close(self) {
        self.callback.close().await;
    }
}

/// All that a code is exchanged with.
struct Exchanger {
    request: CodeRequest,
    http: OAuthHttp,
    redirect: Url,
    verifier: Secret,
    keep: KeepGrant,
}

/// An exchange under way, and the browser that waits for it.
struct Exchange {
    task: JoinHandle<Result<TokenGrant, Fault>>,
    browser: WaitingBrowser,
}

fn broke_off(error: JoinError) -> Result<TokenGrant, Fault> {
    Err(Fault::new(FaultKind::Local, "Exchanging the code broke off.").caused_by(error))
}

impl Exchanger {
    /// Exchanges a code in a task of its own, which goes on when its handle is dropped.
    fn begin(self: &Arc<Self>, code: Untrusted) -> JoinHandle<Result<TokenGrant, Fault>> {
        let own = Arc::clone(self);
        tokio::spawn(async move {
            let grant = Arc::clone(&own).exchange(code).await?;
            (own.keep)(grant.clone()).await?;
            Ok(grant)
        })
    }

    async fn exchange(self: Arc<Self>, code: Untrusted) -> Result<TokenGrant, Fault> {
        let code = Secret::new(code.raw().to_owned());
        let terms = self.request.terms();
        let secret = self.request.app.client_secret.as_ref();
        let key_id = terms.client_key_id.as_deref();
        let caller = Caller { client_id: &terms.client_id, secret, auth: terms.client_auth, key_id };
        let (url, resource) = (&terms.token_url, terms.resource.as_ref());
        let answer = caller.exchange(&self.http, url, &code, &self.verifier, &self.redirect, resource).await;
        let secrets = [&code, &self.verifier].into_iter().chain(secret);
        match answer {
            // Reckoned from the answer, and so by our clock.
            Ok(answer) => TokenGrant::new(terms, &answer, Timestamp::now()),
            Err(ExchangeFault::Unknown(fault)) => Err(fault.without(secrets)),
            Err(ExchangeFault::Refused(refusal)) => {
                Err(refusal.into_fault(RefusedStep::Exchange, &terms.refusals, &terms.asked).without(secrets))
            }
        }
    }
}

fn authorization_url(request: &CodeRequest, state: &Secret, challenge: PkceCodeChallenge, redirect: &Url) -> Url {
    let caller =
        Caller { client_id: &request.app.client_id, secret: None, auth: super::ClientAuth::None, key_id: None };
    let client = caller.client().set_auth_uri(AuthUrl::from_url(request.endpoints.authorize.clone()));
    let mut asked = client
        .authorize_url(|| CsrfToken::new(state.expose().to_owned()))
        .set_pkce_challenge(challenge)
        .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect.clone())));
    if !request.scopes.is_empty() {
        // As one, for the separator is the provider's.
        asked = asked.add_scope(Scope::new(request.scopes.join(&request.quirks.separator)));
    }
    let resource = request.resource.as_ref().map(ResourceIndicator::as_str);
    let (prompt, actor) = (request.quirks.prompt.as_deref(), request.actor.as_deref());
    let named = [("prompt", prompt), ("actor", actor), ("resource", resource)];
    let named = named.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let params = request.quirks.params.iter().map(|(name, value)| (&**name, &**value));
    for (name, value) in named.chain(params) {
        asked = asked.add_extra_param(name.to_owned(), value.to_owned());
    }
    asked.url().0
}

/// Refuses what another server says, before anything of it is looked at; then what this one refuses.
fn judge(request: &CodeRequest) -> Judge {
    let (issuer, announced) = (request.endpoints.issuer.clone(), request.endpoints.announces_iss);
    let (rules, asked) = (request.quirks.refusals.clone(), request.scopes.clone());
    Box::new(move |answer| {
        let foreign = match (answer.issuer(), &issuer) {
            (Some(named), Some(issuer)) => named != issuer,
            (None, Some(_)) => announced,
            _ => false,
        };
        if foreign {
            let message =
                "The answer does not come from the server that was asked. Nothing of it was used. Start again.";
            return Err(Fault::new(FaultKind::BadAnswer, message));
        }
        let Some(error) = answer.error() else { return Ok(()) };
        let refusal = Refusal::new(error, answer.description().unwrap_or_default());
        Err(refusal.into_fault(RefusedStep::Consent, &rules, &asked))
    })
}
