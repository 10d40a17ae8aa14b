//! Taking a grant back.

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::json;
use url::Url;

use super::client::Caller;
use super::endpoints::ClientAuth;
use super::grant::TokenGrant;
use super::http::{HttpAnswer, OAuthHttp, basic, host, unbuilt};
use super::quirks::RevocationForm;
use crate::domain::{Fault, FaultKind, Secret};

/// End of a revocation.
#[derive(Clone, Debug, PartialEq)]
pub enum Revocation {
    /// The provider took the grant back.
    Done,
    /// The provider has no such thing, or there is nothing to take back: whatever was granted ends by itself, or on a
    /// page of the provider.
    NotOffered,
    /// The provider refused: the grant may still hold there.
    Refused(Fault),
    /// The provider could not be asked: whether the grant still holds there is not known.
    Unknown(Fault),
}

/// Asks the provider to take the grant back.
pub(super) async fn revoke(http: &OAuthHttp, grant: &TokenGrant, secret: Option<&Secret>) -> Revocation {
    let Some(url) = &grant.terms.revoke_url else { return Revocation::NotOffered };
    let answer = match grant.terms.revocation {
        RevocationForm::Standard => {
            let (hint, token) = strongest(grant);
            post(http, url, grant, secret, &[("token", token.expose()), ("token_type_hint", hint)]).await
        }
        RevocationForm::NamedField => {
            let (field, token) = strongest(grant);
            post(http, url, grant, secret, &[(field, token.expose())]).await
        }
        RevocationForm::DeleteGrant => delete(http, url, grant, secret).await,
    };
    let secrets = [Some(&grant.access), grant.refresh.as_ref(), secret];
    match answer {
        Ok(answer) => verdict(url, &answer, secrets.into_iter().flatten()),
        Err(fault) => Revocation::Unknown(fault),
    }
}

/// The refresh token, with which the whole grant goes (RFC 7009, 2.1), else the access token.
fn strongest(grant: &TokenGrant) -> (&'static str, &Secret) {
    match &grant.refresh {
        Some(refresh) => ("refresh_token", refresh),
        None => ("access_token", &grant.access),
    }
}

async fn post(
    http: &OAuthHttp,
    url: &Url,
    grant: &TokenGrant,
    secret: Option<&Secret>,
    token: &[(&str, &str)],
) -> Result<HttpAnswer, Fault> {
    let mut request = http.request(Method::POST, url).await?;
    let mut form = token.to_vec();
    let terms = &grant.terms;
    let key_id = terms.client_key_id.as_deref();
    let caller = Caller { client_id: &terms.client_id, secret, auth: terms.client_auth, key_id };
    let proof = caller.assertion(&terms.token_url)?;
    match (grant.terms.client_auth, secret) {
        (ClientAuth::Basic, Some(secret)) => {
            request = basic(request, &grant.terms.client_id, secret);
        }
        (ClientAuth::PrivateKeyJwt | ClientAuth::Assertion, _) => {
            form.push(("client_id", &grant.terms.client_id));
            form.extend(proof.iter().flatten().map(|(name, value)| (*name, value.expose())));
        }
        (_, secret) => {
            form.push(("client_id", &grant.terms.client_id));
            form.extend(secret.map(|secret| ("client_secret", secret.expose())));
        }
    }
    http.send(request.form(&form).build().map_err(unbuilt)?).await
}

async fn delete(http: &OAuthHttp, url: &Url, grant: &TokenGrant, secret: Option<&Secret>) -> Result<HttpAnswer, Fault> {
    let id: String = url::form_urlencoded::byte_serialize(grant.terms.client_id.as_bytes()).collect();
    // The braces of the template are encoded in a URL.
    let path = url.path().replace("%7Bclient_id%7D", &id);
    let mut url = url.clone();
    url.set_path(&path);
    let request = http.request(Method::DELETE, &url).await?;
    let request = request.basic_auth(&grant.terms.client_id, secret.map(Secret::expose));
    let body = json!({ "access_token": grant.access.expose() }).to_string();
    http.send(request.header(CONTENT_TYPE, "application/json").body(body).build().map_err(unbuilt)?).await
}

fn verdict<'a>(url: &Url, answer: &HttpAnswer, secrets: impl Iterator<Item = &'a Secret>) -> Revocation {
    if answer.status.is_success() {
        return Revocation::Done;
    }
    let status = answer.status.as_u16();
    let passing = answer.status.is_server_error() || status == 429 || answer.status.is_redirection();
    let message = if passing {
        format!("{} did not answer whether it takes the access back (status {status}).", host(url))
    } else {
        format!("{} refused to take the access back (status {status}). It may have ended before.", host(url))
    };
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let said = ["error_description", "message", "error"].iter().find_map(|name| body.get(*name)?.as_str());
    let fault = Fault::new(FaultKind::ProviderFailed, message).said(said.unwrap_or_default());
    let fault = Fault { http_status: Some(status), ..fault }.without(secrets);
    if passing { Revocation::Unknown(fault) } else { Revocation::Refused(fault) }
}
