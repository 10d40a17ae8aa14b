//! The way to a provider's own API. Reference: section 7.

use percent_encoding::percent_decode_str;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request};
use url::{Url, form_urlencoded};

use super::answer::HttpAnswer;
use super::api::Api;
use super::fault::PROXY_NOT_ENABLED;
use super::route::{Kind, Limits, Refusal, Route, When};
use crate::domain::{
    AccountId, CredentialEvent, Fault, FaultKind, ProxyBody, ProxyMethod, ProxyRequest, ProxyResponse, SafeMessage,
    Untrusted,
};

const PATH: &str = "/proxy";

const SWITCHED_OFF: Refusal = Refusal {
    when: When::Says(PROXY_NOT_ENABLED),
    kind: FaultKind::NotOffered,
    message: "Requests to this provider's own API are switched off in this environment.",
};

const NOT_READY: Refusal = Refusal {
    when: When::AccountNotReady,
    kind: FaultKind::NeedsAuthorization,
    message: "The account is not ready for use, so nothing was sent to the provider.",
};

const UNKNOWN: Refusal = Refusal {
    when: When::Status(404),
    kind: FaultKind::NotFound,
    message: "The environment knows no such account or connection.",
};

const READ: Route = Route {
    kind: Kind::Read,
    path: PATH,
    patience: |limits: &Limits| limits.calls,
    expects: "a provider's answer",
    refusals: &[SWITCHED_OFF, NOT_READY, UNKNOWN],
};

const WRITE: Route = Route {
    kind: Kind::Act,
    refusals: &[
        SWITCHED_OFF,
        NOT_READY,
        UNKNOWN,
        Refusal {
            when: When::Status(401),
            kind: FaultKind::KeyRefused,
            message: "The environment refused our token, so nothing was sent to the provider. The next request takes a new token.",
        },
    ],
    ..READ
};

/// Headers that say whose account it is. Whatever takes `-` for `_` takes one for the other.
const CONNECTION: &str = "connection_name";
const IDENTIFIER: &str = "identifier";

/// Headers that are not the caller's: our token, our host, and what belongs to the connection.
const RESERVED: [&str; 11] = [
    "authorization",
    "proxy-authorization",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "proxy-connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
];

/// Everything that cannot go out is refused before anything does.
pub(super) async fn pass(api: &Api, request: &ProxyRequest) -> Result<ProxyResponse, Fault> {
    if request.connection.is_empty() || request.identifier.is_empty() {
        return refuse("The request does not say which account it is for.");
    }
    let route = if request.method.is_read() { &READ } else { &WRITE };
    let mut outgoing = Request::new(method(request.method), url(api, request)?);
    *outgoing.headers_mut() = headers(request)?;
    if let Some(body) = body(&request.body) {
        *outgoing.body_mut() = Some(body);
    }
    let used =
        api.account_use(CredentialEvent::BrokerCall, &request.identifier, &request.connection, &AccountId::from(""));
    let answer = api.pass(route, outgoing, used).await?;
    if let Some(refused) = answer.error_body().filter(|refused| refused.is_the_brokers()) {
        return Err(refused.into_fault(route));
    }
    Ok(response(answer))
}

/// The provider's answer, whatever it says.
pub(in crate::backend) fn response(answer: HttpAnswer) -> ProxyResponse {
    let text = |value: &HeaderValue| Untrusted::from(String::from_utf8_lossy(value.as_bytes()).into_owned());
    ProxyResponse {
        status: answer.status.as_u16(),
        headers: answer.headers.iter().map(|(name, value)| (name.as_str().into(), text(value))).collect(),
        body: answer.body.into(),
        took: answer.took,
    }
}

/// Method of the HTTP client.
pub(in crate::backend) fn method(method: ProxyMethod) -> Method {
    match method {
        ProxyMethod::Get => Method::GET,
        ProxyMethod::Head => Method::HEAD,
        ProxyMethod::Post => Method::POST,
        ProxyMethod::Put => Method::PUT,
        ProxyMethod::Patch => Method::PATCH,
        ProxyMethod::Delete => Method::DELETE,
        ProxyMethod::Options => Method::OPTIONS,
    }
}

/// Below `/proxy` of this environment and nowhere else.
fn url(api: &Api, request: &ProxyRequest) -> Result<Url, Fault> {
    let path = path(request)?;
    let slash = if path.starts_with('/') { "" } else { "/" };
    let mut url = api.url(&format!("{PATH}{slash}{path}"));
    if !request.query.is_empty() {
        url.query_pairs_mut().extend_pairs(request.query.iter().map(|(name, value)| (name.raw(), value.raw())));
    }
    Ok(url)
}

