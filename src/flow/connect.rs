//! Connecting a provider to an environment of one's own, from nothing to an account that is proven to work: the steps are
//! data, so that each front says them in its own terms.
//!
//! First the guide, which says what a person needs; then what they bring, saved as a connection; then the consent, or the
//! key; at last one question to the provider, who the account is, as after every authorization.

use std::time::Instant;

use super::authorize::{Pasted, Progress, Verification, authorize_or_paste};
use super::environment::Opened;
use super::receipt::{self, Authorized, Receipt};
use super::record::Recorder;
use super::{account_changes, accounts};
pub use crate::backend::local::{
    ConnectionAuth, ConnectionSpec, GivenValue, ME, SecretForm, ServerNeeds, ServerPlace, ServerSpec, TypedValue,
    checked_url,
};
use crate::backend::{Ability, Backend, ConnectionAdmin};
pub use crate::backend::{ConnectGuide, ConnectOffer, ConnectTarget, ConnectionDraft};
use crate::domain::{
    Account, AccountRef, Connection, ConnectionName, Credentials, Fault, FaultKind, Identifier, Secret, ToolName,
    Untrusted,
};
use crate::provider::ScopeSpec;
use crate::secrets::StoreKind;

/// Everything that a person brings.
#[derive(Clone, Debug)]
pub struct ConnectRequest {
    /// The connection.
    pub draft: ConnectionDraft,
    /// Identifier of the account.
    pub identifier: Identifier,
    /// Key or token, for a connection whose accounts have one that is typed in.
    pub typed: Option<Secret>,
    /// Page that the browser comes back to.
    pub verification: Verification,
}

/// Progress, reported as it happens.
#[derive(Clone, Debug)]
pub enum ConnectStep {
    /// The connection is saved.
    Saved(Connection),
    /// A step of the consent.
    Authorizing(Progress),
    /// The account is active, and its credentials lie there; the provider is asked who it is.
    Active(Account, Option<StoreKind>),
}

/// Facts that a person needs before they can connect `target`. `name` is that of the connection, where one is wanted.
///
/// # Errors
/// [`FaultKind::NotOffered`] where connections are made elsewhere; [`FaultKind::Conflict`] where the name is that of a
/// connection to another provider; and what was in the way of asking a server for its endpoints.
pub async fn guide(
    backend: &dyn Backend,
    target: &ConnectTarget,
    name: Option<&ConnectionName>,
) -> Result<ConnectGuide, Fault> {
    Ability::ConnectionAdmin.require(backend)?;
    admin(backend)?.guide(target, name).await
}

/// Providers that can be connected by their names.
///
/// # Errors
/// [`FaultKind::NotOffered`] where connections are made elsewhere.
pub fn offers(backend: &dyn Backend) -> Result<Vec<ConnectOffer>, Fault> {
    Ok(admin(backend)?.offers())
}

/// Redirect URIs of the application that a person signs in with, where tokens are exchanged.
pub fn sign_in_redirects(spec: &ConnectionSpec) -> Vec<String> {
    spec.sign_in_redirects()
}

/// Names of the tools that each scope of a guide is enough for, in the order of its scopes.
pub type UnlockedTools = Vec<Vec<ToolName>>;

/// Tools that each scope of `guide` is enough for, as the contracts of the environment say.
pub fn unlocked_tools(opened: &Opened, guide: &ConnectGuide) -> UnlockedTools {
    let shelf = opened.contracts.current();
    let fitting: Vec<_> = shelf.offered(true).filter(|contract| contract.is_for(&guide.spec.provider)).collect();
    let unlocked = |scope: &ScopeSpec| {
        let needs = fitting.iter().filter(|contract| contract.scopes().iter().any(|name| name.raw() == scope.name));
        needs.map(|contract| contract.name().clone()).collect()
    };
    guide.scopes.iter().map(unlocked).collect()
}

/// Makes a connection, or changes the one of its name.
///
/// # Errors
/// What makes it unusable; [`FaultKind::ReadOnly`] where the environment is open read-only.
pub async fn save(backend: &dyn Backend, draft: ConnectionDraft) -> Result<Connection, Fault> {
    Ability::ConnectionAdmin.require(backend)?;
    admin(backend)?.save(draft).await
}

/// Forgets that this program registered itself for the server of a connection: the next consent registers it anew. False
/// where there was no registration.
///
/// # Errors
/// [`FaultKind::ReadOnly`] where the environment is open read-only; what keeps the server from saying where that was.
pub async fn forget_registration(backend: &dyn Backend, spec: &ConnectionSpec) -> Result<bool, Fault> {
    backend.mode().require_writes()?;
    admin(backend)?.forget_registration(spec).await
}

