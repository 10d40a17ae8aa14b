//! Requests straight to a provider's API, with the account's credential, and nowhere else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, HeaderName};
use reqwest::{Request, StatusCode};
use url::Url;

use super::Local;
use super::account_store::StoredAccount;
use super::accounts::{is_consent, status};
use super::connection_spec::ConnectionAuth;
use super::credential::not_ready;
use super::exchange::ExchangeUse;
use super::resolved::ResolvedConnection;
use super::uses::{kept_use, refused_use};
use crate::backend::clock::Clock;
use crate::backend::http_log::HttpLog;
use crate::backend::scalekit::Limits;
use crate::backend::scalekit::answer::HttpAnswer;
use crate::backend::scalekit::proxy::{body, caller_headers, header_value, method, path, response};
use crate::backend::scalekit::route::{Kind, Route};
use crate::backend::scalekit::transport::Transport;
use crate::backend::{Proxy, ProxyCall};
use crate::domain::{
    AccountRef, ConnectionName, CredentialUse, EnvironmentUrl, Fault, FaultKind, ProxyRequest, ProxyResponse, Secret,
    Status,
};
use crate::provider::HeaderForm;
use crate::secrets::token_mark;

const READ: Route = Route {
    kind: Kind::Read,
    path: "",
    patience: |limits| limits.calls,
    expects: "a provider's answer",
    refusals: &[],
};

const WRITE: Route = Route { kind: Kind::Act, ..READ };

/// Ways to the APIs, one for each base.
pub(super) struct Transports {
    limits: Limits,
    log: Arc<HttpLog>,
    clock: Arc<Clock>,
    open: Mutex<HashMap<String, Arc<Transport>>>,
}

impl Transports {
    pub fn new(limits: Limits, log: Arc<HttpLog>, clock: Arc<Clock>) -> Self {
        Self { limits, log, clock, open: Mutex::default() }
    }

    /// Time for a call; none for as long as it takes.
    pub fn call_limit(&self) -> Option<Duration> {
        self.limits.calls
    }

    fn to(&self, api: &EnvironmentUrl) -> Arc<Transport> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || {
            let mut transport = Transport::new(api.clone(), self.limits.clone());
            transport.log = Some(Arc::clone(&self.log));
            transport.clock = Arc::clone(&self.clock);
            Arc::new(transport)
        };
        Arc::clone(open.entry(api.as_str().to_owned()).or_insert_with(new))
    }
}

#[async_trait]
impl Proxy for Local {
    async fn send(&self, request: &ProxyRequest) -> Result<ProxyResponse, Fault> {
        // As whoever writes rules for it names a request that is no tool's.
        let name = format!("{} {}", request.method.word(), request.path.raw());
        self.send_for(request, &ProxyCall::new(name.as_str().into(), Vec::new())).await
    }

    async fn send_for(&self, request: &ProxyRequest, call: &ProxyCall) -> Result<ProxyResponse, Fault> {
        let pair = AccountRef::Pair(request.connection.clone(), request.identifier.clone());
        let (account, connection) = self
            .blocking(move |inner| {
                let account = inner.find(&pair)?;
                let connection = inner.resolve(&account.connection)?;
                Ok((account, Arc::new(connection)))
            })
            .await?;
        // Everything that cannot go out is refused before a token is asked for.
        let api = connection.api()?;
        build(request, &api, &connection, &Secret::new("x".to_owned()))?;
        let standing = status(&account, Timestamp::now());
        // A key that was refused once may be good again, and only a request tells.
        if !matches!(standing, Status::Active | Status::KeyRefused) {
            return Err(not_ready(&account, &standing));
        }
        let credential = self.credential_for(&connection, &account, call).await?;
        let account = self.after_renewal(&connection, account).await;
        let sent = self.pass(request, &api, &connection, &account, &credential, 1).await?;
        let answer = if sent.status == StatusCode::UNAUTHORIZED && is_sent_as_kept(connection.spec.auth) {
            self.again(request, &api, &connection, &account, &credential, sent).await?
        } else {
            sent
        };
        if connection.spec.auth == ConnectionAuth::Exchange
            && matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
        {
            let reason = format!("The provider answered with HTTP {}.", answer.status.as_u16());
            let used = refused_use(&connection, &account, &usage(call), token_mark(&credential));
            self.0.uses.record(CredentialUse { reason: Some(reason.into()), ..used });
        }
        // The provider has answered: what cannot be noted here takes nothing from that.
        if !is_consent(connection.spec.auth) {
            let _ = self.note_key(&connection, &account, &credential, answer.status, &answer.body).await;
        }
        let id = account.id;
        let _ = self.blocking(move |inner| inner.accounts()?.used(&id)).await;
        Ok(response(answer))
    }

    async fn is_on_this_machine(&self, connection: &ConnectionName) -> bool {
        let name = connection.clone();
        let api = self.blocking(move |inner| inner.resolve(&name)?.api()).await;
        api.is_ok_and(|api| api.is_loopback())
    }
}

