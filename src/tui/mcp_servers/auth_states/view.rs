//! Drawing of the connections of a server.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::ConnectionAuthState;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::mcp_servers::auth_states::AuthStates;
use crate::tui::mcp_servers::auth_states::tasks::ReadAuthStates;
use crate::tui::mcp_servers::frame;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card::{self, Card};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::{text, time};

/// Rows below the list: a space, what the status means, and the link.
const BELOW: usize = 6;

/// Rows of the list that are shown at once, of so many.
pub(super) fn list_rows(screen: Rect, rows: usize) -> usize {
    let room = frame::rows(area(screen, rows));
    rows.clamp(1, room.saturating_sub(BELOW).max(room / 2).max(1))
}

fn area(screen: Rect, rows: usize) -> Rect {
    frame::small(screen, rows.max(3) + BELOW)
}

/// Draws the popup.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &AuthStates) {
    let theme = &cx.theme;
    let states = popup.states();
    let title = format!("Accounts of {}", popup.name);
    let inner = frame::draw(canvas, cx, area(cx.screen, states.len()), &title, &format!("as {}", popup.identifier));
    match &popup.states {
        None => {
            canvas.line(inner, frame::waiting(cx, "Asking which connections are authorized …"));
            return;
        }
        Some(Err(fault)) => return card::draw(canvas, inner, &Card::fault(fault, Some(Action::Refresh))),
        Some(Ok(states)) if states.is_empty() => {
            return card::draw(canvas, inner, &Card::note("This server needs no account.", None, ""));
        }
        Some(Ok(_)) => {}
    }
    let shown = list_rows(cx.screen, states.len());
    let columns = usize::from(inner.width);
    for (at, state) in states.iter().enumerate().skip(popup.cursor.top).take(shown) {
        let place = nth_line(inner, at - popup.cursor.top);
        let selected = at == popup.cursor.row;
        draw_row(canvas, place, line(cx, popup, state, selected, columns), (selected, true));
        canvas.hit(place, Target::Entry(at));
    }
    let skip = u16::try_from(shown + 1).unwrap_or(u16::MAX).min(inner.height);
    let below = Rect { y: inner.y + skip, height: inner.height - skip, ..inner };
    if cx.is_running(ReadAuthStates::SLOT) {
        canvas.line(below, frame::waiting(cx, "Asking again …"));
        return;
    }
    let Some(state) = popup.selected() else { return };
    let meaning = match &state.account {
        None => "There is no account yet: authorizing it makes one.",
        Some(_) => state.status.meaning(),
    };
    let at = frame::prose(canvas, below, 0, meaning, theme.muted);
    match (popup.link(state, cx), &state.link) {
        (Some(link), _) => {
            let left = popup.left(cx).unwrap_or_default().as_secs();
            canvas
                .line(nth_line(below, at), Line::styled(text::fit(link.as_str(), columns).into_owned(), theme.accent));
            let words = format!("good for {} more", time::clock(left));
            canvas.line(nth_line(below, at + 1), Line::styled(words, theme.muted));
        }
        (None, Some(_)) => {
            canvas.line(nth_line(below, at), Line::styled("The link has ended.", theme.warn));
        }
        (None, None) => {}
    }
}

fn line(cx: &Cx, popup: &AuthStates, state: &ConnectionAuthState, selected: bool, columns: usize) -> Line<'static> {
    let theme = &cx.theme;
    let (glyph, style) = theme.status(&state.status);
    let names = 24.min(columns / 3);
    let name = text::fit(&state.connection.to_string(), names).into_owned();
    let gap = " ".repeat(names.saturating_sub(text::width(&name)) + 1);
    let word = format!("{glyph} {:<14}", state.word());
    let has_link = if popup.link(state, cx).is_some() { "link " } else { "" };
    let account = state.account.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    let room = columns.saturating_sub(names + text::width(&word) + 4);
    Line::from(vec![
        bar(selected, true, theme),
        Span::styled(word, style),
        Span::styled(name, if selected { theme.strong } else { Style::new() }),
        Span::raw(gap),
        Span::styled(text::fit(&format!("{has_link}{account}"), room).into_owned(), theme.muted),
    ])
}
