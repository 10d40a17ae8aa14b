//! The headless front: the real binary, its answers and its exit codes.

mod accounts;
mod authorize;
mod connections;
mod endings;
mod environment;
mod listing;
mod manual;
pub mod process;
mod profile;
mod run;
mod sandbox;
mod tools;
