//! Drawing of the form for the passphrase.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::secrets::PassphraseQuestion;
use crate::tui::core::cx::Cx;
use crate::tui::environments::passphrase::PassphraseForm;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;

/// Columns of the popup.
const WIDTH: u16 = 76;

/// Columns before a value: the bar and the field's name.
const INDENT: usize = 2 + NAMES;

/// Columns of the names of fields.
const NAMES: usize = 12;

/// Line of the form: the field it belongs to, and the column of the terminal's cursor.
struct PassphraseLine {
    text: Line<'static>,
    field: Option<usize>,
    cursor: Option<usize>,
}

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &PassphraseForm) {
    let screen = Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen };
    let width = usize::from(WIDTH.min(screen.width).saturating_sub(4));
    let lines = lines(popup, cx, width, screen.height < 16);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let area = pane::centred(screen, WIDTH, height);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = match popup.request.question {
        PassphraseQuestion::New => "New vault",
        PassphraseQuestion::Open | PassphraseQuestion::Again => "Open the vault",
    };
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    for (at, line) in lines.into_iter().take(usize::from(inner.height)).enumerate() {
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

fn lines(popup: &PassphraseForm, cx: &Cx, width: usize, tight: bool) -> Vec<PassphraseLine> {
    let theme = &cx.theme;
    let mut lines: Vec<PassphraseLine> = Vec::new();
    let say = |lines: &mut Vec<PassphraseLine>, words: &str, style: Style| {
        let parts = text::wrap(words, width).into_iter();
        lines.extend(parts.map(|part| PassphraseLine { text: Line::styled(part, style), field: None, cursor: None }));
    };
    let is_new = popup.request.question == PassphraseQuestion::New;
    let words = match (is_new, tight) {
        (true, false) => "There is no keychain here. Secrets go into an encrypted file, which this passphrase opens.",
        (true, true) => "No keychain: secrets go into a file that this passphrase opens.",
        (false, false) => "A secret of this environment is needed. It is in an encrypted file.",
        (false, true) => "A secret of this environment is needed.",
    };
    say(&mut lines, words, Style::new());
    if !tight {
        say(&mut lines, "", Style::new());
    }
    let room = width.saturating_sub(INDENT);
    for (at, (input, name)) in popup.fields.iter().zip(["passphrase", "again"]).enumerate() {
        let focused = at == popup.at;
        let (shown, column) = input.shown(true, room);
        let name = Span::styled(format!("{name:<NAMES$}"), if focused { theme.accent } else { theme.muted });
        let value = Span::styled(shown, if focused { theme.strong } else { Style::new() });
        let text = Line::from(vec![bar(focused, true, theme), name, value]);
        lines.push(PassphraseLine { text, field: Some(at), cursor: focused.then_some(INDENT + column) });
    }
    if let Some(problem) = popup.problem {
        say(&mut lines, &format!("✗ {problem}"), theme.bad);
    }
    if !tight {
        say(&mut lines, "", Style::new());
        if is_new {
            say(&mut lines, "Nobody can open the vault without the passphrase. It is kept nowhere.", theme.muted);
        }
    }
    let otherwise = match is_new {
        true => "no vault: secrets are kept in memory, for this run only",
        false => "leave it locked",
    };
    let key = format!("{}  ", cx.key_for(Action::Back));
    let indent = text::width(&key);
    for (at, part) in text::wrap(otherwise, width.saturating_sub(indent)).into_iter().enumerate() {
        let key = if at == 0 { key.clone() } else { " ".repeat(indent) };
        let text = Line::from(vec![Span::styled(key, theme.accent), Span::raw(part)]);
        lines.push(PassphraseLine { text, field: None, cursor: None });
    }
    lines
}
