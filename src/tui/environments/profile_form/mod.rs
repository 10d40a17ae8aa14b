//! Profile form.

pub mod state;
pub mod view;
