//! Drawing of the tools.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line as Text, Span};

use crate::domain::{Account, Status, Tool, pluralize};
use crate::export::tool_tokens;
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::core::state::environment::Environment;
use crate::tui::core::state::tool_store::ToolStore;
use crate::tui::core::suggested_fix::SuggestedFix;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::theme::Theme;
use crate::tui::tools::granted::Granted;
use crate::tui::tools::screen::{SCHEMA_HEAD, SHARE, SchemaSide, Scope, ToolLoad, ToolOrder, Tools};
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card;
use crate::tui::widgets::card::Card;
use crate::tui::widgets::columns::{Column, Columns};
use crate::tui::widgets::groups::Line;
use crate::tui::widgets::list::{draw_row, marked_bar};
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
        schema(canvas, tools, cx, panes.side);
    }
}

fn list(canvas: &mut Canvas<'_>, cx: &Cx, tools: &Tools, area: Rect) {
    let theme = canvas.theme;
    let filter = tools.filter.spans(theme, pane::room_for_typing(area));
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
    let said = said(tools, usize::from(inner.width), theme);
    if let Some(empty) = emptiness(cx, tools) {
        if let Some(said) = said {
            canvas.line(inner, said);
        }
        let below = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        card::draw(canvas, below, &empty);
        return;
    }
    let columns = columns(tools, inner.width);
    match said {
        Some(said) => {
            canvas.line(inner, said);
        }
        None => {
            let head = Rect { x: inner.x + 2, width: inner.width.saturating_sub(2), ..inner };
            let order = COLUMN_ORDERS.iter().position(|by| *by == tools.by).map(|column| (column, tools.direction));
            columns.draw_head(canvas, head, order, theme);
        }
    }
    let rows = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    let shown: Vec<_> = tools.lines_from(&cx.tools, tools.cursor.top).take(usize::from(rows.height)).collect();
    let wanted = tools.wanted();
    let spots = if wanted.is_empty() {
        Vec::new()
    } else {
        let names: Vec<_> = shown.iter().map(|(.., tool)| tool.name.raw()).collect();
        matching::spots(&names, wanted)
    };
    let own: Vec<&Account> = match (tools.scope(), &cx.acting_as) {
        (Scope::Environment, Some(who)) => cx.accounts.all().iter().filter(|a| a.identifier == *who).collect(),
        _ => Vec::new(),
    };
    let mut granted = Granted::default();
    for (at, stands, tool) in shown {
        let place = nth_line(rows, at - tools.cursor.top);
        match stands {
            Line::Heading { rows, .. } => {
                canvas.line(place, heading(cx, tools, tool, rows, &own));
            }
            Line::Row(shown) => {
                let spots = spots.get(at - tools.cursor.top).map_or(&[][..], Vec::as_slice);
                let cursor = (at == tools.cursor.row, tools.focus == Pane::List);
                let (weight, marked) = tools.weight_and_mark(&cx.tools, shown);
                let star = cx.usage.is_favourite(&tool.name);
                let lacking = granted.lacks(tool, cx);
                let bar = marked_bar(cursor, marked, theme);
                let line = row(&columns, tool, weight, (spots, star, lacking), bar, theme);
                draw_row(canvas, place, line, cursor);
            }
        }
        canvas.hit(place, Target::Row(Pane::List, at));
    }
}

/// Orders of the columns.
const COLUMN_ORDERS: [ToolOrder; 3] = [ToolOrder::Name, ToolOrder::Effect, ToolOrder::Weight];

/// The order of a column; the description has none.
pub(super) fn order_of_column(column: usize) -> Option<ToolOrder> {
    COLUMN_ORDERS.get(column).copied()
}

/// Columns there is room for. They leave in this order: description, tokens.
fn columns(tools: &Tools, width: u16) -> Columns {
    let kept = COLUMN_ORDERS.iter().position(|by| *by == tools.by);
    let room = usize::from(width).saturating_sub(2);
    // The description is what people read, so a long name takes no more than half of it.
    let name = tools.widest.min((room / 2).max(24));
    let all = [
        Column { name: "name", least: 12, widest: name.max(4), rank: 0 },
        Column { name: "effect", least: 9, widest: 9, rank: 0 },
        Column { name: "tokens", least: 7, widest: 7, rank: 1 },
        Column { name: "description", least: 8, widest: usize::from(width), rank: 2 },
    ];
    Columns::fitting(&all, kept, room)
}

