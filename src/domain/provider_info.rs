//! Providers of the broker's catalogue, and what they ask of a person.

use super::{AuthorizationType, Provider, Untrusted};

/// Provider that connections can be made for.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderInfo {
    /// Key by which connections, tools and accounts name it.
    pub key: Provider,
    /// Its name for people; empty when it has none.
    pub title: Untrusted,
    /// The ways its accounts may authorize.
    pub patterns: Vec<AuthPattern>,
}

impl Provider {
    /// Beginning of the key of every provider that is an MCP server.
    pub const SERVER: &'static str = "MCP.";

    /// Host of the MCP server, or the name of its connection; none of a provider that is no server.
    pub fn server(&self) -> Option<Untrusted> {
        self.raw().strip_prefix(Self::SERVER).map(|name| name.to_lowercase().into())
    }
}

/// One way to authorize.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthPattern {
    /// Kind of authorization.
    pub authorization: AuthorizationType,
    /// Its name for people; empty when it has none.
    pub title: Untrusted,
    /// Description in the broker's words.
    pub description: Untrusted,
    /// Fields that a person types in as [`Credentials`](super::Credentials).
    pub fields: Vec<AuthField>,
    /// Further fields of the account itself, such as the person's own host.
    pub account_fields: Vec<AuthField>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthField {
    /// Its name among the credentials.
    pub name: Untrusted,
    /// Its name for people; empty when it has none.
    pub label: Untrusted,
    /// Kind of input, which decides what is hidden and what may be chosen.
    pub input: InputKind,
    /// Hint to show in the empty field.
    pub hint: Untrusted,
    /// Must be filled in.
    pub required: bool,
    /// Allowed values, for a field of options.
    pub options: Vec<FieldOption>,
}

/// Kind of input of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// Text on one line.
    Text,
    /// One line that nobody may see.
    Password,
    /// One of its options.
    Select,
    /// Text on several lines, such as a private key.
    TextArea,
    /// Anything else, as it came. Nobody may see that either.
    Other(Untrusted),
}

impl InputKind {
    /// True if what is typed must not be shown.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Password | Self::Other(_))
    }
}

/// One thing that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldOption {
    /// Value that is sent.
    pub value: Untrusted,
    /// Label to show for it.
    pub label: Untrusted,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_told_by_its_key() {
        let server = |key: &str| Provider::from(key).server().map(|name| name.raw().to_owned());
        assert_eq!(server("MCP.LINEAR.APP").as_deref(), Some("linear.app"));
        assert_eq!((server("LINEAR"), server("MCP")), (None, None));
    }
}
