//! Marks of tokens.

use sha2::{Digest as _, Sha256};

use crate::domain::{Secret, TokenMark};

/// Least length of a token that has a mark, in bytes. What is shorter can be guessed, and a mark would confirm the guess.
const LEAST: usize = 12;

/// Mark of a token: the beginning of its SHA-256. None for one that is empty or so short that it could be guessed.
pub fn token_mark(token: &Secret) -> Option<TokenMark> {
    if token.expose().len() < LEAST {
        return None;
    }
    let hash = Sha256::digest(token.expose().as_bytes());
    let digits: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    TokenMark::from_digits(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(text: &str) -> Option<String> {
        token_mark(&Secret::new(text.into())).map(|mark| mark.digits().to_owned())
    }

    #[test]
    fn a_mark_is_the_beginning_of_the_hash() {
        // FIPS 180-2, B.2.
        assert_eq!(mark("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").as_deref(), Some("248d6a61"));
    }

    #[test]
    fn what_can_be_guessed_has_no_mark() {
        for short in ["", "1234", "9f2c01ab", "hunter2-pin"] {
            assert_eq!(mark(short), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_mark_is_never_the_token_nor_a_part_that_tells_it(token in "[0-9a-f]{1,40}|\\PC{0,40}") {
            if let Some(mark) = mark(&token) {
                proptest::prop_assert!(mark.len() == 8 && mark != token && token.len() >= LEAST);
            }
        }
    }
}
