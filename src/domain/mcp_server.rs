//! MCP servers that an environment provisions for the agents of one person. Reference: section 3.5.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::{
    AccountId, ConnectionId, ConnectionName, Identifier, JsonText, Provider, Secret, ServerConfigId, ServerConfigName,
    ServerInstanceId, Status, ToolName, Untrusted,
};

/// Configuration of a server: which tools of which connections it offers, to whoever it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerConfig {
    /// Id that the back-end gave it; opaque.
    pub id: ServerConfigId,
    /// Name, which cannot change.
    pub name: ServerConfigName,
    /// Description in its author's words.
    pub description: Untrusted,
    /// Connections with their tools.
    pub mappings: Vec<ToolMapping>,
    /// URL of the server, which wants a session token; none where it is not told, or is no web address.
    pub url: Option<Url>,
    /// Everything the broker sent of it, as it came.
    pub raw: JsonText,
}

impl ServerConfig {
    /// Connections whose tools it offers, in their order.
    pub fn connections(&self) -> Vec<ConnectionName> {
        self.mappings.iter().map(|mapping| mapping.connection.clone()).collect()
    }

    /// The same as a draft, to be changed.
    pub fn draft(&self) -> ServerConfigDraft {
        let mapping = |mapping: &ToolMapping| ToolSelection {
            connection: mapping.connection.clone(),
            tools: mapping.tools.clone(),
        };
        ServerConfigDraft {
            name: self.name.clone(),
            description: self.description.clone(),
            mappings: self.mappings.iter().map(mapping).collect(),
        }
    }
}

/// One connection of a configuration, and the tools of it that the server offers.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolMapping {
    /// Name of the connection.
    pub connection: ConnectionName,
    /// Its id; empty where that is not told.
    pub connection_id: ConnectionId,
    /// Key of its provider; empty where that is not told.
    pub provider: Provider,
    /// Names of the tools; all of the connection where it is empty.
    pub tools: Vec<ToolName>,
    /// Account behind it, where one is told.
    pub account: Option<AccountId>,
    /// Status of that account, where it is told.
    pub status: Option<Status>,
}

impl ToolMapping {
    /// True if all tools of the connection are offered.
    pub fn is_whole(&self) -> bool {
        self.tools.is_empty()
    }
}

/// Configuration as somebody wants it to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerConfigDraft {
    /// Name; of a configuration that exists it stays.
    pub name: ServerConfigName,
    /// Description for people.
    pub description: Untrusted,
    /// Connections with their tools.
    pub mappings: Vec<ToolSelection>,
}

/// Tools of one connection that are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolSelection {
    /// Name of the connection.
    pub connection: ConnectionName,
    /// Names of the tools; all of the connection where it is empty.
    pub tools: Vec<ToolName>,
}

/// Server of one configuration for one person, with a URL of its own.
#[derive(Clone, Debug)]
pub struct ServerInstance {
    /// Id that the back-end gave it; opaque.
    pub id: ServerInstanceId,
    /// Name, which can change.
    pub name: Untrusted,
    /// Identifier of the person whom the server acts as.
    pub identifier: Identifier,
    /// Name of its configuration.
    pub config: ServerConfigName,
    /// URL of the server. Whoever has it needs no token, so it is a credential.
    pub url: Secret,
    /// Last use (UTC); none where there was none.
    pub last_used_at: Option<Timestamp>,
    /// Last change (UTC).
    pub updated_at: Option<Timestamp>,
    /// Everything the broker sent of it but its URL.
    pub raw: JsonText,
}

impl PartialEq for ServerInstance {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.raw == other.raw && self.url.expose() == other.url.expose()
    }
}

/// Choice of servers to list; all where nothing is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerInstanceFilter {
    /// Only of this configuration.
    pub config: Option<ServerConfigName>,
    /// Only of this person.
    pub identifier: Option<Identifier>,
}

/// Server whose connections are asked for: of a configuration and a person, or of an instance, which is of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerOfPerson {
    /// Configuration and identifier.
    Config(ServerConfigId, Identifier),
    /// Instance.
    Instance(ServerInstanceId),
}

/// Authorization of one connection of a server, for one person.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionAuthState {
    /// Name of the connection.
    pub connection: ConnectionName,
    /// Its id; empty where that is not told.
    pub connection_id: ConnectionId,
    /// Key of its provider; empty where that is not told.
    pub provider: Provider,
    /// Account of the person there; none where there is none yet.
    pub account: Option<AccountId>,
    /// Status of that account; [`Status::Unspecified`] where it is not told.
    pub status: Status,
    /// Link that authorizes it, where one was asked for and is needed. It lives for about a minute.
    pub link: Option<Url>,
}

impl ConnectionAuthState {
    /// True if calls can go through it, says the broker.
    pub fn is_ready(&self) -> bool {
        self.status == Status::Active
    }

    /// Status in a word, safe to show; another one where there is no account.
    pub fn word(&self) -> String {
        match (&self.account, &self.status) {
            (None, Status::Unspecified) => "no account".to_owned(),
            (_, status) => status.word(),
        }
    }
}

/// Server that a session token opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenTarget {
    /// The server of a configuration.
    Config(ServerConfigId),
    /// The server that every connection has, with all of its tools.
    Connection(ConnectionName),
}

/// Freedom of whoever has a session token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AccessLevel {
    /// Everything that the tools do.
    #[default]
    Full,
    /// Tools that read, and no others.
    ReadOnly,
}

impl AccessLevel {
    /// Words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Full => "full access",
            Self::ReadOnly => "read only",
        }
    }
}

/// Session token as somebody wants it to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// Server that it opens.
    pub target: TokenTarget,
    /// Identifier of the person whom the server acts as.
    pub identifier: Identifier,
    /// Time from now until it ends; the broker's own, an hour, where none is named.
    pub lifetime: Option<Duration>,
    /// Freedom of whoever has it.
    pub access: AccessLevel,
}

impl TokenRequest {
    /// Shortest life of a session token (section 3.5).
    pub const SHORTEST: Duration = Duration::from_secs(60);
    /// Longest life of a session token (section 3.5).
    pub const LONGEST: Duration = Duration::from_secs(86_400);
}

/// Credential with which an agent opens a provisioned server as one person. It is kept nowhere.
#[derive(Clone)]
pub struct SessionToken {
    /// The token, to be sent as a bearer.
    pub token: Secret,
    /// End of it (UTC); none where that is not told.
    pub expires_at: Option<Timestamp>,
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_token_nor_the_url_of_an_instance_is_told_by_debug() {
        let token = SessionToken { token: Secret::new("eyJhunter2".into()), expires_at: None };
        let instance = ServerInstance {
            id: "inst_1".into(),
            name: "ada".into(),
            identifier: "ada".into(),
            config: "mail".into(),
            url: Secret::new("https://x.dev/mcp/hunter2".into()),
            last_used_at: None,
            updated_at: None,
            raw: JsonText::empty_object(),
        };
        assert!(!format!("{token:?} {instance:?}").contains("hunter2"));
    }

    #[test]
    fn a_connection_without_an_account_says_so_and_is_not_ready() {
        let state = ConnectionAuthState {
            connection: "gmail".into(),
            connection_id: ConnectionId::default(),
            provider: Provider::default(),
            account: None,
            status: Status::Unspecified,
            link: None,
        };
        assert_eq!((state.word().as_str(), state.is_ready()), ("no account", false));
        let odd = ConnectionAuthState { account: Some("ca_1".into()), status: Status::Other("NEW".into()), ..state };
        assert_eq!((odd.word().as_str(), odd.is_ready()), ("NEW", false));
    }
}
