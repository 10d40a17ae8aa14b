//! Drawing of the choices for a new run.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::agent::new_run::{FIRST, NewRun};
use crate::tui::agent::tasks::ListModels;
use crate::tui::core::cx::Cx;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Columns of the names of choices.
const NAMES: usize = 8;

/// Place of the popup.
pub(super) fn area(screen: Rect, rows: usize) -> Rect {
    let screen = Rect { height: screen.height.saturating_sub(1), ..screen };
    pane::centred(screen, 76, u16::try_from(rows + 2).unwrap_or(u16::MAX))
}

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &NewRun) {
    let theme = &cx.theme;
    let area = area(cx.screen, popup.rows());
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let inner = pane::framed(canvas, area, true, Titles { title: vec!["New run".into()], ..Titles::default() });
    let room = usize::from(inner.width).saturating_sub(NAMES + 3);
    for row in popup.cursor.top..popup.rows() {
        let place = nth_line(inner, row - popup.cursor.top);
        if place.is_empty() {
            break;
        }
        let is_here = row == popup.cursor.row;
        let (name, value, style) = match row {
            0 => match &popup.identifier {
                Some(identifier) => ("as", identifier.to_string(), theme.accent),
                None => ("as", "nobody yet".to_owned(), theme.warn),
            },
            1 if cx.is_running(ListModels::SLOT) => ("model", "listing the models …".to_owned(), theme.muted),
            1 => match (&popup.model, &popup.usual) {
                (Some(model), _) => ("model", crate::domain::Untrusted::from(model.as_str()).to_string(), theme.strong),
                (None, Some(usual)) => (
                    "model",
                    format!("{} (the usual one)", crate::domain::Untrusted::from(usual.as_str())),
                    theme.muted,
                ),
                (None, None) => ("model", "the usual one".to_owned(), theme.muted),
            },
            row if row + 1 == popup.rows() => ("", "begin, and type the first message".to_owned(), theme.accent),
            row => {
                let name = if row == FIRST { "on" } else { "" };
                match popup.connections.get(row - FIRST) {
                    Some((connection, true)) => (name, format!("✓ {connection}"), theme.strong),
                    Some((connection, false)) => (name, format!("· {connection}"), theme.muted),
                    None => (name, String::new(), theme.muted),
                }
            }
        };
        let value = text::fit(&value, room).into_owned();
        let line = vec![
            bar(is_here, true, theme),
            Span::styled(format!("{name:<NAMES$}"), theme.muted),
            Span::styled(value, style),
        ];
        draw_row(canvas, place, Line::from(line), (is_here, true));
        canvas.hit(place, Target::Entry(row));
    }
}
