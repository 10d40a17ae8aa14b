//! Floor 0: the words of the field as types. No I/O, no async, no terminal.
//!
//! Everything a stranger can put in front of a person is an [`Untrusted`] (or a named text built on
//! one), everything that must never be shown is a [`Secret`], and everything that can go wrong is a
//! [`Fault`]. The rest of the program moves these around.

mod account;
mod clock_offset;
mod connection;
mod credential_use;
mod credentials;
mod elicitation;
mod environment;
mod execution;
mod fault;
mod fault_kind;
mod human_order;
mod json_text;
mod listed;
mod logged_call;
mod mcp_server;
mod message;
mod mode;
mod nearest;
mod packed;
mod pluralize;
mod proof;
mod provider_info;
mod proxy;
mod quotes;
mod resource;
mod secret;
mod tool;
mod tool_definition;
mod tool_effect;
mod untrusted;
mod uri_template;
mod utf8;

pub use account::{Account, AccountRef, AuthorizationType, AuthorizedBy, Status};
pub use clock_offset::ClockOffset;
pub use connection::{Connection, ConnectionStatus};
pub use credential_use::{CredentialEvent, CredentialOutcome, CredentialPurpose, CredentialUse, TokenMark};
pub use credentials::Credentials;
pub use elicitation::{Elicitation, ElicitationAnswer, ElicitationRequest};
pub use environment::{Environment, EnvironmentUrl, is_loopback};
pub use execution::{Execution, ToolCall};
pub use fault::{AnswerBody, CarriedOut, Fault, Violation};
pub use fault_kind::{FaultKind, Party};
pub(crate) use human_order::human_order;
pub use json_text::JsonText;
pub(crate) use listed::listed;
pub use logged_call::{CallSource, CallStatus, LoggedCall};
pub use mcp_server::{
    AccessLevel, ConnectionAuthState, ServerConfig, ServerConfigDraft, ServerInstance, ServerInstanceFilter,
    ServerOfPerson, SessionToken, TokenRequest, TokenTarget, ToolMapping, ToolSelection,
};
pub use message::SafeMessage;
pub use mode::{Mode, Reading};
pub(crate) use nearest::{nearest, nearest_name};
pub(crate) use pluralize::pluralize;
pub use proof::{Identity, MatchRule, Proof, ProofOutcome};
pub use provider_info::{AuthField, AuthPattern, FieldOption, InputKind, ProviderInfo};
pub use proxy::{ProxyBody, ProxyMethod, ProxyRequest, ProxyResponse};
pub use quotes::{reject_placeholder, trim_quotes};
pub use resource::{Prompt, PromptArgument, PromptMessage, Resource, ResourceBody, ResourceContent, ServerAccount};
pub use secret::Secret;
pub use tool::{Tool, ToolOrigin};
pub use tool_definition::definition;
pub use tool_effect::{EffectSource, ToolEffect};
pub use untrusted::{
    AccountId, ConnectionId, ConnectionName, ExecutionId, Identifier, LONGEST, Provider, ServerConfigId,
    ServerConfigName, ServerInstanceId, SharedTexts, ToolName, Untrusted,
};
pub(crate) use untrusted::{MARKS, is_combining, is_hostile, scrub};
pub use uri_template::UriTemplate;
pub use utf8::{NotText, decode_utf8, strip_bom};
