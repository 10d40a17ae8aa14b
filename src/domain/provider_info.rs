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
