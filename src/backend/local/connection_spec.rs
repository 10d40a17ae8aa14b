//! One connection, as the file has it.

use strum::{EnumString, IntoStaticStr};
use toml_edit::{Array, Item, Table, TableLike, Value, value};
use url::Url;

use super::exchange_spec::{self, ExchangeSpec, SecretForm};
use super::members::{checked_url, flag, reference, referred, text, texts};
use super::server_spec::{self, ServerSpec};
use crate::domain::{AuthorizationType, AuthorizedBy, ConnectionName, Identifier, Provider, Untrusted};
use crate::oauth::ClientAuth;
use crate::secrets::SecretReference;

/// Way in which accounts of a connection are authorized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ConnectionAuth {
    /// A person consents in the browser: authorization code with PKCE.
    #[strum(serialize = "oauth")]
    OAuth,
    /// A person consents on whatever machine, by a code: the device flow.
    Device,
    /// A person pastes a key, which goes out in the provider's form.
    ApiKey,
    /// A person pastes a token, which goes out as a bearer token.
    Token,
    /// An MCP server says what it needs: a consent at the authorization server that it names, or nothing.
    Mcp,
    /// A person signs in at an authorization server, which gives a token of this resource for each call.
    Exchange,
}

impl ConnectionAuth {
    /// Word for it in the file.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The same as a kind of authorization, with the name that its credentials have.
    pub fn authorization(self) -> AuthorizationType {
        let (by, name) = match self {
            Self::OAuth | Self::Device => (AuthorizedBy::Consent, "OAuth"),
            Self::ApiKey => (AuthorizedBy::Fields(&["api_key"]), "API key"),
            Self::Token => (AuthorizedBy::Fields(&["token"]), "bearer"),
            Self::Mcp => (AuthorizedBy::Consent, "MCP"),
            Self::Exchange => (AuthorizedBy::Consent, "token exchange"),
        };
        AuthorizationType::new(by, Some(name), self.word())
    }

    /// Name that its credentials have in a form; none where nothing is typed in.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::OAuth | Self::Device | Self::Mcp | Self::Exchange => None,
            Self::ApiKey => Some("api_key"),
            Self::Token => Some("token"),
        }
    }
}

/// Connection to one provider. It holds no secret.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionSpec {
    /// Name that accounts and calls refer to it by.
    pub name: ConnectionName,
    /// Key of the provider.
    pub provider: Provider,
    /// Way in which its accounts are authorized.
    pub auth: ConnectionAuth,
    /// Id of one's own app at the provider.
    pub client_id: Option<String>,
    /// Place of that app's secret, where it is not in the keychain.
    pub client_secret: Option<SecretReference>,
    /// True if that app has a secret in the keychain.
    pub is_confidential: bool,
    /// Scopes to ask for.
    pub scopes: Vec<String>,
    /// Actor that tokens are for, where the provider knows several.
    pub actor: Option<String>,
    /// Page of consent, in place of the provider's.
    pub authorize_url: Option<Url>,
    /// Token endpoint, in place of the provider's.
    pub token_url: Option<Url>,
    /// Revocation endpoint, in place of the provider's.
    pub revoke_url: Option<Url>,
    /// Device endpoint, in place of the provider's.
    pub device_url: Option<Url>,
    /// Base of the API, in place of the provider's.
    pub api_url: Option<Url>,
    /// The authorization server's own name for itself, where it was found out.
    pub issuer: Option<String>,
    /// True where the authorization server says that each of its answers names it (RFC 9207).
    pub announces_iss: bool,
    /// Way in which the app proves who it is to the token endpoint, in place of the provider's.
    pub client_auth: Option<ClientAuth>,
    /// Ports of the redirect URIs that are registered, in place of the provider's.
    pub ports: Vec<u16>,
    /// Place of the key or token of an account that needs no other: for headless use.
    pub key: Option<SecretReference>,
    /// Identifier of that account.
    pub identifier: Option<Identifier>,
    /// MCP server that the connection leads to; none where it leads to an API.
    pub server: Option<ServerSpec>,
    /// Exchange of the sign-in for a token of each call; there for [`ConnectionAuth::Exchange`] alone.
    pub exchange: Option<ExchangeSpec>,
}

/// Identifier of an account for which nothing else was said: there is one person here.
pub const ME: &str = "me";

impl ConnectionSpec {
    /// A connection that says nothing but this.
    pub fn new(name: ConnectionName, provider: Provider, auth: ConnectionAuth) -> Self {
        Self {
            name,
            provider,
            auth,
            client_id: None,
            client_secret: None,
            is_confidential: false,
            scopes: Vec::new(),
            actor: None,
            authorize_url: None,
            token_url: None,
            revoke_url: None,
            device_url: None,
            api_url: None,
            issuer: None,
            announces_iss: false,
            client_auth: None,
            ports: Vec::new(),
            key: None,
            identifier: None,
            server: None,
            exchange: None,
        }
    }

