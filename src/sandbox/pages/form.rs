//! The form of a connection that wants a key or a token instead of consent. What it brings is not
//! verified: verification is for OAuth only. Reference: section 5.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Map, Value as Json};

use super::outcome::{dead, incomplete};
use super::page::{HtmlPage, found};
use crate::backend::scalekit::wire::providers::WireAuthField;
use crate::html::{Html, HtmlValue};
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::params::Params;
use crate::sandbox::paths;
use crate::sandbox::world::{ConnectionRecord, LinkError};

const FIELD: &str = include_str!("../../../assets/sandbox/pages/field.html");

/// Fields that somebody must fill in on this connection.
pub fn fields(connection: &ConnectionRecord) -> Html {
    connection.provider.fields(&connection.kind).map(field).collect()
}

fn field(WireAuthField { field_name, label, input_type, hint, required, .. }: &WireAuthField) -> Html {
    let kind = if input_type == "password" { "password" } else { "text" };
    let required = if *required { Html::fill(" required", &[]) } else { Html::default() };
    Html::fill(
        FIELD,
        &[
            ("name", HtmlValue::Text(field_name)),
            ("label", HtmlValue::Text(label)),
            ("kind", HtmlValue::Text(kind)),
            ("hint", HtmlValue::Text(hint)),
            ("required", HtmlValue::Html(required)),
        ],
    )
}

pub async fn submit(
    State(env): State<Arc<SandboxEnvironment>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, HtmlPage> {
    let (form, now) = (Params::parse(&body), env.now());
    let mut world = env.world();
    let (_, account) = world.link(&id, now).map_err(dead)?;
    let connection = Arc::clone(&account.connection);
    if connection.is_oauth() {
        return Err(dead(LinkError::Unknown));
    }
    let mut details = Map::new();
    for field in connection.provider.fields(&connection.kind) {
        match form.one(&field.field_name).map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => drop(details.insert(field.field_name.clone(), Json::from(text))),
            None if field.required => return Err(incomplete(&field.label)),
            None => {}
        }
    }
    world.fill_in(&id, details, now).map_err(dead)?;
    Ok(found(&env.at(&paths::done(&id))))
}
