//! The challenge of a server that wants a token. RFC 6750 section 3, RFC 9110 section 11.6.1, RFC 9728 section 5.1.

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use url::Url;

use crate::domain::Untrusted;

/// Bytes of one header that are read.
const LONGEST: usize = 16 << 10;

/// Scopes of a challenge that are read.
const MOST_SCOPES: usize = 200;

/// What a server says of the token that it wants, in `WWW-Authenticate`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Challenge {
    /// URL of the metadata that name its authorization server; http or https.
    pub resource_metadata: Option<Url>,
    /// Scopes that the request needs.
    pub scopes: Vec<String>,
    /// Error code: `invalid_token`, `insufficient_scope`.
    pub error: Option<Untrusted>,
    /// The error in words.
    pub description: Option<Untrusted>,
}

impl Challenge {
    /// The challenge for a bearer token among these headers; an empty one if there is none.
    pub fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        values.filter_map(Self::read).next().unwrap_or_default()
    }

    /// True if the token is good and does not reach far enough.
    pub fn is_insufficient_scope(&self) -> bool {
        self.error.as_ref().is_some_and(|error| error.raw() == "insufficient_scope")
    }

    /// The first challenge of the scheme `Bearer` in a header, which may hold several.
    fn read(header: &str) -> Option<Self> {
        let mut found: Option<Self> = None;
        for part in parts(header.get(..LONGEST).unwrap_or(header)) {
            let (scheme, parameter) = match part.split_once(char::is_whitespace) {
                Some((scheme, rest)) if !scheme.contains('=') => (Some(scheme), rest.trim()),
                None if !part.contains('=') => (Some(part), ""),
                _ => (None, part),
            };
            match scheme {
                Some(_) if found.is_some() => break,
                Some(scheme) if scheme.eq_ignore_ascii_case("bearer") => found = Some(Self::default()),
                _ => {}
            }
            if let (Some(challenge), Some((name, value))) = (&mut found, parameter.split_once('=')) {
                challenge.set(name.trim(), &unquoted(value.trim()));
            }
        }
        found
    }

    fn set(&mut self, name: &str, value: &str) {
        match name.to_ascii_lowercase().as_str() {
            "resource_metadata" => {
                let url = Url::parse(value).ok();
                self.resource_metadata = url.filter(|url| matches!(url.scheme(), "http" | "https"));
            }
            "scope" => self.scopes = value.split_whitespace().take(MOST_SCOPES).map(str::to_owned).collect(),
            "error" => self.error = Some(value.into()),
            "error_description" => self.description = Some(value.into()),
            _ => {}
        }
    }
}

/// Parts between the commas that are not quoted.
fn parts(header: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = header.split(move |c| {
        let is_escaped = std::mem::take(&mut escaped);
        match c {
            '\\' if quoted && !is_escaped => escaped = true,
            '"' if !is_escaped => quoted = !quoted,
            _ => {}
        }
        c == ',' && !quoted
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"').map(|rest| rest.strip_suffix('"').unwrap_or(rest)) else {
        return value.to_owned();
    };
    let mut escaped = false;
    let kept = inner.chars().filter(|&c| {
        escaped = c == '\\' && !escaped;
        !escaped
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn read(header: &str) -> Challenge {
        let mut headers = HeaderMap::new();
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_str(header).unwrap());
        Challenge::of(&headers)
    }

    #[test]
    fn a_challenge_tells_where_and_for_what() {
        let challenge = read(
            r#"Bearer realm="a, b", resource_metadata="https://a.example/.well-known/x", scope="read write", error="invalid_token", error_description="It \"ran\" out""#,
        );
        assert_eq!(challenge.resource_metadata.unwrap().as_str(), "https://a.example/.well-known/x");
        assert_eq!(challenge.scopes, ["read", "write"]);
        assert_eq!(challenge.error.unwrap().raw(), "invalid_token");
        assert_eq!(challenge.description.unwrap().raw(), r#"It "ran" out"#);
    }

    #[test]
    fn challenges_of_other_schemes_are_left_alone() {
        let challenge = read(r#"Basic realm="x", error="not this", bearer scope=one, Digest scope="two""#);
        assert_eq!((challenge.scopes, challenge.error), (vec!["one".to_owned()], None));
        assert_eq!(read("Bearer"), Challenge::default());
        assert_eq!(read(r#"Negotiate abc=="#), Challenge::default());
    }

    #[test]
    fn challenges_that_make_no_sense_are_read_as_far_as_they_do() {
        assert_eq!(read(r#"Bearer scope="a b"#).scopes, ["a", "b"]);
        assert_eq!(read(r#"Bearer resource_metadata="file:///etc/passwd", scope=x"#).resource_metadata, None);
        assert_eq!(read(r#",,Bearer ,,scope="x",,"#).scopes, ["x"]);
        let many = format!("Bearer scope=\"{}\"", "s ".repeat(5_000));
        assert_eq!(read(&many).scopes.len(), MOST_SCOPES);
    }
}
