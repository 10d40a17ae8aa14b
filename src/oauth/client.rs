//! Requests to a token endpoint, by way of the crate `oauth2`.

use std::borrow::Cow;

use jiff::Timestamp;
use oauth2::basic::{BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{
    AuthType, AuthorizationCode, ClientId, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError,
    StandardRevocableToken, TokenUrl,
};
use url::Url;

use super::answer::TokenAnswer;
use super::endpoints::ClientAuth;
use super::exchange::{AssertionKey, JWT_BEARER};
use super::http::OAuthHttp;
use super::refusal::Refusal;
use super::resource_indicator::ResourceIndicator;
use crate::domain::{Fault, FaultKind, Secret};

/// Client without endpoints.
pub(super) type BareClient = oauth2::Client<
    Refusal,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

/// Failure of an exchange.
#[derive(Debug)]
pub(super) enum ExchangeFault {
    /// The provider refused.
    Refused(Refusal),
    /// Nothing is known of what the provider did.
    Unknown(Fault),
}

impl From<RequestTokenError<Fault, Refusal>> for ExchangeFault {
    fn from(error: RequestTokenError<Fault, Refusal>) -> Self {
        match error {
            RequestTokenError::ServerResponse(refusal) => Self::Refused(refusal),
            RequestTokenError::Request(fault) => Self::Unknown(fault),
            // Its text may quote the answer, which may hold tokens.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Self::Unknown(no_token()),
        }
    }
}

/// An answer that is none.
pub(super) fn no_token() -> Fault {
    Fault::new(FaultKind::BadAnswer, "The provider's answer holds no token that can be understood.")
}

/// As whom the token endpoint is asked.
pub(super) struct Caller<'a> {
    pub client_id: &'a str,
    pub secret: Option<&'a Secret>,
    pub auth: ClientAuth,
    /// Name of the key that signs assertions.
    pub key_id: Option<&'a str>,
}

impl Caller<'_> {
    /// Fields of a form that prove by an assertion who asks; none where it is proven otherwise.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for a private key that cannot be used; [`FaultKind::Local`] where nothing can be signed.
    pub fn assertion(&self, audience: &Url) -> Result<Option<[(&'static str, Secret); 2]>, Fault> {
        let signed = match (self.auth, self.secret) {
            (ClientAuth::PrivateKeyJwt, Some(key)) => AssertionKey::from_pem(key, self.key_id.map(str::to_owned))?
                .assertion(self.client_id, audience.as_str(), Timestamp::now())?,
            (ClientAuth::Assertion, Some(assertion)) => assertion.clone(),
            _ => return Ok(None),
        };
        let kind = Secret::new(JWT_BEARER.to_owned());
        Ok(Some([("client_assertion_type", kind), ("client_assertion", signed)]))
    }

    /// The crate's client for it.
    pub fn client(&self) -> BareClient {
        let client = BareClient::new(ClientId::new(self.client_id.to_owned()));
        let client = client.set_auth_type(match self.auth {
            ClientAuth::Basic => AuthType::BasicAuth,
            ClientAuth::None | ClientAuth::Body | ClientAuth::PrivateKeyJwt | ClientAuth::Assertion => {
                AuthType::RequestBody
            }
        });
        match self.secret.filter(|_| matches!(self.auth, ClientAuth::Body | ClientAuth::Basic)) {
            Some(secret) => client.set_client_secret(oauth2::ClientSecret::new(secret.expose().to_owned())),
            None => client,
        }
    }

    /// Exchanges a code for a token.
    pub async fn exchange(
        &self,
        http: &OAuthHttp,
        token_url: &Url,
        code: &Secret,
        verifier: &Secret,
        redirect: &Url,
        resource: Option<&ResourceIndicator>,
    ) -> Result<TokenAnswer, ExchangeFault> {
        let client = self.client().set_token_uri(TokenUrl::from_url(token_url.clone()));
        let mut request = client
            .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect.clone())));
        if let Some(resource) = resource {
            request = request.add_extra_param("resource", resource.as_str());
        }
        for (name, value) in self.assertion(token_url).map_err(ExchangeFault::Unknown)?.into_iter().flatten() {
            request = request.add_extra_param(name, value.expose().to_owned());
        }
        Ok(request.request_async(http).await?)
    }

    /// Exchanges a refresh token for a token.
    pub async fn refresh(
        &self,
        http: &OAuthHttp,
        token_url: &Url,
        refresh: &Secret,
        resource: Option<&ResourceIndicator>,
    ) -> Result<TokenAnswer, ExchangeFault> {
        let client = self.client().set_token_uri(TokenUrl::from_url(token_url.clone()));
        let token = RefreshToken::new(refresh.expose().to_owned());
        let mut request = client.exchange_refresh_token(&token);
        if let Some(resource) = resource {
            request = request.add_extra_param("resource", resource.as_str());
        }
        for (name, value) in self.assertion(token_url).map_err(ExchangeFault::Unknown)?.into_iter().flatten() {
            request = request.add_extra_param(name, value.expose().to_owned());
        }
        Ok(request.request_async(http).await?)
    }
}
