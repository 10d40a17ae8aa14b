//! Answers of the token endpoint to an exchange.

use std::time::Duration;

use jiff::Timestamp;
use oauth2::Scope;
use serde::Deserialize;
use url::Url;

use super::fault::{ExchangeFault, ServerRefusal, text};
use super::request::ExchangeTarget;
use crate::domain::{Fault, FaultKind, Secret, Untrusted};
use crate::oauth::answer::{is_sendable, scopes, seconds};
use crate::oauth::grant::ends;
use crate::oauth::http::{HttpAnswer, host, members, not_a_token, told_nothing, wipe};

/// Scopes of an answer that are kept, at most.
const MOST_SCOPES: usize = 200;

/// Longest name of a kind or use that is kept, in bytes.
const LONGEST: usize = 256;

/// Token that an exchange gave, for one call. Whoever has used it drops it, and with that it is wiped.
#[derive(Debug)]
pub struct ExchangedToken {
    /// The token; for a resource whose secret the server keeps, that secret.
    pub token: Secret,
    /// How it is used, as the server has it.
    pub issued_use: IssuedUse,
    /// Kind of token (RFC 8693, 3); none where the server left it out, which it must not.
    pub issued_type: Option<Untrusted>,
    /// End of it by this machine's clock, reckoned from the answer; none where the server named none.
    pub expires_at: Option<Timestamp>,
    /// Scopes that were given, which may be fewer or more than were asked for; none where the server told none, which means
    /// as asked (RFC 8693, 2.2.1).
    pub given: Option<Vec<Untrusted>>,
}

/// Use of an issued token (`token_type`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuedUse {
    /// As a bearer token.
    Bearer,
    /// It is no access token (`N_A`): a stored secret, for which the resource has a form of its own. A server may call
    /// such a secret a bearer token all the same.
    NotAnAccessToken,
    /// In a way that only the resource knows.
    Other(Untrusted),
}

/// Good answer. A refresh token in it is passed over, and wiped with the answer.
#[derive(Deserialize)]
struct Issued {
    access_token: Secret,
    #[serde(default)]
    issued_token_type: Option<String>,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<Duration>,
    #[serde(default, deserialize_with = "scopes")]
    scope: Option<Vec<Scope>>,
    /// Some servers report a refusal as a success.
    #[serde(default)]
    error: Option<String>,
}

impl ExchangedToken {
    /// Scopes of `asked` that were not given.
    pub fn missing<'a>(&self, asked: &'a [String]) -> Vec<&'a str> {
        let Some(given) = &self.given else { return Vec::new() };
        let is_given = |scope: &&str| given.iter().any(|given| given.raw() == *scope);
        asked.iter().map(String::as_str).filter(|scope| !is_given(scope)).collect()
    }

    /// Scopes that were given without being asked for. Where nothing is asked for, the server decides, and nothing is.
    pub fn beyond(&self, asked: &[String]) -> Vec<&Untrusted> {
        let given = self.given.iter().flatten().filter(|_| !asked.is_empty());
        given.filter(|given| !asked.iter().any(|scope| scope == given.raw())).collect()
    }
}

/// Reads the answer to an exchange.
pub(super) fn read(
    url: &Url,
    answer: HttpAnswer,
    target: &ExchangeTarget,
    now: Timestamp,
) -> Result<ExchangedToken, ExchangeFault> {
    if let Some(fault) = told_nothing(url, &answer) {
        return Err(ExchangeFault::failed(fault));
    }
    if answer.status.is_success()
        && let Ok(issued) = serde_json::from_slice::<Issued>(&answer.body)
        && issued.error.as_ref().is_none_or(String::is_empty)
    {
        return issued.read(url, now).map_err(ExchangeFault::failed);
    }
    let said = members(&answer.content_type, &answer.body);
    let refusal = said.as_ref().map(ServerRefusal::read).unwrap_or_default();
    said.into_iter().for_each(wipe);
    if answer.status.is_success() && refusal.code.is_empty() {
        return Err(ExchangeFault::failed(not_a_token(url, answer.status)));
    }
    Err(refusal.into_fault(url, answer.status.as_u16(), target))
}

