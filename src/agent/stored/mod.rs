//! Runs in the journal: what is written of them, and how they are read back.

mod documents;
mod keeper;
mod load;
mod settle;

pub use documents::end_word;
pub(super) use documents::{Fate, WishDocument};
pub(super) use keeper::Keeper;
pub(super) use load::limits_text;
pub use load::{RunHead, StoredRun, list, load};
pub(super) use settle::settle;
