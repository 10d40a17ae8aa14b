//! Drawing of the servers: the list above, what is under the cursor below.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::{ServerConfig, ServerInstance, listed, pluralize};
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::mcp_servers::frame;
use crate::tui::mcp_servers::list::{ServerList, ServerRow};
use crate::tui::mcp_servers::tasks::{ChangeServer, ListServers};
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card::{self, Card};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::{text, time};

/// Columns of the names, where there is room for more than them.
const NAMES: usize = 28;

/// Rows of the list that are shown at once, of so many.
pub(super) fn list_rows(screen: Rect, rows: usize) -> usize {
    let room = frame::rows(frame::large(screen)).saturating_sub(1);
    rows.clamp(1, (room / 2).max(1))
}

/// Draws the popup.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ServerList) {
    let theme = &cx.theme;
    let foot = match &popup.identifier {
        Some(person) => format!("as {person}"),
        None => "no user chosen".to_owned(),
    };
    let inner = frame::draw(canvas, cx, frame::large(cx.screen), "MCP servers", &foot);
    let listed = match &popup.rows {
        None => {
            canvas.line(inner, frame::waiting(cx, "Asking for the servers …"));
            return;
        }
        Some(Err(fault)) => return card::draw(canvas, inner, &Card::fault(fault, Some(Action::Refresh))),
        Some(Ok(listed)) => listed,
    };
    let rows = popup.rows();
    if rows.is_empty() {
        let words = "No server is provisioned yet. A configuration says which tools of which connections one offers.";
        return card::draw(canvas, inner, &Card::note(words, Some(Action::AddServer), "create the first"));
    }
    let columns = usize::from(inner.width);
    let shown = list_rows(cx.screen, rows.len());
    for (at, row) in rows.iter().enumerate().skip(popup.cursor.top).take(shown) {
        let place = nth_line(inner, at - popup.cursor.top);
        let selected = at == popup.cursor.row;
        draw_row(canvas, place, line(cx, *row, selected, columns), (selected, true));
        canvas.hit(place, Target::Entry(at));
    }
    let skip = u16::try_from(shown + 1).unwrap_or(u16::MAX).min(inner.height);
    let below = Rect { y: inner.y + skip, height: inner.height - skip, ..inner };
    let mut at = 0;
    if cx.is_running(ChangeServer::SLOT) {
        canvas.line(nth_line(below, 0), frame::waiting(cx, "Changing it …"));
        at = 1;
    } else if cx.is_running(ListServers::SLOT) {
        canvas.line(nth_line(below, 0), frame::waiting(cx, "Asking again …"));
        at = 1;
    }
    at = match popup.selected() {
        Some(ServerRow::Config(config)) => config_detail(canvas, below, at, config, theme),
        Some(ServerRow::Instance(instance)) => instance_detail(canvas, cx, below, at, instance),
        None => at,
    };
    let remark = listed.remark.as_deref().map(str::to_owned);
    let remark = remark.or_else(|| listed.instances.as_ref().err().map(|fault| format!("Instances: {fault}")));
    if let Some(remark) = remark {
        frame::prose(canvas, below, at + 1, &remark, theme.warn);
    }
}

fn line(cx: &Cx, row: ServerRow<'_>, selected: bool, columns: usize) -> Line<'static> {
    let theme = &cx.theme;
    let names = NAMES.min(columns / 2);
    let room = columns.saturating_sub(names + 4);
    let (name, facts) = match row {
        ServerRow::Config(config) => (config.name.to_string(), config_facts(config)),
        ServerRow::Instance(instance) => {
            let used = match instance.last_used_at {
                Some(at) => format!("used {}", time::relative(at, cx.server_now())),
                None => "never used".to_owned(),
            };
            (format!("  └ {}", instance.name), format!("{} · {used}", instance.identifier))
        }
    };
    let style = if selected { theme.strong } else { Style::new() };
    let name = text::fit(&name, names).into_owned();
    let gap = " ".repeat(names.saturating_sub(text::width(&name)) + 2);
    Line::from(vec![
        bar(selected, true, theme),
        Span::styled(name, style),
        Span::raw(gap),
        Span::styled(text::fit(&facts, room).into_owned(), theme.muted),
    ])
}

fn config_facts(config: &ServerConfig) -> String {
    let named: usize = config.mappings.iter().map(|mapping| mapping.tools.len()).sum();
    let wholes: Vec<_> = config.mappings.iter().filter(|mapping| mapping.is_whole()).collect();
    let tools = match wholes.as_slice() {
        [] => pluralize(named as u64, "tool"),
        _ if named == 0 => "all tools".to_owned(),
        [whole] => format!("{} and all of {}", pluralize(named as u64, "tool"), whole.connection),
        several => format!("{} and all of {} connections", pluralize(named as u64, "tool"), several.len()),
    };
    let connections: Vec<_> = config.mappings.iter().map(|mapping| mapping.connection.to_string()).collect();
    format!("{} · {tools}", connections.join(", "))
}

fn config_detail(canvas: &mut Canvas<'_>, area: Rect, from: usize, config: &ServerConfig, theme: &Theme) -> usize {
    let mut at = from;
    if !config.description.is_empty() {
        at = frame::prose(canvas, area, at, &config.description.to_string(), Style::new());
    }
    let url = config.url.as_ref().map_or_else(|| "no URL is told".to_owned(), ToString::to_string);
    canvas.line(nth_line(area, at), fact("url", &url, area, theme));
    canvas.line(nth_line(area, at + 1), fact("id", &config.id.to_string(), area, theme));
    at += 2;
    for mapping in &config.mappings {
        let tools = match mapping.is_whole() {
            true => "all tools".to_owned(),
            false => listed(&mapping.tools, ", "),
        };
        if at >= usize::from(area.height) {
            break;
        }
        canvas.line(nth_line(area, at), fact(&mapping.connection.to_string(), &tools, area, theme));
        at += 1;
    }
    at
}

fn instance_detail(canvas: &mut Canvas<'_>, cx: &Cx, area: Rect, from: usize, instance: &ServerInstance) -> usize {
    let theme = &cx.theme;
    let url = if instance.url.is_empty() {
        "no URL is told"
    } else {
        "•••••••• (whoever has it needs no token)"
    };
    let facts = [
        ("user", instance.identifier.to_string()),
        ("of", instance.config.to_string()),
        ("url", url.to_owned()),
        ("id", instance.id.to_string()),
        ("changed", instance.updated_at.map_or_else(|| "–".to_owned(), |at| time::relative(at, cx.server_now()))),
    ];
    for (at, (name, value)) in facts.iter().enumerate() {
        canvas.line(nth_line(area, from + at), fact(name, value, area, theme));
    }
    from + facts.len()
}

fn fact(name: &str, value: &str, area: Rect, theme: &Theme) -> Line<'static> {
    let columns = usize::from(area.width);
    let names = 16.min(columns / 3);
    let name = text::fit(name, names).into_owned();
    let gap = " ".repeat(names.saturating_sub(text::width(&name)) + 1);
    let value = text::fit(value, columns.saturating_sub(names + 1)).into_owned();
    Line::from(vec![Span::styled(name, theme.muted), Span::raw(gap), Span::raw(value)])
}
