//! Marks of tokens.

use sha2::{Digest as _, Sha256};

use crate::domain::{Secret, TokenMark};

/// Mark of a token: the beginning of its SHA-256. None for an empty one.
pub fn token_mark(token: &Secret) -> Option<TokenMark> {
    if token.is_empty() {
        return None;
    }
    let hash = Sha256::digest(token.expose().as_bytes());
    let digits: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    TokenMark::from_digits(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_the_beginning_of_the_hash() {
        let mark = |text: &str| token_mark(&Secret::new(text.into())).map(|mark| mark.digits().to_owned());
        // FIPS 180-2, B.1.
        assert_eq!(mark("abc").as_deref(), Some("ba7816bf"));
        assert_eq!(mark(""), None);
    }
}
