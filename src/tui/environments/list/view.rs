//! Drawing of the sources of environments.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::{Fault, Party, pluralize};
use crate::flow::connection_test::Answered;
use crate::profile::{Source, SourceEntry, SourceState};
use crate::tui::core::cx::Cx;
use crate::tui::core::state::environment::Environment;
use crate::tui::environments::list::EnvironmentList;
use crate::tui::input::action::Action;
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{spinner, text, time};

/// Columns of the names, where there is room for more than them.
const NAMES: usize = 26;

/// Draws the list, and below it what is to be said of the entry under the cursor.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &EnvironmentList) {
    let theme = &cx.theme;
    let place = popup.area();
    canvas.clear(place);
    canvas.hit(place, Target::Popup);
    let room = usize::from(place.width.saturating_sub(6));
    let foot = [open_now(cx, Source::to_string), open_now(cx, Source::short)];
    let foot = foot.iter().find(|words| text::width(words) <= room).or(foot.last());
    let foot = text::fit(foot.map_or("", String::as_str), room).into_owned();
    let titles =
        Titles { title: vec!["Environments".into()], foot: vec![Span::styled(foot, theme.muted)], ..Titles::default() };
    let inner = pane::framed(canvas, place, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let wait = |words: &str| {
        let spin = Span::styled(spinner::frame(cx.now.uptime), theme.accent);
        Line::from(vec![spin, Span::raw(format!(" {words}"))])
    };
    let Some(sources) = &popup.sources else {
        canvas.line(inner, wait("Looking …"));
        return;
    };
    let columns = usize::from(inner.width);
    if popup.lacks_profile() {
        first_step(canvas, cx, nth_line(inner, 0));
    }
    let head = u16::try_from(popup.head()).unwrap_or(0).min(inner.height);
    let inner = Rect { y: inner.y + head, height: inner.height - head, ..inner };
    let rows = popup.rows_shown();
    for (at, entry) in sources.entries.iter().enumerate().skip(popup.cursor.top).take(rows) {
        let line = nth_line(inner, at - popup.cursor.top);
        let selected = at == popup.cursor.row;
        draw_row(canvas, line, row(entry, selected, is_open(entry, cx), columns, theme), (selected, true));
        canvas.hit(line, Target::Entry(at));
    }
    let shown = rows.min(sources.entries.len());
    let below = nth_line(inner, shown + 1);
    let below = Rect { height: inner.bottom().saturating_sub(below.y), ..below };
    let mut lines: Vec<Line<'static>> = Vec::new();
    if popup.at_keychain {
        lines.push(wait("Waiting for your keychain …"));
    }
    let test =
        popup.tested.as_ref().filter(|(source, _)| popup.selected().is_some_and(|entry| entry.source == *source));
    if let Some((_, None)) = test {
        lines.push(wait("Testing: a token, and a page of accounts …"));
    }
    let came = test.and_then(|(_, result)| result.as_ref()).map(|result| tested(result, cx)).into_iter().flatten();
    for (words, style) in came {
        lines.extend(text::wrap(&words, columns).into_iter().map(|line| Line::styled(line, style)));
    }
    let said = popup.selected().map(|entry| about(entry, theme)).into_iter().flatten();
    let troubles = sources.troubles.iter().map(|trouble| (trouble.clone(), theme.warn));
    for (words, style) in said.chain(troubles) {
        lines.extend(text::wrap(&words, columns).into_iter().map(|line| Line::styled(line, style)));
    }
    for (at, line) in lines.into_iter().take(usize::from(below.height)).enumerate() {
        canvas.line(nth_line(below, at), line);
    }
}

/// The way to an environment of one's own, where there is none yet.
fn first_step(canvas: &mut Canvas<'_>, cx: &Cx, line: Rect) {
    let key = cx.keymap.key_for(Action::AddProfile, &[Context::Environments]);
    if key.is_empty() {
        return;
    }
    let words =
        ["New profile: an environment of your own, its secret in the keychain", "New profile: your own environment"];
    let room = usize::from(line.width).saturating_sub(text::width(key) + 3);
    let words = words.into_iter().find(|words| text::width(words) <= room).unwrap_or("New profile");
    let spans = [Span::styled(format!(" {key}  "), cx.theme.accent), Span::styled(words, cx.theme.strong)];
    canvas.line(line, Line::from_iter(spans));
    canvas.hit(line, Target::Action(Action::AddProfile));
}

/// The open environment and where it came from.
fn open_now(cx: &Cx, words: impl Fn(&Source) -> String) -> String {
    match &cx.environment {
        Environment::Open(card) if card.source == Source::Sandbox => "open: sandbox".to_owned(),
        Environment::Open(card) if card.source == Source::Local => "open: local".to_owned(),
        Environment::Open(card) => format!("open: {}, from {}", card.name, words(&card.source)),
        _ => "nothing is open".to_owned(),
    }
}

fn is_open(entry: &SourceEntry, cx: &Cx) -> bool {
    matches!(&cx.environment, Environment::Open(card) if card.source == entry.source)
}

