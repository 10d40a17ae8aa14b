//! The headless front: the real binary, its answers and its exit codes.

mod accounts;
mod authorize;
mod endings;
mod environment;
mod manual;
pub mod process;
mod profile;
mod run;
mod sandbox;
mod tools;
