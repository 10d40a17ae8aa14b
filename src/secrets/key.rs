//! Names of secrets.

use std::fmt;

use crate::domain::{EnvironmentUrl, Untrusted};

/// Names one secret by what it opens. A secret is therefore never found for, nor sent to, anything that it was not
/// saved for: a profile whose URL was changed in the file finds none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecretKey(String);

impl SecretKey {
    /// Client secret of a Scalekit environment.
    pub fn new(url: &EnvironmentUrl, client_id: &Untrusted) -> Self {
        // A URL holds no space, so no two pairs read the same.
        Self(format!("{url} {}", client_id.raw()))
    }

    /// Tokens of one account for an API, as one client got them of one server.
    pub fn oauth(server: &str, client_id: &str, api: &str, account: &str) -> Self {
        Self(format!("oauth/{server}/{}/{}/{}", Part(client_id), Part(api), Part(account)))
    }

    /// Secret of one's own app at an authorization server.
    pub fn client(server: &str, client_id: &str) -> Self {
        Self(format!("client/{server}/{}", Part(client_id)))
    }

    /// Secret of this program's registration with an authorization server.
    pub fn registration(issuer: &str, client_id: &str) -> Self {
        Self(format!("registration/{}/{}", Part(issuer), Part(client_id)))
    }

    /// Tokens of one account for a server, as one client got them of one issuer.
    pub fn server(issuer: &str, client_id: &str, resource: &str, account: &str) -> Self {
        Self(format!("server/{}/{}/{}/{}", Part(issuer), Part(client_id), Part(resource), Part(account)))
    }

    /// Sign-in of one account at an authorization server, whose exchanges are for what lies at `target` alone.
    pub fn sign_in(issuer: &str, client_id: &str, target: &str, account: &str) -> Self {
        Self(format!("sign-in/{}/{}/{}/{}", Part(issuer), Part(client_id), Part(target), Part(account)))
    }

    /// Value of a header of one connection, for the server at this URL.
    pub fn header(url: &str, connection: &str, name: &str) -> Self {
        Self(format!("header/{}/{}/{}", Part(url), Part(connection), Part(&name.to_ascii_lowercase())))
    }

    /// Key, or pasted token, of one account for an API.
    pub fn key(api: &str, account: &str) -> Self {
        Self(format!("key/{}/{}", Part(api), Part(account)))
    }

    /// Key for the models of the server of this origin.
    pub fn model(origin: &str) -> Self {
        Self(format!("model/{}", Part(origin)))
    }

    /// Name as a store files it; no secret itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One part of a name. What separates parts is encoded in it, so that no two names read the same; a server is an origin,
/// stands first, and needs none of that.
struct Part<'a>(&'a str);

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.replace('%', "%25").replace('/', "%2F"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_secrets_have_one_name() {
        let key = SecretKey::oauth("https://linear.app", "c/1", "https://a", "la_1");
        assert_eq!(key.as_str(), "oauth/https://linear.app/c%2F1/https:%2F%2Fa/la_1");
        assert_ne!(key, SecretKey::oauth("https://linear.app/c", "1", "https://a", "la_1"));
        assert_ne!(key, SecretKey::oauth("https://linear.app", "c/1", "https://b", "la_1"), "another API");
        let key = SecretKey::server("https://a/t", "c/1", "https://m/mcp", "la_1");
        assert_eq!(key.as_str(), "server/https:%2F%2Fa%2Ft/c%2F1/https:%2F%2Fm%2Fmcp/la_1");
        assert_ne!(SecretKey::registration("https://a/t", "1"), SecretKey::registration("https://a", "t/1"));
        assert_ne!(SecretKey::header("https://a/mcp", "b", "X"), SecretKey::header("https://a", "mcp/b", "X"));
        assert_eq!(SecretKey::header("https://a", "b", "X-Key"), SecretKey::header("https://a", "b", "x-key"));
        assert_ne!(SecretKey::key("LINEAR", "la/1"), SecretKey::key("LINEAR/la", "1"));
        assert_eq!(SecretKey::model("https://a.example:8443").as_str(), "model/https:%2F%2Fa.example:8443");
        assert_ne!(SecretKey::client("https://linear.app", "a%2Fb"), SecretKey::client("https://linear.app", "a/b"));
    }
}
