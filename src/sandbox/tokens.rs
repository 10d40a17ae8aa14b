//! Access tokens: who holds one may call.

use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq as _;

use super::random;

/// Seconds a token works, as documented (section 1.2).
pub const LIFETIME: i64 = 86399;

/// More clients than will ever share one sandbox; beyond that the oldest token is forgotten.
const MOST_TOKENS: usize = 100;

/// The access tokens given out and not yet expired.
#[derive(Default)]
pub struct AccessTokens(Vec<(String, Timestamp)>);

impl AccessTokens {
    pub fn issue(&mut self, now: Timestamp) -> Result<String, getrandom::Error> {
        let token = random::text()?;
        let expires = now.checked_add(SignedDuration::from_secs(LIFETIME)).unwrap_or(Timestamp::MAX);
        self.0.retain(|(_, expires)| now < *expires);
        if self.0.len() == MOST_TOKENS {
            self.0.remove(0);
        }
        self.0.push((token.clone(), expires));
        Ok(token)
    }

    pub fn knows(&self, token: &str, now: Timestamp) -> bool {
        self.0.iter().any(|(known, expires)| now < *expires && same(known, token))
    }
}

/// True if two secrets are equal, in a time that does not tell where they differ.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_dies_when_its_time_is_up() {
        let mut tokens = AccessTokens::default();
        let issued = Timestamp::UNIX_EPOCH;
        let later = |seconds| issued + SignedDuration::from_secs(seconds);
        let token = tokens.issue(issued).expect("random bytes");
        assert!(tokens.knows(&token, later(LIFETIME - 1)));
        assert!(!tokens.knows(&token, later(LIFETIME)));
        assert!(!tokens.knows("another", issued));
    }

    #[test]
    fn tokens_do_not_pile_up() {
        let mut tokens = AccessTokens::default();
        for _ in 0..MOST_TOKENS + 20 {
            tokens.issue(Timestamp::UNIX_EPOCH).expect("random bytes");
        }
        assert_eq!(tokens.0.len(), MOST_TOKENS);
    }
}
