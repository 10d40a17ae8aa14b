//! The step that hands bytes over where a provider asks for them.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use url::{Host, Url};

use super::Contract;
use super::page::is_pointer;
use crate::domain::{Fault, FaultKind, JsonText, Untrusted};

/// `[upload]` of a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UploadStep {
    /// Member of the input that holds the bytes, in Base64.
    pub content: String,
    /// JSON Pointer to the address, in the answer as it came.
    url: String,
    /// JSON Pointer to headers that go along: an object, or a list of `key` and `value`.
    headers: Option<String>,
    /// Headers beside those, which the input may fill.
    #[serde(default)]
    content_type: Option<String>,
}

impl UploadStep {
    /// # Errors
    /// The key that is wrong, and a sentence on it.
    pub fn checked(self) -> Result<Self, (&'static str, String)> {
        let pointers = [("url", Some(&self.url)), ("headers", self.headers.as_ref())];
        for (key, pointer) in pointers {
            if pointer.is_some_and(|pointer| !is_pointer(pointer)) {
                return Err((key, "A JSON Pointer begins with /, or is empty for the whole answer.".into()));
            }
        }
        if self.content.is_empty() {
            return Err(("content", "It names the member of the input that holds the bytes, in Base64.".into()));
        }
        Ok(self)
    }

    /// Members of the input that it takes.
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        [Some(self.content.as_str()), self.content_type.as_deref()].into_iter().flatten()
    }
}

/// Bytes of a Base64 text.
pub(super) fn decode(text: &str) -> Option<Bytes> {
    BASE64.decode(text.trim()).ok().map(Bytes::from)
}

/// Bytes on their way to an address that the provider named. It is sent with nothing of ours: no credential, no cookie.
#[derive(Clone)]
pub struct Handover {
    /// Address, over TLS or on this machine.
    pub url: Url,
    /// Headers that the provider asked for, with the content type.
    pub headers: Vec<(Untrusted, Untrusted)>,
    /// The bytes.
    pub bytes: Bytes,
}

impl Contract {
    /// The step that follows an answer; none where the contract has none, or the input no bytes. `from_here` says that the
    /// API that answered is on this machine: only then may the bytes go without TLS, to this machine again.
    ///
    /// # Errors
    /// [`FaultKind::BadAnswer`]: the answer names no address that bytes could be sent to.
    pub fn handover(
        &self,
        inputs: &super::Inputs,
        answer: &JsonText,
        bytes: Option<Bytes>,
        from_here: bool,
    ) -> Result<Option<Handover>, Fault> {
        let (Some(step), Some(bytes)) = (&self.0.upload, bytes) else { return Ok(None) };
        let bad = |sentence: &str| Fault::new(FaultKind::BadAnswer, sentence);
        let answer: Value = serde_json::from_slice(answer.bytes())
            .map_err(|_| bad("The provider's answer on where to send the bytes is no JSON."))?;
        let url = answer.pointer(&step.url).and_then(Value::as_str).and_then(|url| Url::parse(url).ok());
        let url = url.filter(|url| is_fit(url, from_here)).ok_or_else(|| {
            bad("The provider's answer does not name an https address for the bytes. They were not sent.")
        })?;
        let mut headers = step.headers.as_ref().and_then(|at| answer.pointer(at)).map(listed).unwrap_or_default();
        let named = step.content_type.as_ref().and_then(|name| inputs.get(name));
        let content_type = named.and_then(|raw| serde_json::from_str::<String>(raw).ok());
        let is_set = headers.iter().any(|(name, _)| name.raw().eq_ignore_ascii_case("content-type"));
        headers.extend(content_type.filter(|_| !is_set).map(|value| ("content-type".into(), value.into())));
        Ok(Some(Handover { url, headers, bytes }))
    }
}

/// True for TLS, and for plain HTTP from this machine to itself; without a user or a password in it.
fn is_fit(url: &Url, from_here: bool) -> bool {
    let is_loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && from_here && is_loopback);
    is_safe && url.host().is_some() && url.username().is_empty() && url.password().is_none()
}

fn listed(value: &Value) -> Vec<(Untrusted, Untrusted)> {
    let pair = |name: &str, value: &Value| Some((name.into(), value.as_str()?.into()));
    match value {
        Value::Object(members) => members.iter().filter_map(|(name, value)| pair(name, value)).collect(),
        Value::Array(items) => items
            .iter()
            .filter_map(|item| {
                let name = item.get("key").or_else(|| item.get("name"))?.as_str()?;
                pair(name, item.get("value")?)
            })
            .collect(),
        _ => Vec::new(),
    }
}
