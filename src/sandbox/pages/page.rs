//! The frame around every page, and the headers it goes out with.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use url::{Host, Url};

use crate::html::{Html, HtmlValue};

/// Page to be answered, in the frame that all share.
pub struct HtmlPage {
    pub status: StatusCode,
    pub title: String,
    /// Name of the site, shown in the page's head.
    pub site: String,
    pub content: Html,
    /// Host that a form on it may lead to besides ourselves, as [`source`] writes it. Browsers hold the
    /// redirects that follow a posted form against the policy as well.
    pub leads_to: String,
}

/// The head of the broker's own pages.
pub const OURS: &str = "jackfield sandbox";

impl IntoResponse for HtmlPage {
    fn into_response(self) -> Response {
        let html = Html::fill(
            include_str!("../../../assets/sandbox/pages/frame.html"),
            &[
                ("title", HtmlValue::Text(&self.title)),
                ("site", HtmlValue::Text(&self.site)),
                ("content", HtmlValue::Html(self.content)),
            ],
        );
        let policy = format!(
            "default-src 'none'; style-src 'self'; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
            self.leads_to
        );
        let headers = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, policy.as_str()),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (self.status, headers, PRIVATE, html.into_string()).into_response()
    }
}

/// An address as a policy names it. A policy cannot name an IPv6 address, only its scheme.
pub fn source(url: &Url) -> String {
    match url.host() {
        Some(Host::Ipv6(_)) => format!("{}:", url.scheme()),
        _ => url.origin().ascii_serialization(),
    }
}

/// Links and codes stand in the addresses: nothing is kept, nothing is passed on.
const PRIVATE: [(HeaderName, &str); 2] = [(CACHE_CONTROL, "no-store"), (REFERRER_POLICY, "no-referrer")];

/// Sends the browser on.
pub fn found(to: &str) -> Response {
    (StatusCode::FOUND, [(LOCATION, to)], PRIVATE).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_origins_and_never_whole_addresses() {
        let written = |url: &str| source(&Url::parse(url).expect("a URL"));
        assert_eq!(written("http://127.0.0.1:7777/verify?x='%20script-src"), "http://127.0.0.1:7777");
        assert_eq!(written("https://app.example/v"), "https://app.example");
        assert_eq!(written("http://[::1]:7777/v"), "http:");
    }
}
