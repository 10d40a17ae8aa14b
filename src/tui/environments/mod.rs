//! Environments: where they come from, opening and switching them.

pub mod env_file;
pub mod list;
pub mod open_environment;
pub mod perform;
pub mod profile_form;
pub mod switch_environment;
pub mod view;
