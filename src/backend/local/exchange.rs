//! Token exchange: a person's sign-in at an authorization server becomes a token of one resource for one call, which is
//! used and dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::account_store::StoredAccount;
use super::exchange_state::{Asked, in_words};
use super::resolved::ResolvedConnection;
use super::uses::exchange_use;
use super::{Inner, Local};
use crate::backend::CallToken;
use crate::backend::credential_log::{CallUses, whole_reason};
use crate::domain::{Fault, Secret, ToolName, Untrusted};
use crate::oauth::{
    AssertionKey, ClientAuth, ClientProof, Discovered, ExchangeApplication, ExchangeFault, ExchangeState,
    ExchangeTarget, ExchangedToken, TokenExchange, TokenExchanger, discover,
};
use crate::secrets::token_mark;

/// What authorization servers said of themselves, for as long as the environment is open.
#[derive(Default)]
pub(super) struct Zones(Mutex<HashMap<String, Arc<OnceCell<Discovered>>>>);

impl Zones {
    fn zone(&self, issuer: &str) -> Arc<OnceCell<Discovered>> {
        let mut zones = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(zones.entry(issuer.to_owned()).or_default())
    }
}

/// Use that a token is exchanged for.
#[derive(Clone, Debug, Default)]
pub(super) struct ExchangeUse {
    /// Name of the tool, or method and path of a request; none where nothing is called.
    pub tool: Option<ToolName>,
    /// Scopes of which the call needs one, the least first.
    pub needs_one_of: Vec<Untrusted>,
}

/// One exchange, but for whose.
struct Attempt<'a> {
    zone: &'a Discovered,
    application: &'a ExchangeApplication,
    target: &'a ExchangeTarget,
    uses: &'a CallUses,
}

impl Inner {
    /// Proof of the application towards its authorization server. May run a program and wait for it.
    fn proof(&self, connection: &ResolvedConnection, zone: &Discovered) -> Result<ClientProof, Fault> {
        let exchange = connection.exchange()?;
        if let Some(place) = &exchange.client_key {
            let key = AssertionKey::from_pem(&place.resolve()?, exchange.client_key_id.clone())?;
            return Ok(ClientProof::Signed { key, audience: None });
        }
        if let Some(place) = &exchange.client_assertion {
            return Ok(ClientProof::Assertion(place.resolve_anew()?));
        }
        let way = connection.spec.client_auth.unwrap_or(zone.client_auth);
        Ok(match self.client_secret(connection)? {
            None => ClientProof::None,
            Some(secret) if way == ClientAuth::Basic => ClientProof::Basic(secret),
            Some(secret) => ClientProof::Body(secret),
        })
    }
}

impl Local {
    /// What a connection's authorization server says of itself; asked once.
    ///
    /// # Errors
    /// What keeps it from being asked, or from being used.
    pub(super) async fn zone(&self, connection: &ResolvedConnection) -> Result<Discovered, Fault> {
        let issuer = connection.issuer()?;
        let zone = self.0.zones.zone(issuer.as_str());
        zone.get_or_try_init(|| discover(&issuer, &self.0.http)).await.cloned()
    }

    /// A token of the connection's resource for one use, in exchange for the account's sign-in.
    ///
    /// # Errors
    /// The state that the exchange showed, in words;
    /// [`FaultKind::NeedsAuthorization`](crate::domain::FaultKind::NeedsAuthorization) where the sign-in is over.
    pub(super) async fn exchanged(
        &self,
        connection: &Arc<ResolvedConnection>,
        account: &StoredAccount,
        usage: &ExchangeUse,
        uses: &CallUses,
    ) -> Result<CallToken, Fault> {
        let zone = self.zone(connection).await?;
        let (own, known) = (Arc::clone(connection), zone.clone());
        let proof = self.blocking(move |inner| inner.proof(&own, &known)).await?;
        let application = ExchangeApplication { client_id: connection.client_id()?.to_owned(), proof };
        let exchange = connection.exchange()?;
        let target = ExchangeTarget {
            resource: Some(exchange.resource.clone()),
            scopes: exchange.scopes_for(usage),
            ..ExchangeTarget::default()
        };
        let subject = self.token(connection, account, None).await?;
        let begin = || Attempt { zone: &zone, application: &application, target: &target, uses };
        let exchanged = self.exchange(begin(), connection, account, &subject).await;
        let exchanged = match exchanged {
            // Its end may have come ahead of time, and then it can be renewed. Once: another refusal is the answer.
            Err(refused) if refused.state == ExchangeState::SignInNeeded => {
                let renewed = self.token(connection, account, Some(&subject)).await?;
                self.exchange(begin(), connection, account, &renewed).await
            }
            exchanged => exchanged,
        };
        match exchanged {
            Ok(given) => Ok(CallToken { token: given.token, expires_at: given.expires_at }),
            Err(refused) => {
                let asked =
                    Asked { connection: &connection.spec, account, scopes: &target.scopes, tool: usage.tool.as_ref() };
                Err(in_words(refused, &asked, &self.0.connections.name()))
            }
        }
    }

    async fn exchange(
        &self,
        attempt: Attempt<'_>,
        connection: &ResolvedConnection,
        account: &StoredAccount,
        subject: &Secret,
    ) -> Result<ExchangedToken, ExchangeFault> {
        let Attempt { zone, application, target, uses } = attempt;
        let mut used = uses.begin(exchange_use(connection, account, target));
        let exchanger = TokenExchanger::new(self.0.http.clone());
        let exchange = TokenExchange { token_url: &zone.endpoints.token, application, subject, target };
        let exchanged = exchanger.exchange(exchange).await;
        match &exchanged {
            Ok(given) => {
                used.change(|used| {
                    used.token = token_mark(&given.token);
                    used.given.clone_from(&given.given);
                    used.expires_at = given.expires_at;
                });
                used.succeeded();
            }
            Err(refused) => used.end(refused.outcome(), whole_reason(&refused.fault)),
        }
        exchanged
    }

    /// Exchanges the account's sign-in once and drops the token: a sentence on what came.
    ///
    /// # Errors
    /// As of a call.
    pub(super) async fn first_exchange(
        &self,
        connection: &Arc<ResolvedConnection>,
        account: &StoredAccount,
    ) -> Result<String, Fault> {
        let CallToken { expires_at, .. } =
            self.exchanged(connection, account, &ExchangeUse::default(), &self.0.uses.in_this_call()).await?;
        let resource = Untrusted::from(connection.exchange()?.resource.as_str());
        let until = expires_at.map(|end| format!(", good until {}", end.strftime("%H:%M:%S UTC"))).unwrap_or_default();
        Ok(format!("A token for {resource} was given{until}, and dropped unused."))
    }
}
