//! Drawing of the palette.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::palette::entry::{Choice, Entry};
use crate::tui::shell::palette::{Palette, incomplete};
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::matching::spots;
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter;

/// Columns of a name and of a key, where more stands beside them.
const NAME: usize = 26;
const KEY: usize = 11;

/// Columns from which a sentence stands beside the name.
const WIDE: usize = 60;

/// Draws it near the top of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Palette) {
    let theme = &cx.theme;
    let area = layout::palette(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let titles = Titles { title: vec!["Commands".into()], foot: foot(cx, popup), ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let mut typed = popup.input.spans(theme, usize::from(inner.width));
    if popup.input.is_empty() {
        typed.push(Span::styled(" command, account, tool, preset, environment", theme.muted));
    }
    canvas.line(nth_line(inner, 0), Line::from(typed));
    let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    if popup.entries().is_empty() {
        canvas.line(nth_line(list, 0), Line::styled("  No match.", theme.muted));
    }
    let shown = popup.entries().iter().enumerate().skip(popup.cursor.top).take(usize::from(list.height));
    for (at, entry) in shown {
        let line = nth_line(list, at - popup.cursor.top);
        let selected = at == popup.cursor.row;
        draw_row(
            canvas,
            line,
            row(entry, popup.input.text(), selected, usize::from(line.width), theme),
            (selected, true),
        );
        canvas.hit(line, Target::Entry(at));
    }
}

/// Number of entries that fit, and how far the tools are loaded.
fn foot(cx: &Cx, popup: &Palette) -> Vec<Span<'static>> {
    let (entries, more) = (popup.entries().len(), popup.more());
    let count = if more > 0 { format!("{entries} of {}", entries + more) } else { entries.to_string() };
    let mut spans = vec![Span::styled(count, cx.theme.muted)];
    if let Some((words, fault)) = incomplete(cx) {
        spans.push(Span::styled(format!(" · {words}"), cx.theme.muted));
        if let Some(fault) = fault {
            spans.push(Span::styled(format!(" ✖ {fault}"), cx.theme.bad));
        }
    }
    spans
}

fn row(entry: &Entry, wanted: &str, selected: bool, width: usize, theme: &Theme) -> Line<'static> {
    let style = match (&entry.reason, selected) {
        (Some(_), _) => theme.muted,
        (None, true) => theme.strong,
        (None, false) => Style::new(),
    };
    let room = width.saturating_sub(2);
    let is_command = matches!(entry.choice, Choice::Do(_) | Choice::At(..));
    let mut spans = vec![bar(selected, true, theme)];
    let label = match (is_command, width >= WIDE) {
        (true, true) => text::fit(&entry.label, NAME),
        (false, true) => text::fit(&entry.label, room.saturating_sub(KEY + 14)),
        (_, false) => text::fit(&entry.label, room.saturating_sub(text::width(&entry.key) + 2)),
    };
    spans.extend(pointed_out(&label, entry, wanted, style, theme));
    let mut left = room.saturating_sub(text::width(&label));
    let mut put = |text: String, style: Style, left: &mut usize| {
        *left = left.saturating_sub(text::width(&text));
        spans.push(Span::styled(text, style));
    };
    let key = if is_command { theme.accent } else { theme.muted };
    if width < WIDE {
        let gap = " ".repeat(left.saturating_sub(text::width(&entry.key)));
        put(format!("{gap}{}", entry.key), key, &mut left);
        return Line::from(spans);
    }
    let gap = (NAME + 2).saturating_sub(text::width(&label)).max(2);
    put(" ".repeat(gap), Style::new(), &mut left);
    let gap = KEY.saturating_sub(text::width(&entry.key)).max(1);
    put(format!("{}{}", text::fit(&entry.key, KEY), " ".repeat(gap)), key, &mut left);
    let note = match &entry.reason {
        Some(reason) => vec![Span::styled(text::fit(reason, left).into_owned(), theme.warn)],
        None => filter::pointed_out(&text::fit(&entry.note, left), marked(entry, wanted), theme.muted, theme.found),
    };
    spans.extend(note);
    Line::from(spans)
}

/// Text of which the words are pointed out; nothing where only letters of the name fit.
fn marked<'a>(entry: &Entry, wanted: &'a str) -> &'a str {
    if entry.by_letters { "" } else { wanted }
}

fn pointed_out(label: &str, entry: &Entry, wanted: &str, style: Style, theme: &Theme) -> Vec<Span<'static>> {
    if !entry.by_letters {
        return filter::pointed_out(label, wanted, style, theme.found);
    }
    let wanted = wanted.trim().to_lowercase();
    let spots = spots(&[&label.to_lowercase()], &wanted).into_iter().next().unwrap_or_default();
    filter::spotted(label, &spots, style, theme.found)
}
