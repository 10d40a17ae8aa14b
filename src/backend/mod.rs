//! Floor 2: what an environment can do for us, as a tree of abilities.
//!
//! Fronts and flows know only [`Backend`] and the traits that it leads to. What every environment can do
//! is a method; what one may lack is an `Option`, so that a front can say so before a key is pressed.
//! [`scalekit`] is the one that speaks REST. The sandbox is not a second implementation: it is one more
//! URL for the same client.

mod abilities;
mod accounts;
mod arrival;
mod authorization;
mod batches;
pub mod call_watcher;
pub mod clock;
mod connect;
pub mod credential_log;
pub mod http_log;
pub mod local;
mod mcp_servers;
mod proxy_call;
pub mod scalekit;
pub mod server_log;
mod snippets;
mod tools;

pub use self::abilities::{
    Abilities, Ability, CallLog, Connections, CredentialForms, Proxy, ServerContent, TrustedDefinitions,
};
pub use self::accounts::{AccountAdmin, AccountFilter, Accounts};
pub use self::arrival::{Answered, Arrival, Watch};
pub use self::authorization::{
    Ask, Authorization, AuthorizationLink, Authorizer, Links, Step, UserVerification, Verification,
};
pub use self::batches::{Batch, Batches};
pub use self::connect::{ConnectGuide, ConnectOffer, ConnectTarget, ConnectionAdmin, ConnectionDraft};
pub use self::mcp_servers::McpServers;
pub use self::proxy_call::{CallToken, ProxyCall};
pub use self::snippets::{SnippetKind, SnippetModifiers, SnippetTarget, Snippets, snippets_of};
pub use self::tools::{ToolScope, Tools};
use crate::domain::Mode;

/// One environment, with its key.
///
/// Every method below it sends at most what its name says. Reads may be sent again after a passing
/// failure; whatever changes something never is. All errors are [`Fault`](crate::domain::Fault)s that say
/// whose they are; where an environment of a kind that has an ability lacks it all the same, the fault is
/// [`NotOffered`](crate::domain::FaultKind::NotOffered).
pub trait Backend: Send + Sync {
    /// Names of the environment and of its kind.
    fn about(&self) -> &About;

    /// Freedom of what is sent to it. A client by itself knows none: whoever opens an environment says so.
    fn mode(&self) -> Mode {
        Mode::Ask
    }

    /// Connected accounts, to read.
    fn accounts(&self) -> &dyn Accounts;

    /// Tools, to list and to call.
    fn tools(&self) -> &dyn Tools;

    /// The way in which a person connects an account.
    fn authorizer(&self) -> &dyn Authorizer;

    /// Links that a person uses whenever they come to it.
    fn links(&self) -> Option<&dyn Links> {
        None
    }

    /// The parts of an authorization that prove who consented, one by one.
    fn user_verification(&self) -> Option<&dyn UserVerification> {
        None
    }

    /// Access to the configured providers.
    fn connections(&self) -> Option<&dyn Connections> {
        None
    }

    /// Connections, to make and change.
    fn connection_admin(&self) -> Option<&dyn ConnectionAdmin> {
        None
    }

    /// Accounts, to create, change and delete.
    fn account_admin(&self) -> Option<&dyn AccountAdmin> {
        None
    }

    /// Forms for credentials that a person types in.
    fn credential_forms(&self) -> Option<&dyn CredentialForms> {
        None
    }

    /// The environment's own log of calls.
    fn call_log(&self) -> Option<&dyn CallLog> {
        None
    }

    /// Requests to a provider's own API.
    fn proxy(&self) -> Option<&dyn Proxy> {
        None
    }

    /// Calls as code for other programs.
    fn snippets(&self) -> Option<&dyn Snippets> {
        None
    }

    /// MCP servers that it provisions for agents.
    fn mcp_servers(&self) -> Option<&dyn McpServers> {
        None
    }

    /// Resources and prompts of servers.
    fn server_content(&self) -> Option<&dyn ServerContent> {
        None
    }

    /// Definitions that servers may change, as they were trusted.
    fn trusted_definitions(&self) -> Option<&dyn TrustedDefinitions> {
        None
    }
}

/// Names of an environment and of its kind; all of them safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Kind of back-end, as profiles spell it.
    pub kind: &'static str,
    /// Name of the kind for people.
    pub product: &'static str,
    /// Name of the environment for people: `sandbox`, or a host.
    pub name: String,
    /// Name in the journal, which must be the same each time: `sandbox`, or a base URL. No two kinds of
    /// back-end may share a form of names, for the name alone tells the kind of an entry's environment.
    pub recorded_as: String,
}
