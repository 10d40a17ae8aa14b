//! What lies on top of a screen; one popup a file.

pub mod authorize;
pub mod confirm;
pub mod help;
pub mod whole_link;

use super::action::Context;
use super::model::Model;
use super::widgets::canvas::Canvas;

/// One popup.
pub enum Popup {
    /// An authorization being followed.
    Authorize(Box<authorize::Authorize>),
    /// One link, alone.
    WholeLink(whole_link::WholeLink),
    /// What the keys do.
    Help(help::Help),
    /// A question.
    Confirm(confirm::Confirm),
}

impl Popup {
    /// Where the keyboard is while this one is uppermost.
    pub fn context(&self) -> Context {
        match self {
            Self::Authorize(_) => Context::Authorize,
            Self::WholeLink(_) => Context::WholeLink,
            Self::Help(_) => Context::Help,
            Self::Confirm(_) => Context::Confirm,
        }
    }
}

/// Draws one popup over what is there.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, popup: &Popup) {
    match popup {
        Popup::Authorize(popup) => authorize::draw(canvas, model, popup),
        Popup::WholeLink(popup) => whole_link::draw(canvas, model, popup),
        Popup::Help(popup) => help::draw(canvas, model, popup),
        Popup::Confirm(popup) => confirm::draw(canvas, model, popup),
    }
}
