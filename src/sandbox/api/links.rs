//! Authorization links and user verification. Reference: sections 3.1 and 5.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use url::Url;

use super::json_body::{JsonBody, timestamp};
use super::selection::{AccountSelection, no_account, no_connection, switched_off};
use crate::backend::scalekit::wire::accounts::{
    MagicLinkRequest, MagicLinkResponse, VerifyUserRequest, VerifyUserResponse,
};
use crate::domain::AccountRef;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{AUTH_REQUEST_ID, STATE, USER_VERIFY_URL, VERIFY_IDENTIFIER, check};
use crate::sandbox::paths;
use crate::sandbox::world::{ConnectionRecord, ReturnTo, Unverified};

/// Makes the account where there is none: the vendor's examples ask for a link first.
pub async fn issue(
    State(env): State<Arc<SandboxEnvironment>>,
    JsonBody(request): JsonBody<MagicLinkRequest>,
) -> Result<Json<MagicLinkResponse>, RpcError> {
    let MagicLinkRequest { id, connector, identifier, state, user_verify_url } = request;
    let selection = AccountSelection {
        id: id.as_deref(),
        connector: connector.as_deref(),
        identifier: identifier.as_deref(),
        ..AccountSelection::default()
    };
    let own = [("state", state.as_deref(), STATE), ("user_verify_url", user_verify_url.as_deref(), USER_VERIFY_URL)];
    check(selection.rules().into_iter().chain(own))?;
    let named = selection.named()?;
    // Its rule has been checked, so only an unset one is none here.
    let url = user_verify_url.as_deref().and_then(|url| Url::parse(url).ok());
    let return_to = url.map(|url| ReturnTo { url, state });

    let now = env.now();
    let expires_at = now.checked_add(env.link_lifetime).unwrap_or(Timestamp::MAX);
    let mut world = env.world();
    let known = world.account(&named).map(|account| (account.number, Arc::clone(&account.connection)));
    let number = match (known, &named) {
        (Some((number, connection)), _) => {
            switched_on(&connection)?;
            number
        }
        (None, AccountRef::Pair(name, identifier)) => {
            let connection = world.connection(name.raw()).ok_or_else(|| no_connection(name.raw()))?;
            switched_on(&connection)?;
            world.create_account(&connection, identifier.raw(), None, None, now).number
        }
        (None, AccountRef::Id(_)) => return Err(no_account()),
    };
    let link = world.issue_link(number, expires_at, return_to, now)?;
    Ok(Json(MagicLinkResponse { link: env.at(&paths::link(&link)), expiry: Some(timestamp(expires_at)) }))
}

fn switched_on(connection: &ConnectionRecord) -> Result<(), RpcError> {
    if connection.enabled() { Ok(()) } else { Err(switched_off(&connection.name)) }
}

pub async fn verify(
    State(env): State<Arc<SandboxEnvironment>>,
    JsonBody(request): JsonBody<VerifyUserRequest>,
) -> Result<Json<VerifyUserResponse>, RpcError> {
    let VerifyUserRequest { auth_request_id, identifier } = &request;
    check([
        ("auth_request_id", Some(auth_request_id.as_str()), AUTH_REQUEST_ID),
        ("identifier", Some(identifier.as_str()), VERIFY_IDENTIFIER),
    ])?;
    let verified = env.world().verify(auth_request_id, identifier, env.now());
    let link = verified.map_err(|unverified| match unverified {
        Unverified::Unknown => RpcError::not_found("auth request not found or no longer valid"),
        Unverified::SomebodyElse => {
            RpcError::forbidden("the identifier is not the one this authorization was made for")
        }
    })?;
    Ok(Json(VerifyUserResponse { post_user_verify_redirect_url: env.at(&paths::done(&link)) }))
}
