//! Inspect.

pub mod perform;
pub mod state;
pub mod view;
