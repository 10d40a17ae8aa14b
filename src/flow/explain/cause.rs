//! Causes, each with one sentence and one remedy.

use std::fmt;

use super::remedy::Remedy;
use crate::domain::{
    Account, ConnectionName, Fault, FaultKind, Identifier, Provider, Status, ToolName, Untrusted, pluralize,
};
use crate::flow::identity::Verdict;
use crate::profile::Source;

/// Cause of an empty list or a failed call.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// The connection has this name in another case.
    ConnectionCase {
        /// Name that was asked for.
        wanted: ConnectionName,
        /// Name that is meant.
        meant: ConnectionName,
        /// Whose account is on it, where somebody was named.
        identifier: Option<Identifier>,
    },
    /// The account is on another connection to the same provider.
    OtherConnection {
        /// Name that was asked for.
        wanted: ConnectionName,
        /// Account that is meant.
        account: Box<Account>,
    },
    /// No connection has this name.
    ConnectionUnknown {
        /// Name that was asked for.
        wanted: ConnectionName,
        /// Names like it, the likest first.
        near: Vec<ConnectionName>,
        /// Somebody who was named.
        identifier: Option<Identifier>,
    },
    /// The connection is switched off.
    ConnectionDisabled(ConnectionName),
    /// The connection was never configured to its end.
    ConnectionIncomplete(ConnectionName),
    /// No connection leads to the tool's provider.
    NoConnectionTo(Provider),
    /// The identifier has no account, and one like it has.
    IdentifierNeighbour {
        /// Identifier that was asked for.
        wanted: Identifier,
        /// Identifier that is perhaps meant.
        meant: Identifier,
        /// Connection that was asked for.
        connection: Option<ConnectionName>,
    },
    /// The identifier has no account at all, and nobody is called like it.
    IdentifierUnknown(Identifier),
    /// The identifier has accounts, and none on this connection.
    AccountMissing {
        /// Identifier.
        identifier: Identifier,
        /// Connection.
        connection: ConnectionName,
    },
    /// The status of the account keeps it from being used.
    Status(Box<Account>),
    /// The account says it is active, and the provider refuses its credentials.
    RevokedAtProvider {
        /// The account.
        account: Box<Account>,
        /// Words of the provider; may be empty.
        said: String,
    },
    /// The account acts as another person than its identifier stands for, or as several identifiers do.
    SomebodyElse {
        /// The account.
        account: Box<Account>,
        /// Person that the provider names, safe to show.
        who: String,
        /// Verdict on the proof.
        verdict: Verdict,
    },
    /// The provider says that scopes are missing.
    ScopeMissing {
        /// The account.
        account: Box<Account>,
        /// The tool.
        tool: ToolName,
        /// Scopes that it named.
        scopes: Vec<String>,
        /// Words of the provider.
        said: String,
    },
    /// The provider does not let the account do that, for another reason.
    Forbidden {
        /// The account.
        account: Box<Account>,
        /// The tool.
        tool: ToolName,
        /// Words of the provider; may be empty.
        said: String,
    },
    /// The tool belongs to another provider than the connection.
    OtherProvider {
        /// The tool.
        tool: ToolName,
        /// Its provider.
        provider: Provider,
        /// Connection that was asked for.
        connection: ConnectionName,
        /// Connection that leads to the tool's provider.
        right: Option<ConnectionName>,
        /// Somebody who was named.
        identifier: Option<Identifier>,
    },
    /// No tool has this name, and one is called like it.
    ToolRenamed {
        /// Name that was asked for.
        wanted: ToolName,
        /// Name that is perhaps meant.
        meant: ToolName,
        /// Somebody who was named.
        identifier: Option<Identifier>,
    },
    /// No tool has this name or one like it.
    ToolUnknown(ToolName),
    /// The tool exists, and the environment does not list it for this account.
    ToolNotOffered {
        /// The tool.
        tool: ToolName,
        /// The account.
        account: Box<Account>,
    },
    /// The environment lists fewer tools than it says there are.
    ListCutOff {
        /// Tools that there are, as the environment states.
        stated: u64,
        /// Tools that it lists.
        listed: u64,
    },
    /// Everything is as it should be, and no tool is listed.
    NothingListed(Box<Account>),
    /// The environment has no account at all.
    NoAccounts,
    /// The connection has no account.
    NoAccountsOn(ConnectionName),
    /// It works in another environment that this machine knows.
    OtherEnvironment {
        /// Name of the environment, safe to show.
        name: String,
        /// Way to open it; none where it is not known here.
        source: Option<Source>,
        /// Account there, as a label; none where only an earlier call is known.
        account: Option<String>,
    },
    /// The environment refused the client id or the secret.
    KeyRefused(String),
    /// The environment's key may not do something that is needed here.
    KeyForbidden(&'static str),
    /// The environment could not be asked.
    NotAnswered(String),
    /// The call failed for a reason of its own.
    Call {
        /// Kind of the fault, by its name.
        kind: String,
        /// Words on it.
        said: Untrusted,
        /// Tool that was called.
        tool: Option<ToolName>,
    },
}

