//! Callback of the broker, to which the provider sends the browser back. Reference: section 5, steps 4 to
//! 7.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::outcome::{dead, denied, nowhere_to_verify};
use super::page::{HtmlPage, found};
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::params::Params;
use crate::sandbox::paths;
use crate::sandbox::world::Landing;

pub async fn land(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(connection): Path<String>,
    params: Params,
) -> Result<Response, HtmlPage> {
    let value = |name| params.one(name).unwrap_or_default();
    let (state, now) = (value("state"), env.now());
    let mut world = env.world();
    if let Some(error) = params.one("error") {
        // The link goes on working: the person may think again.
        let (link, account) = world.link_at_provider(state, now).map_err(dead)?;
        let back = link.return_to.as_ref().ok_or_else(|| denied(account))?;
        let told = back.with(&[("error", error), ("error_description", value("error_description"))]);
        return Ok(found(told.as_str()));
    }
    match world.exchange(&connection, state, value("code"), env.verify, now).map_err(dead)? {
        Landing::Done { link } => Ok(found(&env.at(&paths::done(&link)))),
        Landing::Verify(url) => Ok(found(url.as_str())),
        Landing::SignIn { auth_request_id } => {
            Ok(found(&env.at(&format!("{}?request={auth_request_id}", paths::SIGN_IN))))
        }
        Landing::NowhereToVerify => Err(nowhere_to_verify()),
    }
}
