//! Drawing of the form for a new account.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Untrusted;
use crate::tui::accounts::new_account::state::{ConnectionChoice, ConnectionList, Field, NewAccount};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::typing::filter;
use crate::tui::widgets::{spinner, text};

/// Draws it near the top of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, popup: &NewAccount, cx: &Cx) {
    let theme = &cx.theme;
    let area = layout::palette(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let inner =
        pane::framed(canvas, area, true, Titles { title: vec!["Connect an account".into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let room = usize::from(inner.width).saturating_sub(15);
    let field = |name: &str, value: Vec<Span<'static>>, here: bool| {
        let name = Span::styled(format!("{name:<13}"), theme.muted);
        Line::from_iter([bar(here, true, theme), name].into_iter().chain(value))
    };
    let read = |value: &str| {
        let value = Untrusted::from(value).to_string();
        vec![Span::styled(text::fit(&value, room).into_owned(), theme.strong)]
    };
    let on_identifier = popup.field == Field::Identifier;
    let chosen = popup.chosen().map(|chosen| chosen.connection.raw().to_owned()).unwrap_or_default();
    let (connection, identifier) = match popup.field {
        Field::Connection => (popup.connection.line(theme, room), read(popup.identifier.text())),
        Field::Identifier => (read(&chosen), popup.identifier.line(theme, room)),
    };
    canvas.line(nth_line(inner, 0), field("connection", connection, !on_identifier));
    canvas.line(nth_line(inner, 1), field("identifier", identifier, on_identifier));
    let below = Rect { y: inner.y + 3.min(inner.height), height: inner.height.saturating_sub(3), ..inner };
    if on_identifier {
        return people(canvas, popup, below, theme);
    }
    match &popup.connections {
        ConnectionList::Loading => {
            let spin = Span::styled(spinner::frame(cx.now.uptime), theme.accent);
            canvas.line(below, Line::from(vec![Span::raw("  "), spin, Span::raw(" Asking for connections …")]));
        }
        ConnectionList::Failed(fault) => {
            let words = format!("✖ {}: {fault} You can still type its name.", fault.headline());
            said(canvas, below, &words, theme.warn);
        }
        ConnectionList::Here(_) => offers(canvas, popup, below, theme),
    }
}

/// Words from the top of `area`; what is left of it below them.
fn said(canvas: &mut Canvas<'_>, area: Rect, words: &str, style: Style) -> Rect {
    let lines = text::paragraph(words, usize::from(area.width));
    let taken = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height);
    for (at, line) in lines.into_iter().enumerate() {
        canvas.line(nth_line(area, at), Line::styled(line, style));
    }
    Rect { y: area.y + taken, height: area.height - taken, ..area }
}

fn offers(canvas: &mut Canvas<'_>, popup: &NewAccount, area: Rect, theme: &Theme) {
    let fitting = popup.fitting();
    if fitting.is_empty() {
        let words = match popup.connection.text().is_empty() {
            true => "No connections in this environment yet. They are made in its dashboard; then open this again.",
            false => "No match.",
        };
        let area = Rect { x: area.x + 2.min(area.width), width: area.width.saturating_sub(2), ..area };
        said(canvas, area, words, theme.muted);
    }
    let shown = fitting.into_iter().enumerate().skip(popup.cursor.top).take(usize::from(area.height));
    for (at, offer) in shown {
        let row = nth_line(area, at - popup.cursor.top);
        let selected = at == popup.cursor.row;
        let line = offer_line(offer, popup.connection.text(), selected, usize::from(row.width), theme);
        draw_row(canvas, row, line, (selected, true));
        canvas.hit(row, Target::Entry(at));
    }
}

fn offer_line(offer: &ConnectionChoice, wanted: &str, selected: bool, width: usize, theme: &Theme) -> Line<'static> {
    let wide = (width / 3).min(22);
    let connection = &offer.connection;
    let style = match (offer.obstacle(), selected) {
        (Some(_), _) => theme.muted,
        (None, true) => theme.strong,
        (None, false) => Style::new(),
    };
    let name = connection.name.scrubbed();
    let name = text::fit(&name, wide);
    let gap = " ".repeat(wide.saturating_sub(text::width(&name)) + 1);
    let mut spans = vec![bar(selected, true, theme)];
    spans.extend(filter::pointed_out(&name, wanted, style, theme.found));
    spans.push(Span::raw(gap));
    match (offer.obstacle(), &offer.twin) {
        (Some(obstacle), _) => spans.push(Span::styled(format!("✖ {obstacle}"), theme.warn)),
        (None, Some(twin)) => spans.extend([
            Span::styled(format!("not {twin}: "), theme.warn),
            Span::styled(format!("only the case differs · {}", connection.authorization), theme.muted),
        ]),
        (None, None) => {
            spans.push(Span::styled(format!("{}  {}", connection.provider, connection.authorization), theme.muted));
        }
    }
    Line::from(spans)
}

/// Draws the outlook below the identifier as it is typed, and the people who may be meant.
fn people(canvas: &mut Canvas<'_>, popup: &NewAccount, area: Rect, theme: &Theme) {
    let typed_in = popup.chosen().is_some_and(|chosen| chosen.authorization.is_typed_in());
    let mut left = area;
    if let Some(twin) = &popup.twin {
        let words = format!("Not {twin}: only the case differs. The environment treats them as two users.");
        left = said(canvas, left, &words, theme.warn);
    }
    let words = match (&popup.already, typed_in) {
        (Some(status), true) => format!("This account exists and is {}: its credentials are replaced.", status.word()),
        (Some(status), false) => format!("This account exists and is {}: it is authorized again.", status.word()),
        (None, true) => "The user's id in your application. Credentials come next.".to_owned(),
        (None, false) => "The user's id in your application. Creates the account and an authorization link.".to_owned(),
    };
    // Where there is little room, the names that can be chosen matter more than what goes without saying.
    let low = area.height < 7 && !popup.people.is_empty();
    if !low || popup.already.is_some() {
        left = said(canvas, left, &words, theme.muted);
    }
    if popup.people.is_empty() {
        return;
    }
    if !low {
        left = said(canvas, left, "", theme.muted);
        let words = if popup.person.is_some() { "Enter takes this user:" } else { "Known users (↑↓):" };
        left = said(canvas, left, words, theme.muted);
    }
    let top = popup.person.map_or(0, |row| (row + 1).saturating_sub(usize::from(left.height)));
    for (at, person) in popup.people.iter().enumerate().skip(top).take(usize::from(left.height)) {
        let row = nth_line(left, at - top);
        let selected = popup.person == Some(at);
        let name = text::fit(&person.identifier.scrubbed(), usize::from(row.width).saturating_sub(24)).into_owned();
        let note = match &person.here {
            Some(status) => format!("  has one here: {}", status.word()),
            None => String::new(),
        };
        let style = if selected { theme.strong } else { Style::new() };
        let mut spans = vec![bar(selected, true, theme)];
        spans.extend(filter::pointed_out(&name, popup.identifier.text(), style, theme.found));
        spans.push(Span::styled(note, theme.muted));
        draw_row(canvas, row, Line::from(spans), (selected, true));
        canvas.hit(row, Target::Entry(at));
    }
}
