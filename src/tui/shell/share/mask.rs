//! Masks: what stands on screen in the place of a value.

use std::ops::Range;

use crate::tui::widgets::text;

/// A value on screen, and its mask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Bytes of the text that it takes.
    pub place: Range<usize>,
    /// Mask to put there.
    pub mask: Mask,
}

/// Words in the place of a value. They tell people apart, and of anything else only its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mask {
    /// Person, by number.
    Person(u32),
    /// Address of nobody who has an account here: `mail-k3f`.
    Address(String),
    /// Id with its kind: `ca_`.
    Id(String),
    /// Rest of a link behind its host.
    Link,
    /// Anything else.
    Value,
}

/// Mark of something that is masked.
const DOTS: &str = "•••";

/// Letters of a short name.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

impl Mask {
    /// Mask of an id, which keeps its kind.
    pub fn id(id: &str) -> Self {
        match id.split_once('_') {
            Some((kind, _)) if (1..=12).contains(&kind.len()) && kind.chars().all(|c| c.is_ascii_lowercase()) => {
                Self::Id(format!("{kind}_"))
            }
            _ => Self::Value,
        }
    }

    /// Mask of an address, made of its hash.
    pub fn address(hash: u64) -> Self {
        let digit =
            |place: u32| DIGITS.get((hash / 36_u64.pow(place) % 36) as usize).map_or('0', |byte| char::from(*byte));
        Self::Address([2, 1, 0].map(digit).iter().collect())
    }

    /// Its words in at most so many columns.
    pub fn words(&self, columns: usize) -> String {
        let wordings = match self {
            Self::Person(number) => [format!("user-{number}"), format!("u{number}")],
            Self::Address(name) => [format!("mail-{name}"), name.clone()],
            Self::Id(kind) => [format!("{kind}{DOTS}"), DOTS.to_owned()],
            Self::Link | Self::Value => [DOTS.to_owned(), DOTS.to_owned()],
        };
        let fitting = wordings.into_iter().find(|words| text::width(words) <= columns);
        fitting.unwrap_or_else(|| "•".repeat(columns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_fit_into_the_room_and_tell_no_length() {
        assert_eq!([9, 6, 3, 1].map(|room| Mask::Person(12).words(room)), ["user-12", "u12", "u12", "•"]);
        assert_eq!([40, 6, 4].map(|room| Mask::id("ca_1234567890").words(room)), ["ca_•••", "ca_•••", "•••"]);
        assert_eq!([100, 3, 2].map(|room| Mask::Value.words(room)), ["•••", "•••", "••"]);
        assert_eq!(Mask::id("17_42"), Mask::Value);
    }
}
