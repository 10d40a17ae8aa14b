//! Drawing of the help page.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::hit_test::Target;
use crate::tui::input::keymap::Keymap;
use crate::tui::shell::help::Help;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;

/// Columns that the keys of an action take at most before they go on below.
const KEYS: usize = 16;
/// Columns that they get at the least.
const SHORTEST: usize = 7;

/// Draws the help page.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Help) {
    let area = pane::centred(cx.screen, 92, cx.screen.height.saturating_sub(2));
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let titles = Titles {
        title: vec!["What the keys do here".into()],
        foot: vec![Span::styled(format!("{}  close", cx.key_for(Action::Back)), cx.theme.muted)],
        ..Titles::default()
    };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let lines = lines(popup, &cx.theme, &cx.keymap, usize::from(inner.width));
    let top = popup.top().min(lines.len().saturating_sub(usize::from(inner.height)));
    for (at, line) in lines.into_iter().skip(top).take(usize::from(inner.height)).enumerate() {
        canvas.line(nth_line(inner, at), line);
    }
}

fn lines(popup: &Help, theme: &Theme, keymap: &Keymap, width: usize) -> Vec<Line<'static>> {
    let written = |spec| match keymap.written(spec) {
        [] => "no key".to_owned(),
        keys => keys.join(" "),
    };
    let specs = popup.sections().iter().flat_map(|(_, specs)| specs);
    let widest = specs.map(|(spec, _)| text::width(&written(spec))).max().unwrap_or_default();
    let column = widest.min(KEYS).min(width / 4).max(SHORTEST);
    let room = width.saturating_sub(column + 4);
    let mut lines = Vec::new();
    for (context, specs) in popup.sections() {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(context.title(), theme.strong));
        for (spec, availability) in specs {
            let (style, words) = match availability {
                Availability::Yes => (theme.accent, Style::new()),
                Availability::No(_) | Availability::NotHere => (theme.muted, theme.muted),
            };
            let (mut keys, mut said) = (text::wrap(&written(spec), column), text::wrap(spec.sentence, room));
            let rows = keys.len().max(said.len());
            keys.resize(rows, String::new());
            said.resize(rows, String::new());
            lines.extend(keys.into_iter().zip(said).map(|(key, said)| {
                let gap = " ".repeat(column.saturating_sub(text::width(&key)) + 2);
                Line::from(vec![Span::styled(format!("  {key}{gap}"), style), Span::styled(said, words)])
            }));
            if let Availability::No(reason) = availability {
                let wrapped = text::wrap(&format!("not now: {reason}"), room.saturating_sub(2));
                let indent = column + 6;
                lines.extend(wrapped.into_iter().map(|line| Line::styled(format!("{:indent$}{line}", ""), theme.warn)));
            }
        }
    }
    lines
}
