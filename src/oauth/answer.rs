//! The good answer of a token endpoint, as providers give it.

use std::time::Duration;

use oauth2::basic::BasicTokenType;
use oauth2::{AccessToken, RefreshToken, Scope, TokenResponse};
use reqwest::header::HeaderValue;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::domain::Secret;

/// Longest text that is taken for a name, in bytes.
const LONGEST: usize = 320;

/// Token endpoint's answer. Lifetimes come as numbers, floats and texts; scopes between blanks, between commas, and as
/// lists.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TokenAnswer {
    access_token: AccessToken,
    #[serde(default = "bearer", deserialize_with = "token_type")]
    token_type: BasicTokenType,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<Duration>,
    #[serde(default, deserialize_with = "some_token")]
    refresh_token: Option<RefreshToken>,
    #[serde(default, deserialize_with = "scopes")]
    scope: Option<Vec<Scope>>,
    /// Asana tells there whose token it is.
    #[serde(default)]
    data: Value,
}

impl TokenResponse for TokenAnswer {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        self.scope.as_ref()
    }
}

impl TokenAnswer {
    /// A text of `data`.
    pub fn told(&self, name: &str) -> Option<String> {
        let text = self.data.get(name)?.as_str()?;
        (!text.trim().is_empty() && text.len() <= LONGEST).then(|| text.to_owned())
    }
}

/// True if a request can carry the token.
pub(super) fn is_sendable(token: &Secret) -> bool {
    !token.is_empty() && HeaderValue::from_str(token.expose()).is_ok()
}

fn bearer() -> BasicTokenType {
    BasicTokenType::Bearer
}

fn token_type<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BasicTokenType, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default().to_lowercase();
    Ok(match &*text {
        "" | "bearer" => BasicTokenType::Bearer,
        "mac" => BasicTokenType::Mac,
        _ => BasicTokenType::Extension(text),
    })
}

/// Seconds of life. Zero and less are what providers say that mean “without end”, or nothing.
pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let seconds = match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    Ok(seconds.filter(|seconds| *seconds > 0.0).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
}

fn some_token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RefreshToken>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.filter(|text| !text.is_empty()).map(RefreshToken::new))
}

/// Scopes.
pub(super) fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Scope>>, D::Error> {
    let split = |text: &str| -> Vec<Scope> {
        let parts = text.split(|c: char| c.is_whitespace() || c == ',').filter(|part| !part.is_empty());
        parts.map(|part| Scope::new(part.to_owned())).collect()
    };
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(split(&text)),
        Value::Array(texts) => Some(texts.iter().filter_map(Value::as_str).flat_map(split).collect()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> TokenAnswer {
        serde_json::from_str(text).expect(text)
    }

    #[test]
    fn a_lifetime_is_read_however_it_is_written() {
        for (written, seconds) in [
            ("86399", Some(86_399)),
            ("3600.0", Some(3_600)),
            ("\"3600\"", Some(3_600)),
            ("\" 7200.5 \"", Some(7_200)),
            ("null", None),
            ("0", None),
            ("-1", None),
            ("\"soon\"", None),
            ("1e300", None),
            ("{}", None),
        ] {
            let answer = read(&format!(r#"{{"access_token":"a","expires_in":{written}}}"#));
            assert_eq!(answer.expires_in().map(|life| life.as_secs()), seconds, "{written}");
        }
        assert_eq!(read(r#"{"access_token":"a"}"#).expires_in(), None);
    }

    #[test]
    fn scopes_and_kind_are_read_however_they_are_written() {
        for written in [r#""read write""#, r#""read,write""#, r#"["read","write"]"#, r#"" read,  write ""#] {
            let answer = read(&format!(r#"{{"access_token":"a","token_type":"BEARER","scope":{written}}}"#));
            let scopes: Vec<&str> = answer.scopes().expect("scopes").iter().map(|scope| scope.as_str()).collect();
            assert_eq!(scopes, ["read", "write"], "{written}");
            assert_eq!(*answer.token_type(), BasicTokenType::Bearer);
        }
        assert!(read(r#"{"access_token":"a","scope":null,"refresh_token":""}"#).scopes().is_none());
        assert!(read(r#"{"access_token":"a","refresh_token":""}"#).refresh_token().is_none());
    }

    #[test]
    fn debug_tells_no_token() {
        let answer = read(r#"{"access_token":"hunter2","refresh_token":"hunter3","data":{"name":"Ada"}}"#);
        assert_eq!(answer.told("name").as_deref(), Some("Ada"));
        assert!(!format!("{answer:?}").contains("hunter"), "{answer:?}");
    }
}
