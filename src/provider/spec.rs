//! One provider.

use strum::{EnumString, IntoStaticStr};
use url::Url;

use super::shapes::{ErrorShape, RateHeaders};
use crate::domain::Provider;
use crate::oauth::{Endpoints, Quirks};

/// One provider, as far as its file tells.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderSpec {
    /// Key by which connections, tools and accounts name it: `LINEAR`.
    pub key: Provider,
    /// Name for people.
    pub title: String,
    /// Base of its API: paths of requests are below it.
    pub api: Option<Url>,
    /// Headers that each request bears.
    pub headers: Vec<(String, String)>,
    /// OAuth, where its endpoints are known.
    pub oauth: Option<OAuthSpec>,
    /// Keys and pasted tokens, where it takes them.
    pub key_form: Option<KeySpec>,
    /// Scopes, in the order in which they are offered.
    pub scopes: Vec<ScopeSpec>,
    /// Places of code and message in its errors.
    pub errors: ErrorShape,
    /// Headers that tell of its limits.
    pub rate_headers: RateHeaders,
    /// URL of its MCP server.
    pub mcp: Option<Url>,
    /// Page on which one registers an application.
    pub register_app: Option<Url>,
    /// Page on which one gets a key.
    pub get_key: Option<Url>,
    /// It comes with the program.
    pub is_built_in: bool,
}

/// OAuth of one provider.
#[derive(Clone, Debug, PartialEq)]
pub struct OAuthSpec {
    /// Endpoints.
    pub endpoints: Endpoints,
    /// Its own ways.
    pub quirks: Quirks,
    /// Whether its applications have a secret.
    pub secret: SecretNeed,
}

/// Ports of the redirect URIs where it is not known that any port will do.
const PORTS: [u16; 3] = [51_763, 51_764, 51_765];

impl ProviderSpec {
    /// A provider of which nothing is known but the base of its API: its keys go as bearers, its errors are looked for in
    /// the usual places.
    pub fn generic(key: Provider, api: Option<Url>) -> Self {
        let places = |places: &[&str]| places.iter().map(|place| (*place).to_owned()).collect();
        Self {
            title: key.raw().to_owned(),
            key,
            api,
            headers: Vec::new(),
            oauth: None,
            key_form: Some(KeySpec { form: HeaderForm::Bearer, prefix: None }),
            scopes: Vec::new(),
            errors: ErrorShape {
                message: places(&["/error/message", "/message", "/errors/0/message", "/error_description", "/detail"]),
                code: places(&["/error/code", "/code", "/errors/0/code", "/error"]),
                ..ErrorShape::default()
            },
            rate_headers: RateHeaders::default(),
            mcp: None,
            register_app: None,
            get_key: None,
            is_built_in: false,
        }
    }
}

impl OAuthSpec {
    /// OAuth as the standard has it. The redirect URIs have fixed ports, as some providers compare them letter by letter.
    pub fn generic(endpoints: Endpoints) -> Self {
        let quirks = Quirks { redirect_ports: PORTS.to_vec(), ..Quirks::default() };
        Self { endpoints, quirks, secret: SecretNeed::Optional }
    }
}

/// Need of a client secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum SecretNeed {
    /// Without one, nothing is exchanged.
    #[default]
    Required,
    /// PKCE does instead.
    Optional,
    /// There are only public clients.
    None,
}

/// One scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeSpec {
    /// Its name on the wire.
    pub name: String,
    /// Sentence that says what it allows.
    pub meaning: String,
    /// Ticked at first.
    pub default: bool,
}

/// Keys of one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySpec {
    /// Place of the key in a request.
    pub form: HeaderForm,
    /// Beginning that its keys have, for telling a wrong paste.
    pub prefix: Option<String>,
}

/// Place of a key in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderForm {
    /// `Authorization: Bearer KEY`.
    Bearer,
    /// `Authorization: KEY`.
    Bare,
    /// `Authorization: SCHEME KEY`.
    Scheme(String),
    /// A header of this name.
    Header(String),
    /// A parameter of this name in the query.
    Query(String),
    /// HTTP Basic with the key as the user and no password.
    BasicUser,
    /// HTTP Basic with this user and the key as the password.
    BasicPassword(String),
}
