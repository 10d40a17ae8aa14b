//! Drawing of the name of a file.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::{Untrusted, pluralize};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::save::SavePopup;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Draws it near the top of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &SavePopup) {
    let theme = &cx.theme;
    let place = layout::palette(cx.screen);
    let area = Rect { height: place.height.min(7), ..place };
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let what = match (&popup.table, popup.format()) {
        (Some(table), Some(format)) => format!("{} as {}", pluralize(table.len() as u64, "row"), format.name()),
        (Some(_), None) => format!("the whole result, {}", text::size(popup.file.bytes.len())),
        (None, _) => text::size(popup.file.bytes.len()),
    };
    let titles =
        Titles { title: vec!["Save".into()], right: vec![Span::styled(what, theme.muted)], ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let mut typed = vec![Span::styled("name ", theme.accent)];
    typed.extend(popup.name.line(theme, usize::from(inner.width).saturating_sub(5)));
    canvas.line(nth_line(inner, 0), Line::from(typed));
    let mut notes = Vec::new();
    if let Some(why) = popup.refused() {
        notes.push((why, theme.bad));
    }
    if let Some(found) = popup.found() {
        if let Some(instead) = &found.instead {
            let typed = Untrusted::from(popup.typed());
            notes.push((format!("{typed} exists: this will be {instead}."), theme.warn));
        }
        notes.push((format!("in {}", found.folder), theme.muted));
    }
    if popup.table.is_some() {
        notes.push((
            ".csv .tsv .md .jsonl: the table · other endings: the whole result as JSON".to_owned(),
            theme.muted,
        ));
    }
    let below = Rect { y: inner.y + 1.min(inner.height), height: inner.height.saturating_sub(1), ..inner };
    let columns = usize::from(below.width);
    let lines =
        notes.iter().flat_map(|(words, style)| text::wrap(words, columns).into_iter().map(move |line| (line, *style)));
    for (at, (line, style)) in lines.enumerate() {
        canvas.line(nth_line(below, at), Line::styled(line, style));
    }
}
