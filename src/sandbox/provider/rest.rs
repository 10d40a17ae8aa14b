//! REST requests that the broker passes through, and the provider's raw answers.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::data::ProviderData;

const JSON: &str = "application/json; charset=utf-8";

/// One request as it reaches the provider.
pub struct RestRequest<'a> {
    pub method: &'a str,
    /// With a slash in front, decoded.
    pub path: &'a str,
    /// The query and the fields of the body.
    pub arguments: Map<String, Value>,
}

/// The provider's answer, byte for byte.
pub struct RestAnswer {
    pub status: u16,
    /// The provider's own, names in lower case.
    pub headers: &'static [(&'static str, &'static str)],
    pub content_type: &'static str,
    pub retry_after: Option<u64>,
    pub body: Bytes,
}

impl RestAnswer {
    pub fn json(status: u16, body: &Value) -> Self {
        let body = body.to_string().into_bytes().into();
        Self::new(status, JSON, body)
    }

    pub fn new(status: u16, content_type: &'static str, body: Bytes) -> Self {
        Self { status, headers: &[], content_type, retry_after: None, body }
    }

    /// Answer with the result of a call; no result at all is a 204.
    pub fn from_data(status: u16, data: &ProviderData) -> Self {
        if data.is_null() {
            return Self::new(204, "", Bytes::new());
        }
        Self::new(status, JSON, serde_json::to_vec(data).unwrap_or_default().into())
    }
}

impl RestRequest<'_> {
    /// Match of the path with a template such as `/repos/{owner}`: how many of its parts are literal, and
    /// the arguments with what stands in the path.
    pub fn fits(&self, template: &str) -> Option<(usize, Map<String, Value>)> {
        let (mut literals, mut named) = (0, Vec::new());
        let mut parts = self.path.split('/');
        for expected in template.split('/') {
            let part = parts.next()?;
            match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) if !part.is_empty() => named.push((name.to_owned(), Value::from(part))),
                None if part == expected => literals += 1,
                _ => return None,
            }
        }
        if parts.next().is_some() {
            return None;
        }
        let mut arguments = self.arguments.clone();
        arguments.extend(named);
        Some((literals, arguments))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_takes_its_names_from_the_path() {
        let fits = |path| {
            let arguments = Map::from_iter([("owner".into(), "query".into()), ("page".into(), "2".into())]);
            let request = RestRequest { method: "GET", path, arguments };
            request.fits("/repos/{owner}/issues").map(|(literals, arguments)| (literals, Value::Object(arguments)))
        };
        let (literals, arguments) = fits("/repos/acme/issues").expect("it fits");
        assert_eq!(literals, 3);
        assert_eq!(arguments, serde_json::json!({"owner": "acme", "page": "2"}), "the path wins over the query");
        for other in
            ["/repos/acme", "/repos/acme/issues/1", "/repos//issues", "/repos/acme/labels", "repos/acme/issues"]
        {
            assert!(fits(other).is_none(), "{other}");
        }
    }
}
