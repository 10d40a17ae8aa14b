//! Names of the servers that tokens are for.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use super::endpoints::checked;
use crate::domain::{Fault, FaultKind};

/// Longest one, in bytes.
const LONGEST: usize = 2048;

/// Name of the server that a token is for (RFC 8707), letter by letter as the server has it: authorization servers
/// compare it as text, so that a slash more is another server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResourceIndicator(String);

impl ResourceIndicator {
    /// Reads what a server calls itself.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for anything but https, or http on loopback, and for a URL with a fragment, a user
    /// name, or letters that no URL has.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let refuse = |why: &str| Fault::new(FaultKind::InvalidInput, format!("The resource of the server {why}"));
        if text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refuse("is too long, or holds letters that no URL has."));
        }
        checked("resource of the server", &Url::parse(text).map_err(|_| refuse("is not a URL."))?)?;
        Ok(Self(text.to_owned()))
    }

    /// The name of a server that says none: its URL without query and fragment, and without the slash of an empty path.
    ///
    /// # Errors
    /// As [`ResourceIndicator::parse`].
    pub fn of_server(server: &Url) -> Result<Self, Fault> {
        let mut url = server.clone();
        url.set_query(None);
        url.set_fragment(None);
        let text = if url.path() == "/" { url.as_str().trim_end_matches('/') } else { url.as_str() };
        Self::parse(text)
    }

    /// The name as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if `server` is this resource, or lies in it: the same origin, and a path that goes on where this one ends.
    pub fn holds(&self, server: &Url) -> bool {
        let Ok(own) = Url::parse(&self.0) else { return false };
        let (path, asked) = (own.path().trim_end_matches('/'), server.path().trim_end_matches('/'));
        let rest = asked.strip_prefix(path);
        own.origin() == server.origin()
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            && own.query().is_none_or(|query| server.query() == Some(query))
    }
}

impl fmt::Display for ResourceIndicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ResourceIndicator> for String {
    fn from(resource: ResourceIndicator) -> Self {
        resource.0
    }
}

impl TryFrom<String> for ResourceIndicator {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|fault| fault.message.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_lies_in_its_resource() {
        for (resource, server, holds) in [
            ("https://a.example/mcp", "https://a.example/mcp", true),
            ("https://a.example/mcp/", "https://a.example/mcp", true),
            ("https://a.example", "https://a.example/v2/mcp", true),
            ("https://a.example/v2", "https://a.example/v2/mcp?x=1", true),
            ("https://A.example:443/mcp", "https://a.example/mcp", true),
            ("https://a.example/v2", "https://a.example/v22", false),
            ("https://a.example/mcp/x", "https://a.example/mcp", false),
            ("https://b.example/mcp", "https://a.example/mcp", false),
            ("https://a.example:8443/mcp", "https://a.example/mcp", false),
            ("https://a.example/mcp?tenant=1", "https://a.example/mcp?tenant=2", false),
            ("https://a.example/mcp?tenant=1", "https://a.example/mcp?tenant=1", true),
        ] {
            let parsed = ResourceIndicator::parse(resource).unwrap();
            assert_eq!(parsed.holds(&Url::parse(server).unwrap()), holds, "{resource} {server}");
            assert_eq!(parsed.as_str(), resource, "it is sent as it came");
        }
    }

    #[test]
    fn a_name_that_nobody_can_use_is_refused_and_a_missing_one_is_the_url() {
        for bad in [
            "http://a.example",
            "https://a.example/#x",
            "a.example",
            "https://u:p@a.example",
            "https://a\u{200b}.example",
        ] {
            assert!(ResourceIndicator::parse(bad).is_err(), "{bad}");
        }
        for (server, name) in [
            ("https://a.example/", "https://a.example"),
            ("https://A.example/mcp?x=1", "https://a.example/mcp"),
            ("https://a.example/mcp/", "https://a.example/mcp/"),
        ] {
            assert_eq!(ResourceIndicator::of_server(&Url::parse(server).unwrap()).unwrap().as_str(), name);
        }
    }
}
