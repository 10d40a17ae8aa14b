//! The sign-in to the broker's own dashboard, which is how it verifies people where the application
//! does not. Reference: section 5, step 5.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::consent::choice;
use super::outcome::{dead, undecided};
use super::page::{HtmlPage, OURS, found};
use crate::html::{Html, HtmlValue};
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::options::VerifyMode;
use crate::sandbox::params::Params;
use crate::sandbox::paths;
use crate::sandbox::world::LinkError;

pub async fn show(State(env): State<Arc<SandboxEnvironment>>, params: Params) -> Result<HtmlPage, HtmlPage> {
    let request = params.one("request").unwrap_or_default();
    let mut world = env.world();
    let people = world.people.clone();
    let account = world.waiting(request).filter(|_| env.verify == VerifyMode::Platform);
    let account = account.ok_or_else(|| dead(LinkError::Unknown))?;
    let content = Html::fill(
        include_str!("../../../assets/sandbox/pages/sign_in.html"),
        &[
            ("provider", HtmlValue::Text(account.connection.provider.title())),
            ("identifier", HtmlValue::Text(&account.identifier)),
            ("action", HtmlValue::Text(paths::SIGN_IN)),
            ("request", HtmlValue::Text(request)),
            ("people", HtmlValue::Html(people.iter().map(|person| choice(person, false)).collect())),
        ],
    );
    let title = "Sign in to the dashboard".into();
    Ok(HtmlPage { status: StatusCode::OK, title, site: OURS.into(), content, leads_to: String::new() })
}

/// Anybody who can sign in will do; the reference does not say that it must be a particular person.
pub async fn confirm(State(env): State<Arc<SandboxEnvironment>>, body: Bytes) -> Result<Response, HtmlPage> {
    let form = Params::parse(&body);
    let request = form.one("request").unwrap_or_default();
    let mut world = env.world();
    let account = world.waiting(request).filter(|_| env.verify == VerifyMode::Platform);
    let identifier = account.ok_or_else(|| dead(LinkError::Unknown))?.identifier.clone();
    if form.one("person").and_then(|key| world.people.find(key)).is_none() {
        return Err(undecided());
    }
    let link = world.verify(request, &identifier, env.now()).map_err(|_| dead(LinkError::Unknown))?;
    Ok(found(&env.at(&paths::done(&link))))
}
