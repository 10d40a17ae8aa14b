//! Presets.

pub mod perform;
pub mod state;
pub mod store;
pub mod view;
