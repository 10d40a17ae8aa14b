//! Floor 1: the Messages API, as a client: a conversation goes in, a streamed answer comes out.
//!
//! Any server that speaks it will do. Nothing here knows of environments, accounts or tools that run: a tool is a
//! definition, and what a model says of it is data.

mod answer;
mod assembler;
mod block;
mod body;
mod client;
mod connection;
mod event;
mod failure;
mod models;
mod request;
mod retry;

pub use self::answer::{ContentBlock, ModelAnswer, StopReason, StreamEvent, ToolUse, Usage};
pub use self::client::{ModelClient, ModelEndpoint, ModelInfo, ModelKey};
pub use self::connection::ModelLimits;
pub use self::failure::exceeds_context;
pub use self::request::{CreateMessage, ModelMessage, Role, ToolDefinition};
