//! The tools one person may call.

pub mod account_picker;
pub mod account_resolution;
pub mod blocked;
pub mod export;
pub mod perform;
pub mod screen;
pub mod selection;
pub mod suggested_fix;
pub mod view;
