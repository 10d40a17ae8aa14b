//! A toy back-end through both fronts: what it can do is done, and what it cannot do is said.

mod backend;
mod cli;

pub use self::backend::Toy;
