//! Same call, many users: one tool that reads, run as each of several people, and what each of them sees.
//!
//! Everybody's account is resolved first, as for any other call; somebody without an account that works is a row that
//! says so. Then the tool is held against the one rule of this use case: it runs for many people only where it is
//! declared to read. Only then anything is sent, a few calls at once, each recorded like any other call and all under
//! one label. A limit of requests is waited out as the other side asks.

mod comparison;
mod effect;
mod people;
mod run;
mod summary;

pub use comparison::{Comparison, RowFacts};
pub use effect::{Permission, permission, why_never};
pub use people::{Everybody, everybody};
pub use run::{AT_ONCE, ComparisonRequest, PersonResult, Refusal, Step, label, run};
