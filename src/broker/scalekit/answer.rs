//! A whole answer, and what it says.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::de::Deserialize;

use super::excerpt::excerpt;
use super::fault::{Refused, retry_after};
use super::route::Route;
use crate::domain::{Fault, FaultKind};

/// A whole answer, whatever it says.
pub(super) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// From sending the request to the last byte.
    pub took: Duration,
}

impl Answer {
    /// What it says if it is a refusal; none if it is a good one.
    pub fn refused(&self) -> Option<Refused> {
        let wait =
            || self.headers.get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?, Timestamp::now()));
        (!self.status.is_success()).then(|| Refused::read(self.status, wait(), &self.body))
    }
}

/// Reads the body of a good answer that holds secrets: no word of it is quoted.
pub(super) fn parse_secret<'de, T: Deserialize<'de>>(
    route: &Route,
    status: StatusCode,
    body: &'de [u8],
) -> Result<T, Fault> {
    parse(route, status, body).map_err(|fault| Fault { said: None, ..fault })
}

/// Reads the body of a good answer.
pub(super) fn parse<'de, T: Deserialize<'de>>(route: &Route, status: StatusCode, body: &'de [u8]) -> Result<T, Fault> {
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
        } else if std::str::from_utf8(body).is_err() {
            "the answer is not UTF-8".into()
        } else {
            "the answer is not JSON".into()
        };
        let fault = Fault::new(FaultKind::BadAnswer, format!("Expected {}, but {what}.", route.expects));
        let fault = if error.is_syntax() { fault.said(excerpt(body)) } else { fault };
        Fault { http_status: Some(status.as_u16()), ..fault }
    })
}
