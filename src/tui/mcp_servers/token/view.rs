//! Drawing of a session token.

use ratatui::text::{Line, Span};

use crate::tui::core::component::Component as _;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::mcp_servers::frame;
use crate::tui::mcp_servers::tasks::MintToken;
use crate::tui::mcp_servers::token::TokenPopup;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::{text, time};

/// Stands in the place of the token.
const MASKED: &str = "••••••••••••••••";

/// Draws the popup.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &TokenPopup) {
    let theme = &cx.theme;
    let area = frame::small(cx.screen, 9);
    let inner = frame::draw(canvas, cx, area, &format!("Session token for {}", popup.name), "kept nowhere");
    let columns = usize::from(inner.width);
    let whom = format!("{}, as {}", popup.access.words(), popup.identifier);
    canvas.line(nth_line(inner, 0), Line::styled(text::fit(&whom, columns).into_owned(), theme.strong));
    let mut at = 2;
    match &popup.minted {
        None if cx.is_running(MintToken::SLOT) => {
            canvas.line(nth_line(inner, at), frame::waiting(cx, "Minting it …"));
            at += 1;
        }
        None => {
            let words = "Whoever has it acts as this user through the server, until it ends.";
            at = frame::prose(canvas, inner, at, words, theme.muted);
        }
        Some(Err(fault)) => at = frame::prose(canvas, inner, at, &fault.to_string(), theme.bad),
        Some(Ok(_)) => {
            let (token, style) = match popup.token(cx) {
                Some(_) => (MASKED, theme.accent),
                None => ("It has ended.", theme.warn),
            };
            canvas.line(nth_line(inner, at), Line::styled(token, style));
            at += 1;
            let seconds = popup.left(cx).map(|left| u64::try_from(left.as_secs()).unwrap_or(0));
            let ends = match seconds {
                None => Some("The environment does not say when it ends.".to_owned()),
                Some(0) => None,
                Some(seconds) => Some(format!("ends in {}", time::clock(seconds))),
            };
            if let Some(ends) = ends {
                canvas.line(nth_line(inner, at), Line::styled(ends, theme.muted));
                at += 1;
            }
        }
    }
    at += 1;
    let closing = if matches!(popup.minted, Some(Ok(_))) { "close; the token is gone then" } else { "close" };
    let keys = [
        (Action::MintToken, "mint it"),
        (Action::Copy, "copy it"),
        (Action::SwitchAccess, "full access or read only"),
        (Action::Back, closing),
    ];
    for (action, words) in keys {
        if action == Action::Back || popup.availability(action, cx).is_yes() {
            let key = Span::styled(format!("{:>5}", cx.key_for(action)), theme.accent);
            let row = nth_line(inner, at);
            canvas.line(row, Line::from(vec![key, Span::raw(format!("  {words}"))]));
            canvas.hit(row, Target::Action(action));
            at += 1;
        }
    }
}
