//! Environments: where they come from, opening them, and going from one to another.

pub mod clock;
pub mod env_file;
pub mod list;
pub mod open_environment;
pub mod opener;
pub mod profile_form;
pub mod profile_task;
