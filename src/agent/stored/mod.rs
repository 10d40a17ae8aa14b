//! Runs in the journal: what is written of them, and how they are read back.

mod documents;
mod keeper;
mod load;
mod settle;

pub use documents::end_word;
pub(super) use documents::{Fate, WishDocument};
pub(super) use keeper::Keeper;
pub use load::{RunHead, StoredRun, list, load};
pub(super) use load::{head, limits_text};
pub(super) use settle::settle;
