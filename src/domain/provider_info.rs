//! Providers of the broker's catalogue, and what they ask of a person.

use super::{AuthorizationType, JsonText, Provider, Untrusted};

/// One provider. Reference: section 3.4.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderInfo {
    /// What everything else calls it by (wire: `identifier`).
    pub key: Provider,
    /// Its name for people; empty when it has none.
    pub title: Untrusted,
    /// What it is.
    pub description: Untrusted,
    /// What it is for.
    pub categories: Vec<Untrusted>,
    /// The ways its accounts may authorize.
    pub patterns: Vec<AuthPattern>,
    /// Made by the environment's owner.
    pub custom: bool,
    /// Announced only.
    pub coming_soon: bool,
    /// Whether proxy requests are let through, as the catalogue says.
    pub proxy_enabled: bool,
    /// Everything the broker sent of it, as it came.
    pub raw: JsonText,
}

/// One way to authorize.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthPattern {
    /// Which.
    pub authorization: AuthorizationType,
    /// Its name for people; empty when it has none.
    pub title: Untrusted,
    /// What it is.
    pub description: Untrusted,
    /// What a person types in as [`Credentials`](super::Credentials).
    pub fields: Vec<AuthField>,
    /// What else the account needs, such as the person's own host.
    pub account_fields: Vec<AuthField>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthField {
    /// Its name among the credentials.
    pub name: Untrusted,
    /// Its name for people; empty when it has none.
    pub label: Untrusted,
    /// How it is filled in.
    pub input: InputKind,
    /// What to put there.
    pub hint: Untrusted,
    /// Must be filled in.
    pub required: bool,
    /// What may be chosen.
    pub options: Vec<FieldOption>,
}

/// How a field is filled in. Reference: section 3.4, `input_type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// One line.
    Text,
    /// One line that nobody may see.
    Password,
    /// One of its options.
    Select,
    /// Several lines.
    TextArea,
    /// Anything else, as it came. Nobody may see that either.
    Other(Untrusted),
}

impl InputKind {
    /// Reads the wire's word; nothing is plain text.
    pub fn from_wire(word: &str) -> Self {
        match word {
            "" | "text" => Self::Text,
            "password" => Self::Password,
            "select" => Self::Select,
            "textarea" => Self::TextArea,
            other => Self::Other(other.into()),
        }
    }

    /// Whether what is typed must not be shown.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Password | Self::Other(_))
    }
}

/// One thing that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldOption {
    /// What is sent.
    pub value: Untrusted,
    /// What is shown.
    pub label: Untrusted,
}
