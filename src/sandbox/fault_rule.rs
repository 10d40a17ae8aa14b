//! Faults that are switched on by a line of text.
//!
//! ```text
//! RULE    = [METHOD] PATTERN EFFECT [every=N]
//! METHOD  = GET | POST | PUT | PATCH | DELETE | …; any when left out
//! PATTERN = a path, beginning with `/`; `*` stands for anything, slashes too
//! EFFECT  = status=CODE      answers with that status and a page of HTML, as a load balancer would
//!         | reset            ends the connection without an answer
//!         | truncate         sends half of the true answer, then ends the connection
//!         | hang             takes the request and never answers
//!         | slow=DURATION    answers truly, that much later: 250ms, 3s, 1m
//!         | not-json         answers 200 with a JSON content type and a body that is none
//!         | not-utf8         the true answer with bytes in a string that are not UTF-8
//!         | huge=MEGABYTES   the true answer behind that many MB of white space
//! every=N = only each Nth request that fits; each when left out
//! ```
//!
//! Over HTTP/2, `reset` ends the connection as well, with all that is under way on it: networks know nothing of streams.
//! `truncate` ends the one stream, of which half of the answer, less, or nothing may have arrived; `hang` leaves the
//! other streams alone.
//!
//! `POST /api/v1/execute_tool status=502 every=3`, `/api/v1/* slow=2s`, `/oauth/token reset`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;

/// Something that goes wrong on purpose. Made from text: see the grammar above.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultRule {
    /// As it was written, with single spaces.
    text: String,
    method: Option<Method>,
    pattern: String,
    effect: FaultEffect,
    every: u64,
}

/// Effect of a rule, instead of the true answer or on it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FaultEffect {
    Status(StatusCode),
    Reset,
    Truncate,
    Hang,
    Slow(Duration),
    NotJson,
    NotUtf8,
    /// Padding before the answer, in bytes.
    Huge(usize),
}

impl fmt::Display for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Reason why a rule cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadFaultRule(String);

impl fmt::Display for BadFaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadFaultRule {}

/// The largest padding, in MB: enough to break any reader.
const LARGEST: usize = 4096;

impl FromStr for FaultRule {
    type Err = BadFaultRule;

    fn from_str(text: &str) -> Result<Self, BadFaultRule> {
        let mut words = text.split_whitespace().peekable();
        let bad = |what: &str| BadFaultRule(format!("{what} in the fault rule {text:?}"));
        let method = words.next_if(|word| !word.starts_with('/'));
        let method = match method {
            Some(word) if word.bytes().all(|byte| byte.is_ascii_uppercase()) => Method::from_str(word).ok(),
            Some(word) => return Err(bad(&format!("{word:?} is neither a method nor a path"))),
            None => None,
        };
        let pattern = words.next().ok_or_else(|| bad("no path"))?.to_owned();
        let effect = words.next().ok_or_else(|| bad("no effect"))?;
        let effect = FaultEffect::read(effect).ok_or_else(|| bad(&format!("{effect:?} is not an effect")))?;
        let every = match words.next() {
            None => 1,
            Some(word) => {
                let number = word.strip_prefix("every=").and_then(|number| number.parse().ok());
                number.filter(|number| *number > 0).ok_or_else(|| bad(&format!("{word:?} is not every=N")))?
            }
        };
        match words.next() {
            Some(word) => Err(bad(&format!("{word:?} is too much"))),
            None => {
                let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                Ok(Self { text, method, pattern, effect, every })
            }
        }
    }
}

impl FaultEffect {
    fn read(word: &str) -> Option<Self> {
        let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
        Some(match (name, value) {
            ("status", Some(code)) => {
                Self::Status(StatusCode::from_str(code).ok().filter(|code| code.as_u16() >= 200)?)
            }
            ("slow", Some(time)) => Self::Slow(Duration::try_from(time.parse::<SignedDuration>().ok()?).ok()?),
            ("huge", Some(size)) => Self::Huge(size.parse::<usize>().ok().filter(|size| *size <= LARGEST)? * 1_000_000),
            ("reset", None) => Self::Reset,
            ("truncate", None) => Self::Truncate,
            ("hang", None) => Self::Hang,
            ("not-json", None) => Self::NotJson,
            ("not-utf8", None) => Self::NotUtf8,
            _ => return None,
        })
    }
}

impl FaultRule {
    /// True if a request is one of those the rule is about.
    pub(super) fn fits(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|known| known == method) && fits(&self.pattern, path)
    }

    /// True if the rule strikes the request that is the `count`th to fit, from 1.
    pub(super) fn strikes(&self, count: u64) -> bool {
        count.is_multiple_of(self.every)
    }

    pub(super) fn effect(&self) -> &FaultEffect {
        &self.effect
    }
}

/// Every part between stars must come, in order; the first at the start, the last at the end.
fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Result<FaultRule, String> {
        text.parse().map_err(|e: BadFaultRule| e.to_string())
    }

    #[test]
    fn every_effect_is_read() {
        for (word, effect) in [
            ("status=502", FaultEffect::Status(StatusCode::BAD_GATEWAY)),
            ("reset", FaultEffect::Reset),
            ("truncate", FaultEffect::Truncate),
            ("hang", FaultEffect::Hang),
            ("slow=250ms", FaultEffect::Slow(Duration::from_millis(250))),
            ("not-json", FaultEffect::NotJson),
            ("not-utf8", FaultEffect::NotUtf8),
            ("huge=3", FaultEffect::Huge(3_000_000)),
        ] {
            assert_eq!(rule(&format!("/x {word}")).expect(word).effect, effect);
        }
        let whole = rule(" POST  /api/v1/execute_tool status=500 every=3 ").expect("a rule");
        assert_eq!(whole.to_string(), "POST /api/v1/execute_tool status=500 every=3");
        assert!(whole.fits(&Method::POST, "/api/v1/execute_tool") && !whole.fits(&Method::GET, "/api/v1/execute_tool"));
        assert_eq!((1..=6).filter(|count| whole.strikes(*count)).collect::<Vec<_>>(), [3, 6]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, said) in [
            ("", "no path"),
            ("api reset", "\"api\" is neither a method nor a path"),
            ("GET", "no path"),
            ("/x", "no effect"),
            ("/x boom", "\"boom\" is not an effect"),
            ("/x status=99", "\"status=99\" is not an effect"),
            ("/x status=101", "\"status=101\" is not an effect"),
            ("/x slow=-1s", "\"slow=-1s\" is not an effect"),
            ("/x huge=9999", "\"huge=9999\" is not an effect"),
            ("/x reset=1", "\"reset=1\" is not an effect"),
            ("/x reset every=0", "\"every=0\" is not every=N"),
            ("/x reset every=1 more", "\"more\" is too much"),
        ] {
            let message = rule(text).expect_err(text);
            assert!(message.starts_with(said), "{text}: {message}");
        }
    }

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, path, expected) in [
            ("/api", "/api", true),
            ("/api", "/api/v1", false),
            ("/api/*", "/api/v1/tools", true),
            ("/*/tools", "/api/v1/tools", true),
            ("/*/tools", "/api/v1/tools/scoped", false),
            ("/api/*/x*", "/api/v1/tools/xyz", true),
            ("/*", "/", true),
            ("/a*b", "/a", false),
            ("/a*a", "/a", false),
            ("/api/v1/connected_accounts/*:disconnect", "/api/v1/connected_accounts/ca_1:disconnect", true),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }
}
