//! Drawing of the presets of a tool.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Untrusted;
use crate::export::estimate_tokens;
use crate::journal::Preset;
use crate::json::{escaped, pretty};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::inner_rows;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::playground::presets::Presets;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{text, time};

/// Bytes of the arguments that are looked at for the lines that fit.
const LOOKED_AT: usize = 64 << 10;

/// Place of the popup: room for the footer stays, which tells its keys.
fn area(screen: Rect) -> Rect {
    let above = Rect { height: screen.height.saturating_sub(1), ..screen };
    pane::centred(above, 96, 22)
}

/// Rows shown at once of so many presets; below them stands what is in the one under the cursor.
pub(super) fn rows_shown(screen: Rect, presets: usize) -> usize {
    let rows = inner_rows(area(screen)).saturating_sub(2);
    presets.clamp(1, (rows / 2).max(1))
}

/// Draws the list, the name being typed, and what is in the preset under the cursor.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Presets) {
    let theme = &cx.theme;
    let area = area(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let room = usize::from(area.width).saturating_sub(6);
    let title = text::fit(&format!("Presets of {}", popup.tool), room).into_owned();
    let titles = Titles { title: vec![title.into()], ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let columns = usize::from(inner.width);
    let rows = rows_shown(cx.screen, popup.all().len());
    if popup.all().is_empty() {
        let words = match popup.kept {
            None => "Looking …",
            Some(_) => "Nothing is saved for this tool yet.",
        };
        canvas.line(inner, Line::styled(words, theme.muted));
    }
    for (at, preset) in popup.all().iter().enumerate().skip(popup.cursor.top).take(rows) {
        let line = nth_line(inner, at - popup.cursor.top);
        let selected = at == popup.cursor.row && popup.naming.is_none();
        draw_row(canvas, line, row(cx, preset, selected, columns), (selected, true));
        canvas.hit(line, Target::Entry(at));
    }
    let below = nth_line(inner, rows + 1);
    let below = Rect { height: inner.bottom().saturating_sub(below.y), ..below };
    for (at, line) in said(cx, popup, columns).into_iter().take(usize::from(below.height)).enumerate() {
        canvas.line(nth_line(below, at), line);
    }
}

/// Name, what of it is left out, weight, and when it was saved.
fn row(cx: &Cx, preset: &Preset, selected: bool, columns: usize) -> Line<'static> {
    let theme = &cx.theme;
    let when = time::relative(preset.saved, cx.now.wall);
    let left_out = match preset.arguments.hidden.len() {
        0 => String::new(),
        1 => "1 left out  ".to_owned(),
        more => format!("{more} left out  "),
    };
    // In a narrow terminal the name is worth more.
    let facts = match columns {
        ..50 => when,
        _ => format!("{}  {when}", text::tokens(estimate_tokens(preset.arguments.json.bytes()))),
    };
    let taken = text::width(&left_out) + text::width(&facts) + 3;
    let name = preset.name.to_string();
    let name = text::fit(&name, columns.saturating_sub(taken)).into_owned();
    let gap = columns.saturating_sub(taken + text::width(&name)) + 1;
    Line::from(vec![
        bar(selected, true, theme),
        Span::styled(name, if selected { theme.strong } else { Style::new() }),
        Span::raw(" ".repeat(gap)),
        Span::styled(left_out, theme.warn),
        Span::styled(facts, theme.muted),
    ])
}

/// Lines below the list.
fn said(cx: &Cx, popup: &Presets, columns: usize) -> Vec<Line<'static>> {
    let theme = &cx.theme;
    let wrapped = |words: &str, style: Style| -> Vec<Line<'static>> {
        text::paragraph(words, columns).into_iter().map(|line| Line::styled(line, style)).collect()
    };
    let broken = popup.broken.iter().flat_map(|why| wrapped(why, theme.bad));
    if let Some(naming) = &popup.naming {
        let mut typed = vec![Span::raw("Save the input as ")];
        typed.extend(naming.spans(theme, columns.saturating_sub(16)).into_iter().skip(1));
        let more = match popup.replaced() {
            Some(_) => wrapped("It takes the place of what is saved under this name.", theme.warn),
            None => wrapped("What looks like a credential is left out.", theme.muted),
        };
        return [Line::from(typed)].into_iter().chain(broken).chain(more).collect();
    }
    let shown = popup.selected().map(|preset| arguments(preset, columns, theme)).unwrap_or_default();
    let how = match (&popup.kept, cx.key_for(Action::SavePreset)) {
        (Some(kept), key) if kept.is_empty() && !key.is_empty() => {
            wrapped(&format!("{key} saves the input that stands there now, under a name."), theme.muted)
        }
        _ => Vec::new(),
    };
    broken.chain(how).chain(shown).collect()
}

/// As many lines of the arguments as may fit.
fn arguments(preset: &Preset, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let bytes = preset.arguments.json.bytes();
    if bytes.len() > LOOKED_AT {
        return vec![Line::styled(format!("{}, too much to show here.", text::size(bytes.len())), theme.muted)];
    }
    let shown = Untrusted::from(escaped(&pretty(&preset.arguments.json)).into_owned());
    let line = |line: std::borrow::Cow<'_, str>| text::fit(&line, columns).into_owned();
    shown.scrubbed_lines().take(40).map(|text| Line::styled(line(text), theme.json_string)).collect()
}
