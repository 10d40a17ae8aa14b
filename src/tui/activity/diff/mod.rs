//! Diff.

pub mod state;
pub mod view;