    /// A connection to an MCP server, which is a provider of its own.
    pub fn of_server(name: ConnectionName, server: ServerSpec) -> Self {
        let provider = server.provider(name.raw());
        Self { server: Some(server), ..Self::new(name, provider, ConnectionAuth::Mcp) }
    }

    /// Identifier of the account whose key the file refers to.
    pub fn key_holder(&self) -> Identifier {
        self.identifier.clone().unwrap_or_else(|| ME.into())
    }

    /// Reads a table of the file.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence.
    pub fn read(name: &str, table: &dyn TableLike) -> Result<Self, String> {
        if name.is_empty() || name.contains('/') {
            return Err("its name must not be empty and holds no /".to_owned());
        }
        let server = ServerSpec::read(table)?;
        let provider = match &server {
            Some(server) => server_provider(table, server, name)?,
            None => text(table, "provider")?.ok_or("“provider” is missing")?.into(),
        };
        let auth = auth(table, server.as_ref())?;
        let others = || server_spec::KEYS.iter().chain(&exchange_spec::KEYS);
        let is_known = |key: &str| KEYS.contains(&key) || others().any(|known| *known == key);
        if let Some((odd, _)) = table.iter().find(|(key, _)| !is_known(key)) {
            return Err(format!("“{}” means nothing here", Untrusted::from(odd)));
        }
        let exchange = match auth {
            ConnectionAuth::Exchange => Some(ExchangeSpec::read(table)?),
            _ => ExchangeSpec::refuse(table).map(|()| None)?,
        };
        if server.is_some() && exchange.as_ref().is_some_and(|exchange| exchange.secret_form == SecretForm::Key) {
            return Err("“secret_form” of an MCP server is bearer".to_owned());
        }
        let url = |key: &str| text(table, key)?.map(|text| checked_url(key, text)).transpose();
        Ok(Self {
            client_id: text(table, "client_id")?.map(str::to_owned),
            client_secret: reference(table, "client_secret")?,
            is_confidential: flag(table, "confidential")?,
            scopes: texts(table, "scopes")?,
            actor: text(table, "actor")?.map(str::to_owned),
            authorize_url: url("authorize_url")?,
            token_url: url("token_url")?,
            revoke_url: url("revoke_url")?,
            device_url: url("device_url")?,
            api_url: url("api_url")?,
            issuer: text(table, "issuer")?.map(str::to_owned),
            announces_iss: flag(table, "announces_iss")?,
            client_auth: client_auth(table)?,
            ports: ports(table)?,
            key: reference(table, "key")?,
            identifier: text(table, "identifier")?.map(Into::into),
            server,
            exchange,
            ..Self::new(name.into(), provider, auth)
        })
    }

    /// Writes it into a table; what else stands in it, and the comments, stay.
    pub fn write(&self, table: &mut dyn TableLike) {
        let url = |url: &Option<Url>| url.as_ref().map(|url| Value::from(url.as_str()));
        let list = |list: &[String]| (!list.is_empty()).then(|| Value::from(list.iter().collect::<Array>()));
        let ports: Array = self.ports.iter().map(|port| i64::from(*port)).collect();
        let values = [
            ("provider", Some(self.provider.raw().into())),
            ("auth", Some(self.auth.word().into())),
            ("client_id", self.client_id.as_deref().map(Value::from)),
            ("client_secret", self.client_secret.as_ref().map(referred)),
            ("confidential", self.is_confidential.then(|| true.into())),
            ("scopes", list(&self.scopes)),
            ("actor", self.actor.as_deref().map(Value::from)),
            ("authorize_url", url(&self.authorize_url)),
            ("token_url", url(&self.token_url)),
            ("revoke_url", url(&self.revoke_url)),
            ("device_url", url(&self.device_url)),
            ("api_url", url(&self.api_url)),
            ("issuer", self.issuer.as_deref().map(Value::from)),
            ("announces_iss", self.announces_iss.then(|| true.into())),
            ("client_auth", self.client_auth.map(|way| <&str>::from(way).into())),
            ("ports", (!ports.is_empty()).then(|| Value::from(ports))),
            ("key", self.key.as_ref().map(referred)),
            ("identifier", self.identifier.as_ref().map(|identifier| identifier.raw().into())),
        ];
        for (key, new) in values {
            match (table.get_mut(key).and_then(Item::as_value_mut), new) {
                (Some(current), Some(mut new)) => {
                    *new.decor_mut() = current.decor().clone();
                    *current = new;
                }
                (None, Some(new)) => drop(table.insert(key, value(new))),
                (_, None) => drop(table.remove(key)),
            }
        }
        ServerSpec::write(self.server.as_ref(), table);
        ExchangeSpec::write(self.exchange.as_ref(), table);
    }

