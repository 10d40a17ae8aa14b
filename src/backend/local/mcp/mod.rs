//! MCP servers as connections: one client for each account, opened at its first use and kept while the environment is
//! open.

mod authorization;
mod bearer;
mod clients;
mod content;
mod convert;
mod definitions;
mod patience;
mod probe;
mod refusal;
mod state;
mod tools;
mod uses;

pub(super) use self::authorization::{ServerConsent, ServerGrant, redirect};
pub(super) use self::clients::Servers;
pub use self::probe::ServerNeeds;
pub(super) use self::state::{GrantPlace, KeptClient, ServerState, TABLES};