/// Mark, name, URL, and what sets it apart.
fn row(entry: &SourceEntry, selected: bool, open: bool, width: usize, theme: &Theme) -> Line<'static> {
    let (note, style) = match &entry.state {
        SourceState::Ready => ("", theme.muted),
        SourceState::InUse => ("in use", theme.ok),
        SourceState::Kept => ("this run only", theme.warn),
        SourceState::Asked(_, None) => ("to be asked", theme.warn),
        SourceState::Asked(_, Some(true)) => ("agreed to", theme.ok),
        SourceState::Asked(_, Some(false)) => ("not wanted", theme.muted),
        SourceState::Broken(_) => ("unusable", theme.bad),
    };
    let mark = if open { Span::styled("● ", theme.ok) } else { Span::raw("  ") };
    let room = width.saturating_sub(4 + text::width(note) + 1);
    let name = entry.source.short();
    let url = match (&entry.leads_to, &entry.source) {
        (Some((url, _)), _) => url.to_string(),
        (None, Source::Profile(_)) => "on this computer".to_owned(),
        (None, _) => String::new(),
    };
    let names = if room >= NAMES + 20 { NAMES } else { room };
    let name = text::fit(&name, names.saturating_sub(1)).into_owned();
    let name_gap = " ".repeat(names.saturating_sub(text::width(&name)));
    let url = text::fit(&url, room.saturating_sub(names)).into_owned();
    let gap = " ".repeat(room.saturating_sub(names + text::width(&url)) + 1);
    let lift = if selected { theme.strong } else { Style::new() };
    Line::from(vec![
        bar(selected, true, theme),
        mark,
        Span::styled(name, lift),
        Span::raw(name_gap),
        Span::styled(url, theme.muted),
        Span::raw(gap),
        Span::styled(note, style),
    ])
}

/// Lines on the environment that an entry opens, and on its state.
fn about(entry: &SourceEntry, theme: &Theme) -> Vec<(String, Style)> {
    let mut said = Vec::new();
    if let Some((url, client_id)) = &entry.leads_to {
        said.push((format!("{url} as {client_id}"), theme.strong));
    }
    let words = match (&entry.state, &entry.source) {
        (SourceState::Broken(fault), _) => {
            said.push((fault.message.to_string(), theme.bad));
            return said;
        }
        (SourceState::Asked(_, None), _) => "Opening it asks you first.",
        (SourceState::Asked(_, Some(true)), _) => "You agreed to it for this folder and this URL.",
        (SourceState::Asked(_, Some(false)), _) => "You did not want it. Opening it asks you again.",
        (SourceState::InUse | SourceState::Ready, Source::Local | Source::Profile(_)) if entry.leads_to.is_none() => {
            "Your own connections, on this computer. Secrets lie in the keychain, or in a vault."
        }
        (SourceState::Kept, _) => "In memory only; gone when you quit.",
        (SourceState::InUse, _) => "Opened where nothing else is said. Its secret lies in the keychain.",
        (SourceState::Ready, Source::Local | Source::Profile(_)) => "Its secret lies in the keychain.",
        (SourceState::Ready, Source::Variables) => {
            "Set in the environment of this process; they take precedence over everything below."
        }
        (SourceState::Ready, Source::EnvFile(_) | Source::DotEnv(_)) => "Named on the command line.",
        (SourceState::Ready, Source::Sandbox) => {
            "Sample people, accounts and tools, on this machine only. Resets every time it is opened."
        }
    };
    if matches!(entry.source, Source::EnvFile(_) | Source::DotEnv(_)) {
        said.push((entry.source.to_string(), Style::new()));
    }
    said.push((words.to_owned(), theme.muted));
    if entry.mode != entry.source.usual_mode() {
        said.push((format!("Mode {}. {}", entry.mode.word(), entry.mode.meaning()), theme.warn));
    }
    said
}

/// Lines on a test: what answered, or what was in the way, whose it is, and what helps.
fn tested(result: &Result<Answered, Fault>, cx: &Cx) -> Vec<(String, Style)> {
    let theme = &cx.theme;
    let fault = match result {
        Ok(Answered { accounts, took }) => {
            let accounts = accounts.map_or_else(String::new, |count| format!(", {}", pluralize(count, "account")));
            return vec![(format!("✓ It answers and takes the key: {}{accounts}.", time::took(*took)), theme.ok)];
        }
        Err(fault) => fault,
    };
    let mut said = vec![(format!("✖ {}: {}", fault.kind.whose(), fault.message), theme.bad)];
    said.extend(fault.said.iter().map(|words| (format!("“{words}”"), theme.muted)));
    let (edit, again) = (cx.key_for(Action::EditProfile), cx.key_for(Action::TestConnection));
    let helps = match fault.kind.whose() {
        Party::EnvironmentKey => format!("{edit} changes client id and secret."),
        Party::TheNetwork => format!("Check the URL ({edit}) and the network; {again} tests again."),
        _ => format!("{again} tests again."),
    };
    said.push((helps, theme.muted));
    said
}
