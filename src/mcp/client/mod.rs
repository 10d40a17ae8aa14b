//! A client of one server, over streamable HTTP or a process of its own.
//!
//! `rmcp` keeps sessions, versions, ids and headers. What is inside of messages does not go through its types: a request
//! carries a [`slot`] through it, and the [`ledger`], which every transport tells what it sends and what comes
//! in, leaves the answer there as the bytes that it came in. So nothing is lost of it, nothing is copied, and whatever
//! goes wrong has one place where its reason is.

mod call;
mod connection;
mod elicitation;
mod endpoint;
mod event_stream;
mod fault;
mod handler;
mod http_link;
mod http_transport;
mod interaction;
mod ledger;
mod lines;
mod listing;
mod message;
mod network_fault;
mod offer;
mod options;
mod outgoing;
mod plain_words;
mod process;
mod rpc_error;
mod session;
mod slot;

pub use self::call::{CallAnswer, CallListener, NoListener};
pub use self::connection::McpClient;
pub use self::endpoint::{BearerSource, Endpoint, HttpEndpoint, ProcessEndpoint};
pub use self::fault::McpFault;
pub use self::offer::{Era, ServerCapabilities, ServerInfo, ServerPrompt, ServerResource, ServerTool, ToolAnnotations};
pub use self::options::{
    Changed, ClientLimits, ClientOptions, KEPT_BODY, MessageSource, ServerExchange, ServerMessage,
};
