//! The calls of the past: the journal, and the environment's own log.

mod actions;
pub mod diff;
pub mod entry;
pub mod loader;
mod replay;
pub mod screen;
pub mod snippet;
pub mod tasks;
mod view;
