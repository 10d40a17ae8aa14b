//! The headless front: the real binary, its answers and its exit codes.

mod accounts;
mod authorize;
mod endings;
mod environment;
pub mod process;
mod run;
mod sandbox;
mod tools;
