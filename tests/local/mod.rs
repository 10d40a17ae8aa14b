//! An environment of one's own: from nothing to an account, requests with its credential, and the end of it.

mod audit;
mod cli;
mod connecting;
mod cut_short;
mod discovery;
mod ending;
mod environment;
mod exchange;
mod exchange_cli;
mod exchange_servers;
mod key_standing;
mod mcp;
mod mcp_cli;
mod mcp_process;
mod mcp_server;
mod provider;
mod requests;
mod secrets;
pub mod zone;
