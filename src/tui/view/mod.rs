//! How everything is drawn: a frame, from the model alone.

mod account_detail;
mod accounts;
mod activity;
mod as_code;
mod authorize;
mod chooser;
mod confirm;
mod credentials;
mod difference;
mod env_file;
mod environments;
mod export;
mod help;
mod input_form;
mod looks;
mod messages;
mod new_account;
mod obstacle;
mod palette;
mod picker;
mod playground;
mod presets;
mod profile_form;
mod query;
mod requests;
mod tools;
mod whole_link;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::action::{Action, FOOTER_RIGHT, Spec};
use super::availability;
use super::hits::{Hits, Target};
use super::keymap::Keymap;
use super::model::{Environment, Model};
use super::place::Tab;
use super::popups::Popup;
use super::screens::layout;
use super::theme::Theme;
use super::toast::Level;
use super::widgets::canvas::{Canvas, nth_line};
use super::widgets::{spinner, text};
use crate::domain::counted;
use crate::profile::Source;

/// Draws everything. Returns what can be clicked, and where the terminal's cursor belongs.
pub fn draw(model: &Model, cells: &mut Buffer) -> (Hits, Option<Position>) {
    let mut canvas = Canvas::new(cells, &model.theme, &model.keymap);
    let screen = canvas.cells.area;
    if screen.width < layout::SMALLEST.0 || screen.height < layout::SMALLEST.1 {
        too_small(&mut canvas, screen);
        return (canvas.hits, None);
    }
    let parts = layout::frame(screen);
    header(&mut canvas, model, parts.header);
    tabs(&mut canvas, model, parts.tabs);
    match model.tab {
        Tab::Accounts => accounts::draw(&mut canvas, model, parts.body),
        Tab::Tools => tools::draw(&mut canvas, model, parts.body),
        Tab::Playground => playground::draw(&mut canvas, model, parts.body),
        Tab::Activity => activity::draw(&mut canvas, model, parts.body),
    }
    if !model.popups.is_empty() {
        canvas.cursor = None;
        canvas.recede();
    }
    for popup in &model.popups {
        match popup {
            Popup::Authorize(popup) => authorize::draw(&mut canvas, model, popup),
            Popup::WholeLink(popup) => whole_link::draw(&mut canvas, model, popup),
            Popup::Help(popup) => help::draw(&mut canvas, model, popup),
            Popup::Messages(popup) => messages::draw(&mut canvas, model, popup),
            Popup::Requests(popup) => requests::draw(&mut canvas, model, popup),
            Popup::NewAccount(popup) => new_account::draw(&mut canvas, model, popup),
            Popup::Credentials(popup) => credentials::draw(&mut canvas, model, popup),
            Popup::Palette(popup) => palette::draw(&mut canvas, model, popup),
            Popup::Confirm(popup) => confirm::draw(&mut canvas, model, popup),
            Popup::Chooser(popup) => chooser::draw(&mut canvas, model, popup),
            Popup::Picker(popup) => picker::draw(&mut canvas, model, popup),
            Popup::Obstacle(popup) => obstacle::draw(&mut canvas, model, popup),
            Popup::Difference(popup) => difference::draw(&mut canvas, model, popup),
            Popup::Presets(popup) => presets::draw(&mut canvas, model, popup),
            Popup::Query(popup) => query::draw(&mut canvas, model, popup),
            Popup::Looks(popup) => looks::draw(&mut canvas, model, popup),
            Popup::Export(popup) => export::draw(&mut canvas, model, popup),
            Popup::AsCode(popup) => as_code::draw(&mut canvas, model, popup),
            Popup::EnvFile(popup) => env_file::draw(&mut canvas, model, popup),
            Popup::Environments(popup) => environments::draw(&mut canvas, model, popup),
            Popup::ProfileForm(popup) => profile_form::draw(&mut canvas, model, popup),
        }
    }
    footer(&mut canvas, model, parts.footer);
    toast(&mut canvas, model, parts.footer);
    (canvas.hits, canvas.cursor)
}

