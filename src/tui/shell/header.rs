//! Drawing of the two lines at the top.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::domain::{Mode, pluralize};
use crate::profile::Source;
use crate::tui::approval;
use crate::tui::core::state::environment::Environment;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Tab;
use crate::tui::shell::model::Model;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::{spinner, text};

/// Environment, as whom, what needs attention; on the right, how many there are of each status.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, area: Rect) {
    let theme = canvas.theme;
    // In a narrow terminal the program's own name is what can be spared.
    let mut left = vec![Span::styled(if area.width < 60 { " " } else { " jackfield  " }, theme.strong)];
    left.push(match &model.cx.environment {
        Environment::Opening => Span::styled(format!("{} opening", spinner::frame(model.cx.now.uptime)), theme.muted),
        Environment::AtKeychain(_) => {
            Span::styled(format!("{} keychain", spinner::frame(model.cx.now.uptime)), theme.muted)
        }
        Environment::Asking => Span::styled("not open yet", theme.muted),
        Environment::Open(card) => Span::styled(card.name.clone(), theme.accent),
        Environment::Failed(_) => Span::styled("✖ not open", theme.bad),
    });
    let separator = || Span::styled(" │ ", theme.border);
    let columns = |spans: &[Span<'_>]| spans.iter().map(Span::width).sum::<usize>();
    let named = left.len();
    left.push(separator());
    let needy = match model.cx.accounts.needing_you() {
        0 => String::new(),
        1 => "1 needs you".to_owned(),
        needy => format!("{needy} need you"),
    };
    let needy = Span::styled(needy, theme.warn.add_modifier(Modifier::BOLD));
    let needy: Vec<_> = if needy.content.is_empty() { Vec::new() } else { vec![separator(), needy] };
    let asked = match waiting_calls(model) {
        0 => Vec::new(),
        count => {
            let words = Span::styled(approval::waiting(count), theme.bad.add_modifier(Modifier::BOLD));
            vec![separator(), words]
        }
    };
    match model.screen().acting_as(&model.cx) {
        Some(identifier) => {
            left.push(Span::styled("as ", theme.muted));
            let room = usize::from(area.width).saturating_sub(columns(&left) + columns(&needy) + columns(&asked));
            left.push(Span::styled(text::fit(&identifier.to_string(), room.max(PERSON)).into_owned(), theme.accent));
        }
        None => left.push(Span::styled("as nobody", theme.muted)),
    }
    let (needy_at, needy_width) = (columns(&left), columns(&needy));
    left.extend(needy);
    let (asked_at, asked_width) = (columns(&left), columns(&asked));
    left.extend(asked);
    let before_authorization = columns(&left);
    let room = usize::from(area.width).saturating_sub(before_authorization);
    let under_way = authorizing(model, room);
    let authorization_width = columns(&under_way);
    left.extend(under_way);
    let room = usize::from(area.width).saturating_sub(columns(&left));
    let source = source(model, room).unwrap_or_default();
    let authorization_at = area.x + narrow(before_authorization + text::width(&source));
    let needy_at = area.x + narrow(needy_at + text::width(&source));
    let needy = Rect { x: needy_at, width: narrow(needy_width), ..area };
    canvas.hit(needy.intersection(area), Target::Status(None));
    let asked = Rect { x: area.x + narrow(asked_at + text::width(&source)), width: narrow(asked_width), ..area };
    canvas.hit(asked.intersection(area), Target::Action(Action::ShowApprovals));
    left.insert(named, Span::styled(source, theme.muted));
    let place = Rect { x: authorization_at, width: narrow(authorization_width), ..area };
    canvas.hit(place.intersection(area), Target::Action(Action::ShowAuthorization));
    let (before, name) = (left.get(..1).unwrap_or_default(), left.get(1..=named).unwrap_or_default());
    let (before, name) = (narrow(columns(before)), narrow(columns(name)));
    canvas.hit(Rect { x: area.x + before, width: name, ..area }, Target::Action(Action::Environments));
    let used = canvas.line(area, Line::from(left));

    let mut glyphs: Vec<(&str, Style, usize, usize)> = Vec::new();
    for (at, (status, count)) in model.cx.accounts.counts().iter().enumerate() {
        let (glyph, style) = theme.status(status);
        match glyphs.iter_mut().find(|(other, ..)| *other == glyph) {
            Some((.., sum, _)) => *sum += count,
            None => glyphs.push((glyph, style, *count, at)),
        }
    }
    let total = model.cx.accounts.total();
    let total = (total > 0).then(|| Span::styled(format!("{} ", pluralize(total, "account")), theme.muted));
    let counted = |glyph: &str, count: usize| format!("{glyph} {count}  ");
    let each = glyphs.iter().map(|(glyph, style, count, _)| Span::styled(counted(glyph, *count), *style));
    let all: Vec<Span<'_>> = each.chain(total.clone()).collect();
    let width = narrow(columns(&all));
    let rest = Rect { x: area.x + used, width: area.width - used, ..area };
    let rest = Rect { x: rest.x + rest.width.min(2), width: rest.width.saturating_sub(2), ..rest };
    if canvas.line_right(rest, Line::from(all)) == 0 {
        canvas.line_right(rest, Line::from_iter(total));
        return;
    }
    let mut x = rest.right().saturating_sub(width);
    for (glyph, _, count, at) in glyphs {
        let width = narrow(text::width(&counted(glyph, count)));
        canvas.hit(Rect { x, width, ..area }, Target::Status(Some(at)));
        x += width;
    }
}

