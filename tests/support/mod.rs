//! Servers that several topics use.

mod model_reply;
pub mod model_server;
mod oauth_messages;
pub mod oauth_server;

pub use self::model_reply::{ModelReply, ReplyStream};
