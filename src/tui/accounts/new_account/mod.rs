//! New account.

pub mod state;
pub mod view;
