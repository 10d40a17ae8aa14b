//! Who may look and change: whoever has the key of the environment, and no web page.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, ORIGIN, WWW_AUTHENTICATE};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::answer::ControlError;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::origin::FETCH_SITE;
use crate::sandbox::tokens::same;

/// Lets a request in that comes from a program with the environment's key. All users of this machine reach the port, and
/// inputs of calls may be private: so the key is wanted, as for everything else that the environment tells.
pub async fn admit(State(env): State<Arc<SandboxEnvironment>>, request: Request, next: Next) -> Response {
    if is_from_page(request.headers()) {
        return ControlError::forbidden("Web pages cannot control the sandbox. Send the request from your tests.")
            .into_response();
    }
    if has_key(&env, request.headers()) {
        return next.run(request).await;
    }
    let refusal = ControlError::unauthorized(
        "Send the client id and secret as user and password (curl -u), or an access token as bearer.",
    );
    // Not Basic: a browser would ask for the key, and send it along for every page from then on.
    ([(WWW_AUTHENTICATE, "Bearer")], refusal).into_response()
}

/// Browsers say where a request comes from; programs have no reason to.
fn is_from_page(headers: &HeaderMap) -> bool {
    let site = headers.get(FETCH_SITE).map(|value| value.as_bytes());
    headers.contains_key(ORIGIN) || site.is_some_and(|site| site != b"none")
}

fn has_key(env: &SandboxEnvironment, headers: &HeaderMap) -> bool {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, value)) = header.and_then(|header| header.split_once(' ')) else { return false };
    let value = value.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return env.tokens().knows(value, env.now());
    }
    let pair = BASE64_STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = pair.filter(|_| scheme.eq_ignore_ascii_case("basic"));
    pair.as_deref()
        .and_then(|pair| pair.split_once(':'))
        .is_some_and(|(id, secret)| same(id, &env.client_id) & same(secret, env.client_secret.expose()))
}
