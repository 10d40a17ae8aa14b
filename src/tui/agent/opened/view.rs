//! Drawing of a call that is looked at: input and output side by side, one above the other, or one alone.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::agent::{CallState, brief};
use crate::tui::agent::call_line;
use crate::tui::agent::opened::{Half, OpenedCall, panes};
use crate::tui::agent::timing;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Draws it in the place of the screen.
pub(in crate::tui::agent) fn draw(canvas: &mut Canvas<'_>, opened: &OpenedCall, cx: &Cx) {
    let body = cx.body();
    facts(canvas, opened, cx, nth_line(body.area, 0));
    let panes = panes(body, opened.focus);
    if !panes.list.is_empty() {
        half(canvas, opened, cx, Pane::List, panes.list);
    }
    if !panes.side.is_empty() {
        half(canvas, opened, cx, Pane::Side, panes.side);
    }
}

/// `✓ linear_issue_search  as ada@acme.dev on linear · 412 ms · 1 issue · number 17`.
fn facts(canvas: &mut Canvas<'_>, opened: &OpenedCall, cx: &Cx, area: Rect) {
    let theme = canvas.theme;
    let (glyph, style) = call_line::glyph(&opened.call, theme);
    let mut said = Vec::new();
    if !opened.call.connection.is_empty() {
        said.push(format!("as {} on {}", opened.identifier, opened.call.connection));
    }
    let timing = timing::timing(&opened.call, None, cx.now.uptime);
    said.extend([timing, brief::outcome(&opened.call)].into_iter().filter(|words| !words.is_empty()));
    said.extend(opened.call.edited.as_ref().map(|_| "input changed by you".to_owned()));
    said.extend(opened.entry().map(|entry| format!("number {entry}")));
    let tool = text::fit(&opened.call.tool.scrubbed(), usize::from(area.width / 2)).into_owned();
    let room = usize::from(area.width).saturating_sub(text::width(&tool) + 6);
    let mut said_fitting = text::as_many_as_fit(said.clone(), room);
    if said_fitting.is_empty() {
        said_fitting = said.first().map(|words| text::fit(words, room).into_owned()).unwrap_or_default();
    }
    let line = [
        Span::styled(format!(" {glyph} "), style),
        Span::styled(tool, theme.strong),
        Span::styled(format!("  {said_fitting}"), theme.muted),
    ];
    canvas.line(area, Line::from_iter(line));
}

fn half(canvas: &mut Canvas<'_>, opened: &OpenedCall, cx: &Cx, which: Pane, area: Rect) {
    let theme = canvas.theme;
    let focused = opened.focus == which;
    let tells = which == Pane::Side && opened.shows_told;
    let content = if which == Pane::List { &opened.input } else { &opened.output };
    let view = content.view().filter(|_| !tells);
    let title = match which {
        Pane::List => "Input",
        Pane::Side if tells => "As the model was told",
        Pane::Side => "Output",
    };
    let mut title = vec![Span::raw(title)];
    title.extend(view.and_then(|view| view.origin(theme, usize::from(area.width / 2))));
    let path = view.map(|view| view.path()).unwrap_or_default();
    let path = text::fit(&path, usize::from(area.width / 2)).into_owned();
    let titles = Titles {
        title,
        right: view.map(|view| view.find_spans(theme, pane::room_for_typing(area))).unwrap_or_default(),
        foot: vec![Span::styled(path, theme.muted)],
        note: view
            .and_then(|view| view.note(theme))
            .or_else(|| cut(opened, which, cx, area.width))
            .into_iter()
            .collect(),
    };
    let inner = pane::draw(canvas, area, which, focused, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    match (view, content) {
        (Some(view), _) => view.draw(canvas, inner, focused),
        _ if tells => drop(opened.told.draw(canvas, inner, Style::new(), (0..0, Style::new()))),
        (None, Half::None(why)) => {
            for (at, line) in text::wrap(why, usize::from(inner.width)).into_iter().enumerate() {
                canvas.line(nth_line(inner, at), Line::styled(line, theme.muted));
            }
        }
        (None, _) => drop(canvas.line(inner, Line::styled("Reading …", theme.muted))),
    }
    if !focused {
        // Rows are hit only where the keyboard is; elsewhere a click moves it there.
        canvas.hit(area, Target::Pane(which));
    }
}

/// What was left out for the model, with the key that shows what it was told.
fn cut(opened: &OpenedCall, which: Pane, cx: &Cx, width: u16) -> Option<Span<'static>> {
    let CallState::Returned(returned) = &opened.call.state else { return None };
    let cut = returned.cut.as_ref().filter(|_| which == Pane::Side)?;
    let key = cx.key_for(Action::SwitchTold);
    let words = if key.is_empty() {
        format!("cut for the model: {cut}")
    } else {
        format!("{key} as the model was told: {cut}")
    };
    Some(Span::styled(text::fit(&words, usize::from(width / 2)).into_owned(), cx.theme.warn))
}
