//! How tools are shown as definitions.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::export::Dialect;
use crate::tui::core::layout;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::model::Model;
use crate::tui::tools::export::state::{Export, Made, Said};
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{spinner, text};

/// Draws the dialects above; below, what would be refused, and the definitions.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, popup: &Export) {
    let theme = &model.cx.theme;
    let area = layout::export(model.cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let count = popup.tools.len();
    let marked = if popup.marked { "marked " } else { "" };
    let title = match count {
        1 => format!("1 {marked}tool as a definition"),
        _ => format!("{count} {marked}tools as definitions"),
    };
    let lines = popup.made.as_ref().map_or(0, |made| made.lines.len());
    let below = layout::export_rows(model.cx.screen);
    let window = format!("lines {} to {} of {lines}", popup.top + 1, (popup.top + below).min(lines));
    let foot = if lines > below { vec![Span::styled(window, theme.muted)] } else { Vec::new() };
    let titles = Titles { title: vec![title.into()], foot, ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let narrow = inner.width < 60;
    for (at, dialect) in Dialect::ALL.iter().copied().enumerate() {
        let row = nth_line(inner, at);
        let selected = at == popup.cursor.row;
        let name = Span::styled(format!("{:<11}", dialect.name()), if selected { theme.strong } else { Style::new() });
        let used = match &popup.made {
            Some(made) if selected => {
                let (words, style) = outcome(made, count, narrow, model);
                canvas.line_right(Rect { width: row.width.saturating_sub(1), ..row }, Line::styled(words, style))
            }
            _ => 0,
        };
        let about = if narrow { "" } else { about(dialect) };
        let place = Rect { width: row.width.saturating_sub(used + 2), ..row };
        canvas.line(place, Line::from(vec![bar(selected, true, theme), name, Span::styled(about, theme.muted)]));
        canvas.hit(row, Target::Entry(at));
    }
    let above = u16::try_from(Dialect::ALL.len() + 1).unwrap_or(0).min(inner.height);
    let page =
        Rect { x: inner.x + 2, y: inner.y + above, width: inner.width.saturating_sub(3), height: inner.height - above };
    let Some(made) = &popup.made else {
        let words = format!("{} Writing", spinner::frame(model.cx.now.uptime));
        canvas.line(page, Line::styled(words, theme.muted));
        return;
    };
    for (at, said) in made.lines.iter().skip(popup.top).take(usize::from(page.height)).enumerate() {
        let (sign, words, style) = match said {
            Said::Complaint(words) => ("✗ ", words, theme.warn),
            Said::Doubt(words) => ("? ", words, theme.warn),
            Said::Remark(words) => ("", words, theme.muted),
            Said::Code(words) => ("", words, theme.json_string),
        };
        let words = text::fit(words, usize::from(page.width).saturating_sub(text::width(sign))).into_owned();
        canvas.line(nth_line(page, at), Line::from(vec![Span::styled(sign, theme.bad), Span::styled(words, style)]));
    }
}

/// What they weigh, and how many of them are no good there.
fn outcome(made: &Made, count: usize, narrow: bool, model: &Model) -> (String, Style) {
    let weight = match made.mended {
        Some(mended) if !narrow => format!("{mended} mended · {}", text::tokens(made.weight)),
        _ => text::tokens(made.weight),
    };
    match made.refused {
        0 => (weight, model.cx.theme.ok),
        _ if narrow => (weight, model.cx.theme.warn),
        refused => (format!("{refused} of {count} to look at · {weight}"), model.cx.theme.warn),
    }
}

/// Where each is understood.
fn about(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Anthropic => "tools of the Messages API",
        Dialect::OpenAi => "tools of Chat Completions",
        Dialect::Mcp => "tools of a Model Context Protocol server",
    }
}
