//! Numbers with their nouns.

/// A count and what it counts: `1 account`, `2 accounts`, for nouns that take an `s`.
pub fn pluralize(count: u64, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}
