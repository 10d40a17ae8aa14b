//! The hosted pages: the link, the provider's consent, the way back. They work without scripts.
//! Reference: section 5.

mod callback;
mod consent;
mod html;
mod link;
mod outcome;
mod page;

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

use super::environment::Environment;
use super::paths;

pub fn routes() -> Router<Arc<Environment>> {
    Router::new()
        .route(&paths::link("{id}"), get(link::show))
        .route(&paths::done("{id}"), get(outcome::done))
        .route(&paths::consent("{provider}"), get(consent::show).post(consent::decide))
        .route(&paths::callback("{connection}"), get(callback::land))
        .route(paths::STYLE, get(style))
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../../assets/sandbox/pages/style.css"))
}