impl Cause {
    /// A stable name for programs to match on.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::ConnectionCase { .. } => "connection_case",
            Self::OtherConnection { .. } => "other_connection",
            Self::ConnectionUnknown { .. } => "connection_unknown",
            Self::ConnectionDisabled(_) => "connection_disabled",
            Self::ConnectionIncomplete(_) => "connection_incomplete",
            Self::NoConnectionTo(_) => "no_connection_to_provider",
            Self::IdentifierNeighbour { .. } => "identifier_neighbour",
            Self::IdentifierUnknown(_) => "identifier_unknown",
            Self::AccountMissing { .. } => "account_missing",
            Self::Status(account) => match account.status {
                Status::Expired => "expired",
                Status::PendingAuth => "pending_auth",
                Status::PendingVerification => "pending_verification",
                Status::Disconnected => "disconnected",
                Status::KeyRefused => "key_refused",
                Status::Active | Status::Unspecified | Status::Other(_) => "status_unknown",
            },
            Self::RevokedAtProvider { .. } => "revoked_at_provider",
            Self::SomebodyElse { .. } => "somebody_else",
            Self::ScopeMissing { .. } => "scope_missing",
            Self::Forbidden { .. } => "forbidden_at_provider",
            Self::OtherProvider { .. } => "tool_of_other_provider",
            Self::ToolRenamed { .. } => "tool_renamed",
            Self::ToolUnknown(_) => "tool_unknown",
            Self::ToolNotOffered { .. } => "tool_not_offered",
            Self::ListCutOff { .. } => "list_cut_off",
            Self::NothingListed(_) => "nothing_listed",
            Self::NoAccounts | Self::NoAccountsOn(_) => "no_accounts",
            Self::OtherEnvironment { .. } => "other_environment",
            Self::KeyRefused(_) => "key_refused",
            Self::KeyForbidden(_) => "key_forbidden",
            Self::NotAnswered(_) => "not_answered",
            Self::Call { .. } => "call_failed",
        }
    }

    /// What helps.
    pub fn remedy(&self) -> Remedy {
        let list = |identifier: &Option<Identifier>, connection: &ConnectionName| match identifier {
            Some(identifier) => Remedy::ListTools(identifier.clone(), Some(connection.clone())),
            None => Remedy::ListAccounts(Some(connection.clone())),
        };
        match self {
            Self::ConnectionCase { meant, identifier, .. } => list(identifier, meant),
            Self::OtherConnection { account, .. } => {
                Remedy::ListTools(account.identifier.clone(), Some(account.connection.clone()))
            }
            Self::ConnectionUnknown { near, identifier, .. } => match (near.first(), identifier) {
                (Some(near), _) => list(identifier, near),
                (None, Some(identifier)) => Remedy::ListTools(identifier.clone(), None),
                (None, None) => Remedy::ListConnections,
            },
            Self::ConnectionDisabled(name) => Remedy::EnableConnection(name.clone()),
            Self::ConnectionIncomplete(name) => Remedy::FinishConnection(name.clone()),
            Self::NoConnectionTo(provider) => Remedy::MakeConnection(provider.clone()),
            Self::IdentifierNeighbour { meant, connection, .. } => Remedy::ListTools(meant.clone(), connection.clone()),
            Self::IdentifierUnknown(identifier) => Remedy::Connect(Some(identifier.clone()), None),
            Self::AccountMissing { identifier, connection } => {
                Remedy::Connect(Some(identifier.clone()), Some(connection.clone()))
            }
            Self::NoAccountsOn(connection) => Remedy::Connect(None, Some(connection.clone())),
            Self::NoAccounts => Remedy::Connect(None, None),
            Self::Status(account) | Self::RevokedAtProvider { account, .. } | Self::SomebodyElse { account, .. } => {
                Remedy::Authorize(account.clone())
            }
            Self::ScopeMissing { account, .. } => Remedy::GrantScopes(account.clone()),
            Self::Forbidden { account, .. } => Remedy::AskProvider(account.clone()),
            Self::OtherProvider { right, identifier, provider, .. } => match right {
                Some(right) => list(identifier, right),
                None => Remedy::MakeConnection(provider.clone()),
            },
            Self::ToolRenamed { meant, identifier, .. } => Remedy::ShowTool(meant.clone(), identifier.clone()),
            Self::ToolUnknown(_) => Remedy::SearchTools,
            Self::ToolNotOffered { account, .. } => {
                Remedy::ListTools(account.identifier.clone(), Some(account.connection.clone()))
            }
            Self::ListCutOff { .. } | Self::NotAnswered(_) => Remedy::AskAgain,
            Self::NothingListed(account) => Remedy::FinishConnection(account.connection.clone()),
            Self::OtherEnvironment { source, .. } => match source {
                Some(source) => Remedy::OpenEnvironment(source.clone()),
                None => Remedy::ChooseEnvironment,
            },
            Self::KeyRefused(_) | Self::KeyForbidden(_) => Remedy::FixKey,
            Self::Call { kind, .. } if kind == FaultKind::InvalidInput.slug() => Remedy::ChangeInput,
            Self::Call { kind, .. } if kind == FaultKind::PolicyDenied.slug() => Remedy::AskPolicy,
            Self::Call { kind, .. } if kind == FaultKind::NotGranted.slug() => Remedy::GrantResource,
            Self::Call { kind, .. } if kind == FaultKind::Misconfigured.slug() => Remedy::MendConnection,
            Self::Call { .. } => Remedy::SendAgain,
        }
    }

    pub(super) fn not_answered(fault: &Fault) -> Self {
        Self::NotAnswered(fault.to_string())
    }
}

