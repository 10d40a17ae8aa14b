//! Connected accounts: the list, and what is done about them.

pub mod authorize;
pub mod confirm_text;
pub mod credentials;
pub mod detail;
pub mod detail_loader;
pub mod extra;
pub mod filter;
pub mod lines;
pub mod new_account;
pub mod order;
pub mod perform;
pub mod screen;
pub mod view;
