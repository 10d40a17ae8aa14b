//! Inputs: one line, a secret, many lines; and undo for them.

pub mod editor;
pub mod filter;
pub mod line_input;
pub mod undo;
