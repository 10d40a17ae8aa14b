//! Inputs: one line, a secret, many lines; and undo for them.

pub mod editor;
mod editor_marks;
mod editor_view;
pub mod filter;
pub mod line_input;
pub mod undo;
