//! Names and values of a query string or a posted form, where a name may come more than once.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use url::form_urlencoded;

/// Decoded pairs in their order. An empty value counts as unset, as everywhere on this wire.
#[derive(Debug)]
pub struct Params(Vec<(String, String)>);

impl Params {
    pub fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The first value under `name`.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every name with its value.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All values under `name`.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_names_keep_all_values() {
        let params = Params::parse(b"filter.connection_names=a&x=&filter.connection_names=b%26c&y=1+2");
        assert_eq!(params.all("filter.connection_names").collect::<Vec<_>>(), ["a", "b&c"]);
        assert_eq!(params.one("x"), None);
        assert_eq!(params.one("y"), Some("1 2"));
    }
}
