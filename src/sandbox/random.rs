//! Texts nobody can guess: keys, tokens, links. These never follow from the seed.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::ids::uuid_text;

/// 24 random bytes in base64url.
pub fn text() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// Random UUID, version 4.
pub fn uuid() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(uuid_text(u128::from_ne_bytes(bytes)))
}
