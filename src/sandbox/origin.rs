//! Web pages of strangers ask nothing of us.

use axum::extract::Request;
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::error::RpcError;
use super::host::is_loopback;

/// Header in which browsers tell how the page that asks is related to us (Fetch Metadata, 2.3). A page cannot set it.
pub const FETCH_SITE: &str = "sec-fetch-site";

/// Turns away what a browser sends for a web page that does not lie on this machine. Any page may send a form to
/// 127.0.0.1, and would otherwise change things here without reading a word of the answers. Our own pages pass, pages
/// of other programs on this machine do, and so does whatever is no browser. To follow a link to us is free to everybody:
/// that is how applications send people here.
pub async fn only_our_own(request: Request, next: Next) -> Response {
    if is_strangers(request.headers(), request.method().is_safe()) {
        return RpcError::forbidden("the sandbox answers web pages of this machine only").into_response();
    }
    next.run(request).await
}

fn is_strangers(headers: &HeaderMap, changes_nothing: bool) -> bool {
    let site = headers.get(FETCH_SITE).map(|value| value.as_bytes());
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(_), Some(_)) => true,
        // Our own forms come so, because our pages have browsers tell nobody of them; but anybody's may.
        (Some(origin), None) if origin == "null" => {
            !changes_nothing && !matches!(site, Some(b"same-origin" | b"same-site" | b"none"))
        }
        (Some(origin), None) => !origin.to_str().is_ok_and(is_of_this_machine),
        (None, _) => !changes_nothing && site == Some(b"cross-site"),
    }
}

fn is_of_this_machine(origin: &str) -> bool {
    let Ok(origin) = origin.parse::<Uri>() else { return false };
    matches!(origin.scheme_str(), Some("http" | "https")) && origin.authority().is_some_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn is_refused(headers: &[(&'static str, &'static str)], changes_nothing: bool) -> bool {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        is_strangers(&all, changes_nothing)
    }

    #[test]
    fn pages_of_this_machine_and_programs_pass() {
        for (headers, changes_nothing) in [
            (&[][..], false),
            (&[("origin", "http://127.0.0.1:7777"), ("sec-fetch-site", "same-origin")], false),
            (&[("origin", "http://localhost:6274"), ("sec-fetch-site", "cross-site")], false),
            (&[("origin", "https://[::1]:1")], false),
            (&[("origin", "null"), ("sec-fetch-site", "same-origin")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "cross-site")], true),
            (&[("origin", "null"), ("sec-fetch-site", "cross-site")], true),
        ] {
            assert!(!is_refused(headers, changes_nothing), "{headers:?}");
        }
    }

    #[test]
    fn pages_of_strangers_do_not() {
        for (headers, changes_nothing) in [
            (&[("origin", "https://evil.example")][..], false),
            (&[("origin", "https://evil.example")], true),
            (&[("origin", "http://127.0.0.1.evil.example:80")], false),
            (&[("origin", "http://a@127.0.0.1")], false),
            (&[("origin", "file://127.0.0.1")], false),
            (&[("origin", "null"), ("sec-fetch-site", "cross-site")], false),
            (&[("origin", "null")], false),
            (&[("origin", "")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("origin", "http://127.0.0.1:7777"), ("origin", "https://evil.example")], false),
        ] {
            assert!(is_refused(headers, changes_nothing), "{headers:?}");
        }
    }
}
