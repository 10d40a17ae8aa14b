//! Only this machine's own names are answered.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::error::RpcError;

/// Turns away requests made under a name that is not loopback. A web page of a stranger can point
/// its own name at 127.0.0.1 and would otherwise read our answers as its own.
pub async fn only_loopback(mut request: Request, next: Next) -> Response {
    match called(&request).filter(is_loopback) {
        Some(name) => {
            // Whoever looks for it further in finds it there, whatever brought the request (RFC 9113, 8.3.1).
            if let Ok(name) = HeaderValue::try_from(name.as_str()) {
                request.headers_mut().insert(HOST, name);
            }
            next.run(request).await
        }
        None => RpcError::forbidden("the sandbox answers only as 127.0.0.1 or localhost").into_response(),
    }
}

/// The one name that a request calls us by: `Host`, or the target's own as HTTP/2 has it in `:authority`. None where
/// there is no name, or where there are two.
fn called(request: &Request) -> Option<Authority> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = match hosts.next() {
        Some(value) => Some(value.to_str().ok()?.parse::<Authority>().ok()?),
        None => None,
    };
    let target = request.uri().authority().cloned();
    match (host, target) {
        _ if hosts.next().is_some() => None,
        (Some(host), Some(target)) => (host == target).then_some(host),
        (host, target) => host.or(target),
    }
}

/// Any port will do: a forwarded one is still this machine.
pub fn is_loopback(authority: &Authority) -> bool {
    let name = authority.host();
    let address = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
    !authority.as_str().contains('@')
        && (name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn loopback_names_pass_and_others_do_not() {
        let passes = |name: &str| name.parse::<Authority>().is_ok_and(|name| is_loopback(&name));
        for good in ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "LOCALHOST", "[::1]:80", "127.9.9.9"] {
            assert!(passes(good), "{good}");
        }
        for bad in
            ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1", "a@127.0.0.1"]
        {
            assert!(!passes(bad), "{bad}");
        }
    }

    #[test]
    fn one_name_counts_and_two_are_none() {
        let called = |target: &str, hosts: &[&str]| {
            let request =
                hosts.iter().fold(Request::builder().uri(target), |request, host| request.header(HOST, *host));
            called(&request.body(Body::empty()).unwrap()).map(|name| name.to_string())
        };
        assert_eq!(called("/a", &["localhost:1"]).as_deref(), Some("localhost:1"));
        assert_eq!(called("http://localhost:1/a", &[]).as_deref(), Some("localhost:1"));
        assert_eq!(called("http://localhost:1/a", &["LOCALHOST:1"]).as_deref(), Some("LOCALHOST:1"));
        assert_eq!(called("http://evil.example/a", &["localhost:1"]), None);
        assert_eq!(called("http://localhost:1/a", &["evil.example"]), None);
        assert_eq!(called("/a", &["localhost:1", "evil.example"]), None);
        assert_eq!(called("/a", &["not a name"]), None);
        assert_eq!(called("/a", &[]), None);
    }
}
