//! Calls of the past.

pub mod diff;
pub mod loader;
pub mod perform;
pub mod replay;
pub mod screen;
pub mod snippet;
pub mod view;