/// Calls that wait for the person: of agents elsewhere, and of the agent here while its screen is not shown.
fn waiting_calls(model: &Model) -> usize {
    let here = if model.cx.tab == Tab::Agent { 0 } else { model.cx.agent_asks };
    model.cx.approvals.count() + here
}

/// Authorizations that go on without their popup, or failed so, in as many words as fit.
fn authorizing(model: &Model, room: usize) -> Vec<Span<'static>> {
    let theme = &model.cx.theme;
    let unseen = || {
        let all = model.cx.authorizations.newest_first();
        all.filter(|(_, one)| !one.is_watched && !one.is_seen && !one.is_done())
    };
    let Some((_, first)) = unseen().find(|(_, authorization)| authorization.is_over()).or_else(|| unseen().next())
    else {
        return Vec::new();
    };
    let (glyph, style) = if first.is_over() { ("✖", theme.bad) } else { ("◔", theme.accent) };
    let more = match unseen().count() {
        1 => String::new(),
        count => format!(" +{}", count - 1),
    };
    let words = [format!("{glyph} authorizing {}{more}", first.label()), format!("{glyph} authorizing{more}")];
    let fits = |words: &String| text::width(words) + 3 + COUNT <= room;
    let words = words.into_iter().find(fits).unwrap_or_else(|| glyph.to_owned());
    vec![Span::styled(" │ ", theme.border), Span::styled(words, style)]
}

/// Columns that the person acted as gets at the least.
const PERSON: usize = 12;

/// Columns that the number of accounts may take.
const COUNT: usize = 18;

/// Source of a real environment's key, in as many words as fit beside the number of accounts; the sandbox has no
/// key worth the room.
fn source(model: &Model, room: usize) -> Option<String> {
    let Environment::Open(card) = &model.cx.environment else { return None };
    let words = [card.source.to_string(), card.source.short()].map(|source| format!(" ({source})"));
    let fits = |words: &String| text::width(words) + COUNT <= room;
    words.into_iter().find(fits).filter(|_| !matches!(card.source, Source::Sandbox | Source::Local))
}

/// On a first start: where one is, and how to get to an environment of one's own.
pub fn notice(canvas: &mut Canvas<'_>, model: &Model, area: Rect) {
    if area.is_empty() {
        return;
    }
    let theme = canvas.theme;
    let key = model.cx.key_for(Action::Environments);
    let way = if key.is_empty() { "" } else { " opens your own environment." };
    let words = [
        "Sandbox: sample people, accounts and tools, on this computer only.",
        "Sandbox: sample data, on this computer only.",
    ];
    let room = usize::from(area.width).saturating_sub(3 + text::width(key) + text::width(way));
    let words = words.into_iter().find(|words| text::width(words) <= room).unwrap_or("Sandbox.");
    let line = [Span::raw(format!(" {words} ")), Span::styled(key.to_owned(), theme.accent), Span::raw(way)];
    canvas.line(area, Line::from_iter(line).style(theme.muted));
    canvas.hit(area, Target::Action(Action::Environments));
}

