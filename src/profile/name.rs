//! Name of a saved environment.

use std::fmt;

use crate::domain::{Fault, FaultKind};

/// A profile's name: letters, digits, `-`, `_` and `.`, so that it can stand in a command line and
/// on a screen as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileName(String);

impl ProfileName {
    /// Reads a name as it is typed or stands in the file.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for one that is empty, longer than 64, or holds anything else.
    pub fn parse(name: &str) -> Result<Self, Fault> {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        let begins_well = name.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        if begins_well && name.len() <= 64 && name.bytes().all(is_plain) {
            return Ok(Self(name.to_owned()));
        }
        Err(Fault::new(
            FaultKind::InvalidInput,
            "A profile's name is made of up to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit.",
        ))
    }

    /// Name as it is typed on a command line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for good in ["acme", "7", "acme-eu.staging_2"] {
            assert_eq!(ProfileName::parse(good).expect(good).to_string(), good);
        }
        let long = "a".repeat(65);
        for bad in ["", "-x", ".x", "a b", "a\x1b", "ä", "a/b", long.as_str()] {
            assert_eq!(ProfileName::parse(bad).expect_err(bad).kind, FaultKind::InvalidInput);
        }
    }
}
