//! Discovery of an authorization server (RFC 8414, and OpenID's older path).

use serde::Deserialize;
use url::Url;

use super::endpoints::{ClientAuth, Endpoints, checked, endpoint};
use super::exchange::TOKEN_EXCHANGE;
use super::http::{OAuthHttp, host};
use super::metadata::{Fetched, fetch};
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
    /// Ways in which clients prove who they are, the best first: those of the server that are spoken here.
    pub client_auths: Vec<ClientAuth>,
    /// It takes assertions that a client signs (`private_key_jwt`).
    pub takes_client_assertions: bool,
    /// It exchanges tokens (RFC 8693); none where it does not say what it does.
    pub exchanges_tokens: Option<bool>,
    /// It takes public clients.
    pub takes_public_clients: bool,
    /// It takes the URL of a client id metadata document for a client id.
    pub takes_metadata_documents: bool,
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
    grant_types_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    client_id_metadata_document_supported: bool,
}

/// Who named the issuer, which decides how much is taken on trust.
#[derive(Clone, Copy, Debug)]
pub(super) enum IssuerSource<'a> {
    /// A person typed it in: a slash at its end means nothing, and a server that is older than PKCE's metadata will do.
    Person,
    /// A server named it, by these letters; the authorization server must name itself by the same.
    Server(&'a str),
    /// Nobody did: it is what lies on the origin of a server without metadata of its own, as in MCP's revision
    /// 2025-03-26. It may name itself by any URL on that origin.
    Origin,
}

/// Asks the server at `issuer` for its endpoints.
///
/// # Errors
/// [`FaultKind::NotFound`] where it says nothing of itself, [`FaultKind::BadAnswer`] where it names another issuer or
/// cannot do what is needed, and what keeps it from being reached.
pub async fn discover(issuer: &Url, http: &OAuthHttp) -> Result<Discovered, Fault> {
    ask(issuer, IssuerSource::Person, http).await
}

