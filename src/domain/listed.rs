//! Things in a row.

use std::fmt::Display;

/// Things as they are shown, with a text between them.
pub fn listed(things: &[impl Display], between: &str) -> String {
    things.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}
