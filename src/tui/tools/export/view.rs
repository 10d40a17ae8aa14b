//! Drawing of tools as definitions.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::export::Dialect;
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::inner_rows;
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::tools::export::Export;
use crate::tui::tools::export::definitions::{Definitions, ExportLine};
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{spinner, text};

/// Place of the popup; the footer stays, which tells its keys.
fn area(screen: Rect) -> Rect {
    let (width, height) = (screen.width.saturating_sub(4).min(110), screen.height.saturating_sub(3));
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + 1, width, height }
}

/// Lines of it to read, below the dialects and a space.
pub(super) fn lines_shown(screen: Rect) -> usize {
    inner_rows(area(screen)).saturating_sub(4)
}

/// Draws the dialects above; below, what would be refused, and the definitions.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Export) {
    let theme = &cx.theme;
    let area = area(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let count = popup.tools.len();
    let marked = if popup.selected { "marked " } else { "" };
    let title = match count {
        1 => format!("1 {marked}tool as a definition"),
        _ => format!("{count} {marked}tools as definitions"),
    };
    let lines = popup.written.as_ref().map_or(0, |written| written.lines.len());
    let below = popup.height;
    let window = format!("lines {} to {} of {lines}", popup.top + 1, (popup.top + below).min(lines));
    let foot = if lines > below { vec![Span::styled(window, theme.muted)] } else { Vec::new() };
    let titles = Titles { title: vec![title.into()], foot, ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let narrow = inner.width < 60;
    for (at, dialect) in Dialect::ALL.iter().copied().enumerate() {
        let row = nth_line(inner, at);
        let selected = at == popup.cursor.row;
        let name = Span::styled(format!("{:<11}", dialect.name()), if selected { theme.strong } else { Style::new() });
        let used = match &popup.written {
            Some(written) if selected => {
                let (words, style) = outcome(written, count, narrow, theme);
                canvas.line_right(Rect { width: row.width.saturating_sub(1), ..row }, Line::styled(words, style))
            }
            _ => 0,
        };
        let about = if narrow { "" } else { about(dialect) };
        let place = Rect { width: row.width.saturating_sub(used + 2), ..row };
        let line = Line::from(vec![bar(selected, true, theme), name, Span::styled(about, theme.muted)]);
        draw_row(canvas, place, line, (selected, true));
        canvas.hit(row, Target::Entry(at));
    }
    let above = u16::try_from(Dialect::ALL.len() + 1).unwrap_or(0).min(inner.height);
    let page =
        Rect { x: inner.x + 2, y: inner.y + above, width: inner.width.saturating_sub(3), height: inner.height - above };
    let Some(written) = &popup.written else {
        let words = format!("{} Writing", spinner::frame(cx.now.uptime));
        canvas.line(page, Line::styled(words, theme.muted));
        return;
    };
    for (at, line) in written.lines.iter().skip(popup.top).take(usize::from(page.height)).enumerate() {
        let (sign, words, style) = match line {
            ExportLine::Complaint(words) => ("✗ ", words, theme.warn),
            ExportLine::Doubt(words) => ("? ", words, theme.warn),
            ExportLine::Remark(words) => ("", words, theme.muted),
            ExportLine::Code(words) => ("", words, theme.json_string),
        };
        let words = text::fit(words, usize::from(page.width).saturating_sub(text::width(sign))).into_owned();
        canvas.line(nth_line(page, at), Line::from(vec![Span::styled(sign, theme.bad), Span::styled(words, style)]));
    }
}

/// Words on their weight, and on the number of those that are no good there.
fn outcome(written: &Definitions, count: usize, narrow: bool, theme: &Theme) -> (String, Style) {
    let weight = match written.mended {
        Some(mended) if !narrow => format!("{mended} mended · {}", text::tokens(written.weight)),
        _ => text::tokens(written.weight),
    };
    match written.refused {
        0 => (weight, theme.ok),
        _ if narrow => (weight, theme.warn),
        refused => (format!("{refused} of {count} to look at · {weight}"), theme.warn),
    }
}

/// The interface that understands it.
fn about(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Anthropic => "tools of the Messages API",
        Dialect::OpenAi => "tools of Chat Completions",
        Dialect::Mcp => "tools of a Model Context Protocol server",
    }
}
