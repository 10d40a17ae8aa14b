//! A provider's own API, called through the broker.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{ConnectionName, Identifier, JsonText, Reading, Untrusted};

/// One request to the provider's own API. Reference: section 7. `Debug` keeps header values, query
/// values and the body to itself.
#[derive(Clone, PartialEq)]
pub struct ProxyRequest {
    /// Name of the connection.
    pub connection: ConnectionName,
    /// Identifier of the person it acts as.
    pub identifier: Identifier,
    /// HTTP method.
    pub method: ProxyMethod,
    /// Below the provider's own base, percent-encoded where it must be, without a query.
    pub path: Untrusted,
    /// Names and values, not encoded.
    pub query: Vec<(Untrusted, Untrusted)>,
    /// The caller's own. Those that name the account, the token or the connection are not the caller's.
    pub headers: Vec<(Untrusted, Untrusted)>,
    /// Body to send.
    pub body: ProxyBody,
}

/// The methods of HTTP that a provider may be asked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "UPPERCASE")]
pub enum ProxyMethod {
    /// Reads a resource.
    Get,
    /// Reads the headers alone.
    Head,
    /// Submits something; not safe to repeat.
    Post,
    /// Replaces a resource.
    Put,
    /// Changes part of a resource.
    Patch,
    /// Deletes a resource.
    Delete,
    /// Asks what can be done.
    Options,
}

impl ProxyMethod {
    /// All methods.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Method as HTTP spells it.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// True for methods that only look, by HTTP's rules (RFC 9110, section 9.2.1).
    pub fn is_read(self) -> bool {
        matches!(self, Self::Get | Self::Head)
    }

    /// Evidence that a request with it only reads.
    pub fn reading(self) -> Reading {
        match self {
            Self::Get | Self::Head => Reading::Known,
            // Safe by the rules, but nobody needs it to look at data, and providers do with it what they like.
            Self::Options => Reading::Guessed,
            Self::Post | Self::Put | Self::Patch | Self::Delete => Reading::No,
        }
    }
}

/// Body of a proxy request. The content type is the obvious one, unless the caller's headers name another.
#[derive(Clone, PartialEq)]
pub enum ProxyBody {
    /// No body and no content type.
    None,
    /// JSON, byte for byte.
    Json(JsonText),
    /// Names and values, to be url-encoded.
    Form(Vec<(Untrusted, Untrusted)>),
    /// Anything; its content type is the caller's to name.
    Raw(Bytes),
}

/// The provider's answer, whatever it says.
#[derive(Clone, PartialEq)]
pub struct ProxyResponse {
    /// HTTP status of the provider, passed through by the broker.
    pub status: u16,
    /// Headers in the order they came; bytes that are no text are replaced.
    pub headers: Vec<(Untrusted, Untrusted)>,
    /// Body as it came, unpacked.
    pub body: Bytes,
    /// Time from sending the request to the last byte of the answer.
    pub took: Duration,
}

impl ProxyResponse {
    /// A header's first value; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&Untrusted> {
        self.headers.iter().find(|(known, _)| known.raw() == name).map(|(_, value)| value)
    }
}

impl fmt::Debug for ProxyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyRequest")
            .field("connection", &self.connection)
            .field("identifier", &self.identifier)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &names(&self.query))
            .field("headers", &names(&self.headers))
            .field("body", &self.body)
            .finish()
    }
}

impl fmt::Debug for ProxyBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Json(json) => json.fmt(f),
            Self::Form(fields) => write!(f, "Form({:?})", names(fields)),
            Self::Raw(bytes) => write!(f, "Raw({} bytes)", bytes.len()),
        }
    }
}

impl fmt::Debug for ProxyResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyResponse({}, {:?}, {} bytes)", self.status, names(&self.headers), self.body.len())
    }
}

fn names(pairs: &[(Untrusted, Untrusted)]) -> Vec<&Untrusted> {
    pairs.iter().map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_keeps_what_may_be_secret() {
        let pairs = || vec![("X-Api-Key".into(), "hunter2".into())];
        let request = ProxyRequest {
            connection: "linear".into(),
            identifier: "ada".into(),
            method: ProxyMethod::Post,
            path: "/graphql".into(),
            query: pairs(),
            headers: pairs(),
            body: ProxyBody::Form(pairs()),
        };
        let response = ProxyResponse { status: 200, headers: pairs(), body: "hunter2".into(), took: Duration::ZERO };
        let shown = format!("{request:?} {response:?}");
        assert!(shown.contains("X-Api-Key") && !shown.contains("hunter2"), "{shown}");
    }
}
