//! REST requests that the broker passes through, and the provider's raw answers.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::data::ProviderData;

const JSON: &str = "application/json; charset=utf-8";

/// One request as it reaches the provider.
#[derive(Clone, Default)]
pub struct RestRequest<'a> {
    pub method: &'a str,
    /// With a slash in front, decoded.
    pub path: &'a str,
    /// The query and the fields of the body.
    pub arguments: Map<String, Value>,
    /// Media types that the answer may have; empty where nobody said.
    pub accept: &'a str,
    /// Media type of the body; empty where there is none.
    pub content_type: &'a str,
    /// The body as it came.
    pub body: &'a [u8],
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
    /// The same request below the path of `base`. Callers may repeat the end of that path: `/v2/tickets` and
    /// `/api/v2/tickets` are the `/tickets` of `https://acme.freshdesk.com/api/v2`.
    pub fn below(mut self, base: &str) -> Self {
        let path = base.split_once("://").map_or(base, |(_, rest)| rest);
        let segments: Vec<&str> = path.split('/').skip(1).filter(|segment| !segment.is_empty()).collect();
        let ends = (0..segments.len()).filter_map(|start| segments.get(start..));
        let repeated = ends.filter_map(|end| self.path.strip_prefix(&format!("/{}", end.join("/"))));
        if let Some(rest) = repeated.into_iter().find(|rest| rest.starts_with('/')) {
            self.path = rest;
        }
        self
    }

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
            let request = RestRequest { method: "GET", path, arguments, ..RestRequest::default() };
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

    #[test]
    fn the_path_of_the_base_may_be_repeated() {
        let below = |path, base| RestRequest { path, ..RestRequest::default() }.below(base).path.to_owned();
        for path in ["/api/v2/agents/me", "/v2/agents/me", "/agents/me"] {
            assert_eq!(below(path, "https://{{domain}}/api/v2"), "/agents/me");
        }
        assert_eq!(below("/api/auth.test", "https://slack.com/api"), "/auth.test");
        assert_eq!(below("/apis/v2", "https://{{domain}}/api/v2"), "/apis/v2");
        assert_eq!(below("/api", "https://slack.com/api"), "/api", "nothing is left of it");
        assert_eq!(below("/user", "https://api.github.com"), "/user");
    }
}
