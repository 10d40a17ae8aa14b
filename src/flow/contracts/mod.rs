//! Contracts as tools of an environment: found, read again when they change, and run over its proxy.
//!
//! * [`ContractLibrary`]: those that come with the program, a person's own and a project's
//! * [`ContractBackend`]: a back-end with the tools of contracts beside its own
//! * [`check()`]: everything that is wrong in a file
//! * [`new`]: the beginning of a contract, from a request that was made once

mod backend;
mod call;
mod check;
mod jq;
mod library;
pub mod new;
mod upload;

pub use backend::ContractBackend;
pub use check::check;
pub use jq::ChildJq;
pub use library::{ContractFolder, ContractLibrary, ContractQuestion, FileProblem, Shelf};
