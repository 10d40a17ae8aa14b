//! Registering this program with an authorization server (RFC 7591).

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::ServerAuth;
use super::client::needs_app;
use crate::domain::{Fault, FaultKind, Secret};
use crate::oauth::endpoints::ClientAuth;
use crate::oauth::http::{HttpAnswer, OAuthHttp, host};

/// Name that a person reads on the page of consent.
const NAME: &str = env!("CARGO_PKG_NAME");

/// Longest client id that is taken, in bytes.
const LONGEST: usize = 1024;

/// This program as an authorization server knows it.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Its id.
    pub client_id: String,
    /// Its secret; none for a public client.
    pub client_secret: Option<Secret>,
    /// The way in which it proves who it is.
    pub client_auth: ClientAuth,
    /// Moment of the registration, by this machine's clock.
    pub registered_at: Timestamp,
    /// End of the secret, by the server's clock; none for one without end.
    pub secret_expires_at: Option<Timestamp>,
}

impl Registration {
    /// True if its secret holds at that moment.
    pub(super) fn is_good(&self, at: Timestamp) -> bool {
        self.secret_expires_at.is_none_or(|end| at < end)
    }
}

/// The answer (RFC 7591, 3.2.1).
#[derive(Deserialize)]
struct Answer {
    client_id: String,
    #[serde(default)]
    client_secret: Option<Secret>,
    #[serde(default)]
    client_secret_expires_at: Value,
    #[serde(default)]
    token_endpoint_auth_method: Option<String>,
    #[serde(default)]
    redirect_uris: Option<Vec<String>>,
}

/// Registers this program, once.
///
/// # Errors
/// [`FaultKind::NoEnvironment`] where the server refuses, with what a person can do; [`FaultKind::BadAnswer`] where it
/// registers something else than was asked for; else what kept it from being asked.
pub(super) async fn register(
    auth: &ServerAuth,
    url: &Url,
    redirect_uris: &[String],
    http: &OAuthHttp,
) -> Result<Registration, Fault> {
    let way = auth.client_auth.first().copied().unwrap_or_default();
    let asked = json!({
        "client_name": NAME,
        "application_type": "native",
        "redirect_uris": redirect_uris,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": method(way),
    });
    let request = http.request(Method::POST, url).await?.header(CONTENT_TYPE, "application/json");
    let request = request.body(asked.to_string()).build().map_err(|error| {
        Fault::new(FaultKind::Local, "The request for a registration could not be built.").caused_by(error)
    })?;
    let answer = http.send(request).await?;
    if !answer.status.is_success() {
        return Err(refused(auth, url, redirect_uris, &answer));
    }
    let bad =
        |why: &str| Fault::new(FaultKind::BadAnswer, format!("{} registered this program, and {why}.", host(url)));
    let answer: Answer = serde_json::from_slice(&answer.body).map_err(|_| bad("gave no client id"))?;
    read(answer, way, redirect_uris).map_err(bad)
}

fn read(answer: Answer, asked: ClientAuth, redirect_uris: &[String]) -> Result<Registration, &'static str> {
    let id = answer.client_id;
    // The letters that an id can have: RFC 6749, appendix A.1.
    if id.is_empty() || id.len() > LONGEST || !id.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return Err("gave a client id that cannot be used");
    }
    if answer.redirect_uris.is_some_and(|given| redirect_uris.iter().any(|own| !given.contains(own))) {
        return Err("changed the address that the browser comes back to");
    }
    let secret = answer.client_secret.filter(|secret| !secret.is_empty());
    let client_auth = match (answer.token_endpoint_auth_method.as_deref(), &secret) {
        (Some("none"), _) => ClientAuth::None,
        (Some("client_secret_post"), Some(_)) => ClientAuth::Body,
        (Some("client_secret_basic"), Some(_)) => ClientAuth::Basic,
        (Some("client_secret_post" | "client_secret_basic"), None) => return Err("gave no secret to prove it with"),
        (Some(_), _) => return Err("wants a proof of it that is not supported here"),
        // An answer that leaves it out has nothing against what was asked for.
        (None, None) => ClientAuth::None,
        (None, Some(_)) => asked,
    };
    Ok(Registration {
        client_id: id,
        client_secret: secret.filter(|_| client_auth != ClientAuth::None),
        client_auth,
        registered_at: Timestamp::now(),
        secret_expires_at: ends(&answer.client_secret_expires_at),
    })
}

