//! Floor 1: the Model Context Protocol, as a client of servers and as a server of tools, without an idea of environments.
//!
//! `rmcp` speaks the protocol in both of its eras; nothing of it shows outside this module. Facts: docs/mcp.md.

pub mod client;
pub mod server;
