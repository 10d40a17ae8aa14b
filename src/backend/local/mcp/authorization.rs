//! Authorizing an account at its server: without a person where the server asks for nothing, else by a consent at the
//! authorization server that it names.

use std::sync::Arc;

use super::probe::Probed;
use super::state::{GrantPlace, KeptChallenge, KeptClient, ServerState};
use super::tools::ServerUser;
use crate::backend::local::account_store::StoredAccount;
use crate::backend::local::connection_spec::{ConnectionAuth, ConnectionSpec};
use crate::backend::local::resolved::ResolvedConnection;
use crate::backend::local::server_spec::ServerSpec;
use crate::backend::local::{Inner, Local};
use crate::domain::{Account, AccountId, AccountRef, ConnectionName, Fault, FaultKind, SafeMessage, Status};
use crate::oauth::{
    ClientChoice, ClientOrigin, CodeRequest, KeptRegistrations, OAuthApp, Quirks, ServerAuth, ServerChallenge,
    client_for, discover_server, forget_refused_client, is_client_refused, scopes_for,
};
use crate::secrets::SecretKey;

/// Folder of the registrations in an environment's folder.
const REGISTRATIONS: &str = "registrations";

/// A consent to ask for, for one account of a server.
pub(in crate::backend::local) struct ServerConsent {
    pub account: StoredAccount,
    pub connection: Arc<ResolvedConnection>,
    pub request: Box<CodeRequest>,
    pub grant: ServerGrant,
    /// Sentences for the person on the way there.
    pub notes: Vec<SafeMessage>,
    /// True where the program registered itself there some time ago.
    pub registered_before: bool,
}

/// Place of the tokens that a consent brings, and the redirect URIs that its client has.
#[derive(Clone)]
pub(in crate::backend::local) struct ServerGrant {
    pub place: GrantPlace,
    redirect_uris: Vec<String>,
}

impl Inner {
    /// Place of an account's tokens; none where it has none for the server that its connection names now.
    pub fn server_grant(&self, spec: &ConnectionSpec, account: &StoredAccount) -> Result<Option<GrantPlace>, Fault> {
        let url = spec.server.as_ref().and_then(ServerSpec::url);
        let grant = self.accounts()?.server_state(&account.id)?.grant;
        Ok(grant.filter(|grant| Some(&grant.server) == url))
    }

    /// Notes where an account's tokens lie. What the server asked for before is settled.
    pub fn keep_place(&self, account: &AccountId, place: GrantPlace) -> Result<ServerState, Fault> {
        self.accounts()?.change_server_state(account, |state| {
            state.grant = Some(place);
            state.challenge = None;
        })
    }

    /// Secret of the person's own application at this issuer.
    fn own_secret(
        &self,
        spec: &ConnectionSpec,
        issuer: &str,
        client_id: &str,
    ) -> Result<Option<crate::domain::Secret>, Fault> {
        match &spec.client_secret {
            Some(reference) => reference.resolve().map(Some),
            None if spec.is_confidential => self.secrets.get(&SecretKey::client(issuer, client_id)),
            None => Ok(None),
        }
    }
}

impl Local {
    /// An account with its connection, where that leads to a server and says nothing of how it is authorized for.
    async fn open_user(&self, account: &Account) -> Result<Option<(ServerUser, ServerState)>, Fault> {
        let account = AccountRef::Id(account.id.clone());
        self.blocking(move |inner| {
            let account = inner.find(&account)?;
            let connection = Arc::new(inner.resolve(&account.connection)?);
            if connection.spec.auth != ConnectionAuth::Mcp {
                return Ok(None);
            }
            let state = inner.accounts()?.server_state(&account.id)?;
            Ok(Some((ServerUser { account, connection }, state)))
        })
        .await
    }

