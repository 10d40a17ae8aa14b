//! What a server says of its own protection (RFC 9728).

use serde::Deserialize;
use url::Url;

use super::challenge::ServerChallenge;
use super::reach::Reach;
use super::scopes::{MOST_SCOPES, is_scope};
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::oauth::endpoints::checked;
use crate::oauth::http::{OAuthHttp, host};
use crate::oauth::metadata::{Fetched, fetch};
use crate::oauth::resource_indicator::ResourceIndicator;

/// Path below which the document lies (RFC 9728, 3).
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// Document of a server that is protected.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ProtectedResource {
    pub resource: ResourceIndicator,
    /// Issuers, in the server's order.
    pub authorization_servers: Vec<String>,
    pub scopes_supported: Vec<String>,
}

#[derive(Deserialize)]
struct Document {
    resource: String,
    #[serde(default)]
    authorization_servers: Option<Vec<String>>,
    #[serde(default)]
    scopes_supported: Option<Vec<String>>,
}

/// Asks a server for its document: where its challenge says, else at the well-known places in turn. None where there is
/// none.
///
/// # Errors
/// [`FaultKind::BadAnswer`] for a document about another server, and for places that nobody may be sent to; else what
/// keeps them from being asked.
pub(super) async fn find(
    server: &Url,
    challenge: Option<&ServerChallenge>,
    reach: Reach,
    http: &OAuthHttp,
) -> Result<Option<ProtectedResource>, Fault> {
    let named = challenge.and_then(|challenge| challenge.resource_metadata.clone());
    let mut elsewhere = None;
    for url in named.into_iter().chain(places(server)) {
        checked("address of the server's metadata", &url)
            .map_err(|fault| Fault { kind: FaultKind::BadAnswer, ..fault })?;
        reach.allow("metadata document", &url).await?;
        match fetch(http, &url).await? {
            // A page that a server shows for every path is no metadata.
            Fetched::Document(body) => match serde_json::from_slice::<Document>(&body) {
                Ok(document) => return document.read(server).map(Some),
                Err(_) => continue,
            },
            Fetched::Absent => {}
            Fetched::Elsewhere(host) => elsewhere = Some(host),
        }
    }
    match elsewhere {
        None => Ok(None),
        Some(other) => {
            let message = format!(
                "{} sends us on to {other} for its metadata, and no other host is asked in its place.",
                host(server)
            );
            Err(Fault::new(FaultKind::BadAnswer, message))
        }
    }
}

/// Well-known URLs in turn: with the server's path, then without.
fn places(server: &Url) -> Vec<Url> {
    let path = server.path().trim_end_matches('/');
    let mut paths = vec![format!("{WELL_KNOWN}{path}")];
    if !path.is_empty() {
        paths.push(WELL_KNOWN.to_owned());
    }
    let at = |path: String| {
        let mut url = server.clone();
        url.set_path(&path);
        url.set_query(None);
        url.set_fragment(None);
        url
    };
    paths.into_iter().map(at).collect()
}

impl Document {
    fn read(self, server: &Url) -> Result<ProtectedResource, Fault> {
        let named = Untrusted::from(self.resource.as_str());
        let resource = ResourceIndicator::parse(&self.resource).ok().filter(|resource| resource.holds(server));
        let resource = resource.ok_or_else(|| {
            let message = format!(
                "The metadata of {} is about another server ({named}). A token for that one is not asked for.",
                host(server)
            );
            Fault::new(FaultKind::BadAnswer, message)
        })?;
        let scopes = self.scopes_supported.unwrap_or_default().into_iter().filter(|scope| is_scope(scope));
        Ok(ProtectedResource {
            resource,
            authorization_servers: self.authorization_servers.unwrap_or_default(),
            scopes_supported: scopes.take(MOST_SCOPES).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ProtectedResource, Fault> {
        serde_json::from_str::<Document>(text).unwrap().read(&Url::parse("https://a.example/v2/mcp").unwrap())
    }

    #[test]
    fn the_document_lies_at_the_servers_path_or_at_the_root() {
        let tried = |server: &str| places(&Url::parse(server).unwrap()).iter().map(Url::to_string).collect::<Vec<_>>();
        assert_eq!(
            tried("https://a.example/v2/mcp/?x=1"),
            [
                "https://a.example/.well-known/oauth-protected-resource/v2/mcp",
                "https://a.example/.well-known/oauth-protected-resource"
            ]
        );
        assert_eq!(tried("https://a.example"), ["https://a.example/.well-known/oauth-protected-resource"]);
    }

    #[test]
    fn it_is_about_the_server_that_was_asked() {
        let found = read(
            r#"{"resource":"https://a.example/v2","authorization_servers":["https://as.example"],
                             "scopes_supported":["read","a b","write"]}"#,
        );
        let found = found.unwrap();
        assert_eq!(
            (found.resource.as_str(), found.scopes_supported),
            ("https://a.example/v2", vec!["read".into(), "write".into()])
        );
        assert_eq!(found.authorization_servers, ["https://as.example"]);
        for other in ["https://evil.example/mcp", "https://a.example/v1", "http://a.example/v2/mcp", "", "\u{202e}x"] {
            let text = serde_json::json!({ "resource": other, "authorization_servers": null }).to_string();
            let fault = read(&text).unwrap_err();
            assert!(fault.kind == FaultKind::BadAnswer && fault.message.contains("another server"), "{other}: {fault}");
        }
    }
}
