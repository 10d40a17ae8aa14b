//! Servers that several topics use.

mod client_proof;
#[cfg(feature = "sdk")]
pub mod h2_client;
mod model_reply;
pub mod model_server;
mod oauth_messages;
pub mod oauth_server;
pub mod token_service;

#[cfg(feature = "sdk")]
pub mod grpc_client;

pub use self::model_reply::ModelReply;
