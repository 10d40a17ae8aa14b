//! Request log.

pub mod state;
pub mod view;
