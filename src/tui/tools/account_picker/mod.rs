//! Account picker.

pub mod state;
pub mod view;
