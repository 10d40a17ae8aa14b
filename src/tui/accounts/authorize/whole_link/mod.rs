//! Whole link.

pub mod state;
pub mod view;
