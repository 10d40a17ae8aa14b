//! Floor 4: the full-screen front, one room a feature.

pub mod accounts;
pub mod activity;
pub mod core;
pub mod environments;
pub mod explorer;
pub mod input;
pub mod playground;
pub mod runtime;
pub mod shell;
pub mod theme;
pub mod tools;
pub mod widgets;

pub use runtime::event_loop::{FRAME, run};
pub use runtime::reference::REFERENCE;
