//! Drawing of the hints at the bottom, and of the message above them.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::order::StableOrder as _;
use crate::tui::core::toast::Level;
use crate::tui::input::hit_test::Target;
use crate::tui::input::spec::{FOOTER_RIGHT, Spec};
use crate::tui::shell::dispatch;
use crate::tui::shell::model::Model;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::CURSOR;
use crate::tui::widgets::text;

/// The hints that fit, most useful first. Only what can be done right now is hinted at.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, area: Rect) {
    canvas.clear(area);
    let contexts = model.contexts();
    let mut specs: Vec<(&Spec, &str)> = Vec::new();
    for spec in model.cx.keymap.reachable(&contexts).filter(|spec| spec.footer.is_some()) {
        let again = specs.iter().any(|(other, _)| other.action == spec.action);
        if !again
            && dispatch::availability(spec.action, model).is_yes()
            && let Some(key) = dispatch::keys_here(spec, &contexts, model).next()
        {
            specs.push((spec, key));
        }
    }
    specs.order_by_key(|(spec, _)| spec.footer);
    let (left, right): (Vec<_>, Vec<_>) = specs.into_iter().partition(|(spec, _)| spec.footer < Some(FOOTER_RIGHT));
    let mut end = area.right();
    for spec in right.into_iter().rev() {
        let width = hint_width(spec);
        let crowded = area.width < 60 && end < area.right();
        if !crowded && width + 1 < (end - area.x) / 2 {
            end -= width + 1;
            hint(canvas, Rect { x: end, width, ..area }, spec);
            end -= 2;
        }
    }
    let mut x = area.x + 1;
    if let Some(count) = model.count.shown() {
        x += canvas.line(Rect { x, ..area }, Span::styled(format!("{count}×  "), canvas.theme.accent));
    }
    for spec in left {
        let width = hint_width(spec);
        if x.saturating_add(width) <= end {
            hint(canvas, Rect { x, width, ..area }, spec);
            x += width + 3;
        }
    }
}

fn hint_width((spec, key): (&Spec, &str)) -> u16 {
    u16::try_from(text::width(key) + 1 + text::width(spec.hint)).unwrap_or(u16::MAX)
}

fn hint(canvas: &mut Canvas<'_>, place: Rect, (spec, key): (&Spec, &str)) {
    let key = Span::styled(key, canvas.theme.accent);
    canvas.line(place, Line::from(vec![key, Span::raw(format!(" {}", spec.hint))]));
    canvas.hit(place, Target::Action(spec.action));
}

/// Glyph and style of a message.
pub fn level(level: Level, theme: &Theme) -> (&'static str, Style) {
    match level {
        Level::Done => ("✓", theme.ok),
        Level::Note | Level::Reason => ("·", theme.accent),
        Level::Problem => ("✖", theme.bad),
    }
}

/// The newest message: above the hints, or where that would lie over a popup or over the row with the cursor, above
/// these, or in the place of the hints.
pub fn toast(canvas: &mut Canvas<'_>, model: &Model, footer: Rect) {
    let Some(toast) = model.cx.toasts.current(model.cx.now.uptime) else { return };
    let theme = canvas.theme;
    let (glyph, style) = level(toast.level, theme);
    let room = usize::from(footer.width.saturating_sub(8));
    let mut lines = text::wrap_in(&toast.text, room, 3);
    let height = u16::try_from(lines.len()).unwrap_or(1);
    let above = Rect { y: footer.y.saturating_sub(height), height, ..footer };
    let places = (model.cx.body().area.y..=above.y).rev().map(|y| Rect { y, ..above });
    let rows = places.into_iter().find(|rows| !covers(canvas, *rows)).unwrap_or(footer);
    if rows == footer {
        lines = text::wrap_in(&toast.text, room, 1);
    }
    let width = lines.iter().map(|line| text::width(line)).max().unwrap_or(0);
    let width = u16::try_from(width).unwrap_or(0).saturating_add(4).min(footer.width);
    let area = Rect { x: footer.right().saturating_sub(width + 1), width, ..rows };
    canvas.clear(if rows == footer { footer } else { area });
    if rows == above {
        uncut(canvas, Rect { y: footer.y.saturating_sub(1), height: 1, ..area });
    }
    for (at, line) in lines.into_iter().enumerate() {
        let mark = if at == 0 { glyph } else { " " };
        let line = Line::from(vec![Span::styled(format!(" {mark} "), style), Span::raw(line)]);
        canvas.line(nth_line(area, at), line);
    }
}

/// Whether something on these rows must stay in sight: a popup, the caret, the row with the cursor.
fn covers(canvas: &Canvas<'_>, rows: Rect) -> bool {
    let is_caret = canvas.cursor.is_some_and(|at| rows.contains(at));
    let cells = &canvas.cells;
    let mut positions = rows.intersection(cells.area).positions();
    canvas.hits.popups().any(|popup| popup.intersects(rows))
        || is_caret
        || positions.any(|at| cells.cell(at).is_some_and(|cell| cell.symbol() == CURSOR))
}

/// Takes the words on a frame's line away that a message at `area` would cut in two.
fn uncut(canvas: &mut Canvas<'_>, area: Rect) {
    const FRAME: [&str; 4] = ["─", "╰", "╯", "│"];
    let cells = &mut *canvas.cells;
    let words = (cells.area.left()..area.x).rev().take_while(|x| !FRAME.contains(&cells[(*x, area.y)].symbol()));
    let words: Vec<u16> = words.collect();
    // Only words that a frame holds: not the rows of a list that stands here.
    let framed = words.last().is_some_and(|x| *x > cells.area.left() && cells[(*x - 1, area.y)].symbol() != "│");
    for x in words.into_iter().filter(|_| framed) {
        cells[(x, area.y)].set_symbol("─").set_style(canvas.theme.border);
    }
}
