//! Drawing of a server that is tried: its tools above, the one under the cursor below.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::pluralize;
use crate::flow::mcp_servers::trial::{ToolPresence, Trial, TriedTool};
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::mcp_servers::frame;
use crate::tui::mcp_servers::trial::TrialPopup;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card::{self, Card};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::text;

/// Rows above the list: what the server is, and a space.
const HEAD: usize = 2;

/// Rows of the list that are shown at once, of so many.
pub(super) fn list_rows(screen: Rect, rows: usize) -> usize {
    let room = frame::rows(frame::large(screen)).saturating_sub(HEAD + 1);
    rows.clamp(1, (room * 3 / 5).max(1))
}

/// Draws the popup.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &TrialPopup) {
    let theme = &cx.theme;
    let title = format!("{} as {}", popup.config.name, popup.identifier);
    let inner = frame::draw(canvas, cx, frame::large(cx.screen), &title, popup.access.words());
    let trial = match &popup.found {
        None => {
            canvas.line(inner, frame::waiting(cx, "Opening the server with a token for this one use …"));
            return;
        }
        Some(Err(fault)) => return card::draw(canvas, inner, &Card::fault(fault, Some(Action::Refresh))),
        Some(Ok(trial)) => trial,
    };
    let columns = usize::from(inner.width);
    let (words, style) = summary(trial, theme);
    canvas.line(nth_line(inner, 0), Line::styled(text::fit(&words, columns).into_owned(), style));
    let below_head = u16::try_from(HEAD).unwrap_or(0).min(inner.height);
    let inner = Rect { y: inner.y + below_head, height: inner.height - below_head, ..inner };
    if trial.tools.is_empty() {
        let words = "The server offers no tool, and this user may call none on its connections.";
        return card::draw(canvas, inner, &Card::note(words, Some(Action::Refresh), "look again"));
    }
    let shown = list_rows(cx.screen, trial.tools.len());
    for (at, tried) in trial.tools.iter().enumerate().skip(popup.cursor.top).take(shown) {
        let place = nth_line(inner, at - popup.cursor.top);
        let selected = at == popup.cursor.row;
        draw_row(canvas, place, line(tried, selected, columns, theme), (selected, true));
        canvas.hit(place, Target::Entry(at));
    }
    let skip = u16::try_from(shown + 1).unwrap_or(u16::MAX).min(inner.height);
    let below = Rect { y: inner.y + skip, height: inner.height - skip, ..inner };
    let Some(tried) = popup.selected() else { return };
    let at = frame::prose(canvas, below, 0, &explained(tried), mark(&tried.presence, theme).1);
    let at = changes(canvas, below, at, tried, theme);
    frame::prose(canvas, below, at, &tried.tool.description.to_string(), theme.muted);
}

fn summary(trial: &Trial, theme: &Theme) -> (String, Style) {
    let server = if trial.server.is_empty() { "a server without a name".to_owned() } else { trial.server.to_string() };
    let offered = pluralize(trial.count() as u64, "tool");
    match trial.odd() {
        0 => (format!("✓ {offered}, as they are set up · {server} · {}", trial.protocol), theme.ok),
        odd => (format!("▲ {offered}, {odd} not as set up · {server} · {}", trial.protocol), theme.warn),
    }
}

/// Glyph and style of where a tool is found.
fn mark(presence: &ToolPresence, theme: &Theme) -> (&'static str, Style) {
    match presence {
        ToolPresence::Same => ("=", theme.ok),
        ToolPresence::Differs(_) => ("≠", theme.warn),
        ToolPresence::OnlyOnServer => ("+", theme.warn),
        ToolPresence::Missing => ("−", theme.bad),
        ToolPresence::LeftOut => ("·", theme.muted),
    }
}

fn line(tried: &TriedTool, selected: bool, columns: usize, theme: &Theme) -> Line<'static> {
    let (glyph, style) = mark(&tried.presence, theme);
    let names = 40.min(columns / 2);
    let name = text::fit(&tried.tool.name.to_string(), names).into_owned();
    let gap = " ".repeat(names.saturating_sub(text::width(&name)) + 1);
    let plain = if tried.presence.is_offered() { Style::new() } else { theme.muted };
    let connection = tried.connection.as_ref().map_or_else(String::new, |name| format!(" · {name}"));
    let room = columns.saturating_sub(names + 15);
    Line::from(vec![
        bar(selected, true, theme),
        Span::styled(format!("{glyph} "), style),
        Span::styled(name, if selected { theme.strong } else { plain }),
        Span::raw(gap),
        Span::styled(format!("{:<10}", tried.tool.effect_mark()), theme.effect(tried.tool.effect)),
        Span::styled(text::fit(&format!("{}{connection}", tried.presence.words()), room).into_owned(), theme.muted),
    ])
}

fn explained(tried: &TriedTool) -> String {
    match &tried.presence {
        ToolPresence::Same => "On the server as in the user's own list.".to_owned(),
        ToolPresence::Differs(_) => "The server's input schema is not the one of the user's own list:".to_owned(),
        ToolPresence::OnlyOnServer => "Only the server offers it; the user's own list does not have it.".to_owned(),
        ToolPresence::Missing => "The configuration names it, and the server does not offer it.".to_owned(),
        ToolPresence::LeftOut => "The user may call it; the server leaves it out, as it is set up to.".to_owned(),
    }
}

fn changes(canvas: &mut Canvas<'_>, area: Rect, from: usize, tried: &TriedTool, theme: &Theme) -> usize {
    let ToolPresence::Differs(changes) = &tried.presence else { return from };
    let mut at = from;
    for change in changes.iter().take(8) {
        at = frame::prose(canvas, area, at, &format!("{}: {change}", change.judgement.words()), theme.warn);
    }
    at
}
