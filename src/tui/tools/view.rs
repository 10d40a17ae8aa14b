//! Drawing of the tools.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line as Text, Span};

use crate::domain::{Account, Status, Tool, pluralize};
use crate::export::tool_tokens;
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::core::state::environment::Environment;
use crate::tui::core::state::tool_store::ToolStore;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::theme::Theme;
use crate::tui::tools::screen::{SCHEMA_HEAD, SHARE, Scope, ToolLoad, Tools};
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card;
use crate::tui::widgets::card::Card;
use crate::tui::widgets::groups::Line;
use crate::tui::widgets::list::bar;
use crate::tui::widgets::matching;
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;
use crate::tui::widgets::typing::filter;

/// Draws the screen and its two panes.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, tools: &Tools) {
    let panes = layout::panes(cx.body(), tools.focus, SHARE);
    if !panes.list.is_empty() {
        list(canvas, cx, tools, panes.list);
    }
    if !panes.side.is_empty() {
        schema(canvas, tools, &cx.tools, panes.side);
    }
}

fn list(canvas: &mut Canvas<'_>, cx: &Cx, tools: &Tools, area: Rect) {
    let theme = canvas.theme;
    let filter = filter_spans(tools, theme, pane::room_for_typing(area));
    let taken: usize = filter.iter().map(|span| text::width(&span.content)).sum();
    let room = usize::from(area.width).saturating_sub(taken + 6);
    let count = count(tools, &cx.tools, theme);
    let titles = Titles {
        title: vec![text::fit(&scope(cx, tools), room).into_owned().into()],
        right: filter,
        note: unlisted(cx, tools, usize::from(area.width).saturating_sub(text::width(&count.content) + 8)),
        foot: vec![count],
    };
    let inner = pane::draw(canvas, area, Pane::List, tools.focus == Pane::List, titles);
    if let Some(empty) = emptiness(cx, tools) {
        card::draw(canvas, inner, &empty);
        return;
    }
    // As wide as the longest name, so that descriptions line up, and never more than half the pane.
    let longest = tools.tools(&cx.tools).take(500).map(|tool| text::width(&tool.name.scrubbed())).max().unwrap_or(0);
    let name = (longest + 2).min(usize::from(inner.width) * 6 / 10).max(12);
    let shown: Vec<_> = tools.lines_from(&cx.tools, tools.cursor.top).take(usize::from(inner.height)).collect();
    let wanted = tools.wanted();
    let spots = if wanted.is_empty() {
        Vec::new()
    } else {
        let names: Vec<_> = shown.iter().map(|(.., tool)| tool.name.raw()).collect();
        matching::spots(&names, &wanted)
    };
    let own: Vec<&Account> = match (tools.scope(), &cx.acting_as) {
        (Scope::Environment, Some(who)) => cx.accounts.all().iter().filter(|a| a.identifier == *who).collect(),
        _ => Vec::new(),
    };
    for (at, stands, tool) in shown {
        let place = nth_line(inner, at - tools.cursor.top);
        let line = match stands {
            Line::Heading { rows, .. } => heading(cx, tools, tool, rows, &own),
            Line::Row(shown) => {
                let spots = spots.get(at - tools.cursor.top).map_or(&[][..], Vec::as_slice);
                let cursor = (at == tools.cursor.row, tools.focus == Pane::List);
                row(tool, tools.weight_and_mark(&cx.tools, shown), spots, name, place.width, cursor, theme)
            }
        };
        canvas.line(place, line);
        canvas.hit(place, Target::Row(Pane::List, at));
    }
}

/// Title of the list: whose tools these are.
fn scope(cx: &Cx, tools: &Tools) -> String {
    match (tools.scope(), &cx.tools.load) {
        (Scope::Person(who, Some(connection)), _) => format!("Tools of {who} on {connection}"),
        (Scope::Person(who, None), _) => format!("Tools of {who} on every connection"),
        (Scope::Environment, ToolLoad::Idle) => "Tools".to_owned(),
        (Scope::Environment, _) => "Tools of the whole environment".to_owned(),
    }
}

fn filter_spans(tools: &Tools, theme: &Theme, room: usize) -> Vec<Span<'static>> {
    let mut spans = tools.filter.spans(theme, room);
    if tools.filter.typing && tools.filter.is_empty() {
        spans.push(Span::styled(" a name, a word, reads, writes …", theme.muted));
    }
    spans
}

/// Accounts whose tools are missing that are named; more do not fit.
const NAMED: usize = 6;