/// Switches that change what everything else on screen means, with the action that turns them back: in many words and in
/// few. Each has a glyph and a word.
fn marks(model: &Model) -> Vec<(Action, [&'static str; 2], Style)> {
    let (cx, theme) = (&model.cx, &model.cx.theme);
    let mode = mode_mark(model).map(|(words, style)| (Action::ChooseMode, words, style));
    let marks = [
        (cx.masked, Action::ToggleMasking, ["▒ masked", "▒ masked"], theme.accent.add_modifier(Modifier::BOLD)),
        (!cx.recording, Action::ToggleRecording, ["○ not recording", "○ no rec"], theme.warn),
        (!cx.mouse, Action::ToggleMouse, ["⊘ mouse off", "⊘ mouse"], theme.muted),
    ];
    let marks = marks.into_iter().filter(|(is_on, ..)| *is_on).map(|(_, action, words, style)| (action, words, style));
    mode.into_iter().chain(marks).collect()
}

/// Mode of the environment: where nothing is written, and where it is not what its kind usually has.
fn mode_mark(model: &Model) -> Option<([&'static str; 2], Style)> {
    let theme = &model.cx.theme;
    let card = model.cx.environment.open()?;
    match card.mode {
        Mode::Read => Some((["⊖ read only", "⊖ read"], theme.accent.add_modifier(Modifier::BOLD))),
        mode if mode == card.source.usual_mode() => None,
        Mode::Ask => Some((["? asks before writes", "? asks"], theme.muted)),
        Mode::Free => Some((["▲ free: writes unasked", "▲ free"], theme.bad.add_modifier(Modifier::BOLD))),
    }
}

/// The screens, with their keys, and on the right what is switched on or off; in a narrow terminal closer together, and
/// where there is no room for both, only the shown screen by its name.
pub fn tabs(canvas: &mut Canvas<'_>, model: &Model, area: Rect) {
    let theme = canvas.theme;
    let mut named = Tab::ALL.map(|(tab, name)| match canvas.keymap.key_for(tab.action(), &[]) {
        "" => (tab, String::new(), name),
        key => (tab, format!("{key} "), name),
    });
    let marks = marks(model);
    let gaps = named.len().saturating_sub(1).max(1);
    let columns = |which: usize| {
        let word = |words: &[&str; 2]| words.get(which).map_or(0, |word| text::width(word)) + 1;
        marks.iter().map(|(_, words, _)| word(words)).sum::<usize>()
    };
    let taken = |named: &[(Tab, String, &str)]| {
        named.iter().map(|(_, key, name)| text::width(key) + text::width(name)).sum::<usize>() + gaps + 1
    };
    let width = usize::from(area.width);
    let which = usize::from(taken(&named) + columns(0) > width);
    for keeps in [model.cx.tab.into(), None] {
        // Where one is stays readable in any case.
        let gives_way = keeps.is_some() || !marks.is_empty();
        if gives_way && taken(&named) + columns(which) > width {
            let others = named.iter_mut().filter(|(tab, key, _)| Some(*tab) != keeps && !key.is_empty());
            others.for_each(|(_, key, name)| (*key, *name) = (key.trim_end().to_owned(), ""));
        }
    }
    let room = width.saturating_sub(taken(&named) + columns(which));
    let gap = narrow((room / gaps + 1).clamp(1, 3));
    let mut x = area.x + 1;
    for (tab, key, name) in named {
        let current = tab == model.cx.tab;
        let style = if current { theme.accent.add_modifier(Modifier::UNDERLINED) } else { Style::new() };
        let place = Rect { x, width: area.right().saturating_sub(x), ..area };
        let name = text::fit(name, usize::from(place.width).saturating_sub(text::width(&key)));
        let used = canvas.line(place, Line::from(vec![Span::styled(key, theme.muted), Span::styled(name, style)]));
        canvas.hit(Rect { width: used, ..place }, Target::Tab(tab));
        x = x.saturating_add(used + gap);
    }
    let mut x = area.right().saturating_sub(narrow(columns(which)));
    for (action, words, style) in marks {
        let place = Rect { x: x + 1, width: area.right().saturating_sub(x + 1), ..area };
        let used = canvas.line(place, Span::styled(words.get(which).copied().unwrap_or_default(), style));
        canvas.hit(Rect { width: used, ..place }, Target::Action(action));
        x = x.saturating_add(used + 1);
    }
}

fn narrow(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}
