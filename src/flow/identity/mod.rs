//! Proofs of identity: who the provider says an account is, held against our own identifier.
//!
//! One call that only reads is sent for each account, through the same gate as any other call, and stands in the
//! journal marked as a probe. What it tells is a [`Proof`](crate::domain::Proof); what that means beside all others is
//! a [`Verdict`].

mod probe;
mod proofs;
mod sweep;
mod verdict;

pub use probe::table;
pub use proofs::{Proofs, kept};
pub use sweep::{AT_ONCE, Swept, sweep};
pub use verdict::Verdict;
