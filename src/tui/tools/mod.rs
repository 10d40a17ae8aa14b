//! Tools: the list of what one person may call, or of everything there is.

pub mod account_picker;
mod actions;
pub mod blocked;
pub mod export;
pub mod loading;
pub mod screen;
pub mod selection;
mod try_tool;
mod view;
