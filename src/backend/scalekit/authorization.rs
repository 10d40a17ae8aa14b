//! The routes by which a person authorizes an account. Reference: sections 3.1 and 5.

use url::Url;

use super::accounts::NO_SUCH_ACCOUNT;
use super::answer::parse;
use super::api::Api;
use super::convert;
use super::route::{Kind, Limits, Refusal, Route, When};
use crate::backend::AuthorizationLink;
use crate::backend::scalekit::wire::accounts::{
    MagicLinkRequest, MagicLinkResponse, VerifyUserRequest, VerifyUserResponse,
};
use crate::domain::{AccountId, Fault, FaultKind, Identifier, Secret, Untrusted};

/// Request for an authorization link. Reference: section 5.
#[derive(Clone, Debug)]
pub struct LinkRequest {
    /// The account to authorize.
    pub account: AccountId,
    /// Custom verification: where the browser comes back to.
    pub verify: Option<VerifyReturn>,
}

/// URL to which custom verification sends the browser, and the state it must bring along.
#[derive(Clone, Debug)]
pub struct VerifyReturn {
    /// The application's verification URL.
    pub url: Url,
    /// Random, used once; comes back in the query.
    pub state: Secret,
}

/// Names one pending authorization; opaque, single use.
#[derive(Clone, Debug)]
pub struct AuthRequestId(Untrusted);

impl AuthRequestId {
    /// As it came in the query of the verification URL.
    pub fn new(id: impl Into<Untrusted>) -> Self {
        Self(id.into())
    }

    /// As it goes back onto the wire.
    fn raw(&self) -> &str {
        self.0.raw()
    }
}

const LINK: Route = Route {
    kind: Kind::Act,
    path: "/api/v1/connected_accounts/magic_link",
    patience: |limits: &Limits| Some(limits.control),
    expects: "an authorization link",
    refusals: &[NO_SUCH_ACCOUNT],
};

const VERIFY: Route = Route {
    path: "/api/v1/connected_accounts/user/verify",
    expects: "a verification",
    refusals: &[
        Refusal {
            when: When::Status(403),
            kind: FaultKind::Denied,
            message: "The authorization was begun for somebody else, so it was not confirmed.",
        },
        Refusal {
            when: When::Status(404),
            kind: FaultKind::NotFound,
            message: "This authorization no longer waits to be confirmed: it is unknown or was confirmed already.",
        },
    ],
    ..LINK
};

pub(super) async fn link(api: &Api, request: &LinkRequest) -> Result<AuthorizationLink, Fault> {
    let verify = request.verify.as_ref();
    let request = MagicLinkRequest {
        id: Some(request.account.raw().to_owned()),
        state: verify.map(|verify| verify.state.expose().to_owned()),
        user_verify_url: verify.map(|verify| verify.url.to_string()),
        ..MagicLinkRequest::default()
    };
    let answer = api.post(&LINK, &request).await?;
    let wire: MagicLinkResponse = convert::lenient(parse(&LINK, answer.status, &answer.body)?);
    let url = convert::web_url(&wire.link).ok_or_else(|| {
        Fault::new(FaultKind::BadAnswer, "The environment's authorization link is not a web address.")
    })?;
    Ok(AuthorizationLink { url, expires_at: convert::timestamp(wire.expiry), callback_port: None, renews_at: None })
}

/// A confirmed authorization stays confirmed even where its answer names no usable next page.
pub(super) async fn verify(api: &Api, request: &AuthRequestId, identifier: &Identifier) -> Result<Option<Url>, Fault> {
    let request =
        VerifyUserRequest { auth_request_id: request.raw().to_owned(), identifier: identifier.raw().to_owned() };
    let answer = api.post(&VERIFY, &request).await?;
    let wire: VerifyUserResponse = convert::lenient(parse(&VERIFY, answer.status, &answer.body)?);
    Ok(convert::web_url(&wire.post_user_verify_redirect_url))
}
