//! Servers that several topics use.

mod oauth_messages;
pub mod oauth_server;
