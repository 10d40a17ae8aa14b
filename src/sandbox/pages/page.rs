//! The frame around every page, and the headers it goes out with.

use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::html::{Html, Value};

/// One page.
pub struct Page {
    pub status: StatusCode,
    pub title: String,
    /// Whose page it is, as its head says.
    pub site: String,
    pub content: Html,
    /// Where a form on it may lead besides ourselves. Browsers hold the redirects that follow a
    /// posted form against the policy as well, so the application's address must be allowed.
    pub leads_to: Option<Url>,
}

/// The head of the broker's own pages.
pub const OURS: &str = "jackfield sandbox";

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let html = Html::fill(
            include_str!("../../../assets/sandbox/pages/frame.html"),
            &[
                ("title", Value::Text(&self.title)),
                ("site", Value::Text(&self.site)),
                ("content", Value::Html(self.content)),
            ],
        );
        let elsewhere = self.leads_to.map(|url| format!(" {}", url.origin().ascii_serialization())).unwrap_or_default();
        let policy = format!(
            "default-src 'none'; style-src 'self'; form-action 'self'{elsewhere}; base-uri 'none'; frame-ancestors 'none'"
        );
        let headers = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, policy.as_str()),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (self.status, headers, PRIVATE, html.into_string()).into_response()
    }
}

/// Links and codes stand in the addresses: nothing is kept, nothing is passed on.
const PRIVATE: [(axum::http::HeaderName, &str); 2] = [(CACHE_CONTROL, "no-store"), (REFERRER_POLICY, "no-referrer")];

/// Sends the browser on.
pub fn found(to: &str) -> Response {
    (StatusCode::FOUND, [(LOCATION, to)], PRIVATE).into_response()
}
