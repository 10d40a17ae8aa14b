//! The authorization link: for whom, with what, in which environment.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;

use super::html::{Html, Value};
use super::outcome;
use super::page::{OURS, Page};
use crate::sandbox::environment::Environment;
use crate::sandbox::paths;
use crate::sandbox::world::title;

pub async fn show(State(env): State<Arc<Environment>>, Path(id): Path<String>) -> Response {
    let mut world = env.world();
    let (link, account) = match world.link(&id, Timestamp::now()) {
        Ok(open) => open,
        Err(dead) => return outcome::dead(dead).into_response(),
    };
    let provider = title(&account.connection.provider);
    let content = Html::fill(
        include_str!("../../../assets/sandbox/pages/link.html"),
        &[
            ("provider", Value::Text(provider)),
            ("identifier", Value::Text(&account.identifier)),
            ("connection", Value::Text(&account.connection.name)),
            ("environment", Value::Text(env.url.as_str())),
            ("expires", Value::Text(&format!("{:.0}", link.expires_at))),
            ("consent", Value::Text(&paths::consent(&account.connection.provider))),
            ("state", Value::Text(&link.provider_state)),
        ],
    );
    let title = format!("Connect {provider} for {}", account.identifier);
    Page { status: StatusCode::OK, title, site: OURS.into(), content, leads_to: None }.into_response()
}