impl fmt::Display for Cause {
    /// One sentence or two, safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConnectionCase { meant, .. } => {
                write!(f, "The connection is called {meant}. Names are case-sensitive.")
            }
            Self::OtherConnection { wanted, account } => write!(
                f,
                "{}'s account at {} is on the connection {}, not on {wanted}.",
                account.identifier, account.provider, account.connection
            ),
            Self::ConnectionUnknown { wanted, near, .. } => match near.first() {
                Some(near) => write!(f, "There is no connection named {wanted}. The nearest name is {near}."),
                None => write!(f, "There is no connection named {wanted} in this environment."),
            },
            Self::ConnectionDisabled(name) => {
                write!(f, "The connection {name} is switched off, so none of its accounts can be used.")
            }
            Self::ConnectionIncomplete(name) => {
                write!(f, "The connection {name} is not configured to its end, so none of its accounts can be used.")
            }
            Self::NoConnectionTo(provider) => {
                write!(f, "No connection of this environment leads to {provider}, the provider of this tool.")
            }
            Self::IdentifierNeighbour { wanted, meant, .. } => {
                let is_case = wanted.raw().to_lowercase() == meant.raw().to_lowercase();
                let case = if is_case { " Identifiers are case-sensitive." } else { "" };
                write!(f, "{wanted} has no account in this environment, but {meant} has.{case}")
            }
            Self::IdentifierUnknown(identifier) => {
                write!(f, "{identifier} has no account in this environment, nor has anybody with a name like it.")
            }
            Self::AccountMissing { identifier, connection } => {
                write!(f, "{identifier} has no account on {connection}.")
            }
            Self::Status(account) => match account.status {
                Status::Expired => {
                    write!(f, "{} is EXPIRED: its access token ran out and was not renewed.", account.label())
                }
                Status::PendingAuth => {
                    write!(f, "{} is PENDING_AUTH: nobody has finished authorizing it.", account.label())
                }
                Status::PendingVerification => write!(
                    f,
                    "{} is PENDING_VERIFICATION: consent was given, and your application's verification route was \
                     never called for it.",
                    account.label()
                ),
                Status::Disconnected => {
                    write!(f, "{} is DISCONNECTED: its credentials were removed.", account.label())
                }
                ref other => write!(f, "{} is {}, not ACTIVE. {}", account.label(), other.name(), other.meaning()),
            },
            Self::RevokedAtProvider { account, .. } => write!(
                f,
                "{} says ACTIVE, but {} refuses its credentials: access was revoked there.",
                account.label(),
                account.provider
            ),
            Self::SomebodyElse { account, who, verdict } => match verdict {
                Verdict::Shared(other) => {
                    write!(f, "Calls as {} act as {who}, and so do those of {other}.", account.label())
                }
                Verdict::Split(connection, other) => {
                    write!(f, "Calls as {} act as {who}, and those on {connection} as {other}.", account.label())
                }
                _ => write!(f, "Calls as {} act as {who}.", account.label()),
            },
            Self::ScopeMissing { account, tool, scopes, .. } => {
                let which = match scopes.as_slice() {
                    [] => "a scope".to_owned(),
                    [one] => format!("the scope {}", Untrusted::from(one.as_str())),
                    several => format!("the scopes {}", Untrusted::from(several.join(", "))),
                };
                write!(f, "{} was never granted {which} that {tool} needs.", account.label())
            }
            Self::Forbidden { account, tool, .. } => {
                write!(f, "{} does not let {} do what {tool} does.", account.provider, account.identifier)
            }
            Self::OtherProvider { tool, provider, connection, .. } => {
                write!(f, "{tool} belongs to {provider}; the connection {connection} leads to another provider.")
            }
            Self::ToolRenamed { wanted, meant, .. } => {
                write!(f, "There is no tool named {wanted}. The nearest name is {meant}.")
            }
            Self::ToolUnknown(wanted) => write!(f, "There is no tool named {wanted}, nor one with a name like it."),
            Self::ToolNotOffered { tool, account } => {
                write!(f, "{tool} exists, but the environment does not offer it to {}.", account.label())
            }
            Self::ListCutOff { stated, listed } => write!(
                f,
                "The list is cut off: the environment says there are {}, and lists {listed}.",
                pluralize(*stated, "tool")
            ),
            Self::NothingListed(account) => write!(
                f,
                "{} is active, but the environment lists no tools for it: the connection may be newly made, or its \
                 provider may offer none.",
                account.label()
            ),
            Self::NoAccounts => f.write_str("This environment has no connected accounts."),
            Self::NoAccountsOn(connection) => write!(f, "Nobody has an account on {connection}."),
            Self::OtherEnvironment { name, account: Some(account), .. } => {
                write!(f, "It would work in another environment: {account} is active in {name}.")
            }
            Self::OtherEnvironment { name, account: None, .. } => {
                write!(f, "It worked in another environment: {name}.")
            }
            Self::KeyRefused(said) => write!(f, "The environment refuses the client id or secret. {said}"),
            Self::KeyForbidden(what) => write!(f, "The environment's key may not {what}."),
            Self::NotAnswered(said) => write!(f, "The environment could not be asked. {said}"),
            Self::Call { kind, said, .. } => write!(f, "{}", of_call(kind, said)),
        }
    }
}

