//! From a server's URL to all that is needed to be authorized for it.

use std::time::Duration;

use url::Url;

use super::ServerAuth;
use super::challenge::ServerChallenge;
use super::metadata::{self, ProtectedResource};
use super::reach::Reach;
use super::scopes::OFFLINE;
use crate::domain::{Fault, FaultKind, SafeMessage, Untrusted};
use crate::oauth::discovery::{Discovered, IssuerSource, ask};
use crate::oauth::endpoints::{Endpoints, checked};
use crate::oauth::http::{OAuthHttp, host};
use crate::oauth::resource_indicator::ResourceIndicator;

/// Time for all of it, which is up to a dozen questions.
const PATIENCE: Duration = Duration::from_secs(60);

/// Authorization servers of one server that are tried.
const MOST_SERVERS: usize = 5;

/// Asks a server, and the authorization server that it names, how it is authorized for. `challenge` is that of its
/// refusal, where there was one.
///
/// # Errors
/// [`FaultKind::NotFound`] where it says nothing of its authorization, [`FaultKind::BadAnswer`] where what is said
/// contradicts itself or may not be trusted, [`FaultKind::InvalidInput`] for a URL that no token may be sent to, and what
/// keeps somebody from being asked.
pub async fn discover_server(
    server: &Url,
    challenge: Option<&ServerChallenge>,
    http: &OAuthHttp,
) -> Result<ServerAuth, Fault> {
    let mut server = server.clone();
    server.set_fragment(None);
    checked("server's URL", &server)?;
    tokio::time::timeout(PATIENCE, find(&server, challenge, http)).await.unwrap_or_else(|_| {
        let message = format!("{} did not say within a minute how it is authorized for.", host(&server));
        Err(Fault::new(FaultKind::TimedOut, message))
    })
}

async fn find(server: &Url, challenge: Option<&ServerChallenge>, http: &OAuthHttp) -> Result<ServerAuth, Fault> {
    let reach = Reach::of(server).await;
    match metadata::find(server, challenge, reach, http).await? {
        Some(protected) => first_that_works(server, protected, reach, http).await,
        None => on_its_origin(server, reach, http).await,
    }
}

/// The first of the authorization servers that can be used.
async fn first_that_works(
    server: &Url,
    protected: ProtectedResource,
    reach: Reach,
    http: &OAuthHttp,
) -> Result<ServerAuth, Fault> {
    let named = protected.authorization_servers.len();
    let mut failed: Option<Fault> = None;
    for issuer in protected.authorization_servers.iter().take(MOST_SERVERS) {
        let found = match named_server(issuer, reach, http).await {
            Ok(found) => found,
            Err(fault) => {
                failed.get_or_insert(fault);
                continue;
            }
        };
        let mut auth = server_auth(protected.resource, protected.scopes_supported, found);
        if named > 1 {
            let mut note = format!("{} names {named} authorization servers; {issuer} is used.", host(server));
            if let Some(fault) = failed {
                note.push_str(&format!(" The first cannot be: {}", fault.message));
            }
            auth.notes.insert(0, note.into());
        }
        return Ok(auth);
    }
    let none = || {
        let message = format!("{} protects itself, and names no authorization server.", host(server));
        Fault::new(FaultKind::BadAnswer, message)
    };
    let mut fault = failed.unwrap_or_else(none);
    if named > 1 {
        fault.message.push_str(&format!(" Nor can any other of the {named} authorization servers be used."));
    }
    Err(fault)
}

async fn named_server(issuer: &str, reach: Reach, http: &OAuthHttp) -> Result<Discovered, Fault> {
    let url = Url::parse(issuer).map_err(|_| {
        let message = format!("The server names an authorization server that is no URL: {}.", Untrusted::from(issuer));
        Fault::new(FaultKind::BadAnswer, message)
    })?;
    checked("authorization server's URL", &url).map_err(|fault| Fault { kind: FaultKind::BadAnswer, ..fault })?;
    reach.allow("authorization server", &url).await?;
    let found = ask(&url, IssuerSource::Server(issuer), http).await?;
    allow(&found, reach).await?;
    Ok(found)
}

/// A server of the revision 2025-03-26: its authorization server lies on its own origin, and it has no metadata of its
/// own.
async fn on_its_origin(server: &Url, reach: Reach, http: &OAuthHttp) -> Result<ServerAuth, Fault> {
    let mut origin = server.clone();
    origin.set_path("/");
    origin.set_query(None);
    let found = ask(&origin, IssuerSource::Origin, http).await.map_err(|fault| match fault.kind {
        FaultKind::NotFound => {
            let message = format!("{} does not say how it is authorized for.", host(server));
            Fault::new(FaultKind::NotFound, message)
        }
        _ => fault,
    })?;
    allow(&found, reach).await?;
    // What the authorization server can grant is not what this server needs.
    let mut auth = server_auth(ResourceIndicator::of_server(server)?, Vec::new(), found);
    let note = format!("{} names no authorization server, and is one itself, in an older way.", host(server));
    auth.notes.insert(0, note.into());
    Ok(auth)
}

/// Refuses endpoints that lie nearer than the server.
async fn allow(found: &Discovered, reach: Reach) -> Result<(), Fault> {
    let Endpoints { authorize, token, revoke, device, .. } = &found.endpoints;
    reach.allow("page of consent", authorize).await?;
    reach.allow("token endpoint", token).await?;
    for (what, url) in
        [("revocation endpoint", revoke), ("device endpoint", device), ("registration endpoint", &found.registration)]
    {
        if let Some(url) = url {
            reach.allow(what, url).await?;
        }
    }
    Ok(())
}

fn server_auth(resource: ResourceIndicator, scopes: Vec<String>, found: Discovered) -> ServerAuth {
    let Discovered { endpoints, scopes: known, client_auths, takes_metadata_documents, registration, .. } = found;
    // Discovery has held it against what was asked for.
    let issuer = endpoints.issuer.clone().unwrap_or_default();
    let notes = note_elsewhere(&issuer, &endpoints.token).into_iter().collect();
    ServerAuth {
        resource,
        issuer,
        scopes_supported: scopes,
        offers_offline_access: known.iter().any(|scope| scope.raw() == OFFLINE),
        client_auth: client_auths,
        supports_metadata_document: takes_metadata_documents,
        registration,
        endpoints,
        notes,
    }
}

/// Words for a token endpoint on another host than the issuer, which large providers have, and a forger may.
fn note_elsewhere(issuer: &str, token: &Url) -> Option<SafeMessage> {
    let own = Url::parse(issuer).ok()?;
    let is_elsewhere = own.origin() != token.origin();
    is_elsewhere.then(|| format!("The authorization server {} gives its tokens at {}.", host(&own), host(token)).into())
}
