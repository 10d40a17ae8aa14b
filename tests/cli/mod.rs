//! The headless front: the real binary, its answers and its exit codes.

mod accounts;
mod authorize;
mod changes;
mod connections;
mod docs;
mod endings;
mod environment;
mod export;
mod history;
mod listing;
mod manual;
mod objections;
mod outcomes;
mod presets;
pub mod process;
mod profile;
mod proxies;
mod reading;
mod request;
mod run;
mod sandbox;
mod settings;
mod timeout;
mod tools;
mod usage;
mod waits;
pub mod whom;
