//! The client of MCP servers against scripted servers on loopback, and against programs.

mod authorization;
mod calls;
mod faults;
mod lists;
mod peer;
mod process;
mod questions;
mod sessions;
