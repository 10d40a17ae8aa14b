//! A client of one server, over streamable HTTP or a process of its own.

mod call;
mod challenge;
mod connection;
mod endpoint;
mod fault;
mod offer;
mod options;

pub use self::call::{CallAnswer, CallListener, NoListener};
pub use self::challenge::Challenge;
pub use self::connection::McpClient;
pub use self::endpoint::{BearerSource, Endpoint, HttpEndpoint, ProcessEndpoint};
pub use self::fault::McpFault;
pub use self::offer::{Era, ServerCapabilities, ServerInfo, ServerPrompt, ServerResource, ServerTool, ToolAnnotations};
pub use self::options::{
    Changed, ClientLimits, ClientOptions, KEPT_BODY, MessageSource, ServerExchange, ServerMessage,
};
