//! State that several features read and none owns.

pub mod account_store;
pub mod approvals;
pub mod authorization;
pub mod catalogue;
pub mod draft;
pub mod environment;
pub mod opened;
pub mod proof_store;
pub mod server_clock;
pub mod session;
pub mod subject;
pub mod tool_filter;
pub mod tool_store;
pub mod tool_usage;
pub mod unsent;
