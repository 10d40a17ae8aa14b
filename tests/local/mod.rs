//! An environment of one's own: from nothing to an account, requests with its credential, and the end of it.

mod cli;
mod connecting;
mod ending;
mod environment;
mod mcp;
mod mcp_cli;
mod mcp_process;
mod mcp_server;
mod provider;
mod requests;
mod secrets;
