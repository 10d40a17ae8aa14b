//! Integration tests, one binary: the client against the sandbox over loopback, the screens, the
//! real program in a pseudo-terminal.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod agent;
mod browser;
mod cli;
mod client;
mod contracts;
mod floors;
mod flow;
mod local;
mod mcp_client;
mod model_api;
mod oauth;
mod program;
mod redaction;
mod sandbox;
mod schema_suite;
mod screens;
mod serve;
mod support;
mod toy;
mod waiting;
