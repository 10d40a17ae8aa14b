//! A whole answer, and what it says.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{AGE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
use serde::de::Deserialize;

use super::fault::{ErrorBody, http_date, retry_after};
use super::network::{underway, unheard};
use super::preview::preview;
use super::route::Route;
use crate::domain::{Fault, FaultKind, decode_utf8, strip_bom};

/// A whole answer, whatever it says.
pub(in crate::backend) struct HttpAnswer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body; only its beginning, where it went to somebody else while it came.
    pub body: Vec<u8>,
    /// Bytes of the whole body, unpacked.
    pub received: u64,
    /// Time at which the request was sent, by our clock.
    pub asked: Timestamp,
    /// Time at which the answer began to come, by our clock.
    pub begun: Timestamp,
    /// Time from sending the request to the last byte.
    pub took: Duration,
}

impl HttpAnswer {
    /// Body of a refusal; none if the answer is a good one.
    pub(in crate::backend::scalekit) fn error_body(&self) -> Option<ErrorBody> {
        // A date to wait for is on the same clock as the answer's own.
        let wait = || retry_after(self.header(RETRY_AFTER)?, self.dated().unwrap_or(self.begun));
        (!self.status.is_success()).then(|| ErrorBody::read(self.status, wait(), &self.body))
    }

    /// When it was made, by the clock of whoever made it, to the second. None where it does not say so,
    /// and where something on the way had kept it for a while.
    pub fn dated(&self) -> Option<Timestamp> {
        self.header(DATE).filter(|_| !self.headers.contains_key(AGE)).and_then(http_date)
    }

    fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Reads the body of a good answer that holds secrets: no word of it is quoted.
pub(in crate::backend) fn parse_secret<'de, T: Deserialize<'de>>(
    route: &Route,
    status: StatusCode,
    body: &'de [u8],
) -> Result<T, Fault> {
    parse(route, status, body).map_err(|fault| Fault { said: None, ..fault })
}

/// Reads the body of a good answer.
pub(in crate::backend) fn parse<'de, T: Deserialize<'de>>(
    route: &Route,
    status: StatusCode,
    body: &'de [u8],
) -> Result<T, Fault> {
    let body = strip_bom(body);
    let read = match body.trim_ascii_start().first() {
        // Every answer is an object; the fields of a type would be filled from a list as well.
        Some(b'[') => Err(serde::de::Error::custom("a list")),
        _ => serde_json::from_slice(body),
    };
    read.map_err(|error: serde_json::Error| {
        let what = if body.is_empty() {
            "the answer is empty".to_owned()
        } else if error.is_eof() {
            "the answer breaks off in the middle".into()
        } else if error.is_data() {
            match error.line() {
                0 => "the answer is a list".to_owned(),
                line => format!("the answer has another shape (line {line}, column {})", error.column()),
            }
        } else if let Err(why) = decode_utf8(body) {
            format!("the answer cannot be read: {why}")
        } else {
            "the answer is not JSON".into()
        };
        let message = format!("Expected {}, but {what}.", route.expects);
        if error.is_syntax() {
            // What is no JSON at all may come from something on the way that kept the request to itself.
            let fault = underway(FaultKind::BadAnswer, message, route).said(preview(body));
            return Fault { http_status: Some(status.as_u16()), ..fault };
        }
        unheard(FaultKind::BadAnswer, message, route, status)
    })
}