impl Local {
    /// What goes out with a request of this call: the account's own credential, or one that is got for the call alone.
    async fn credential_for(
        &self,
        connection: &Arc<ResolvedConnection>,
        account: &StoredAccount,
        call: &ProxyCall,
    ) -> Result<Secret, Fault> {
        if connection.spec.auth != ConnectionAuth::Exchange {
            return self.credential(connection, account).await;
        }
        call.token(self.exchanged(connection, account, &usage(call), &self.0.uses.in_this_call())).await
    }

    async fn pass(
        &self,
        request: &ProxyRequest,
        api: &EnvironmentUrl,
        connection: &ResolvedConnection,
        account: &StoredAccount,
        credential: &Secret,
        attempt: u32,
    ) -> Result<HttpAnswer, Fault> {
        let route = if request.method.is_read() { &READ } else { &WRITE };
        let outgoing = build(request, api, connection, credential)?;
        // The use of a token that was exchanged for this call is told where it was, and its refusal apart from it.
        let is_kept = connection.spec.auth != ConnectionAuth::Exchange;
        let open = is_kept.then(|| self.0.uses.begin(kept_use(connection, account, None, Some(credential))));
        let passed = self.0.transports.to(api).pass(route, outgoing, attempt).await;
        let passed = passed.map_err(|fault| fault.without([credential]));
        match (&passed, open) {
            (_, None) => {}
            (Ok(answer), Some(open)) => open.answered(answer.status.as_u16()),
            (Err(fault), Some(open)) => open.failed(fault),
        }
        passed
    }

    /// A second try with a renewed token, once. A 401 means that nothing was carried out, so whatever it is may be sent
    /// again. Where there is no other token, the answer that came is the answer.
    async fn again(
        &self,
        request: &ProxyRequest,
        api: &EnvironmentUrl,
        connection: &Arc<ResolvedConnection>,
        account: &StoredAccount,
        refused: &Secret,
        sent: HttpAnswer,
    ) -> Result<HttpAnswer, Fault> {
        match self.token(connection, account, Some(refused)).await {
            Ok(renewed) => {
                let account = self.after_renewal(connection, account.clone()).await;
                self.pass(request, api, connection, &account, &renewed, 2).await
            }
            Err(fault) if fault.kind == FaultKind::NeedsAuthorization => Err(fault),
            // Nothing is known of the account: the provider's own word stands.
            Err(_) => Ok(sent),
        }
    }
}

fn usage(call: &ProxyCall) -> ExchangeUse {
    ExchangeUse { tool: Some(call.tool.clone()), needs_one_of: call.scopes.clone() }
}

/// True where a token that is kept here goes out as it is, so that one which was refused can be renewed. One that was got
/// in exchange a moment ago is refused for good.
fn is_sent_as_kept(auth: ConnectionAuth) -> bool {
    is_consent(auth) && auth != ConnectionAuth::Exchange
}

/// The request as it goes out: below the API's base, with the caller's headers and the credential in the provider's form.
fn build(
    request: &ProxyRequest,
    api: &EnvironmentUrl,
    connection: &ResolvedConnection,
    credential: &Secret,
) -> Result<Request, Fault> {
    let form = &connection.header_form();
    let path = path(request)?;
    let slash = if path.starts_with('/') { "" } else { "/" };
    let mut url: Url = api.at(&format!("{slash}{path}"));
    if !request.query.is_empty() {
        url.query_pairs_mut().extend_pairs(request.query.iter().map(|(name, value)| (name.raw(), value.raw())));
    }
    let mut headers = caller_headers(request)?;
    for (name, value) in connection.headers() {
        // The caller may ask for another version of the API than the usual one.
        if let Ok(known) = HeaderName::from_bytes(name.as_bytes())
            && !headers.contains_key(&known)
        {
            headers.insert(known, header_value(&name.as_str().into(), value)?);
        }
    }
    let mut set = |name: HeaderName, value: &str| -> Result<(), Fault> {
        // The caller does not choose as whom a request goes out.
        headers.insert(name.clone(), header_value(&name.as_str().into(), value)?);
        Ok(())
    };
    match form {
        HeaderForm::Bearer => set(AUTHORIZATION, &format!("Bearer {}", credential.expose()))?,
        HeaderForm::Bare => set(AUTHORIZATION, credential.expose())?,
        HeaderForm::Header(name) => {
            let known = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
                Fault::new(FaultKind::NoEnvironment, format!("“{name}” cannot be the name of a header for a key."))
            })?;
            set(known, credential.expose())?;
        }
        HeaderForm::Scheme(scheme) => set(AUTHORIZATION, &format!("{scheme} {}", credential.expose()))?,
        HeaderForm::Query(name) => drop(url.query_pairs_mut().append_pair(name, credential.expose())),
        HeaderForm::BasicUser => set(AUTHORIZATION, &basic(credential.expose(), ""))?,
        HeaderForm::BasicPassword(user) => set(AUTHORIZATION, &basic(user, credential.expose()))?,
    }
    let mut outgoing = Request::new(method(request.method), url);
    *outgoing.headers_mut() = headers;
    if let Some(body) = body(&request.body) {
        *outgoing.body_mut() = Some(body);
    }
    Ok(outgoing)
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}")))
}