/// End of a secret, in seconds since 1970; zero means never.
fn ends(value: &Value) -> Option<Timestamp> {
    let seconds = match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    seconds.filter(|seconds| *seconds > 0).and_then(|seconds| Timestamp::from_second(seconds).ok())
}

/// Name of a way on the wire.
fn method(way: ClientAuth) -> &'static str {
    match way {
        ClientAuth::None => "none",
        ClientAuth::Body => "client_secret_post",
        ClientAuth::Basic => "client_secret_basic",
        ClientAuth::PrivateKeyJwt | ClientAuth::Assertion => "private_key_jwt",
    }
}

fn refused(auth: &ServerAuth, url: &Url, redirect_uris: &[String], answer: &HttpAnswer) -> Fault {
    let status = answer.status.as_u16();
    let fault = match status {
        429 => Fault::new(FaultKind::ProviderLimited, format!("{} was asked too often.", host(url))),
        500.. => Fault::new(FaultKind::ProviderFailed, format!("{} failed with status {status}.", host(url))),
        300..400 => {
            let message = format!("{} sends the registration on to another place, which is not followed.", host(url));
            Fault::new(FaultKind::BadAnswer, message)
        }
        _ => needs_app(auth, redirect_uris, &format!("refused to register this program by itself (status {status})")),
    };
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let said = ["error_description", "message", "error"].into_iter().find_map(text);
    let fault = fault.said(said.unwrap_or_default());
    let code = text("error").map(Into::into);
    Fault { http_status: Some(status), retry_after: answer.retry_after, code, ..fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: [&str; 2] = ["http://127.0.0.1:51763/callback", "http://127.0.0.1:51764/callback"];

    fn answered(text: &str, asked: ClientAuth) -> Result<Registration, &'static str> {
        read(serde_json::from_str(text).unwrap(), asked, &OURS.map(str::to_owned))
    }

    #[test]
    fn what_was_registered_is_read() {
        for (answer, asked, auth, has_secret) in [
            (r#"{"client_id":"a"}"#, ClientAuth::None, ClientAuth::None, false),
            (r#"{"client_id":"a","client_secret":""}"#, ClientAuth::Basic, ClientAuth::None, false),
            (r#"{"client_id":"a","client_secret":"hunter2"}"#, ClientAuth::Basic, ClientAuth::Basic, true),
            (r#"{"client_id":"a","client_secret":"hunter2"}"#, ClientAuth::None, ClientAuth::None, false),
            (
                r#"{"client_id":"a","client_secret":"hunter2","token_endpoint_auth_method":"client_secret_post"}"#,
                ClientAuth::None,
                ClientAuth::Body,
                true,
            ),
            (
                r#"{"client_id":"a","client_secret":"hunter2","token_endpoint_auth_method":"none"}"#,
                ClientAuth::Body,
                ClientAuth::None,
                false,
            ),
        ] {
            let found = answered(answer, asked).unwrap();
            assert_eq!((found.client_auth, found.client_secret.is_some()), (auth, has_secret), "{answer}");
            assert!(!format!("{found:?}").contains("hunter2"));
        }
    }

    #[test]
    fn something_else_than_was_asked_for_is_refused() {
        for (answer, says) in [
            (r#"{"client_id":""}"#, "cannot be used"),
            (r#"{"client_id":"a\u0007"}"#, "cannot be used"),
            (r#"{"client_id":"a\u202eb"}"#, "cannot be used"),
            (r#"{"client_id":"a","redirect_uris":["https://evil.example"]}"#, "changed the address"),
            (r#"{"client_id":"a","token_endpoint_auth_method":"client_secret_basic"}"#, "no secret"),
            (r#"{"client_id":"a","token_endpoint_auth_method":"private_key_jwt"}"#, "not supported"),
        ] {
            assert!(answered(answer, ClientAuth::None).unwrap_err().contains(says), "{answer}");
        }
    }

    #[test]
    fn the_end_of_a_secret_is_read_however_it_is_written() {
        for (written, seconds) in [
            (json!(0), None),
            (json!(null), None),
            (json!(-5), None),
            (json!(1_800_000_000), Some(1_800_000_000)),
            (json!("1800000000"), Some(1_800_000_000)),
            (json!(1.8e9), Some(1_800_000_000)),
            (json!(1e300), None),
        ] {
            assert_eq!(ends(&written).map(Timestamp::as_second), seconds, "{written}");
        }
    }
}
