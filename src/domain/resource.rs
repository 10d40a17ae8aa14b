//! Resources and prompts of a server, which stand beside its tools.

use super::{AccountId, ConnectionName, Identifier, Untrusted};

/// Account through which something of a server is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAccount {
    /// Id of the account.
    pub account: AccountId,
    /// Its connection.
    pub connection: ConnectionName,
    /// Its identifier.
    pub identifier: Identifier,
}

/// Text or file that a server offers for reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Account that sees it.
    pub seen_by: ServerAccount,
    /// Its URI, or the template of one (RFC 6570, `file:///{path}`).
    pub uri: Untrusted,
    /// True if `uri` is a template, whose variables are filled in first.
    pub is_template: bool,
    /// Name, or the title where there is one.
    pub title: Untrusted,
    /// Description in the server's words.
    pub description: Untrusted,
    /// Media type; empty where it is not said.
    pub media_type: Untrusted,
    /// Size in bytes, where it is said.
    pub size: Option<u64>,
}

/// Content of a resource, or of a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceContent {
    /// URI that the server gives it.
    pub uri: Untrusted,
    /// Media type; empty where it is not said.
    pub media_type: Untrusted,
    /// The content itself.
    pub body: ResourceBody,
}

/// Text or bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResourceBody {
    /// Text.
    Text(Untrusted),
    /// Anything else.
    Bytes(Vec<u8>),
}

/// Template of a conversation that a server offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// Account that sees it.
    pub seen_by: ServerAccount,
    /// Name by which it is asked for.
    pub name: Untrusted,
    /// Title for people; empty where there is none.
    pub title: Untrusted,
    /// Description in the server's words.
    pub description: Untrusted,
    /// Values that it takes.
    pub arguments: Vec<PromptArgument>,
}

/// One value that a prompt takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptArgument {
    /// Its name.
    pub name: Untrusted,
    /// Description in the server's words.
    pub description: Untrusted,
    /// True if the prompt cannot do without it.
    pub is_required: bool,
}

/// One message of a prompt with its values filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct PromptMessage {
    /// `user` or `assistant`.
    pub role: Untrusted,
    /// The content block as it came: text, image, audio, resource link or embedded resource.
    pub content: super::JsonText,
}
