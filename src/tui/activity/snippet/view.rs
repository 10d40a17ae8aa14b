//! Drawing of a call as code.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::backend::SnippetKind;
use crate::domain::Untrusted;
use crate::export::estimate_tokens;
use crate::tui::activity::snippet::AsCode;
use crate::tui::core::cx::Cx;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;

/// Draws the forms above, the code below.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &AsCode) {
    let theme = &cx.theme;
    let screen = cx.screen;
    let area = pane::centred(screen, screen.width.saturating_sub(4).min(110), screen.height.saturating_sub(4));
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let foot = popup.selected().map(|(_, code)| text::tokens(estimate_tokens(code.as_bytes()))).unwrap_or_default();
    let titles = Titles {
        title: vec!["As code".into()],
        right: vec![Span::styled("secrets are variables ", theme.muted)],
        foot: vec![Span::styled(foot, theme.muted)],
        ..Titles::default()
    };
    let inner = pane::framed(canvas, area, true, titles);
    for (at, (form, _)) in popup.forms.iter().enumerate() {
        let row = nth_line(inner, at);
        let selected = at == popup.cursor.row;
        let name = if selected { Span::styled(form.name(), theme.strong) } else { Span::raw(form.name()) };
        draw_row(canvas, row, Line::from(vec![bar(selected, true, theme), name]), (selected, true));
        canvas.hit(row, Target::Entry(at));
    }
    let above = u16::try_from(popup.forms.len() + 1).unwrap_or(0).min(inner.height);
    let below =
        Rect { x: inner.x + 2, y: inner.y + above, width: inner.width.saturating_sub(3), height: inner.height - above };
    let Some((form, code)) = popup.selected() else { return };
    let comment = if *form == SnippetKind::Node { "//" } else { "#" };
    let code = Untrusted::from(code.as_str());
    for (at, line) in code.scrubbed_lines().take(usize::from(below.height)).enumerate() {
        let style = if line.starts_with(comment) { theme.muted } else { theme.json_string };
        let line = text::fit(&line, usize::from(below.width)).into_owned();
        canvas.line(nth_line(below, at), Line::styled(line, style));
    }
}
