//! Palette.

pub mod state;
pub mod view;
