//! Floor 0: the words of the field as types. No I/O, no async, no terminal.
//!
//! Everything a stranger can put in front of a person is an [`Untrusted`] (or a named text built on
//! one), everything that must never be shown is a [`Secret`], and everything that can go wrong is a
//! [`Fault`]. The rest of the program moves these around.

mod account;
mod connection;
mod copied;
mod counted;
mod credentials;
mod decoded;
mod environment;
mod execution;
mod fault;
mod found_tool;
mod json_text;
mod logged_call;
mod provider_info;
mod proxy;
mod secret;
mod skew;
mod tool;
mod untrusted;

pub use account::{Account, AccountRef, AuthorizationType, Status};
pub use connection::{Connection, ConnectionStatus};
pub use copied::{bare, filled_in};
pub(crate) use counted::counted;
pub use credentials::{CredentialKind, Credentials, HeldCredentials};
pub use decoded::{NotText, decoded, without_mark};
pub use environment::{Environment, EnvironmentUrl};
pub use execution::{Execution, ToolCall};
pub use fault::{CarriedOut, Fault, FaultKind, Violation, Whose};
pub use found_tool::{FoundOn, FoundTool, Readiness};
pub use json_text::JsonText;
pub use logged_call::{CallSource, CallStatus, LoggedCall};
pub use provider_info::{AuthField, AuthPattern, FieldOption, InputKind, ProviderInfo};
pub use proxy::{ProxyBody, ProxyMethod, ProxyRequest, ProxyResponse};
pub use secret::Secret;
pub use skew::Skew;
pub use tool::{Effect, EffectSource, Tool};
pub use untrusted::{
    AccountId, ConnectionId, ConnectionName, ExecutionId, Identifier, LONGEST, Provider, ToolName, Untrusted,
};
pub(crate) use untrusted::{MARKS, is_hostile, is_upon_another, scrub};
