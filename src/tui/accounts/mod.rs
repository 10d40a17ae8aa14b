//! Connected accounts: the list, and what is done about them.

mod actions;
pub mod authorize;
mod confirm_text;
pub mod credentials;
mod detail;
pub mod detail_loader;
mod extra;
pub mod filter;
pub mod lines;
pub mod new_account;
pub mod order;
pub mod screen;
pub mod tasks;
mod view;
