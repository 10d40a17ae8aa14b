//! The client as which a server's authorization server is asked.

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::ServerAuth;
use super::registration::{Registration, register};
use super::registration_store::{RegistrationKey, RegistrationStore};
use crate::domain::{Fault, FaultKind};
use crate::oauth::endpoints::{ClientAuth, OAuthApp};
use crate::oauth::http::{OAuthHttp, host};
use crate::oauth::keeper::ClientSecret;
use crate::secrets::SecretKey;

/// Time before its end at which a secret is no longer used: a consent takes a while.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);

/// Way to a client, as a person has set it.
#[derive(Clone, Debug)]
pub enum ClientChoice {
    /// An application that the person registered.
    ByHand {
        /// The application.
        app: OAuthApp,
        /// Issuer that it was registered with, where that is known. Its id and secret go to no other.
        issuer: Option<String>,
    },
    /// The client id metadata document at this URL, where the authorization server takes one; else as
    /// [`ClientChoice::Register`].
    MetadataDocument(Url),
    /// A registration of this program's own.
    Register,
}

/// Where a client comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientOrigin {
    /// The person's own application.
    ByHand,
    /// A client id metadata document.
    MetadataDocument,
    /// This program's registration, made just now.
    Registered,
    /// This program's registration, made before. The server may have forgotten it.
    RegisteredBefore,
}

/// A client that an authorization server can be asked as.
#[derive(Clone, Debug)]
pub struct ServerClient {
    /// Its id, and its secret where it has one that is to be sent.
    pub app: OAuthApp,
    /// The way in which it proves who it is.
    pub client_auth: ClientAuth,
    /// The secret, as a refresh asks for it.
    pub secret: ClientSecret,
    /// Where it comes from.
    pub origin: ClientOrigin,
}

/// The client for a server. `redirect_uris` are all that the browser may be sent back to
/// ([`Quirks::redirect_uris`](crate::oauth::Quirks::redirect_uris)); a registration is made for them, kept, and used
/// again.
///
/// # Errors
/// [`FaultKind::NoEnvironment`] where a person has to register an application first, or has one for another issuer;
/// [`FaultKind::Local`] where a registration cannot be kept; else what keeps the server from registering it.
pub async fn client_for(
    auth: &ServerAuth,
    choice: &ClientChoice,
    redirect_uris: &[String],
    registrations: &dyn RegistrationStore,
    http: &OAuthHttp,
) -> Result<ServerClient, Fault> {
    match choice {
        ClientChoice::ByHand { app, issuer } => by_hand(auth, app, issuer.as_deref()),
        ClientChoice::MetadataDocument(url) if auth.supports_metadata_document => documented(url),
        ClientChoice::MetadataDocument(_) | ClientChoice::Register => {
            registered(auth, redirect_uris, registrations, http).await
        }
    }
}

/// True if an authorization server does not know the client (any more).
pub fn is_client_refused(fault: &Fault) -> bool {
    fault.code.as_ref().is_some_and(|code| code.raw() == "invalid_client")
}

/// Forgets the registration of a client that was refused, so that the next [`client_for`] makes another. False where
/// another has taken its place already.
///
/// # Errors
/// [`FaultKind::Local`] where what is kept cannot be read or written.
pub async fn forget_refused_client(
    issuer: &str,
    client_id: &str,
    redirect_uris: &[String],
    registrations: &dyn RegistrationStore,
) -> Result<bool, Fault> {
    let key = RegistrationKey { issuer: issuer.to_owned(), redirect_uris: redirect_uris.to_vec() };
    let kept = registrations.find(&key).await?;
    if kept.is_none_or(|kept| kept.client_id != client_id) {
        return Ok(false);
    }
    registrations.forget(&key).await?;
    Ok(true)
}

