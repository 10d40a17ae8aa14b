//! The authorization link: for whom, with what, in which environment.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::form;
use super::outcome::dead;
use super::page::{HtmlPage, OURS};
use crate::html::{Html, HtmlValue};
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::paths;

pub async fn show(State(env): State<Arc<SandboxEnvironment>>, Path(id): Path<String>) -> Result<HtmlPage, HtmlPage> {
    let mut world = env.world();
    let (link, account) = world.link(&id, env.now()).map_err(dead)?;
    let provider = account.connection.provider.title();
    let (template, fields) = if account.connection.is_oauth() {
        (include_str!("../../../assets/sandbox/pages/link.html"), Html::default())
    } else {
        (include_str!("../../../assets/sandbox/pages/form.html"), form::fields(&account.connection))
    };
    let content = Html::fill(
        template,
        &[
            ("action", HtmlValue::Text(&paths::link(&id))),
            ("fields", HtmlValue::Html(fields)),
            ("provider", HtmlValue::Text(provider)),
            ("identifier", HtmlValue::Text(&account.identifier)),
            ("connection", HtmlValue::Text(&account.connection.name)),
            ("environment", HtmlValue::Text(env.url.as_str())),
            ("expires", HtmlValue::Text(&format!("{:.0}", link.expires_at))),
            ("consent", HtmlValue::Text(&paths::consent(account.connection.provider.key()))),
            ("state", HtmlValue::Text(&link.provider_state)),
        ],
    );
    let title = format!("Connect {provider} for {}", account.identifier);
    Ok(HtmlPage { status: StatusCode::OK, title, site: OURS.into(), content, leads_to: String::new() })
}
