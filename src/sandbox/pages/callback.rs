//! Where the provider sends the browser back to the broker. Reference: section 5, steps 4 to 7.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;

use super::outcome;
use super::page::found;
use crate::sandbox::environment::Environment;
use crate::sandbox::params::Params;
use crate::sandbox::paths;
use crate::sandbox::world::Landing;

pub async fn land(State(env): State<Arc<Environment>>, Path(connection): Path<String>, params: Params) -> Response {
    let state = params.one("state").unwrap_or_default();
    let now = Timestamp::now();
    let mut world = env.world();
    if let Some(error) = params.one("error") {
        // The link goes on working: the person may think again.
        return match world.link_at_provider(state, now) {
            Ok((link, account)) => {
                let description = params.one("error_description").unwrap_or_default();
                match &link.return_to {
                    Some(back) => found(back.with(&[("error", error), ("error_description", description)]).as_str()),
                    None => outcome::denied(account).into_response(),
                }
            }
            Err(dead) => outcome::dead(dead).into_response(),
        };
    }
    let code = params.one("code").unwrap_or_default();
    match world.exchange(&connection, state, code, env.verify, now) {
        Ok(Landing::Done { link }) => found(&env.at(&paths::done(&link))),
        Ok(Landing::Verify(url)) => found(url.as_str()),
        Ok(Landing::NowhereToVerify) => outcome::nowhere_to_verify().into_response(),
        Err(dead) => outcome::dead(dead).into_response(),
    }
}