/// Path of a request, which stays below wherever it is put.
pub(in crate::backend) fn path(request: &ProxyRequest) -> Result<&str, Fault> {
    let path = request.path.raw();
    if path.contains(['?', '#']) {
        return refuse("The path must not hold ? or #; the query has its own place.");
    }
    if leads_elsewhere(path) {
        return refuse(
            "The path must stay below the provider's own: without . and .. as steps, without \\, and without a host.",
        );
    }
    Ok(path)
}

/// True if a path could leave `/proxy`, or name a host, here or wherever it is decoded once more.
pub(in crate::backend) fn leads_elsewhere(path: &str) -> bool {
    let mut path = path.to_owned();
    loop {
        let steps = path.split('/').any(|step| matches!(step, "." | ".."));
        let host = path.starts_with("//")
            || path.split_once("://").is_some_and(|(scheme, _)| !scheme.trim_start_matches('/').contains('/'));
        if steps || host || path.contains('\\') || path.chars().any(char::is_control) {
            return true;
        }
        let decoded = percent_decode_str(&path).decode_utf8_lossy().into_owned();
        if decoded == path {
            return false;
        }
        path = decoded;
    }
}

fn headers(request: &ProxyRequest) -> Result<HeaderMap, Fault> {
    let mut headers = caller_headers(request)?;
    let ours = [(CONNECTION, request.connection.raw()), (IDENTIFIER, request.identifier.raw())];
    for (name, value) in ours {
        headers.insert(HeaderName::from_static(name), header_value(&name.into(), value)?);
    }
    Ok(headers)
}

/// The caller's own headers, and the content type of the body.
pub(in crate::backend) fn caller_headers(request: &ProxyRequest) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    if let Some(content_type) = content_type(&request.body) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    let mut replaced = false;
    for (name, value) in &request.headers {
        let Ok(known) = HeaderName::from_bytes(name.raw().as_bytes()) else {
            return refuse(format!("{name} cannot be the name of a header."));
        };
        if RESERVED.contains(&known.as_str()) {
            return refuse(format!("The header {name} is not the caller's to set."));
        }
        if [CONNECTION, IDENTIFIER].contains(&known.as_str().replace('-', "_").as_str()) {
            continue;
        }
        let value = header_value(name, value.raw())?;
        if known == CONTENT_TYPE && !std::mem::replace(&mut replaced, true) {
            headers.insert(known, value);
        } else {
            headers.append(known, value);
        }
    }
    Ok(headers)
}

/// A value that may be a secret.
pub(in crate::backend) fn header_value(name: &Untrusted, value: &str) -> Result<HeaderValue, Fault> {
    // Nothing on the way knows whether it is a secret.
    let mut value = match HeaderValue::from_bytes(value.as_bytes()) {
        Ok(value) => value,
        Err(_) => return refuse(format!("The value of {name} cannot be sent in a header.")),
    };
    value.set_sensitive(true);
    Ok(value)
}

fn content_type(body: &ProxyBody) -> Option<&'static str> {
    match body {
        ProxyBody::Json(_) => Some("application/json"),
        ProxyBody::Form(_) => Some("application/x-www-form-urlencoded"),
        ProxyBody::None | ProxyBody::Raw(_) => None,
    }
}

/// Body as it goes out.
pub(in crate::backend) fn body(body: &ProxyBody) -> Option<reqwest::Body> {
    match body {
        ProxyBody::None => None,
        ProxyBody::Json(json) => Some(json.bytes().clone().into()),
        ProxyBody::Form(fields) => {
            let pairs = fields.iter().map(|(name, value)| (name.raw(), value.raw()));
            Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into())
        }
        ProxyBody::Raw(bytes) => Some(bytes.clone().into()),
    }
}

fn refuse<T>(why: impl Into<SafeMessage>) -> Result<T, Fault> {
    Err(Fault::new(FaultKind::InvalidInput, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_proxy() {
        for path in [
            "",
            "/",
            "/graphql",
            "v1/me",
            "/a%20b/ü",
            "/repos/a/b/compare/main...dev",
            "/a//b",
            "/x%2Fy",
            "/.well-known",
            "/v3/sites/https%3A%2F%2Fexample.com%2F/sitemaps",
        ] {
            assert!(!leads_elsewhere(path), "{path}");
        }
        for path in [
            "..",
            "/../api/v1/tools",
            "/a/./b",
            "/a/%2e%2E/b",
            "/a/.%2e/b",
            "/a%2f..%2fb",
            "/%252e%252e/api",
            "//evil.dev/x",
            "/%2fevil.dev",
            "https://evil.dev/x",
            "/https%3A%2F%2Fevil.dev",
            "/a\\..\\b",
            "/a/%5c..",
            "/.\t./api",
            "/.%09./api",
        ] {
            assert!(leads_elsewhere(path), "{path}");
        }
    }
}
