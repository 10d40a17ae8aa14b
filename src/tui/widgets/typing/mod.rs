//! Inputs: one line, a secret, many lines; and undo for them.

pub mod editor;
pub mod filter;
pub mod secret_input;
pub mod undo;
