//! A server of tools, for any client, over standard input and output or HTTP on loopback.
//!
//! Whose tools they are is a [`ToolHost`]'s business; this speaks both eras of the protocol with the client, and holds it
//! to its bounds. Nothing of `rmcp` shows.
//!
//! * [`host`]: what a host offers and answers; [`peer`]: the client that asks, and how it is asked back
//! * [`stream`]: one client over a pair of streams; [`http`]: many over streamable HTTP
//! * `handler`: requests of the protocol; `call`: one call, which may stop for questions; `parked`: calls that wait for an
//!   answer of a client without sessions; `wire`: tools and results as the protocol has them; `names`: names that every
//!   client takes

mod call;
mod handler;
pub mod host;
pub mod http;
mod names;
mod parked;
pub mod peer;
mod shared;
pub mod stream;
mod wire;

pub use host::{HostRefusal, OfferedTool, ServerName, ToolAnswer, ToolHints, ToolHost};
pub use peer::{Era, Peer, Question};
