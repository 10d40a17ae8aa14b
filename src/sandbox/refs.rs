//! References by name inside the embedded data files.

use std::fmt::Display;

use serde::de::Error as _;

/// The one `item` that a data file means by `name`.
pub fn resolve<T>(
    mut all: impl Iterator<Item = T>,
    is_meant: impl FnMut(&T) -> bool,
    name: impl Display,
) -> Result<T, serde_json::Error> {
    all.find(is_meant).ok_or_else(|| serde_json::Error::custom(format_args!("nothing is called {name}")))
}
