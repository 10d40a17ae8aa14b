//! Ways in which a provider differs from the standard, and from others.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::endpoints::ClientAuth;
use crate::loopback::LoopbackHost;

/// Differences of one provider. The default is the standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quirks {
    /// Text between two scopes in the authorization URL.
    pub separator: String,
    /// Further parameters of the authorization URL.
    pub params: Vec<(String, String)>,
    /// The parameter `prompt`.
    pub prompt: Option<String>,
    /// Values that the parameter `actor` may have; the first is the provider's default.
    pub actors: Vec<String>,
    /// Way to prove the client's identity, where it has a secret.
    pub client_auth: ClientAuth,
    /// Name of the private key that proves it, where there is one.
    pub client_key_id: Option<String>,
    /// Host of the redirect URI.
    pub redirect_host: LoopbackHost,
    /// Path of the redirect URI.
    pub redirect_path: String,
    /// Ports of the redirect URIs that are to be registered; none where the provider takes any.
    pub redirect_ports: Vec<u16>,
    /// Form of a revocation.
    pub revocation: RevocationForm,
    /// The provider's own refusals.
    pub refusals: Vec<RefusalRule>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            separator: " ".to_owned(),
            params: Vec::new(),
            prompt: None,
            actors: Vec::new(),
            client_auth: ClientAuth::default(),
            client_key_id: None,
            redirect_host: LoopbackHost::default(),
            redirect_path: "/callback".to_owned(),
            redirect_ports: Vec::new(),
            revocation: RevocationForm::default(),
            refusals: Vec::new(),
        }
    }
}

impl Quirks {
    /// Redirect URIs that a person registers with the provider, in the order in which they are tried. Where the
    /// provider takes any port (RFC 8252, 7.3), there is one without.
    pub fn redirect_uris(&self) -> Vec<String> {
        let (host, path) = (self.redirect_host.as_str(), &self.redirect_path);
        match &*self.redirect_ports {
            [] => vec![format!("http://{host}{path}")],
            ports => ports.iter().map(|port| format!("http://{host}:{port}{path}")).collect(),
        }
    }
}

/// Form in which a provider takes a token back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RevocationForm {
    /// `token` and `token_type_hint`, refresh token before access token (RFC 7009).
    #[default]
    Standard,
    /// The token in a field that bears the name of its kind, `refresh_token` or `access_token`.
    NamedField,
    /// A DELETE with the access token as JSON, below a URL that holds the client id as `{client_id}`.
    DeleteGrant,
}

/// One refusal of a provider, and its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalRule {
    /// The `error` it comes with; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Part of its description, in any case; none: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Meaning.
    pub means: RefusalKind,
}

impl RefusalRule {
    pub(super) fn fits(&self, code: &str, description: &str) -> bool {
        let says = |part: &String| description.to_lowercase().contains(&part.to_lowercase());
        self.code.as_ref().is_none_or(|own| own == code) && self.says.as_ref().is_none_or(says)
    }
}

/// Meanings of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RefusalKind {
    /// The person said no.
    Denied,
    /// An administrator has to approve the application first.
    ApprovalPending,
    /// The person chose a workspace that is not the one of the application.
    WrongWorkspace,
    /// The application may not ask for one of the scopes.
    ScopeForbidden,
    /// The application is not released for this workspace.
    NotDistributed,
    /// The client id or the client secret is wrong.
    UnknownApp,
    /// The redirect URI is not registered.
    RedirectMismatch,
    /// The grant is used up, run out or withdrawn: for good.
    GrantEnded,
    /// The provider cannot at this time.
    Passing,
    /// Anything else.
    Failed,
}