/// Sentence on a call that failed for a reason of its own.
fn of_call(kind: &str, said: &Untrusted) -> String {
    let is = |kinds: &[FaultKind]| kinds.iter().any(|known| known.slug() == kind);
    let head = if is(&[FaultKind::InvalidInput]) {
        "The input of the call was refused."
    } else if is(&[FaultKind::PolicyDenied]) {
        "The authorization server gave no token for the call: a policy denied it."
    } else if is(&[FaultKind::NotGranted]) {
        "The authorization server gave no token for the call: the person has not granted the resource yet."
    } else if is(&[FaultKind::Misconfigured]) {
        "The authorization server refuses what the connection says of itself."
    } else if is(&[FaultKind::ProviderLimited]) {
        "The provider's own limit was reached."
    } else if is(&[FaultKind::RateLimited]) {
        "The environment's request limit was reached."
    } else if is(&[FaultKind::BrokerFailed, FaultKind::BadAnswer, FaultKind::TooLarge]) {
        "The environment itself failed."
    } else if is(&[FaultKind::Network, FaultKind::Unreachable, FaultKind::Blocked, FaultKind::TimedOut]) {
        "The call did not get through to the environment and back."
    } else if is(&[FaultKind::NotFound]) {
        "What the call asked for does not exist, or may not be seen."
    } else if is(&[FaultKind::ReportedFailure]) {
        "The tool ran and reported a failure of its own."
    } else {
        "The provider refused the call, for a reason that has nothing to do with the account."
    };
    if said.is_empty() { head.to_owned() } else { format!("{head} {said}") }
}