fn too_small(canvas: &mut Canvas<'_>, screen: Rect) {
    let (columns, rows) = layout::SMALLEST;
    let lines = [
        "jackfield needs".to_owned(),
        format!("{columns}x{rows} or more"),
        format!("now {}x{}", screen.width, screen.height),
    ];
    let top = usize::from(screen.height).saturating_sub(lines.len()) / 2;
    for (at, line) in lines.into_iter().enumerate() {
        canvas.line(nth_line(screen, top + at), Line::from(line).style(canvas.theme.strong));
    }
}

/// Environment, as whom, what needs attention; on the right, how many there are of each status.
fn header(canvas: &mut Canvas<'_>, model: &Model, area: Rect) {
    let theme = canvas.theme;
    // In a narrow terminal the program's own name is what can be spared.
    let mut left = vec![Span::styled(if area.width < 60 { " " } else { " jackfield  " }, theme.strong)];
    left.push(match &model.environment {
        Environment::Opening => Span::styled(format!("{} opening", spinner::frame(model.now.uptime)), theme.muted),
        Environment::AtKeychain(_) => {
            Span::styled(format!("{} keychain", spinner::frame(model.now.uptime)), theme.muted)
        }
        Environment::Asking => Span::styled("not open yet", theme.muted),
        Environment::Open(card) => Span::styled(card.name.clone(), theme.accent),
        Environment::Failed(_) => Span::styled("✖ not open", theme.bad),
    });
    let separator = || Span::styled(" │ ", theme.border);
    let named = left.len();
    left.push(separator());
    match model.acting_as() {
        Some(identifier) => {
            left.push(Span::styled("as ", theme.muted));
            left.push(Span::styled(identifier.to_string(), theme.accent));
        }
        None => left.push(Span::styled("as nobody yet", theme.muted)),
    }
    let needy = model.accounts.needing_you();
    if needy > 0 {
        let words = if needy == 1 { "1 needs you".to_owned() } else { format!("{needy} need you") };
        left.push(separator());
        left.push(Span::styled(words, theme.warn.add_modifier(Modifier::BOLD)));
    }
    let room = usize::from(area.width).saturating_sub(left.iter().map(Span::width).sum());
    let source = source(model, room).unwrap_or_default();
    left.insert(named, Span::styled(source, theme.muted));
    let columns = |spans: &[Span<'_>]| u16::try_from(spans.iter().map(Span::width).sum::<usize>()).unwrap_or(u16::MAX);
    let (before, name) = (columns(left.get(..1).unwrap_or_default()), columns(left.get(1..=named).unwrap_or_default()));
    canvas.hit(Rect { x: area.x + before, width: name, ..area }, Target::Action(Action::Environments));
    let used = canvas.line(area, Line::from(left));

    let mut glyphs: Vec<(&str, Style, usize)> = Vec::new();
    for (status, count) in model.accounts.counts() {
        let (glyph, style) = theme.status(status);
        match glyphs.iter_mut().find(|(other, ..)| *other == glyph) {
            Some((.., sum)) => *sum += count,
            None => glyphs.push((glyph, style, *count)),
        }
    }
    let total = model.accounts.total.unwrap_or(0).max(model.accounts.all().len() as u64);
    let total = (total > 0).then(|| Span::styled(format!("{} ", counted(total, "account")), theme.muted));
    let each = glyphs.into_iter().map(|(glyph, style, count)| Span::styled(format!("{glyph} {count}  "), style));
    let all: Vec<Span<'_>> = each.chain(total.clone()).collect();
    let rest = Rect { x: area.x + used, width: area.width - used, ..area };
    let rest = Rect { x: rest.x + rest.width.min(2), width: rest.width.saturating_sub(2), ..rest };
    if canvas.line_right(rest, Line::from(all)) == 0 {
        canvas.line_right(rest, Line::from_iter(total));
    }
}

/// Columns that the number of accounts may take.
const COUNT: usize = 18;

/// Where a real environment's key came from, in as many words as fit beside the number of accounts;
/// the sandbox has no key worth the room.
fn source(model: &Model, room: usize) -> Option<String> {
    let Environment::Open(card) = &model.environment else { return None };
    let words = [card.source.to_string(), card.source.short()].map(|source| format!(" ({source})"));
    let fits = |words: &String| text::width(words) + COUNT <= room;
    words.into_iter().find(fits).filter(|_| card.source != Source::Sandbox)
}

fn tabs(canvas: &mut Canvas<'_>, model: &Model, area: Rect) {
    let theme = canvas.theme;
    let mut x = area.x + 1;
    for (tab, name) in Tab::ALL {
        let current = tab == model.tab;
        let style = if current { theme.accent.add_modifier(Modifier::UNDERLINED) } else { Style::new() };
        let key = match canvas.keymap.key_for(tab.action(), &[]) {
            "" => String::new(),
            key => format!("{key} "),
        };
        let line = Line::from(vec![Span::styled(key, theme.muted), Span::styled(name, style)]);
        let place = Rect { x, width: area.right().saturating_sub(x), ..area };
        let used = canvas.line(place, line);
        canvas.hit(Rect { width: used, ..place }, Target::Tab(tab));
        x = x.saturating_add(used + 3);
    }
}

/// The hints that fit, most useful first. Only what can be done right now is hinted at.
fn footer(canvas: &mut Canvas<'_>, model: &Model, area: Rect) {
    canvas.clear(area);
    let contexts = model.contexts();
    let mut specs: Vec<&Spec> = Vec::new();
    for (_, spec) in availability::reachable(&contexts) {
        let again = specs.iter().any(|other| other.action == spec.action);
        let hinted = spec.footer.is_some() && !model.keymap.shown(spec).is_empty();
        if hinted && !again && availability::of(spec.action, model).is_yes() {
            specs.push(spec);
        }
    }
    specs.sort_by_key(|spec| spec.footer);
    let (left, right): (Vec<_>, Vec<_>) = specs.into_iter().partition(|spec| spec.footer < Some(FOOTER_RIGHT));
    let mut end = area.right();
    for spec in right.into_iter().rev() {
        let width = hint_width(spec, &model.keymap);
        let crowded = area.width < 60 && end < area.right();
        if !crowded && width + 1 < (end - area.x) / 2 {
            end -= width + 1;
            hint(canvas, Rect { x: end, width, ..area }, spec);
            end -= 2;
        }
    }
    let mut x = area.x + 1;
    for spec in left {
        let width = hint_width(spec, &model.keymap);
        if x.saturating_add(width) <= end {
            hint(canvas, Rect { x, width, ..area }, spec);
            x += width + 3;
        }
    }
}

fn hint_width(spec: &Spec, keymap: &Keymap) -> u16 {
    u16::try_from(text::width(keymap.shown(spec)) + 1 + text::width(spec.hint)).unwrap_or(u16::MAX)
}

fn hint(canvas: &mut Canvas<'_>, place: Rect, spec: &Spec) {
    let key = Span::styled(canvas.keymap.shown(spec), canvas.theme.accent);
    canvas.line(place, Line::from(vec![key, Span::raw(format!(" {}", spec.hint))]));
    canvas.hit(place, Target::Action(spec.action));
}

/// Glyph and style of a message.
fn level(level: Level, theme: &Theme) -> (&'static str, Style) {
    match level {
        Level::Done => ("✓", theme.ok),
        Level::Note => ("·", theme.accent),
        Level::Problem => ("✖", theme.bad),
    }
}

/// The newest message, on the line above the hints.
fn toast(canvas: &mut Canvas<'_>, model: &Model, footer: Rect) {
    let Some(toast) = model.toasts.current(model.now.uptime) else { return };
    let theme = canvas.theme;
    let (glyph, style) = level(toast.level, theme);
    let room = usize::from(footer.width.saturating_sub(8));
    let lines = text::wrap(&toast.text, room);
    let height = u16::try_from(lines.len()).unwrap_or(1).min(3);
    let width = lines.iter().map(|line| text::width(line)).max().unwrap_or(0);
    let width = u16::try_from(width).unwrap_or(0).saturating_add(4).min(footer.width);
    let area = Rect { x: footer.right().saturating_sub(width + 1), y: footer.y.saturating_sub(height), width, height };
    canvas.clear(area);
    for (at, line) in lines.into_iter().take(usize::from(height)).enumerate() {
        let mark = if at == 0 { glyph } else { " " };
        let line = Line::from(vec![Span::styled(format!(" {mark} "), style), Span::raw(line)]);
        canvas.line(nth_line(area, at), line);
    }
}