    /// The same as a table of its own.
    pub fn to_table(&self) -> Table {
        let mut table = Table::new();
        self.write(&mut table);
        table
    }

    /// The same as JSON, for whoever wants to see all of it.
    pub fn document(&self) -> serde_json::Value {
        let url = |url: &Option<Url>| url.as_ref().map(Url::as_str).map(str::to_owned);
        let mut document = serde_json::json!({
            "name": self.name.raw(), "provider": self.provider.raw(), "auth": self.auth.word(),
            "client_id": self.client_id, "confidential": self.is_confidential.then_some(true),
            "scopes": self.scopes, "actor": self.actor, "authorize_url": url(&self.authorize_url),
            "token_url": url(&self.token_url), "revoke_url": url(&self.revoke_url),
            "device_url": url(&self.device_url), "api_url": url(&self.api_url), "issuer": self.issuer,
            "announces_iss": self.announces_iss.then_some(true), "client_auth": self.client_auth.map(<&str>::from),
        });
        if let Some(members) = document.as_object_mut() {
            members.extend(self.exchange.iter().map(|exchange| ("exchange".to_owned(), exchange.document())));
            members.extend(self.server.iter().map(|server| ("server".to_owned(), server.document())));
            members.retain(|_, value| !value.is_null());
        }
        document
    }
}

/// The key of a server as a provider follows from the server. It may stand in the file, and nothing else in its place: a
/// server that called itself a provider that is known would get what is meant for that one.
fn server_provider(table: &dyn TableLike, server: &ServerSpec, name: &str) -> Result<Provider, String> {
    let provider = server.provider(name);
    match text(table, "provider")? {
        Some(other) if other != provider.raw() => {
            Err(format!("“provider” of this MCP server is {provider}, and may be left out"))
        }
        _ => Ok(provider),
    }
}

fn auth(table: &dyn TableLike, server: Option<&ServerSpec>) -> Result<ConnectionAuth, String> {
    let word = match text(table, "auth")? {
        Some(word) => word,
        None if server.is_some() => return Ok(ConnectionAuth::Mcp),
        None => return Err("“auth” is missing".to_owned()),
    };
    let auth = word.parse().map_err(|_| {
        format!(
            "“auth” is “{}”; this version knows oauth, device, api-key, token, mcp and exchange",
            Untrusted::from(word)
        )
    })?;
    match (auth, server) {
        (ConnectionAuth::Mcp, None) => {
            Err("“auth” is “mcp”, and neither “url” nor “command” names a server".to_owned())
        }
        (ConnectionAuth::Mcp, Some(_)) | (_, None) => Ok(auth),
        (ConnectionAuth::Token | ConnectionAuth::Exchange, Some(server)) if server.url().is_some() => Ok(auth),
        (ConnectionAuth::Token | ConnectionAuth::Exchange, Some(_)) => {
            Err("a server that is a “command” takes no token: name what it needs in “environment”".to_owned())
        }
        (_, Some(_)) => Err(format!("“auth” of an MCP server is mcp, token or exchange, and not {word}")),
    }
}

const KEYS: [&str; 18] = [
    "provider",
    "auth",
    "client_id",
    "client_secret",
    "confidential",
    "scopes",
    "actor",
    "authorize_url",
    "token_url",
    "revoke_url",
    "device_url",
    "api_url",
    "issuer",
    "announces_iss",
    "client_auth",
    "ports",
    "key",
    "identifier",
];

fn client_auth(table: &dyn TableLike) -> Result<Option<ClientAuth>, String> {
    let Some(word) = text(table, "client_auth")? else { return Ok(None) };
    let odd = || format!("“client_auth” is “{}”; this version knows body, basic and none", Untrusted::from(word));
    match word.parse().map_err(|_| odd())? {
        // Said by the keys that name what is signed, or the place of what was.
        ClientAuth::PrivateKeyJwt | ClientAuth::Assertion => Err(odd()),
        way => Ok(Some(way)),
    }
}

