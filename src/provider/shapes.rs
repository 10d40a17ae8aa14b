//! Shapes of a provider's answers: errors and limits.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use strum::{EnumString, IntoStaticStr};

use crate::domain::Untrusted;

/// Longest message that is taken over, in bytes.
const LONGEST: usize = 4_096;

/// Places of the parts of an error, as JSON Pointers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorShape {
    /// Places of the words for a person; the first that finds something counts.
    pub message: Vec<String>,
    /// Places of the code.
    pub code: Vec<String>,
    /// Codes that mean a limit, whatever the status.
    pub limited: Vec<String>,
    /// Codes that mean a refused credential, whatever the status.
    pub refused: Vec<String>,
}

/// Error that an answer tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderError {
    /// Words for a person.
    pub message: Option<Untrusted>,
    /// Code.
    pub code: Option<Untrusted>,
    /// It is a limit.
    pub is_limit: bool,
    /// It is a refused credential.
    pub is_refused: bool,
}

impl ErrorShape {
    /// The error in an answer, if it tells of one.
    pub fn read(&self, body: &[u8]) -> Option<ProviderError> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let found = |places: &[String]| places.iter().find_map(|place| text(&body, place));
        let (message, code) = (found(&self.message), found(&self.code));
        if message.is_none() && code.is_none() {
            return None;
        }
        let is_one_of = |codes: &[String]| code.as_ref().is_some_and(|code| codes.contains(code));
        let (is_limit, is_refused) = (is_one_of(&self.limited), is_one_of(&self.refused));
        Some(ProviderError { message: message.map(Into::into), code: code.map(Into::into), is_limit, is_refused })
    }
}

fn text(body: &Value, place: &str) -> Option<String> {
    match body.pointer(place)? {
        Value::String(text) if !text.trim().is_empty() && text.len() <= LONGEST => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Names of the headers that tell of a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateHeaders {
    /// Requests in all.
    pub limit: Option<String>,
    /// Requests left.
    pub remaining: Option<String>,
    /// Moment at which there are more.
    pub reset: Option<String>,
    /// Meaning of that number.
    pub unit: ResetUnit,
}

/// Meaning of the number in a header that tells when a limit is lifted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ResetUnit {
    /// Seconds since 1970.
    #[default]
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMillis,
    /// Seconds from now.
    Seconds,
}

/// A limit, as far as an answer told of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests in all.
    pub limit: Option<u64>,
    /// Requests left.
    pub remaining: Option<u64>,
    /// Moment at which there are more.
    pub resets_at: Option<Timestamp>,
}

impl RateHeaders {
    /// The limit that the headers of an answer tell of; `header` gives the value of one.
    pub fn read<'a>(&self, header: impl Fn(&str) -> Option<&'a str>, now: Timestamp) -> RateLimit {
        let number = |name: &Option<String>| -> Option<u64> { header(name.as_deref()?)?.trim().parse().ok() };
        let reset = number(&self.reset).and_then(|number| i64::try_from(number).ok());
        let resets_at = reset.and_then(|reset| match self.unit {
            ResetUnit::EpochSeconds => Timestamp::from_second(reset).ok(),
            ResetUnit::EpochMillis => Timestamp::from_millisecond(reset).ok(),
            ResetUnit::Seconds => now.checked_add(SignedDuration::from_secs(reset)).ok(),
        });
        RateLimit { limit: number(&self.limit), remaining: number(&self.remaining), resets_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_found_whatever_the_status() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let shape = ErrorShape {
            message: texts(&["/errors/0/extensions/userPresentableMessage", "/errors/0/message"]),
            code: texts(&["/errors/0/extensions/code"]),
            limited: texts(&["RATELIMITED"]),
            refused: texts(&["AUTHENTICATION_ERROR"]),
        };
        let error = shape.read(br#"{"errors":[{"message":"slow","extensions":{"code":"RATELIMITED"}}]}"#).unwrap();
        assert!(error.is_limit && !error.is_refused && error.message.unwrap().raw() == "slow");
        let error = shape.read(br#"{"errors":[{"message":"no","extensions":{"userPresentableMessage":"Sorry."}}]}"#);
        assert_eq!(error.unwrap().message.unwrap().raw(), "Sorry.");
        for fine in [&br#"{"data":{"viewer":null}}"#[..], b"", b"<html>", br#"{"errors":[]}"#] {
            assert!(shape.read(fine).is_none());
        }
    }

    #[test]
    fn a_limit_is_read_in_each_unit() {
        let headers = |unit| RateHeaders {
            limit: Some("L".to_owned()),
            remaining: Some("R".to_owned()),
            reset: Some("T".to_owned()),
            unit,
        };
        let now = Timestamp::from_second(1_000).unwrap();
        for (unit, value, second) in [
            (ResetUnit::EpochSeconds, "1060", 1_060),
            (ResetUnit::EpochMillis, "1060000", 1_060),
            (ResetUnit::Seconds, "60", 1_060),
        ] {
            let value = |name: &str| [("L", "100"), ("R", "7"), ("T", value)].into_iter().find(|(n, _)| *n == name);
            let limit = headers(unit).read(|name| value(name).map(|(_, value)| value), now);
            assert_eq!((limit.limit, limit.remaining), (Some(100), Some(7)));
            assert_eq!(limit.resets_at, Timestamp::from_second(second).ok());
        }
        assert_eq!(headers(ResetUnit::Seconds).read(|_| Some("soon"), now), RateLimit::default());
    }
}
