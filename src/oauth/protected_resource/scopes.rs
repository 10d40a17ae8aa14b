//! Scopes to ask for: what the server wants, and not less than what was granted before.

use super::ServerAuth;
use super::challenge::ServerChallenge;

/// Scopes of one list that are read.
pub(super) const MOST_SCOPES: usize = 200;

/// Longest scope, in bytes.
const LONGEST: usize = 256;

/// Scope for a refresh token (OpenID Connect Core, 11), asked for only where the authorization server lists it.
pub(super) const OFFLINE: &str = "offline_access";

/// True for text that a scope can be (RFC 6749, 3.3).
pub(super) fn is_scope(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(is_letter)
}

/// Scopes to ask for: `granted` ones first, then those of the challenge, else all that the server lists. None at all
/// leaves the choice to the authorization server.
pub fn scopes_for(auth: &ServerAuth, challenge: Option<&ServerChallenge>, granted: &[String]) -> Vec<String> {
    let wanted = challenge.map(|challenge| challenge.scopes.as_slice()).filter(|scopes| !scopes.is_empty());
    let is_offered = |scope: &&String| auth.offers_offline_access || *scope != OFFLINE;
    let listed = || auth.scopes_supported.iter().filter(is_offered).collect::<Vec<_>>();
    let wanted = wanted.map_or_else(listed, |scopes| scopes.iter().collect());
    let mut scopes: Vec<String> = Vec::new();
    for scope in granted.iter().chain(wanted) {
        if is_scope(scope) && !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    // Alone, it would ask for less than no scope does.
    if auth.offers_offline_access && !scopes.is_empty() && !scopes.iter().any(|scope| scope == OFFLINE) {
        scopes.push(OFFLINE.to_owned());
    }
    scopes
}