fn ports(table: &dyn TableLike) -> Result<Vec<u16>, String> {
    let Some(item) = table.get("ports") else { return Ok(Vec::new()) };
    let odd = || "“ports” is not a list of ports".to_owned();
    let port = |value: &Value| value.as_integer().and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0);
    item.as_array().ok_or_else(odd)?.iter().map(|value| port(value).ok_or_else(odd)).collect()
}

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    use super::*;

    fn read(text: &str) -> Result<ConnectionSpec, String> {
        let document: DocumentMut = text.parse().unwrap();
        ConnectionSpec::read("linear", document.as_table())
    }

    #[test]
    fn all_that_is_written_is_read_again() {
        let url = |text: &str| Some(text.parse().unwrap());
        let spec = ConnectionSpec {
            client_id: Some("abc".into()),
            client_secret: Some(SecretReference::Env("SECRET".into())),
            is_confidential: true,
            scopes: vec!["read".into(), "write".into()],
            actor: Some("app".into()),
            authorize_url: url("https://a.dev/authorize?x=1"),
            token_url: url("https://a.dev/token"),
            revoke_url: url("https://a.dev/revoke"),
            device_url: url("http://127.0.0.1:7/device"),
            api_url: url("https://a.dev/api"),
            issuer: Some("https://a.dev".into()),
            announces_iss: true,
            client_auth: Some(ClientAuth::Basic),
            ports: vec![8137, 8138],
            key: Some(SecretReference::Command(vec!["pass".into(), "linear".into()])),
            identifier: Some("ada".into()),
            ..ConnectionSpec::new("linear".into(), "LINEAR".into(), ConnectionAuth::OAuth)
        };
        let table = spec.to_table();
        assert_eq!(ConnectionSpec::read("linear", &table), Ok(spec.clone()));
        assert_eq!(table.len(), KEYS.len(), "each key is written");
        let plain = ConnectionSpec::new("linear".into(), "LINEAR".into(), ConnectionAuth::ApiKey);
        let mut table = table;
        plain.write(&mut table);
        assert_eq!(ConnectionSpec::read("linear", &table), Ok(plain));
    }

    #[test]
    fn a_server_is_a_connection_of_its_own_kind() {
        let spec = read("url = \"https://mcp.linear.app/mcp\"\nscopes = [\"read\"]").unwrap();
        assert_eq!((spec.auth, spec.provider.raw()), (ConnectionAuth::Mcp, "MCP.LINEAR.APP"));
        assert_eq!(ConnectionSpec::read("linear", &spec.to_table()), Ok(spec));
        let spec = read("auth = \"token\"\nurl = \"https://mcp.linear.app/mcp\"\nkey = { env = \"K\" }").unwrap();
        assert_eq!(spec.auth, ConnectionAuth::Token);
        let spec = read("command = [\"npx\", \"server\"]").unwrap();
        assert_eq!((spec.auth, spec.provider.raw()), (ConnectionAuth::Mcp, "MCP.LINEAR"));
        for (text, says) in [
            ("provider = \"LINEAR\"\nurl = \"https://mcp.linear.app/mcp\"", "is MCP.LINEAR.APP, and may be left out"),
            ("auth = \"mcp\"\nprovider = \"A\"", "neither “url” nor “command”"),
            ("auth = \"oauth\"\nurl = \"https://a.dev/mcp\"", "is mcp, token or exchange, and not oauth"),
            ("auth = \"token\"\ncommand = [\"x\"]", "takes no token"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(says), "{text}: {why}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, says) in [
            ("auth = \"oauth\"", "“provider” is missing"),
            ("provider = \"LINEAR\"", "“auth” is missing"),
            ("provider = \"LINEAR\"\nauth = \"exchange\"", "“issuer” is missing"),
            ("provider = \"LINEAR\"\nauth = \"oauth\"\nresource = \"x\"", "belongs to token exchange"),
            ("provider = \"LINEAR\"\nauth = \"password\"", "“auth” is “password”"),
            ("provider = 7\nauth = \"oauth\"", "“provider” is not a text"),
            ("provider = \"A\"\nauth = \"token\"\nkey = \"lin_api_hunter2\"", "and never is one"),
            ("provider = \"A\"\nauth = \"token\"\nkey = { env = \"\" }", "and never is one"),
            ("provider = \"A\"\nauth = \"token\"\napi_url = \"http://evil.dev\"", "must start with https"),
            ("provider = \"A\"\nauth = \"token\"\nports = [70000]", "not a list of ports"),
            ("provider = \"A\"\nauth = \"oauth\"\nclient_auth = \"jwt\"", "“client_auth” is “jwt”"),
            ("provider = \"A\"\nauth = \"token\"\nscopes = \"read\"", "not a list of texts"),
            ("provider = \"A\"\nauth = \"token\"\nsecret = \"x\"", "“secret” means nothing"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(says) && !why.contains("hunter2"), "{text}: {why}");
        }
    }
}
