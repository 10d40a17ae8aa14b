//! The hosted pages: the link, the provider's consent or a form, the way back. They work without
//! scripts.
//! Reference: section 5.

mod callback;
mod consent;
mod form;
mod link;
mod outcome;
mod page;
mod sign_in;

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

use super::environment::SandboxEnvironment;
use super::paths;

pub fn routes() -> Router<Arc<SandboxEnvironment>> {
    Router::new()
        .route(&paths::link("{id}"), get(link::show).post(form::submit))
        .route(&paths::done("{id}"), get(outcome::done))
        .route(&paths::consent("{provider}"), get(consent::show).post(consent::decide))
        .route(&paths::callback("{connection}"), get(callback::land))
        .route(paths::SIGN_IN, get(sign_in::show).post(sign_in::confirm))
        .route(paths::STYLE, get(style))
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../../assets/sandbox/pages/style.css"))
}