/// The accounts whose tools are missing from a list that is not empty.
fn unlisted(cx: &Cx, tools: &Tools, room: usize) -> Vec<Span<'static>> {
    let accounts = tools.unlisted.iter().take(NAMED).filter_map(|id| cx.accounts.by_id(id));
    let accounts: Vec<_> =
        accounts.map(|account| format!("{} ({})", account.connection, account.status.word())).collect();
    if accounts.is_empty() || cx.tools.rows().is_empty() {
        return Vec::new();
    }
    let key = cx.key_for(Action::ApplyFix);
    let key = if key.is_empty() { String::new() } else { format!("  {key} repairs") };
    let words = format!("not listed: {}", accounts.join(", "));
    let words = text::fit(&words, room.saturating_sub(key.len())).into_owned();
    vec![Span::styled(format!("{words}{key}"), cx.theme.warn)]
}

/// Heading of a group: what its tools have in common, and in a list of everything, whether whoever is acted as can
/// call them.
fn heading(cx: &Cx, tools: &Tools, tool: &Tool, rows: usize, own: &[&Account]) -> Text<'static> {
    let theme = &cx.theme;
    let connection = tool.account.as_ref().and_then(|id| cx.accounts.by_id(id)).map(|a| a.connection.to_string());
    let provider = tool.provider.to_string();
    let name = connection.unwrap_or_else(|| provider.clone());
    let more = pluralize(rows as u64, "tool");
    let more = if name == provider { more } else { format!("{provider} · {more}") };
    let mut spans =
        vec![Span::raw(" "), Span::styled(name, theme.strong), Span::styled(format!("  {more}"), theme.muted)];
    if let (Scope::Environment, Some(who)) = (tools.scope(), &cx.acting_as) {
        let mut own = own.iter().filter(|account| account.provider.raw().eq_ignore_ascii_case(tool.provider.raw()));
        let best = own.clone().find(|account| account.status == Status::Active).or_else(|| own.next());
        spans.push(match best {
            Some(account) => {
                let (glyph, style) = theme.status(&account.status);
                Span::styled(format!("  {glyph} {} is {}", account.label(), account.status.word()), style)
            }
            None => Span::styled(format!("  – {who} has no account there"), theme.muted),
        });
    }
    Text::from(spans)
}

/// Columns of a tool's weight.
const WEIGHT: usize = 9;

fn row(
    tool: &Tool,
    (weight, marked): (u64, bool),
    spots: &[u32],
    name: usize,
    width: u16,
    (selected, focused): (bool, bool),
    theme: &Theme,
) -> Text<'static> {
    let style = theme.effect(tool.effect);
    let name_style = if selected { theme.strong } else { Style::new() };
    let shown = tool.name.scrubbed();
    let left = usize::from(width).saturating_sub(2 + name + 10);
    let description = tool.description.scrubbed();
    let fitted = text::fit(&shown, name.saturating_sub(1));
    let gap = " ".repeat(name.saturating_sub(text::width(&fitted)));
    let mut spans = vec![bar(selected, focused, theme)];
    if marked {
        let cursor = if selected { "▌" } else { " " };
        spans = vec![
            Span::styled(cursor, spans.first().map(|bar| bar.style).unwrap_or_default()),
            Span::styled("◆", theme.accent),
        ];
    }
    spans.extend(filter::spotted(&fitted, spots, name_style, theme.found));
    spans.extend([Span::raw(gap), Span::styled(format!("{:<10}", tool.effect_mark()), style)]);
    // In a narrow terminal the weight stands beside the schema alone.
    let weighed = if left >= WEIGHT { format!("{:>7}  ", text::weight(weight)) } else { String::new() };
    let left = left.saturating_sub(weighed.len());
    spans.push(Span::styled(weighed, theme.muted));
    spans.push(Span::styled(text::fit(&description, left).into_owned(), theme.muted));
    Text::from(spans)
}

