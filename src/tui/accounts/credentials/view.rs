//! Drawing of the form for credentials.

use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::domain::{AccountRef, Untrusted};
use crate::flow::credentials::CredentialTarget;
use crate::tui::accounts::credentials::field::{Field, Name};
use crate::tui::accounts::credentials::state::{CredentialsForm, Form, Part};
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{spinner, text};

/// Columns of the popup.
const WIDTH: u16 = 84;

/// Columns before a value.
const INDENT: usize = 2;

/// Line of the form: the field it belongs to, whether that has the keyboard, and the column of the terminal's
/// cursor.
#[derive(Default)]
struct FormLine {
    text: Line<'static>,
    field: Option<usize>,
    focused: bool,
    cursor: Option<usize>,
}

impl From<Line<'static>> for FormLine {
    fn from(text: Line<'static>) -> Self {
        Self { text, ..Self::default() }
    }
}

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, popup: &CredentialsForm, cx: &Cx) {
    let theme = &cx.theme;
    let screen = Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen };
    let columns = usize::from(WIDTH.min(screen.width).saturating_sub(4));
    let lines = lines(popup, cx, columns);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let area = pane::centred(screen, WIDTH, height);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let verb = match popup.holder {
        CredentialTarget::New(..) => "Connect",
        CredentialTarget::Known(_) => "Credentials of",
    };
    let title = text::fit(&format!("{verb} {}", popup.label), columns.saturating_sub(2)).into_owned();
    let kept = if columns < 50 { "never written down" } else { "nothing typed here is written down or logged" };
    let foot = vec![Span::styled(kept, theme.muted)];
    let titles = Titles { title: vec![title.into()], foot, ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let room = usize::from(inner.height);
    // What has the keyboard is in sight, with what is said of it below and its name above.
    let last = lines.iter().rposition(|line| line.focused).map_or(0, |at| at + 1);
    let first = lines.iter().position(|line| line.focused).unwrap_or(0);
    let top = last.saturating_sub(room).min(first);
    for (at, line) in lines.into_iter().skip(top).take(room).enumerate() {
        let row = nth_line(inner, at);
        canvas.line(row, line.text);
        if let Some(field) = line.field {
            canvas.hit(row, Target::Entry(field));
        }
        if let Some(column) = line.cursor {
            let x = row.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX)).min(row.right().saturating_sub(1));
            canvas.cursor = Some(Position::new(x, row.y));
        }
    }
}

fn said(text: &str, style: Style, width: usize) -> impl Iterator<Item = FormLine> {
    text::paragraph(text, width).into_iter().map(move |line| Line::styled(line, style).into())
}

fn lines(popup: &CredentialsForm, cx: &Cx, width: usize) -> Vec<FormLine> {
    let theme = &cx.theme;
    let mut lines: Vec<FormLine> = Vec::new();
    match &popup.form {
        Form::Loading => {
            let spin = Span::styled(spinner::frame(cx.now.uptime), theme.accent);
            let words = Span::raw(format!(" Asking what {} wants …", popup.provider));
            return vec![Line::from(vec![spin, words]).into()];
        }
        Form::Declared { about } => lines.extend(said(&format!("{}: {about}.", popup.provider), theme.muted, width)),
        Form::Rows(why) => {
            lines.extend(said(why, theme.warn, width));
            let words = "Type the names that the provider knows, and their values; rows without a value are left out.";
            lines.extend(said(words, Style::new(), width));
        }
        Form::Nothing => {
            lines.extend(said("This connection asks for nothing: Enter makes the account.", Style::new(), width))
        }
    }
    if matches!(popup.holder, CredentialTarget::Known(_)) {
        lines.extend(said("This replaces the credentials the environment has.", theme.muted, width));
    }
    for (at, field) in popup.fields.iter().enumerate() {
        lines.push(FormLine::default());
        lines.extend(field_lines(field, at, popup, cx, width));
    }
    if popup.sending {
        lines.push(FormLine::default());
        let spin = Span::styled(spinner::frame(cx.now.uptime), theme.accent);
        lines.push(Line::from(vec![spin, Span::raw(" Handing it over …")]).into());
    }
    if let Some(fault) = &popup.refusal {
        lines.push(FormLine::default());
        lines.extend(said(&format!("✖ {}: {fault}", fault.headline()), theme.bad, width));
        let next = match popup.holder {
            CredentialTarget::Known(AccountRef::Pair(..)) => {
                "It was made meanwhile. Enter in the last field gives it what you typed, in the place of what it has."
            }
            _ => "Everything you typed is still here.",
        };
        lines.extend(said(next, theme.muted, width));
    }
    lines
}

