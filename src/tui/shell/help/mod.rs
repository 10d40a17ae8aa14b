//! Help.

pub mod state;
pub mod view;
