//! What an authorization server hears and says.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub authorization: Option<String>,
    pub accept: Option<String>,
    pub content_type: Option<String>,
    pub body: String,
}

impl Received {
    /// A field of the form that came, or of the query.
    pub fn field(&self, name: &str) -> Option<String> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let all = [self.body.as_str(), query].into_iter().flat_map(|text| url::form_urlencoded::parse(text.as_bytes()));
        all.into_iter().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

/// What a person decides on the page of consent.
#[derive(Clone, Debug)]
pub enum Consent {
    /// Yes.
    Grant,
    /// No, or not possible.
    Refuse { error: &'static str, description: &'static str },
    /// Yes, and the answer names this issuer.
    GrantAs(&'static str),
    /// No, and the answer names this issuer.
    RefuseAs { issuer: &'static str, error: &'static str, description: &'static str },
}

/// What the token endpoint answers next.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    content_type: &'static str,
    body: String,
    location: Option<String>,
    retry_after: Option<u64>,
}

impl Reply {
    pub fn json(status: u16, body: &Value) -> Self {
        Self { status, content_type: "application/json", body: body.to_string(), location: None, retry_after: None }
    }

    pub fn error(status: u16, error: &str, description: &str) -> Self {
        Self::json(status, &json!({ "error": error, "error_description": description }))
    }

    /// The same, which asks to be left alone for so many seconds.
    pub fn after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    pub fn text(status: u16, content_type: &'static str, body: &str) -> Self {
        Self { status, content_type, body: body.to_owned(), location: None, retry_after: None }
    }

    pub fn redirect(to: &str) -> Self {
        Self { location: Some(to.to_owned()), ..Self::text(307, "text/plain", "") }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap();
        let mut response = (status, [(header::CONTENT_TYPE, self.content_type)], self.body).into_response();
        if let Some(location) = self.location {
            response.headers_mut().insert(header::LOCATION, location.parse().unwrap());
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