fn field_lines(field: &Field, at: usize, popup: &CredentialsForm, cx: &Cx, width: usize) -> Vec<FormLine> {
    let theme = &cx.theme;
    let focus = popup.focus().filter(|(focused, _)| *focused == at).map(|(_, part)| part);
    let focused = focus.is_some();
    let (on_name, on_value) = (focus == Some(Part::Name), focus == Some(Part::Value));
    let room = width.saturating_sub(INDENT);
    let mut lines = Vec::new();
    let mut push = |text: Line<'static>, cursor| lines.push(FormLine { text, field: Some(at), focused, cursor });

    let mut head = vec![bar(focused, true, theme)];
    let mut cursor = None;
    match &field.name {
        Name::Given(_) => {
            let style = if focused { theme.strong } else { Style::new() };
            head.push(Span::styled(text::fit(&field.label, room.saturating_sub(24)).into_owned(), style));
        }
        Name::Typed(name) => {
            let (shown, column) = name.shown(false, room.saturating_sub(6).min(40));
            cursor = on_name.then_some(INDENT + 6 + column);
            head.extend([Span::styled("name  ", theme.muted), Span::styled(shown, theme.strong)]);
        }
    }
    if field.required {
        head.push(Span::styled("  required", theme.warn));
    }
    let revealed = on_value && popup.revealed;
    if field.masked {
        head.push(Span::styled(if revealed { "  shown" } else { "  masked" }, theme.muted));
        if on_value && popup.availability(Action::Reveal, cx).is_yes() {
            let key = cx.key_for(Action::Reveal);
            head.push(Span::styled(format!("  {key}"), theme.accent));
            head.push(Span::styled(if revealed { " masks it" } else { " shows it" }, theme.muted));
        }
    }
    push(Line::from(head), cursor);
    let (value, cursor) = value(field, on_value, revealed, room, theme);
    push(value, cursor.map(|column| INDENT + column));
    let notes =
        [(field.hint.to_string(), theme.muted, ""), (field.problem.clone().unwrap_or_default(), theme.bad, "✗ ")];
    for (words, style, mark) in notes.into_iter().filter(|(words, ..)| !words.is_empty()) {
        for line in text::paragraph(&format!("{mark}{words}"), room) {
            push(Line::from(vec![Span::raw("  "), Span::styled(line, style)]), None);
        }
    }
    lines
}

/// Line with the value of a field, marked as wide as the field reaches, and the column of the caret.
fn value(field: &Field, focused: bool, revealed: bool, room: usize, theme: &Theme) -> (Line<'static>, Option<usize>) {
    let style = if focused { theme.strong } else { Style::new() };
    if !field.options.is_empty() {
        let chosen = field.chosen.and_then(|at| field.options.get(at));
        let label = chosen.map_or_else(|| Untrusted::from("choose one"), |option| option.label.clone());
        let of = format!("  {} of {}", field.chosen.map_or(0, |at| at + 1), field.options.len());
        let (open, close) = if focused { ("◀ ", " ▶") } else { ("  ", "  ") };
        let label = text::fit(&label.scrubbed(), room.saturating_sub(14)).into_owned();
        let spans = vec![
            Span::styled(format!("  {open}"), theme.accent),
            Span::styled(label, if chosen.is_some() { style } else { theme.muted }),
            Span::styled(close, theme.accent),
            Span::styled(of, theme.muted),
        ];
        return (Line::from(spans), None);
    }
    let wide = room.min(60);
    let (shown, column) = field.value.shown(field.masked && !revealed, wide);
    let rest = " ".repeat(wide.saturating_sub(text::width(&shown)));
    let line = if focused { theme.accent } else { theme.muted }.remove_modifier(Modifier::BOLD);
    let spans = vec![
        Span::raw("  "),
        Span::styled(shown, style.add_modifier(Modifier::UNDERLINED)),
        Span::styled(rest, line.add_modifier(Modifier::UNDERLINED)),
    ];
    (Line::from(spans), focused.then_some(column))
}
