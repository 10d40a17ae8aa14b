//! Drawing of the form for a profile.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::{FaultKind, Untrusted};
use crate::tui::core::cx::Cx;
use crate::tui::environments::profile_form::form::{ProfileForm, ProfileKind, ProfilePart, SaveState};
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{spinner, text};

/// Columns of the popup.
const WIDTH: u16 = 84;

/// Columns before a value: the bar and the field's name.
const INDENT: usize = 2 + 12;

/// Line of the form: the field it belongs to, and the column of the terminal's cursor.
struct ProfileFormLine {
    text: Line<'static>,
    field: Option<usize>,
    cursor: Option<usize>,
}

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ProfileForm) {
    let theme = &cx.theme;
    let screen = Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen };
    let columns = usize::from(WIDTH.min(screen.width).saturating_sub(4));
    let lines = lines(popup, cx, columns);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let area = pane::centred(screen, WIDTH, height);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let foot = match (popup.kind, columns < 50) {
        (ProfileKind::Scalekit, true) => "the secret: keychain only",
        (ProfileKind::Scalekit, false) => "the secret goes into the keychain, never into a file",
        (ProfileKind::Local, true) => "secrets: keychain or vault",
        (ProfileKind::Local, false) => "its secrets go into the keychain or a vault, never into a file",
    };
    let title = match &popup.of {
        None => "New profile".into(),
        Some((profile, _)) => format!("Edit profile {}", profile.name).into(),
    };
    let foot = match &popup.of {
        Some((_, true)) => "in memory alone: nothing is written",
        _ => foot,
    };
    let titles = Titles { title: vec![title], foot: vec![Span::styled(foot, theme.muted)], ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let room = usize::from(inner.height);
    // What has the keyboard is in sight, or else how the saving goes.
    let last = match popup.state {
        SaveState::Typing => lines.iter().rposition(|line| line.field == Some(popup.at)).map_or(0, |at| at + 1),
        SaveState::Saving | SaveState::Refused(_) => lines.len(),
    };
    let top = last.saturating_sub(room);
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

fn lines(popup: &ProfileForm, cx: &Cx, width: usize) -> Vec<ProfileFormLine> {
    let theme = &cx.theme;
    let mut lines: Vec<ProfileFormLine> = Vec::new();
    let room = width.saturating_sub(INDENT);
    for (at, field) in popup.fields.iter().enumerate() {
        let focused = at == popup.at;
        let (name, hint) = match (field.part, &popup.of) {
            (ProfilePart::Secret, Some(_)) if popup.keeps_secret() => {
                ("secret", "unchanged, unless you enter a new one")
            }
            (ProfilePart::Secret, Some(_)) => ("secret", "the one that goes with this URL and client id"),
            (part, _) => words(part),
        };
        let masked = field.part == ProfilePart::Secret && !(focused && popup.revealed);
        if field.part == ProfilePart::Kind {
            lines.extend(kind_lines(popup.kind, at, focused, room, cx));
            continue;
        }
        let (mut shown, column) = field.input.shown(masked, room);
        if !focused && !masked {
            shown = text::fit(&Untrusted::from(field.input.raw()).scrubbed(), room).into_owned();
        }
        let value = match (shown.is_empty(), focused) {
            (true, false) => Span::styled(text::fit(hint, room).into_owned(), theme.muted),
            _ => Span::styled(shown, if focused { theme.strong } else { Style::new() }),
        };
        let name = Span::styled(format!("{name:<12}"), if focused { theme.accent } else { theme.muted });
        let text = Line::from(vec![bar(focused, true, theme), name, value]);
        lines.push(ProfileFormLine { text, field: Some(at), cursor: focused.then_some(INDENT + column) });
        let help = field.problem.as_ref().map(|problem| (format!("✗ {problem}"), theme.bad));
        let help = help.or_else(|| (focused && field.input.is_blank()).then(|| (hint.to_owned(), theme.muted)));
        for line in help.iter().flat_map(|(words, _)| text::wrap(words, room)) {
            let style = help.as_ref().map_or(theme.muted, |(_, style)| *style);
            let text = Line::from(vec![Span::raw(" ".repeat(INDENT)), Span::styled(line, style)]);
            lines.push(ProfileFormLine { text, field: Some(at), cursor: None });
        }
    }
    let mut say = |line: Line<'static>| lines.push(ProfileFormLine { text: line, field: None, cursor: None });
    match &popup.state {
        SaveState::Typing => {}
        SaveState::Saving => {
            let stop = cx.key_for(Action::Back);
            say(Line::default());
            say(Line::from(vec![
                Span::styled(spinner::frame(cx.now.uptime), theme.accent),
                Span::raw(match popup.kind {
                    ProfileKind::Scalekit => " Waiting for your keychain …  ",
                    ProfileKind::Local => " Saving …  ",
                }),
                Span::styled(stop.to_owned(), theme.accent),
                Span::raw(" stops"),
            ]));
        }
        SaveState::Refused(fault) => {
            say(Line::default());
            let style = if fault.kind == FaultKind::Cancelled { theme.warn } else { theme.bad };
            for line in text::wrap(&fault.message, width) {
                say(Line::styled(line, style));
            }
            if popup.may_be_kept() {
                let key = cx.key_for(Action::KeepProfile);
                let words = "keeps it in memory until you leave; nothing is written.";
                for (at, line) in text::wrap(words, width.saturating_sub(text::width(key) + 1)).into_iter().enumerate()
                {
                    let key = if at == 0 { key.to_owned() } else { " ".repeat(text::width(key)) };
                    say(Line::from(vec![Span::styled(key, theme.accent), Span::raw(format!(" {line}"))]));
                }
            }
        }
    }
    lines
}

/// The kind, which is turned rather than typed, and what it is.
fn kind_lines(kind: ProfileKind, at: usize, focused: bool, room: usize, cx: &Cx) -> Vec<ProfileFormLine> {
    let theme = &cx.theme;
    let (word, meaning) = match kind {
        ProfileKind::Scalekit => ("Scalekit", "an environment of a broker"),
        ProfileKind::Local => ("local", "your own, on this machine"),
    };
    let (name, hint) = words(ProfilePart::Kind);
    let name = Span::styled(format!("{name:<12}"), if focused { theme.accent } else { theme.muted });
    let value = Span::styled(format!("◀ {word} ▶"), if focused { theme.strong } else { Style::new() });
    let text = Line::from(vec![bar(focused, true, theme), name, value]);
    let mut lines = vec![ProfileFormLine { text, field: Some(at), cursor: focused.then_some(INDENT) }];
    let help = if focused { format!("{meaning} · {hint}") } else { String::new() };
    for line in text::wrap(&help, room).into_iter().filter(|line| !line.is_empty()) {
        let text = Line::from(vec![Span::raw(" ".repeat(INDENT)), Span::styled(line, theme.muted)]);
        lines.push(ProfileFormLine { text, field: Some(at), cursor: None });
    }
    lines
}

/// Name of a field, and what belongs there.
fn words(part: ProfilePart) -> (&'static str, &'static str) {
    match part {
        ProfilePart::Kind => ("kind", "← → changes it"),
        ProfilePart::Folder => ("folder", "absolute or below your settings; empty: the one of --local"),
        ProfilePart::Name => ("name", "what to call it, as in --profile acme"),
        ProfilePart::Url => ("URL", "https://acme.scalekit.dev"),
        ProfilePart::ClientId => ("client id", "skc_…"),
        ProfilePart::Secret => ("secret", "typed or pasted, never shown"),
        ProfilePart::VerifyUrl => ("verify URL", "optional: your own page that confirms who consented"),
        ProfilePart::Mode => ("mode", "optional: read (only), ask (before writes, usual) or free"),
    }
}
