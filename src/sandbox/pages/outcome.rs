//! Last page of a flow: done, denied, failed, or a link that does not work.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::page::{HtmlPage, OURS};
use crate::html::{Html, HtmlValue};
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::world::{AccountRecord, LinkError};

pub async fn done(State(env): State<Arc<SandboxEnvironment>>, Path(id): Path<String>) -> HtmlPage {
    let world = env.world();
    let Some((account, person)) = world.completed(&id) else { return dead(LinkError::Unknown) };
    let provider = account.connection.provider.title();
    let what = match person {
        Some(person) => format!(
            "Calls for {} on {} now act as {} ({}) at {provider}.",
            account.identifier, account.connection.name, person.name, person.email
        ),
        None => format!("Calls for {} on {} now use what you filled in.", account.identifier, account.connection.name),
    };
    page(StatusCode::OK, "good", &format!("{provider} is connected"), &what, "You can close this window.")
}

/// The person said no, and the application gave no address to tell it to.
pub fn denied(account: &AccountRecord) -> HtmlPage {
    let provider = account.connection.provider.title();
    let what = format!("Access to {provider} for {} was denied. Nothing has changed.", account.identifier);
    page(StatusCode::OK, "bad", "Access was denied", &what, "error: access_denied")
}

/// Neither allowed nor denied, or by nobody.
pub fn undecided() -> HtmlPage {
    let what = "Go back, choose who signs in, then allow or deny.";
    page(StatusCode::BAD_REQUEST, "bad", "Nobody was chosen", what, "")
}

/// A form came back without something it asks for.
pub fn incomplete(label: &str) -> HtmlPage {
    let what = format!("{label} is missing. Go back and fill it in.");
    page(StatusCode::BAD_REQUEST, "bad", "Something is missing", &what, "")
}

/// Reference: section 5, custom verification without `user_verify_url`.
pub fn nowhere_to_verify() -> HtmlPage {
    let what = "user_verify_url not configured for verification redirect";
    page(StatusCode::BAD_REQUEST, "bad", "The account was not connected", what, "error: failed_to_exchange")
}

/// A link that does not work.
pub fn dead(dead: LinkError) -> HtmlPage {
    let (status, heading, what) = match dead {
        LinkError::Unknown => (StatusCode::NOT_FOUND, "There is no such link", "It may be incomplete."),
        LinkError::Expired => (StatusCode::GONE, "This link has expired", "Links work only for a short time."),
        LinkError::Used => (StatusCode::GONE, "This link has been used", "Each link works once."),
    };
    page(status, "bad", heading, what, "Ask for a new link where you got this one.")
}

fn page(status: StatusCode, mood: &str, heading: &str, what: &str, note: &str) -> HtmlPage {
    let content = Html::fill(
        include_str!("../../../assets/sandbox/pages/outcome.html"),
        &[
            ("mood", HtmlValue::Text(mood)),
            ("heading", HtmlValue::Text(heading)),
            ("what", HtmlValue::Text(what)),
            ("note", HtmlValue::Text(note)),
        ],
    );
    HtmlPage { status, title: heading.into(), site: OURS.into(), content, leads_to: String::new() }
}
