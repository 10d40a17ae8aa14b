//! Jq.

pub mod history;
pub mod perform;
pub mod state;
pub mod view;