impl Issued {
    fn read(self, url: &Url, now: Timestamp) -> Result<ExchangedToken, Fault> {
        let refuse =
            |why: &str| Err(Fault::new(FaultKind::BadAnswer, format!("{} gave a token that {why}.", host(url))));
        if !is_sendable(&self.access_token) {
            return refuse("cannot be used: it is empty or torn");
        }
        let issued_use = match self.token_type.unwrap_or_default() {
            word if word.is_empty() || word.eq_ignore_ascii_case("bearer") => IssuedUse::Bearer,
            word if word.eq_ignore_ascii_case("n_a") => IssuedUse::NotAnAccessToken,
            word if word.eq_ignore_ascii_case("dpop") => {
                return refuse("is bound to a key (DPoP), which is not supported");
            }
            word if word.eq_ignore_ascii_case("mac") => {
                return refuse("has to be signed (MAC), which is not supported");
            }
            word => IssuedUse::Other(text(&word, LONGEST)),
        };
        let given = self
            .scope
            .map(|given| given.iter().take(MOST_SCOPES).map(|scope| text(scope, LONGEST)).collect::<Vec<_>>());
        Ok(ExchangedToken {
            token: self.access_token,
            issued_use,
            issued_type: self.issued_token_type.filter(|kind| !kind.is_empty()).map(|kind| text(&kind, LONGEST)),
            expires_at: ends(now, self.expires_in),
            given: given.filter(|given| !given.is_empty()),
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use axum::http::StatusCode;
    use proptest::prelude::*;
    use zeroize::Zeroizing;

    use super::super::fault::ExchangeState;
    use super::*;

    pub(crate) fn answered(status: u16, body: &[u8]) -> Result<ExchangedToken, ExchangeFault> {
        let answer = HttpAnswer {
            status: StatusCode::from_u16(status).unwrap(),
            content_type: "application/json".to_owned(),
            retry_after: None,
            location: String::new(),
            body: Zeroizing::new(body.to_vec()),
        };
        let target = ExchangeTarget {
            resource: Some("https://api.linear.app".to_owned()),
            scopes: vec!["read".to_owned(), "issues:create".to_owned()],
            ..ExchangeTarget::default()
        };
        let now = "2026-11-20T10:00:00Z".parse().unwrap();
        read(&Url::parse("https://zone.example/token").unwrap(), answer, &target, now)
    }

    fn given(body: &str) -> ExchangedToken {
        answered(200, body.as_bytes()).expect(body)
    }

    #[test]
    fn an_answer_is_read_whole() {
        let token = given(
            r#"{"access_token":"hunter2","issued_token_type":"urn:ietf:params:oauth:token-type:access_token",
                "token_type":"Bearer","expires_in":3600,"scope":"issues:create","refresh_token":"hunter3"}"#,
        );
        assert_eq!((token.token.expose(), &token.issued_use), ("hunter2", &IssuedUse::Bearer));
        assert_eq!(token.issued_type.as_ref().unwrap().raw(), "urn:ietf:params:oauth:token-type:access_token");
        assert_eq!(token.expires_at, Some("2026-11-20T11:00:00Z".parse().unwrap()));
        assert_eq!(token.given, Some(vec!["issues:create".into()]));
        assert!(!format!("{token:?}").contains("hunter"), "{token:?}");
    }

    #[test]
    fn what_an_answer_leaves_out_is_none() {
        let token = given(r#"{"access_token":"hunter2"}"#);
        assert_eq!(
            (token.issued_use, token.issued_type, token.expires_at, token.given),
            (IssuedUse::Bearer, None, None, None)
        );
        let token =
            given(r#"{"access_token":"hunter2","scope":"","error":"","issued_token_type":null,"token_type":null}"#);
        assert_eq!((token.issued_type, token.given), (None, None));
    }

    #[test]
    fn a_stored_secret_is_told_from_a_token_where_the_server_does() {
        for word in ["N_A", "n_a"] {
            let token = given(&format!(r#"{{"access_token":"lin_api_hunter2","token_type":"{word}"}}"#));
            assert_eq!(token.issued_use, IssuedUse::NotAnAccessToken);
        }
        assert_eq!(given(r#"{"access_token":"a","token_type":"bEARER"}"#).issued_use, IssuedUse::Bearer);
        assert_eq!(given(r#"{"access_token":"a","token_type":"x"}"#).issued_use, IssuedUse::Other("x".into()));
    }

    #[test]
    fn scopes_are_compared_with_what_was_asked() {
        let asked = ["read".to_owned(), "write".to_owned()];
        let given = |scope: &str| given(&format!(r#"{{"access_token":"a","scope":{scope}}}"#));
        for (scope, missing, beyond) in [
            (r#""read""#, vec!["write"], vec![]),
            (r#""read write admin""#, vec![], vec!["admin"]),
            (r#"["write","read"]"#, vec![], vec![]),
            (r#""other""#, vec!["read", "write"], vec!["other"]),
            ("null", vec![], vec![]),
        ] {
            let token = given(scope);
            let more: Vec<_> = token.beyond(&asked).into_iter().map(Untrusted::raw).collect();
            assert_eq!((token.missing(&asked), more), (missing, beyond), "{scope}");
        }
        assert!(given(r#""admin""#).beyond(&[]).is_empty(), "the server decided");
    }

    #[test]
    fn tokens_that_cannot_be_used_are_refused() {
        for (body, says) in [
            (r#"{"access_token":""}"#, "empty or torn"),
            (r#"{"access_token":"hunter2\n"}"#, "empty or torn"),
            (r#"{"access_token":"hunter2","token_type":"DPoP"}"#, "DPoP"),
            (r#"{"access_token":"hunter2","token_type":"mac"}"#, "MAC"),
            (r#"{"access_token":7}"#, "other than a token"),
            (r#"{"access_token":"hunter2","access_token":"hunter3"}"#, "other than a token"),
            (r#"{"access_token":"hunter2""#, "other than a token"),
            ("[]", "other than a token"),
            ("<h1>Sign in</h1>", "other than a token"),
            ("", "other than a token"),
        ] {
            let fault = answered(200, body.as_bytes()).unwrap_err();
            assert_eq!((fault.state, fault.fault.kind), (ExchangeState::Failed, FaultKind::BadAnswer), "{body}");
            assert!(fault.fault.message.contains(says) && !format!("{fault:?}").contains("hunter"), "{fault:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_a_token_or_a_fault(status in 200_u16..600, body in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(answered(status, &body).is_err(), "no bytes at random are a token");
        }

        #[test]
        fn whatever_a_member_holds_nothing_of_it_is_shown_raw(
            member in "access_token|error|error_description|scope|expires_in|token_type|issued_token_type|error_uri",
            text in "\\PC{0,40}|[\u{0}-\u{1f}\u{202e}]{1,8}",
            status in prop_oneof![Just(200_u16), Just(400), Just(401), Just(403), Just(500)],
        ) {
            let body = serde_json::json!({ member: text }).to_string();
            if let Err(fault) = answered(status, body.as_bytes()) {
                let shown = fault.fault.to_string();
                prop_assert!(!shown.chars().any(|c| c.is_control() || c == '\u{202e}'), "{shown:?}");
            }
        }
    }
}