fn count(tools: &Tools, store: &ToolStore, theme: &Theme) -> Span<'static> {
    let here = store.rows().len() as u64;
    let total = store.total.unwrap_or(here).max(here);
    let at = tools.position().map_or(0, |at| at + 1);
    let words = match &store.load {
        ToolLoad::Idle => String::new(),
        ToolLoad::Running => format!("loading {here} of {total}"),
        _ if tools.shown() as u64 == total => format!("{at} of {total}"),
        _ => format!("{at} of {} shown · {total} in all", tools.shown()),
    };
    let ended = matches!(store.load, ToolLoad::Failed(_) | ToolLoad::Stopped | ToolLoad::Complete(_));
    let broken = ended && !store.load.is_whole() && here > 0;
    let words = if broken { format!("{words} · incomplete") } else { words };
    // Where accounts are named on the same edge, they need the room.
    let unit = if tools.unlisted.is_empty() { " tokens" } else { "" };
    let words = match (tools.selected_weight(), tools.shown_weight()) {
        ((0, _), (0, _)) => words,
        ((0, _), (_, weight)) => format!("{words} · {}{unit}", text::weight(weight)),
        ((marked, weight), _) => format!("{marked} marked {}{unit} · {words}", text::weight(weight)),
    };
    Span::styled(words, if broken { theme.warn } else { theme.muted })
}

/// Card in the list's place when there is no row to show; never just nothing.
fn emptiness(cx: &Cx, tools: &Tools) -> Option<Card> {
    if tools.shown() > 0 {
        return None;
    }
    if let Environment::Failed(fault) = &cx.environment {
        return Some(Card::fault(fault, Some(Action::Refresh)));
    }
    if !cx.tools.rows().is_empty() {
        return Some(Card::note("No tool fits the filter.", Some(Action::Back), "forget the filter"));
    }
    Some(match (&cx.tools.load, tools.scope()) {
        (ToolLoad::Idle, _) => Card::waiting("Waiting for the environment", cx.now.uptime),
        (ToolLoad::Running, Scope::Person(who, _)) => {
            Card::waiting(&format!("Asking what {who} may call"), cx.now.uptime)
        }
        (ToolLoad::Running, Scope::Environment) => {
            Card::waiting("Asking for every tool of the environment", cx.now.uptime)
        }
        (ToolLoad::Failed(fault), _) => Card::fault(fault, Some(Action::Refresh)),
        (ToolLoad::Stopped, _) => {
            Card::note("Loading was stopped before anything came.", Some(Action::Refresh), "ask again")
        }
        (ToolLoad::Complete(cause), scope) => {
            let mut words = match scope {
                Scope::Person(who, _) => format!("{who} may call no tools here."),
                Scope::Environment => "There are no tools here.".to_owned(),
            };
            if let Some(cause) = cause {
                words.push_str(&format!(" {cause}"));
            }
            let mut card = Card::note(words, None, "");
            if let Some(fix) = tools.fix(cx) {
                card = card.and_key(Action::ApplyFix, fix.words());
            }
            if cx.acting_as.is_some() {
                card = card.and_key(Action::CycleScope, "list other tools: every connection, the whole environment");
            }
            let person = if cx.acting_as.is_some() { "act as somebody else" } else { "choose whom to act as" };
            card.and_key(Action::ChoosePerson, person).and_key(Action::Refresh, "ask again")
        }
    })
}

fn schema(canvas: &mut Canvas<'_>, tools: &Tools, store: &ToolStore, area: Rect) {
    let theme = canvas.theme;
    let selected = tools.beside(store);
    let title = selected.map_or_else(|| "Schema".into(), |tool| tool.name.to_string());
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let note = selected.map(|tool| Span::styled(text::tokens(tool_tokens(tool)), theme.muted));
    let titles = Titles { title: vec![title.into()], note: note.into_iter().collect(), ..Titles::default() };
    let inner = pane::draw(canvas, area, Pane::Side, tools.focus == Pane::Side, titles);
    let Some(tool) = selected else { return };
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let style = theme.effect(tool.effect);
    let reason = format!("  {}", tool.effect_reason());
    let head = vec![Span::styled(tool.effect_mark(), style.patch(theme.strong)), Span::styled(reason, theme.muted)];
    canvas.line(nth_line(inner, 0), Text::from(head));
    let wide = usize::from(inner.width);
    let lines = tool.description.scrubbed_lines().take(SCHEMA_HEAD);
    let description = lines.flat_map(|line| text::wrap_in(&line, wide, SCHEMA_HEAD)).collect();
    for (at, line) in text::cut_off(description, SCHEMA_HEAD - 2, wide).into_iter().enumerate() {
        canvas.line(nth_line(inner, at + 1), Text::from(line));
    }
    let below = u16::try_from(SCHEMA_HEAD).unwrap_or(0).min(inner.height);
    let rows = Rect { y: inner.y + below, height: inner.height - below, ..inner };
    tools.schema.draw(canvas, rows, tools.focus == Pane::Side);
}
