//! Servers that several topics use.

mod client_proof;
mod oauth_messages;
pub mod oauth_server;
pub mod token_service;