    /// Makes an account active whose server answers without a token. One that had a token, or was refused before, needs
    /// a person: a server that opens its list to everybody may still refuse its tools.
    pub(in crate::backend::local) async fn open_unattended(&self, account: &Account) -> Result<Option<Account>, Fault> {
        let Some((user, state)) = self.open_user(account).await? else { return Ok(None) };
        let is_process = user.connection.spec.server.as_ref().is_some_and(|server| server.url().is_none());
        let may_need_person = state.grant.is_some() || state.challenge.is_some();
        if may_need_person && !is_process {
            return Ok(None);
        }
        // A process that died is started anew.
        self.close_server(&user.account.id).await;
        match self.listed(&user).await {
            Ok(_) => {
                let account = self.note_open(&user.account).await?;
                self.blocking(move |inner| Ok(Some(inner.shown(account)))).await
            }
            Err(fault) if fault.kind == FaultKind::NeedsAuthorization && !is_process => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// The consent for an account of a server; none where the account is of another kind.
    ///
    /// # Errors
    /// What keeps the server or its authorization server from saying what they need.
    pub(in crate::backend::local) async fn server_consent(
        &self,
        account: &Account,
        port: Option<u16>,
    ) -> Result<Option<ServerConsent>, Fault> {
        let Some((user, state)) = self.open_user(account).await? else { return Ok(None) };
        let ServerUser { account, connection } = user;
        let spec = &connection.spec;
        let Some((server, url)) = spec.server.as_ref().and_then(|server| Some((server, server.url()?.clone()))) else {
            let message =
                "A server that is started here asks nobody for a consent: what it needs stands in its variables.";
            return Err(Fault::new(FaultKind::InvalidInput, message));
        };
        let challenge = match &state.challenge {
            Some(kept) => Some(known(kept)),
            None => self.challenge_of(server, &spec.name).await?,
        };
        let http = &self.0.http;
        let auth = discover_server(&url, challenge.as_ref(), http).await?;
        let mut quirks = ServerAuth::quirks();
        match port {
            Some(port) => quirks.redirect_ports = vec![port],
            None if !spec.ports.is_empty() => quirks.redirect_ports.clone_from(&spec.ports),
            None => {}
        }
        let redirect_uris = quirks.redirect_uris();
        let (own, issuer) = (Arc::clone(&connection), auth.issuer.clone());
        let choice = self.blocking(move |inner| inner.client_choice(&own.spec, &issuer)).await?;
        let client = client_for(&auth, &choice, &redirect_uris, &self.registrations(), http).await?;
        let kept = match (&client.app.client_secret, client.origin) {
            (None, _) | (_, ClientOrigin::MetadataDocument) => KeptClient::Public,
            (Some(_), ClientOrigin::ByHand) => KeptClient::ByHand,
            (Some(_), ClientOrigin::Registered | ClientOrigin::RegisteredBefore) => KeptClient::Registered,
        };
        let place = GrantPlace {
            issuer: auth.issuer.clone(),
            client_id: client.app.client_id.clone(),
            client: kept,
            server: url,
        };
        let scopes = scopes(&auth, challenge.as_ref(), spec, &account);
        let whom = format!("{} for {}", account.connection, account.identifier);
        let request: CodeRequest = auth.code_request(&client, scopes, whom, quirks);
        let grant = ServerGrant { place, redirect_uris };
        let (notes, registered_before) = (auth.notes, client.origin == ClientOrigin::RegisteredBefore);
        let request = Box::new(request);
        Ok(Some(ServerConsent { account, connection, request, grant, notes, registered_before }))
    }

    /// Forgets this program's registrations with the authorization server that a connection's server names. False where
    /// there is none.
    ///
    /// # Errors
    /// What keeps the server from saying which one that is; what is kept cannot be changed.
    pub(in crate::backend::local) async fn forget_registrations(&self, spec: &ConnectionSpec) -> Result<bool, Fault> {
        let Some((server, url)) = spec.server.as_ref().and_then(|server| Some((server, server.url()?))) else {
            return Ok(false);
        };
        let challenge = self.challenge_of(server, &spec.name).await?;
        let auth = discover_server(url, challenge.as_ref(), &self.0.http).await?;
        self.registrations().forget_issuer(&auth.issuer).await
    }

    fn registrations(&self) -> KeptRegistrations {
        KeptRegistrations::new(self.0.folder.join(REGISTRATIONS), Arc::clone(&self.0.secrets))
    }

    /// What a server says to somebody without a token; none where it says nothing of that.
    async fn challenge_of(
        &self,
        server: &ServerSpec,
        connection: &ConnectionName,
    ) -> Result<Option<ServerChallenge>, Fault> {
        match self.probe(server, connection).await? {
            Probed::Protected(challenge) => Ok(Some(challenge)),
            Probed::Other(fault) if fault.kind.is_passing() => Err(fault),
            // The authorization server is another, and may say all that is needed.
            Probed::Open(_) | Probed::Other(_) => Ok(None),
        }
    }

    /// The refusal of a consent. A registration that the authorization server no longer knows is forgotten, so that the
    /// next attempt makes another.
    pub(in crate::backend::local) async fn client_refused(&self, grant: Option<&ServerGrant>, fault: Fault) -> Fault {
        let Some(ServerGrant { place, redirect_uris }) = grant.filter(|_| is_client_refused(&fault)) else {
            return fault;
        };
        let registrations = self.registrations();
        let forgotten = forget_refused_client(&place.issuer, &place.client_id, redirect_uris, &registrations).await;
        if !forgotten.unwrap_or(false) {
            return fault;
        }
        let message = format!("{} Try again: this program is registered there anew.", fault.message);
        Fault { message: message.into(), ..fault }
    }
}

impl Inner {
    /// The client that the connection asks for.
    fn client_choice(&self, spec: &ConnectionSpec, issuer: &str) -> Result<ClientChoice, Fault> {
        let Some(client_id) = spec.client_id.clone() else {
            let document = spec.server.as_ref().and_then(|server| server.client_metadata.clone());
            return Ok(document.map_or(ClientChoice::Register, ClientChoice::MetadataDocument));
        };
        // Its secret goes to no other issuer than the one that it is kept for.
        let client_secret = self.own_secret(spec, spec.issuer.as_deref().unwrap_or(issuer), &client_id)?;
        let app = OAuthApp { client_id, client_secret };
        Ok(ClientChoice::ByHand { app, issuer: spec.issuer.clone() })
    }
}

fn known(kept: &KeptChallenge) -> ServerChallenge {
    ServerChallenge {
        resource_metadata: kept.resource_metadata.clone(),
        scopes: kept.scopes.clone(),
        ..ServerChallenge::default()
    }
}

/// Scopes to ask for: those that the account has, those that its connection names, and those that the server asks for.
/// Where the connection names some, what the server merely lists is not asked for.
fn scopes(
    auth: &ServerAuth,
    challenge: Option<&ServerChallenge>,
    spec: &ConnectionSpec,
    account: &StoredAccount,
) -> Vec<String> {
    // Whoever ended it by hand begins anew; whoever lost it has what they had.
    let is_anew = account.status == Status::Disconnected;
    let mut known: Vec<String> = if is_anew { Vec::new() } else { super::convert::granted(account).to_vec() };
    for scope in &spec.scopes {
        if !known.contains(scope) {
            known.push(scope.clone());
        }
    }
    let is_enough = !spec.scopes.is_empty() && challenge.is_none_or(|challenge| challenge.scopes.is_empty());
    if is_enough {
        let listed = ServerAuth { scopes_supported: Vec::new(), ..auth.clone() };
        return scopes_for(&listed, challenge, &known);
    }
    scopes_for(auth, challenge, &known)
}

/// Redirect of the consents of servers, for whoever registers an application by hand.
pub(in crate::backend::local) fn redirect(spec: &ConnectionSpec) -> Quirks {
    let mut quirks = ServerAuth::quirks();
    if !spec.ports.is_empty() {
        quirks.redirect_ports.clone_from(&spec.ports);
    }
    quirks
}
