//! How the form for a new account is drawn.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Untrusted;
use crate::tui::hits::Target;
use crate::tui::model::Model;
use crate::tui::popups::new_account::{Connections, Field, NewAccount};
use crate::tui::screens::layout;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{spinner, text};

/// Draws it near the top of the screen.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, popup: &NewAccount) {
    let theme = &model.theme;
    let area = layout::palette(model.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let inner =
        pane::framed(canvas, area, true, Titles { title: vec!["Connect an account".into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let field = |name: &str, value: &str, here: bool| {
        let value = Untrusted::from(value).to_string();
        let cursor = if here { "▏" } else { "" };
        Line::from(vec![
            bar(here, true, theme),
            Span::styled(format!("{name:<13}"), theme.muted),
            Span::styled(value, theme.strong),
            Span::styled(cursor, theme.accent),
        ])
    };
    let on_identifier = popup.field == Field::Identifier;
    let chosen = popup.chosen().map(|name| name.raw().to_owned());
    let connection = if on_identifier { chosen.unwrap_or_default() } else { popup.connection.text().to_owned() };
    canvas.line(nth_line(inner, 0), field("connection", &connection, !on_identifier));
    canvas.line(nth_line(inner, 1), field("identifier", popup.identifier.text(), on_identifier));
    let below = Rect { y: inner.y + 3.min(inner.height), height: inner.height.saturating_sub(3), ..inner };
    if on_identifier {
        let words = "Your application's own id of the person. The account is made, and a link to authorize it.";
        for (at, line) in text::wrap(words, usize::from(below.width)).into_iter().enumerate() {
            canvas.line(nth_line(below, at), Line::styled(line, theme.muted));
        }
        return;
    }
    match &popup.connections {
        Connections::Loading => {
            let spin = Span::styled(spinner::frame(model.now.uptime), theme.accent);
            canvas.line(below, Line::from(vec![Span::raw("  "), spin, Span::raw(" Asking for connections …")]));
        }
        Connections::Failed(fault) => {
            let words = format!("✖ {}: {fault} The name can be typed all the same.", fault.whose());
            for (at, line) in text::wrap(&words, usize::from(below.width)).into_iter().enumerate() {
                canvas.line(nth_line(below, at), Line::styled(line, theme.warn));
            }
        }
        Connections::Here(_) => {
            let fitting = popup.fitting();
            if fitting.is_empty() {
                canvas.line(below, Line::styled("  No connection is called like that.", theme.muted));
            }
            let shown = fitting.into_iter().enumerate().skip(popup.cursor.top).take(usize::from(below.height));
            for (at, connection) in shown {
                let row = nth_line(below, at - popup.cursor.top);
                let selected = at == popup.cursor.row;
                let style = if selected { theme.strong } else { Style::new() };
                let line = Line::from(vec![
                    bar(selected, true, theme),
                    Span::styled(format!("{:<24}", text::fit(&connection.name.scrubbed(), 23)), style),
                    Span::styled(format!("{}  {}", connection.provider, connection.authorization), theme.muted),
                ]);
                canvas.line(row, line);
                canvas.hit(row, Target::Entry(at));
            }
        }
    }
}
