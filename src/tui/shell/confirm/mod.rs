//! Confirm.

pub mod state;
pub mod view;
