//! The REST contract as serde types, with the wire's own names.
//!
//! Every type here is a shape, never behaviour. Field names are snake_case as on the wire; unset
//! messages may be absent or `null` (both are read; absent is written); enums are plain strings, so
//! that values nobody has heard of survive; unknown fields are ignored. Each type is tested against
//! hand-written JSON, never against its own output, because client and sandbox share these types
//! and would otherwise share their mistakes.
//!
//! Section numbers in this folder are those of `docs/scalekit-api.md`.

pub mod account_changes;
pub mod accounts;
pub mod connections;
pub mod credentials;
pub mod error;
mod lenient;
pub mod logs;
pub mod mcp;
pub mod paging;
pub mod providers;
pub mod token;
pub mod tool_search;
pub mod tools;

use serde::{Deserialize, Deserializer};

/// Reads `null` like an absent field.
fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests;