/// Line in the place of the names of the columns: what is wrong with the filter, or how it could go on.
fn said(tools: &Tools, width: usize, theme: &Theme) -> Option<Text<'static>> {
    let room = width.saturating_sub(3);
    let mut spans = vec![Span::raw("  ")];
    match tools.slip() {
        Some(slip) if !tools.filter.typing || !tools.filter.offers() => {
            spans.push(Span::styled(text::fit(slip, room).into_owned(), theme.warn));
        }
        _ if tools.filter.typing && tools.filter.offers() => spans.extend(tools.filter.offered_spans(theme, room)),
        _ => return None,
    }
    Some(Text::from(spans))
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
    let key = if key.is_empty() { String::new() } else { format!("  {key} to repair") };
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

fn row(
    columns: &Columns,
    tool: &Tool,
    weight: u64,
    (spots, star, lacking): (&[u32], bool, Option<String>),
    bar: [Span<'static>; 2],
    theme: &Theme,
) -> Text<'static> {
    let star = if star { "★ " } else { "" };
    let name = format!("{star}{}", tool.name.scrubbed());
    let (name, gap) = columns.fitted(0, &name);
    let before = u32::try_from(star.chars().count()).unwrap_or(0);
    let spots: Vec<u32> = spots.iter().map(|spot| spot + before).collect();
    let mut spans = Vec::from(bar);
    spans.extend(filter::spotted(&name, &spots, Style::new(), theme.found));
    // Numbers line up on the right.
    let weight = format!("{:>6}", text::weight(weight));
    spans.extend([
        Span::raw(" ".repeat(gap)),
        Span::styled(columns.cell(1, &tool.effect_mark()), theme.effect(tool.effect)),
        Span::styled(columns.cell(2, &weight), theme.muted),
    ]);
    let summary = tool.summary().scrubbed().into_owned();
    match lacking {
        Some(lacking) => {
            let cell = columns.cell(3, &format!("{lacking} · {summary}"));
            let (lacking, rest) = cell.split_at(cell.floor_char_boundary(lacking.len()));
            spans.push(Span::styled(lacking.to_owned(), theme.warn));
            spans.push(Span::styled(rest.to_owned(), theme.muted));
        }
        None => spans.push(Span::styled(columns.cell(3, &summary), theme.muted)),
    }
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
    let words = if tools.is_outdated { format!("{words} · changed since") } else { words };
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
        let slip = tools.slip().map(|slip| format!(" {slip}")).unwrap_or_default();
        return Some(Card::note(format!("No tool matches.{slip}"), Some(Action::Back), "clear the filter"));
    }
    Some(match (&cx.tools.load, tools.scope()) {
        (ToolLoad::Idle, _) => Card::waiting("Waiting for the environment", cx.now.uptime),
        (ToolLoad::Running, Scope::Person(who, _)) => {
            Card::waiting(&format!("Loading the tools of {who}"), cx.now.uptime)
        }
        (ToolLoad::Running, Scope::Environment) => {
            Card::waiting("Loading every tool of the environment", cx.now.uptime)
        }
        (ToolLoad::Failed(fault), _) => {
            Card::fault(fault, Some(Action::Refresh)).and_key(Action::Explain, "find out why")
        }
        (ToolLoad::Stopped, _) => {
            Card::note("Loading was stopped; nothing had arrived.", Some(Action::Refresh), "load again")
        }
        (ToolLoad::Complete(cause), scope) => {
            let mut words = match scope {
                Scope::Person(who, _) => format!("{who} may call no tools here."),
                Scope::Environment => "There are no tools here.".to_owned(),
            };
            if let Some(cause) = cause {
                words.push_str(&format!(" {cause}"));
            }
            let mut card = Card::note(words, None, "").and_key(Action::Explain, "find out why");
            if let Some(fix) = tools.fix(cx) {
                card = card.and_key(Action::ApplyFix, fix.words());
            }
            if cx.acting_as.is_some() {
                card = card.and_key(Action::CycleScope, "list more tools: every connection, the whole environment");
            }
            let person = if cx.acting_as.is_some() { "act as another user" } else { "choose a user to act as" };
            card.and_key(Action::ChoosePerson, person).and_key(Action::Refresh, "load again")
        }
    })
}

