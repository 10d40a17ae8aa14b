//! Env file.

pub mod state;
pub mod view;
