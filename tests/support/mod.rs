//! Servers that several topics use.

pub mod oauth_server;
