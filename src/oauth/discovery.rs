//! Discovery of an authorization server (RFC 8414, and OpenID's older path).

use serde::Deserialize;
use url::Url;

use super::endpoints::{ClientAuth, Endpoints, checked, endpoint};
use super::http::{OAuthHttp, host};
use crate::domain::{Fault, FaultKind, Untrusted};

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovered {
    /// Its endpoints.
    pub endpoints: Endpoints,
    /// Scopes that it knows; none where it does not say.
    pub scopes: Vec<Untrusted>,
    /// Way in which a client with a secret proves who it is.
    pub client_auth: ClientAuth,
    /// It takes public clients.
    pub takes_public_clients: bool,
    /// Endpoint at which a client can register itself (RFC 7591).
    pub registration: Option<Url>,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    device_authorization_endpoint: Option<String>,
    registration_endpoint: Option<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    scopes_supported: Option<Vec<String>>,
    response_types_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// Asks the server at `issuer` for its endpoints.
///
/// # Errors
/// [`FaultKind::NotFound`] where it says nothing of itself, [`FaultKind::BadAnswer`] where it names another issuer or
/// cannot do what is needed, and what keeps it from being reached.
pub async fn discover(issuer: &Url, http: &OAuthHttp) -> Result<Discovered, Fault> {
    checked("server's URL", issuer)?;
    for url in places(issuer) {
        let answer = http.get(&url).await?;
        if answer.status.is_server_error() {
            let message = format!("{} failed with status {}.", host(issuer), answer.status.as_u16());
            let fault = Fault::new(FaultKind::ProviderFailed, message);
            return Err(Fault { http_status: Some(answer.status.as_u16()), ..fault });
        }
        if !answer.status.is_success() {
            continue;
        }
        // A page that a server shows for every path is no metadata.
        if let Ok(metadata) = serde_json::from_slice::<Metadata>(&answer.body) {
            return metadata.read(issuer);
        }
    }
    let message = format!("{} tells nothing of its endpoints. Give them by hand.", host(issuer));
    Err(Fault::new(FaultKind::NotFound, message))
}

/// Well-known URLs in turn: RFC 8414 inserts them before the path, OpenID appends them to it.
fn places(issuer: &Url) -> Vec<Url> {
    let path = issuer.path().trim_end_matches('/');
    let mut paths = vec![format!("/.well-known/oauth-authorization-server{path}")];
    if !path.is_empty() {
        paths.push(format!("/.well-known/openid-configuration{path}"));
    }
    paths.push(format!("{path}/.well-known/openid-configuration"));
    let at = |path: String| {
        let mut url = issuer.clone();
        url.set_path(&path);
        url.set_query(None);
        url
    };
    paths.into_iter().map(at).collect()
}

impl Metadata {
    fn read(self, asked: &Url) -> Result<Discovered, Fault> {
        let named = Untrusted::from(&*self.issuer);
        let bad = |why: String| Fault::new(FaultKind::BadAnswer, why);
        // A URL of a host alone reads the same with a slash and without.
        if self.issuer.trim_end_matches('/') != asked.as_str().trim_end_matches('/') {
            return Err(bad(format!("{} names itself {named}, which is not the URL that was asked.", host(asked))));
        }
        let offers = |list: &Option<Vec<String>>, word: &str| list.as_ref().is_none_or(|l| l.iter().any(|w| w == word));
        if !offers(&self.code_challenge_methods_supported, "S256") {
            return Err(bad(format!(
                "{} does not take PKCE with S256, without which a code can be stolen.",
                host(asked)
            )));
        }
        if !offers(&self.response_types_supported, "code") {
            return Err(bad(format!("{} gives no authorization codes.", host(asked))));
        }
        let missing = |what: &str| bad(format!("{} names no {what} endpoint.", host(asked)));
        let some = |name: &str, url: Option<String>| url.map(|url| endpoint(name, &url)).transpose();
        let endpoints = Endpoints {
            authorize: some("authorization URL", self.authorization_endpoint)?
                .ok_or_else(|| missing("authorization"))?,
            token: some("token URL", self.token_endpoint)?.ok_or_else(|| missing("token"))?,
            revoke: some("revocation URL", self.revocation_endpoint)?,
            device: some("device URL", self.device_authorization_endpoint)?,
            issuer: Some(self.issuer),
            announces_iss: self.authorization_response_iss_parameter_supported,
        };
        let methods = self.token_endpoint_auth_methods_supported;
        let has = |word: &str| methods.as_ref().is_some_and(|methods| methods.iter().any(|method| method == word));
        Ok(Discovered {
            endpoints,
            scopes: self.scopes_supported.into_iter().flatten().map(Untrusted::from).collect(),
            // Basic is what the standard takes for granted where nothing is said.
            client_auth: if has("client_secret_post") { ClientAuth::Body } else { ClientAuth::Basic },
            takes_public_clients: has("none"),
            registration: some("registration URL", self.registration_endpoint)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(more: &str) -> Result<Discovered, Fault> {
        let text = format!(
            r#"{{"issuer":"https://a.example","authorization_endpoint":"https://a.example/authorize",
                "token_endpoint":"https://a.example/token"{more}}}"#
        );
        serde_json::from_str::<Metadata>(&text).unwrap().read(&Url::parse("https://a.example").unwrap())
    }

    #[test]
    fn well_known_urls_are_tried_in_turn() {
        let tried = |issuer: &str| places(&Url::parse(issuer).unwrap()).iter().map(Url::to_string).collect::<Vec<_>>();
        assert_eq!(
            tried("https://a.example/"),
            [
                "https://a.example/.well-known/oauth-authorization-server",
                "https://a.example/.well-known/openid-configuration"
            ]
        );
        assert_eq!(
            tried("https://a.example/t/1/"),
            [
                "https://a.example/.well-known/oauth-authorization-server/t/1",
                "https://a.example/.well-known/openid-configuration/t/1",
                "https://a.example/t/1/.well-known/openid-configuration",
            ]
        );
    }

    #[test]
    fn what_a_server_says_is_taken_over() {
        let found = read(
            r#","revocation_endpoint":"https://a.example/revoke","scopes_supported":["read"],
               "authorization_response_iss_parameter_supported":true,"code_challenge_methods_supported":["plain","S256"],
               "token_endpoint_auth_methods_supported":["client_secret_post","none"]"#,
        )
        .unwrap();
        assert_eq!(found.endpoints.revoke.as_ref().map(Url::as_str), Some("https://a.example/revoke"));
        assert!(found.endpoints.announces_iss && found.takes_public_clients);
        assert_eq!((found.client_auth, found.scopes.len()), (ClientAuth::Body, 1));
        let found = read("").unwrap();
        assert!(!found.endpoints.announces_iss && !found.takes_public_clients && found.endpoints.revoke.is_none());
        assert_eq!(found.client_auth, ClientAuth::Basic);
    }

    #[test]
    fn another_issuer_and_weaker_ways_are_refused() {
        for (more, says) in [
            (r#","code_challenge_methods_supported":["plain"]"#, "S256"),
            (r#","code_challenge_methods_supported":[]"#, "S256"),
            (r#","response_types_supported":["token"]"#, "no authorization codes"),
            (r#","revocation_endpoint":"http://a.example/revoke""#, "must start with https"),
        ] {
            let fault = read(more).unwrap_err();
            assert!(fault.message.contains(says), "{more}: {fault}");
        }
        let other = r#"{"issuer":"https://evil.example","token_endpoint":"https://a.example/token"}"#;
        let other = serde_json::from_str::<Metadata>(other).unwrap().read(&Url::parse("https://a.example").unwrap());
        assert!(other.unwrap_err().message.contains("names itself https://evil.example"));
    }
}