fn by_hand(auth: &ServerAuth, app: &OAuthApp, issuer: Option<&str>) -> Result<ServerClient, Fault> {
    if let Some(issuer) = issuer.filter(|issuer| *issuer != auth.issuer) {
        let message = format!(
            "The client id is registered with {issuer}, and the server now wants to be authorized for at {}. Nothing was \
             sent there. If that is right, register an application there.",
            auth.issuer
        );
        return Err(Fault::new(FaultKind::NoEnvironment, message));
    }
    let Some(secret) = &app.client_secret else {
        return Ok(public(app.client_id.clone(), ClientOrigin::ByHand));
    };
    let way = auth.client_auth.iter().copied().find(|way| *way != ClientAuth::None);
    let Some(way) = way else {
        // It takes public clients alone, and so has no use for the secret.
        if auth.client_auth.contains(&ClientAuth::None) {
            return Ok(public(app.client_id.clone(), ClientOrigin::ByHand));
        }
        return Err(unspoken(auth));
    };
    let secret = ClientSecret::Given(secret.clone());
    Ok(ServerClient { app: app.clone(), client_auth: way, secret, origin: ClientOrigin::ByHand })
}

fn documented(url: &Url) -> Result<ServerClient, Fault> {
    // The rules of such ids: draft-ietf-oauth-client-id-metadata-document, 3.
    let is_id = url.scheme() == "https"
        && url.path() != "/"
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !is_id {
        let message = "The URL of the client id metadata document must start with https and have a path, and no # and no \
                       user name.";
        return Err(Fault::new(FaultKind::InvalidInput, message));
    }
    Ok(public(url.as_str().to_owned(), ClientOrigin::MetadataDocument))
}

async fn registered(
    auth: &ServerAuth,
    redirect_uris: &[String],
    registrations: &dyn RegistrationStore,
    http: &OAuthHttp,
) -> Result<ServerClient, Fault> {
    let key = RegistrationKey { issuer: auth.issuer.clone(), redirect_uris: redirect_uris.to_vec() };
    if let Some(kept) = registrations.find(&key).await?
        && kept.is_good(Timestamp::now().saturating_add(AHEAD).unwrap_or(Timestamp::MAX))
    {
        return Ok(own(auth, kept, ClientOrigin::RegisteredBefore));
    }
    let Some(url) = &auth.registration else {
        return Err(needs_app(auth, redirect_uris, "does not let programs register themselves"));
    };
    if auth.client_auth.is_empty() {
        return Err(unspoken(auth));
    }
    let fresh = register(auth, url, redirect_uris, http).await?;
    registrations.keep(&key, &fresh).await?;
    Ok(own(auth, fresh, ClientOrigin::Registered))
}

fn own(auth: &ServerAuth, registration: Registration, origin: ClientOrigin) -> ServerClient {
    let Registration { client_id, client_secret, client_auth, .. } = registration;
    match client_secret {
        None => public(client_id, origin),
        Some(secret) => ServerClient {
            client_auth,
            secret: ClientSecret::Kept(SecretKey::registration(&auth.issuer, &client_id)),
            app: OAuthApp { client_id, client_secret: Some(secret) },
            origin,
        },
    }
}

fn public(client_id: String, origin: ClientOrigin) -> ServerClient {
    let app = OAuthApp { client_id, client_secret: None };
    ServerClient { app, client_auth: ClientAuth::None, secret: ClientSecret::None, origin }
}

/// Fault of a server that a person has to register an application with.
pub(super) fn needs_app(auth: &ServerAuth, redirect_uris: &[String], why: &str) -> Fault {
    let message = format!(
        "{} {why}. Register an application there by hand, with the redirect URI {}, and give its client id.",
        host(&auth.endpoints.authorize),
        redirect_uris.join(" and ")
    );
    Fault::new(FaultKind::NoEnvironment, message)
}

fn unspoken(auth: &ServerAuth) -> Fault {
    let message = format!(
        "{} knows clients only in ways that are not supported here: neither as a public client nor by a secret.",
        host(&auth.endpoints.token)
    );
    Fault::new(FaultKind::BadAnswer, message)
}