/// Lines of what a server declares of its tool.
const DECLARED: usize = 2;

/// The two sides of a tool, the one that is looked at standing out.
fn sides(now: SchemaSide, theme: &Theme) -> Vec<Span<'static>> {
    let style = |side| if side == now { theme.accent.add_modifier(Modifier::UNDERLINED) } else { theme.muted };
    let side = |side, words| Span::styled(words, style(side));
    vec![side(SchemaSide::Input, "input"), Span::raw(" "), side(SchemaSide::Output, "output")]
}

fn schema(canvas: &mut Canvas<'_>, tools: &Tools, cx: &Cx, area: Rect) {
    let theme = canvas.theme;
    let selected = tools.beside(&cx.tools);
    let title = selected.map_or_else(|| "Schema".into(), |tool| tool.name.to_string());
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let note = selected.map(|tool| Span::styled(text::tokens(tool_tokens(tool)), theme.muted));
    let right = if tools.has_output_schema() { sides(tools.side, theme) } else { Vec::new() };
    let titles = Titles { title: vec![title.into()], right, note: note.into_iter().collect(), ..Titles::default() };
    let inner = pane::draw(canvas, area, Pane::Side, tools.focus == Pane::Side, titles);
    let Some(tool) = selected else { return };
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let style = theme.effect(tool.effect);
    let contract = tool.origin.contract().map(|contract| format!(" · {contract}")).unwrap_or_default();
    // What it declares follows below.
    let declares = if tools.declared.is_some() { ":" } else { "" };
    let reason = format!("  {}{contract}{declares}", tool.effect_reason());
    let head = vec![Span::styled(tool.effect_mark(), style.patch(theme.strong)), Span::styled(reason, theme.muted)];
    canvas.line(nth_line(inner, 0), Text::from(head));
    let wide = usize::from(inner.width);
    let lacking = Granted::default().lacks(tool, cx);
    let mut above = 1 + usize::from(lacking.is_some());
    if let Some(lacking) = lacking {
        let key = cx.key_for(Action::ApplyFix);
        let account = tool.account.as_ref().and_then(|id| cx.accounts.by_id(id));
        let may = account.is_some_and(|account| SuggestedFix::for_scopes(tool, account, cx).is_some());
        let remedy = if key.is_empty() || !may { String::new() } else { format!("  {key} to authorize again") };
        let lacking = text::fit(&lacking, wide.saturating_sub(remedy.len())).into_owned();
        canvas.line(nth_line(inner, 1), Text::from(Span::styled(format!("{lacking}{remedy}"), theme.warn)));
    }
    if let Some(declared) = &tools.declared {
        let words = declared.hints.words();
        let words = match words.is_empty() {
            true => "nothing about its effects, so it is taken to write".to_owned(),
            false => words.join(" · "),
        };
        for line in text::wrap_in(&words, wide, DECLARED) {
            canvas.line(nth_line(inner, above), Text::styled(line, theme.muted));
            above += 1;
        }
    }
    let lines = tool.description.scrubbed_lines().take(SCHEMA_HEAD);
    let description = lines.flat_map(|line| text::wrap_in(&line, wide, SCHEMA_HEAD)).collect();
    for (at, line) in text::cut_off(description, (SCHEMA_HEAD - 1).saturating_sub(above), wide).into_iter().enumerate()
    {
        canvas.line(nth_line(inner, at + above), Text::from(line));
    }
    let below = u16::try_from(SCHEMA_HEAD).unwrap_or(0).min(inner.height);
    let rows = Rect { y: inner.y + below, height: inner.height - below, ..inner };
    tools.schema.draw(canvas, rows, tools.focus == Pane::Side);
}
