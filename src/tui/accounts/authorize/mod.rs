//! Authorize.

pub mod links;
pub mod state;
pub mod view;
pub mod whole_link;
