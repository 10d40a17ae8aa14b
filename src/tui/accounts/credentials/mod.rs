//! Credentials.

pub mod field;
pub mod perform;
pub mod state;
pub mod view;