/// The same for an issuer that comes from elsewhere.
pub(super) async fn ask(issuer: &Url, source: IssuerSource<'_>, http: &OAuthHttp) -> Result<Discovered, Fault> {
    checked("server's URL", issuer)?;
    let mut elsewhere = None;
    for url in places(issuer) {
        match fetch(http, &url).await? {
            // A page that a server shows for every path is no metadata.
            Fetched::Document(body) => {
                if let Ok(metadata) = serde_json::from_slice::<Metadata>(&body) {
                    return metadata.read(issuer, source);
                }
            }
            Fetched::Absent => {}
            Fetched::Elsewhere(host) => elsewhere = Some(host),
        }
    }
    let more = match (source, elsewhere) {
        (IssuerSource::Person, _) => " Give them by hand.".to_owned(),
        (_, Some(other)) => format!(" It sends us on to {other}, and no other host is asked in its place."),
        (_, None) => String::new(),
    };
    let message = format!("{} tells nothing of its endpoints.{more}", host(issuer));
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
    fn check_issuer(&self, asked: &Url, source: IssuerSource<'_>) -> Result<(), Fault> {
        let named = Untrusted::from(&*self.issuer);
        let refuse =
            |why: &str| Err(Fault::new(FaultKind::BadAnswer, format!("{} names itself {named}, {why}", host(asked))));
        let is_same = match source {
            // A URL of a host alone reads the same with a slash and without.
            IssuerSource::Person => self.issuer.trim_end_matches('/') == asked.as_str().trim_end_matches('/'),
            IssuerSource::Server(issuer) if self.issuer == issuer => true,
            IssuerSource::Server(issuer) if self.issuer.trim_end_matches('/') == issuer.trim_end_matches('/') => {
                return refuse(
                    "and is asked for with a slash more or less at the end. One of both servers must mend that.",
                );
            }
            IssuerSource::Server(_) => false,
            IssuerSource::Origin => Url::parse(&self.issuer).is_ok_and(|named| named.origin() == asked.origin()),
        };
        // It is shown, and stands in names of secrets.
        let is_plain = self.issuer.bytes().all(|byte| byte.is_ascii_graphic());
        if is_same && is_plain { Ok(()) } else { refuse("which is not the URL that was asked.") }
    }

    fn read(self, asked: &Url, source: IssuerSource<'_>) -> Result<Discovered, Fault> {
        let bad = |why: String| Fault::new(FaultKind::BadAnswer, why);
        self.check_issuer(asked, source)?;
        let offers = |list: &Option<Vec<String>>, word: &str| list.as_ref().is_none_or(|l| l.iter().any(|w| w == word));
        if self.code_challenge_methods_supported.is_none() && !matches!(source, IssuerSource::Person) {
            return Err(bad(format!(
                "{} does not say that it takes PKCE with S256, without which a code can be stolen.",
                host(asked)
            )));
        }
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
        let ways = [
            ("none", ClientAuth::None),
            ("client_secret_post", ClientAuth::Body),
            ("client_secret_basic", ClientAuth::Basic),
        ];
        // Basic is what the standard takes for granted where nothing is said (RFC 8414, 2).
        let is_told = |(word, way): &(&str, ClientAuth)| has(word) || methods.is_none() && *way == ClientAuth::Basic;
        Ok(Discovered {
            client_auths: ways.into_iter().filter(is_told).map(|(_, way)| way).collect(),
            takes_metadata_documents: self.client_id_metadata_document_supported,
            endpoints,
            scopes: self.scopes_supported.into_iter().flatten().map(Untrusted::from).collect(),
            client_auth: if has("client_secret_post") { ClientAuth::Body } else { ClientAuth::Basic },
            takes_client_assertions: has("private_key_jwt"),
            exchanges_tokens: self
                .grant_types_supported
                .map(|grants| grants.iter().any(|grant| grant == TOKEN_EXCHANGE)),
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
        serde_json::from_str::<Metadata>(&text)
            .unwrap()
            .read(&Url::parse("https://a.example").unwrap(), IssuerSource::Person)
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
        assert_eq!((found.exchanges_tokens, found.takes_client_assertions), (None, false));
    }

    #[test]
    fn a_server_says_whether_it_exchanges_tokens() {
        let found = read(
            r#","grant_types_supported":["refresh_token","urn:ietf:params:oauth:grant-type:token-exchange"],
               "token_endpoint_auth_methods_supported":["private_key_jwt"]"#,
        )
        .unwrap();
        assert_eq!((found.exchanges_tokens, found.takes_client_assertions), (Some(true), true));
        assert_eq!(read(r#","grant_types_supported":["refresh_token"]"#).unwrap().exchanges_tokens, Some(false));
    }

    #[test]
    fn an_issuer_that_a_server_named_is_held_to_the_letter() {
        let metadata = |more: &str| {
            let text = format!(
                r#"{{"issuer":"https://a.example/t","authorization_endpoint":"https://a.example/authorize",
                    "token_endpoint":"https://a.example/token"{more}}}"#
            );
            serde_json::from_str::<Metadata>(&text).unwrap()
        };
        let s256 = r#","code_challenge_methods_supported":["S256"]"#;
        let url = Url::parse("https://a.example/t").unwrap();
        assert!(metadata(s256).read(&url, IssuerSource::Server("https://a.example/t")).is_ok());
        assert!(metadata(s256).read(&url, IssuerSource::Origin).is_ok());
        let says = |issuer: &str, more: &str| {
            metadata(more)
                .read(&Url::parse(issuer).unwrap(), IssuerSource::Server(issuer))
                .unwrap_err()
                .message
                .to_string()
        };
        assert!(says("https://a.example/t/", s256).contains("slash more or less"));
        assert!(says("https://a.example", s256).contains("not the URL that was asked"));
        assert!(says("https://A.example/t", s256).contains("not the URL that was asked"));
        assert!(says("https://a.example/t", "").contains("does not say that it takes PKCE"));
        let elsewhere = Url::parse("https://b.example").unwrap();
        assert!(metadata(s256).read(&elsewhere, IssuerSource::Origin).is_err());
        assert!(metadata("").read(&url, IssuerSource::Person).is_ok());
    }

    #[test]
    fn ways_of_proving_a_client_are_told_best_first() {
        let ways = |methods: &str| {
            read(&format!(r#","token_endpoint_auth_methods_supported":{methods}"#)).unwrap().client_auths
        };
        assert_eq!(ways(r#"["client_secret_basic","none"]"#), [ClientAuth::None, ClientAuth::Basic]);
        assert_eq!(ways(r#"["private_key_jwt"]"#), []);
        assert_eq!(ways("null"), [ClientAuth::Basic]);
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
        let other = serde_json::from_str::<Metadata>(other)
            .unwrap()
            .read(&Url::parse("https://a.example").unwrap(), IssuerSource::Person);
        assert!(other.unwrap_err().message.contains("names itself https://evil.example"));
    }
}