/// Connects an account. Runs until it is active and was asked about, or until that has failed: callers bound or drop it.
///
/// # Errors
/// What makes the connection unusable, before anything is sent; else as of
/// [`authorize`](super::authorize::authorize()). The receipt tells of an authorization that failed as well.
pub async fn connect(
    opened: &Opened,
    recorder: &Recorder,
    request: ConnectRequest,
    pasted: Option<Pasted>,
    mut on: impl FnMut(ConnectStep),
) -> Result<(Account, Receipt), Fault> {
    let backend = opened.backend.as_ref();
    Ability::ConnectionAdmin.require(backend)?;
    let ConnectRequest { draft, identifier, typed, verification } = request;
    let (auth, name) = (draft.spec.auth, draft.spec.name.clone());
    on(ConnectStep::Saved(admin(backend)?.save(draft).await?));
    let account = AccountRef::Pair(name, identifier);
    let began = Instant::now();
    let mut before = None;
    // A server that asks for nothing leaves no secret.
    let mut has_secret = typed.is_some();
    let result = match typed {
        Some(secret) => hand_over(backend, &account, auth, secret, &mut before).await,
        None => {
            let on = |progress| {
                match &progress {
                    Progress::Found(account) => before = Some(account.clone()),
                    Progress::Link(_) | Progress::Code(..) => has_secret = true,
                    Progress::Limited(_)
                    | Progress::Renewed(_)
                    | Progress::Consented
                    | Progress::Verified
                    | Progress::Stray(_)
                    | Progress::Seen(_)
                    | Progress::TakesPaste
                    | Progress::Noted(_)
                    | Progress::RegisteredBefore
                    | Progress::NotTaken(_) => {}
                }
                on(ConnectStep::Authorizing(progress));
            };
            authorize_or_paste(backend, &account, verification, pasted, on).await
        }
    };
    let Some(before) = before else {
        return Err(result.err().unwrap_or_else(|| Fault::new(FaultKind::Local, "The account is gone already.")));
    };
    if let Ok(account) = &result {
        let kept = if has_secret { kept_in(opened).await } else { None };
        on(ConnectStep::Active(account.clone(), kept));
    }
    let ended = Authorized { before, result: result.clone(), took: began.elapsed() };
    let (receipt, _) = receipt::make(opened, recorder, ended).await;
    let account = result?;
    // The provider was asked with the new credential, and may have refused it.
    let account = accounts::get(backend, &AccountRef::Id(account.id.clone())).await.unwrap_or(account);
    Ok((account, receipt))
}

/// Adds scopes to those that a connection asks for; everything else of it stays. What its accounts were granted changes
/// when they are authorized again.
///
/// # Errors
/// [`FaultKind::NotOffered`] where connections are made elsewhere; [`FaultKind::NotFound`] where the connection is gone;
/// and what is in the way of saving it.
pub async fn add_scopes(backend: &dyn Backend, account: &Account, scopes: &[Untrusted]) -> Result<(), Fault> {
    Ability::ConnectionAdmin.require(backend)?;
    let target = ConnectTarget::Provider(account.provider.clone());
    let ConnectGuide { mut spec, is_known, .. } = admin(backend)?.guide(&target, Some(&account.connection)).await?;
    if !is_known {
        let message = format!("There is no connection {} any more.", account.connection);
        return Err(Fault::new(FaultKind::NotFound, message));
    }
    let before = spec.scopes.len();
    for scope in scopes {
        if !spec.scopes.iter().any(|known| known == scope.raw()) {
            spec.scopes.push(scope.raw().to_owned());
        }
    }
    if spec.scopes.len() > before {
        admin(backend)?.save(ConnectionDraft { spec, client_secret: None }).await?;
    }
    Ok(())
}

fn admin(backend: &dyn Backend) -> Result<&dyn ConnectionAdmin, Fault> {
    backend.connection_admin().ok_or_else(|| Ability::ConnectionAdmin.fault())
}

/// Gives an account its key or token, and makes the account where there is none.
async fn hand_over(
    backend: &dyn Backend,
    account: &AccountRef,
    auth: ConnectionAuth,
    secret: Secret,
    before: &mut Option<Account>,
) -> Result<Account, Fault> {
    let AccountRef::Pair(connection, identifier) = account else {
        return Err(Fault::new(FaultKind::InvalidInput, "The account has no name."));
    };
    let credentials: Credentials = auth.field().map(|field| (field, secret)).into_iter().collect();
    let found = match accounts::get(backend, account).await {
        Err(fault) if fault.kind == FaultKind::NotFound => {
            account_changes::create(backend, connection, identifier, None).await?
        }
        found => found?,
    };
    *before = Some(found.clone());
    let changed = account_changes::update(backend, &AccountRef::Id(found.id), &credentials).await;
    changed.map_err(|fault| fault.without(credentials.values()))
}

/// Place that the secrets went to.
async fn kept_in(opened: &Opened) -> Option<StoreKind> {
    let secrets = opened.secrets.clone()?;
    tokio::task::spawn_blocking(move || secrets.kind()).await.ok()
}
