//! Modes of an environment: what may be sent to it, and what is asked before.

use strum::{EnumString, IntoStaticStr};

use super::{Fault, FaultKind};

/// Freedom that calls to an environment have; the stricter one is the lesser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Mode {
    /// Whatever is not known to read is refused.
    Read,
    /// On the screen, a person is asked before whatever is not known to read.
    Ask,
    /// A person is asked only before something is taken away.
    Free,
}

/// Evidence that a call leaves everything as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The vendor declares it, or the request's own method says so.
    Known,
    /// It is a guess, from the tool's name or from the method behind it.
    Guessed,
    /// It changes something, or nobody knows.
    No,
}

/// Reason against every change in [`Mode::Read`].
const READ_ONLY: &str = "This environment is open read-only (mode = read).";

impl Mode {
    /// All modes, from the strictest on.
    pub const ALL: &[Self] = &[Self::Read, Self::Ask, Self::Free];

    /// The word for it in files and options.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Reads the word for a mode.
    ///
    /// # Errors
    /// The words that there are.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        text.trim().parse().map_err(|_| "read, ask or free")
    }

    /// Meaning in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Read => "Read only: whatever is not known to read is refused.",
            Self::Ask => "Asks on the screen before whatever is not known to read.",
            Self::Free => "Asks only before something is taken away.",
        }
    }

    /// Reason against changing anything of the environment, where there is one.
    pub fn refuses_writes(self) -> Option<&'static str> {
        (self == Self::Read).then_some(READ_ONLY)
    }

    /// The same as a fault, for whoever tries it all the same.
    ///
    /// # Errors
    /// [`FaultKind::ReadOnly`].
    pub fn require_writes(self) -> Result<(), Fault> {
        match self.refuses_writes() {
            None => Ok(()),
            Some(reason) => Err(Fault::new(FaultKind::ReadOnly, format!("{reason} Nothing was sent."))),
        }
    }

    /// Reason against sending a call, where there is one.
    pub fn refuses(self, reading: Reading) -> Option<&'static str> {
        match (self, reading) {
            (Self::Ask | Self::Free, _) | (Self::Read, Reading::Known) => None,
            (Self::Read, Reading::Guessed) => {
                Some("This environment is open read-only (mode = read), and that this only reads is a guess.")
            }
            (Self::Read, Reading::No) => {
                Some("This environment is open read-only (mode = read), and this is not known to read.")
            }
        }
    }

    /// Whether a person at the screen is asked before a call.
    pub fn asks_before(self, reading: Reading) -> bool {
        self == Self::Ask && reading != Reading::Known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_mode_and_evidence() {
        let row = |mode: Mode| {
            [Reading::Known, Reading::Guessed, Reading::No]
                .map(|reading| (mode.refuses(reading).is_some(), mode.asks_before(reading)))
        };
        assert_eq!(row(Mode::Read), [(false, false), (true, false), (true, false)]);
        assert_eq!(row(Mode::Ask), [(false, false), (false, true), (false, true)]);
        assert_eq!(row(Mode::Free), [(false, false); 3]);
        assert!(Mode::ALL.iter().map(|mode| mode.require_writes().is_err()).eq([true, false, false]));
    }

    #[test]
    fn the_stricter_one_is_the_lesser_and_words_are_read_back() {
        assert!(Mode::ALL.is_sorted());
        for mode in Mode::ALL.iter().copied() {
            assert_eq!(Mode::parse(mode.word()), Ok(mode));
        }
        for odd in ["", "Read", "readonly", "write"] {
            assert_eq!(Mode::parse(odd), Err("read, ask or free"), "{odd}");
        }
    }
}
