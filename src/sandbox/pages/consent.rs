//! Our stand-in for the provider's consent page. As at the real one, whoever is signed in there
//! decides; the provider has never heard of the identifier.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use url::form_urlencoded;

use super::outcome::{dead, undecided};
use super::page::{HtmlPage, found, source};
use crate::html::{Html, HtmlValue};
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::params::Params;
use crate::sandbox::paths;
use crate::sandbox::people::Persona;
use crate::sandbox::world::LinkError;

const SCOPE: &str = "<li><code>{{name}}</code> {{allows}}</li>\n";
const PERSON: &str = include_str!("../../../assets/sandbox/pages/person.html");

pub async fn show(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(provider): Path<String>,
    params: Params,
) -> Result<HtmlPage, HtmlPage> {
    let state = params.one("state").unwrap_or_default();
    let mut world = env.world();
    // A cheap copy: looking at the link below borrows the world.
    let people = world.people.clone();
    let (link, account) = world.link_at_provider(state, env.now()).map_err(dead)?;
    let action = paths::consent(account.connection.provider.key());
    if action != paths::consent(&provider) || !account.connection.is_oauth() {
        return Err(dead(LinkError::Unknown));
    }
    let scopes = account.connection.scopes.iter().map(|scope| {
        Html::fill(SCOPE, &[("name", HtmlValue::Text(&scope.name)), ("allows", HtmlValue::Text(&scope.allows))])
    });
    let signed_in = people.with_email(&account.identifier);
    let people = people.iter().map(|person| choice(person, signed_in == Some(person)));
    let title = account.connection.provider.title();
    let content = Html::fill(
        include_str!("../../../assets/sandbox/pages/consent.html"),
        &[
            ("provider", HtmlValue::Text(title)),
            ("action", HtmlValue::Text(&action)),
            ("state", HtmlValue::Text(state)),
            ("scopes", HtmlValue::Html(scopes.collect())),
            ("people", HtmlValue::Html(people.collect())),
        ],
    );
    Ok(HtmlPage {
        status: StatusCode::OK,
        title: format!("Allow access to {title}"),
        site: format!("{title} (stand-in)"),
        content,
        leads_to: link.return_to.as_ref().map(|back| source(&back.url)).unwrap_or_default(),
    })
}

pub fn choice(person: &Persona, checked: bool) -> Html {
    let checked = if checked { Html::fill(" checked", &[]) } else { Html::default() };
    Html::fill(
        PERSON,
        &[
            ("key", HtmlValue::Text(&person.key)),
            ("name", HtmlValue::Text(&person.name)),
            ("email", HtmlValue::Text(&person.email)),
            ("checked", HtmlValue::Html(checked)),
        ],
    )
}

pub async fn decide(State(env): State<Arc<SandboxEnvironment>>, body: Bytes) -> Result<Response, HtmlPage> {
    let form = Params::parse(&body);
    let state = form.one("state").unwrap_or_default();
    let now = env.now();
    let mut world = env.world();
    let (_, account) = world.link_at_provider(state, now).map_err(dead)?;
    let number = account.number;
    let callback = env.at(&paths::callback(&account.connection.id()));
    let person = form.one("person").and_then(|key| world.people.find(key)).cloned();
    let answer = match (form.one("decision"), person) {
        (Some("allow"), Some(person)) if !env.control.as_ref().is_some_and(|control| control.takes_denial(number)) => {
            vec![("code", world.allow(state, &person, now).map_err(dead)?)]
        }
        (Some("deny"), _) | (Some("allow"), Some(_)) => {
            vec![("error", "access_denied".into()), ("error_description", "The person denied access.".into())]
        }
        _ => return Err(undecided()),
    };
    let query =
        form_urlencoded::Serializer::new(String::new()).extend_pairs(answer).append_pair("state", state).finish();
    Ok(found(&format!("{callback}?{query}")))
}
