//! What a server says with a refusal: the header `WWW-Authenticate`.

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use url::Url;

use super::scopes::{MOST_SCOPES, is_scope};
use crate::domain::Untrusted;

/// Part of a header that is read, in bytes.
const LONGEST: usize = 8 << 10;

/// Challenge of a server for a Bearer token (RFC 6750, 3; RFC 9728, 5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerChallenge {
    /// URL of the protected resource metadata, as the server gives it; whether it may be asked is decided where it is.
    pub resource_metadata: Option<Url>,
    /// Scopes that the request needs.
    pub scopes: Vec<String>,
    /// Code of the refusal: `invalid_token`, `insufficient_scope`.
    pub error: Option<Untrusted>,
    /// Words about it.
    pub description: Option<Untrusted>,
}

impl ServerChallenge {
    /// The challenge for a Bearer token among these headers, which may hold the header several times; an empty one where
    /// there is none.
    pub fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(WWW_AUTHENTICATE).iter();
        values.filter_map(|value| Self::parse(&String::from_utf8_lossy(value.as_bytes()))).next().unwrap_or_default()
    }

    /// Reads the value of the header, several of which may be joined by commas. None where there is no challenge for a
    /// Bearer token; whatever in one cannot be read is left out.
    pub fn parse(header: &str) -> Option<Self> {
        let mut end = header.len().min(LONGEST);
        while !header.is_char_boundary(end) {
            end -= 1;
        }
        let mut reader = Reader { rest: header.get(..end).unwrap_or_default() };
        let mut found: Option<Self> = None;
        let mut is_bearer = false;
        while let Some(item) = reader.next() {
            match item {
                Item::Scheme(scheme) => {
                    // A second challenge of the kind says what the first did not.
                    is_bearer = scheme.eq_ignore_ascii_case("bearer");
                    if is_bearer && found.is_none() {
                        found = Some(Self::default());
                    }
                }
                Item::Param(name, value) if is_bearer => {
                    if let Some(challenge) = &mut found {
                        challenge.take(&name.to_ascii_lowercase(), value);
                    }
                }
                Item::Param(..) => {}
            }
        }
        found
    }

    fn take(&mut self, name: &str, value: String) {
        match name {
            "resource_metadata" if self.resource_metadata.is_none() => {
                self.resource_metadata = Url::parse(value.trim()).ok();
            }
            "scope" if self.scopes.is_empty() => {
                let scopes = value.split_ascii_whitespace().filter(|scope| is_scope(scope)).take(MOST_SCOPES);
                for scope in scopes {
                    if !self.scopes.iter().any(|known| known == scope) {
                        self.scopes.push(scope.to_owned());
                    }
                }
            }
            "error" if self.error.is_none() => self.error = Some(value.into()),
            "error_description" if self.description.is_none() => self.description = Some(value.into()),
            _ => {}
        }
    }

    /// True if the token is good, and what it may do is not enough.
    pub fn is_insufficient_scope(&self) -> bool {
        self.error.as_ref().is_some_and(|error| error.raw() == "insufficient_scope")
    }
}

enum Item<'a> {
    Scheme(&'a str),
    Param(&'a str, String),
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<Item<'a>> {
        loop {
            self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
            if self.rest.is_empty() {
                return None;
            }
            let word = self.word();
            if word.is_empty() {
                // Nothing that a header has: one letter on.
                let mut letters = self.rest.chars();
                letters.next();
                self.rest = letters.as_str();
                continue;
            }
            let after = self.rest.trim_start();
            return match after.strip_prefix('=') {
                Some(value) => {
                    self.rest = value.trim_start();
                    let value = if self.rest.starts_with('"') { self.quoted() } else { self.bare() };
                    Some(Item::Param(word, value))
                }
                None => Some(Item::Scheme(word)),
            };
        }
    }

    fn word(&mut self) -> &'a str {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~/".contains(c);
        let end = self.rest.find(|c| !is_token(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        word
    }

    fn bare(&mut self) -> String {
        let end = self.rest.find(|c: char| c == ',' || c.is_ascii_whitespace()).unwrap_or(self.rest.len());
        let (value, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        value.to_owned()
    }

    /// A text between quotes; to the end, where the second one is missing.
    fn quoted(&mut self) -> String {
        let mut value = String::new();
        let mut letters = self.rest.chars();
        letters.next();
        while let Some(letter) = letters.next() {
            match letter {
                '"' => break,
                '\\' => value.extend(letters.next()),
                other => value.push(other),
            }
        }
        self.rest = letters.as_str();
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_read_however_it_is_written() {
        let linear =
            r#"Bearer realm="OAuth", resource_metadata="https://mcp.linear.app/.well-known/x", scope="read write""#;
        let challenge = ServerChallenge::parse(linear).unwrap();
        assert_eq!(challenge.resource_metadata.unwrap().as_str(), "https://mcp.linear.app/.well-known/x");
        assert_eq!(challenge.scopes, ["read", "write"]);
        assert!(challenge.error.is_none());
        let odd = r#"Basic realm="scope=\"x\", Bearer", bearer SCOPE=a ,error = insufficient_scope,, error_description="say \"hi\", you""#;
        let challenge = ServerChallenge::parse(odd).unwrap();
        assert_eq!((challenge.scopes.as_slice(), challenge.is_insufficient_scope()), (&["a".to_owned()][..], true));
        assert_eq!(challenge.description.unwrap().raw(), "say \"hi\", you");
        let two = r#"Bearer error="invalid_token", DPoP algs="ES256", scope="no", Bearer scope="b b""#;
        assert_eq!(ServerChallenge::parse(two).unwrap().scopes, ["b"]);
    }

    #[test]
    fn of_several_headers_the_one_for_a_bearer_token_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(ServerChallenge::of(&headers), ServerChallenge::default());
        for value in [r#"Basic realm="x", error="not this""#, "Negotiate abc==", "bearer scope=\"one two\""] {
            headers.append(WWW_AUTHENTICATE, value.parse().unwrap());
        }
        let challenge = ServerChallenge::of(&headers);
        assert_eq!((challenge.scopes.as_slice(), challenge.error), (&["one".to_owned(), "two".to_owned()][..], None));
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        for none in ["", "Basic realm=\"Bearer\"", "realm=\"x\"", "=====", "\"", "ä, ö"] {
            assert_eq!(ServerChallenge::parse(none), None, "{none}");
        }
        let torn = "Bearer resource_metadata=\"/relative\", scope=\"ok b\u{7}d \u{200b} qu\\\"ote\", error=\"open";
        let challenge = ServerChallenge::parse(torn).unwrap();
        assert_eq!((challenge.resource_metadata, challenge.scopes), (None, vec!["ok".to_owned()]));
        assert_eq!(challenge.error.unwrap().raw(), "open");
        let endless = format!("Bearer scope=\"{}\"", "ä".repeat(100_000));
        assert_eq!(ServerChallenge::parse(&endless), Some(ServerChallenge::default()));
        let many: String = (0..2000).map(|n| format!("s{n} ")).collect();
        assert_eq!(ServerChallenge::parse(&format!("Bearer scope=\"{many}\"")).unwrap().scopes.len(), MOST_SCOPES);
    }
}
