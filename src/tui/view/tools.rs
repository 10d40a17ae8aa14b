//! How the tools are drawn.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::{EffectSource, Tool};
use crate::tui::action::Action;
use crate::tui::hits::Target;
use crate::tui::matching;
use crate::tui::model::Model;
use crate::tui::place::Pane;
use crate::tui::screens::layout;
use crate::tui::screens::tools::{Load, SCHEMA_HEAD, SHARE, Tools};
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card::{self, Card};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{filter, text};

/// Draws the screen into `body`.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, body: Rect) {
    let tools = &model.tools;
    let panes = layout::panes(body, tools.focus, SHARE);
    if !panes.list.is_empty() {
        list(canvas, model, panes.list);
    }
    if !panes.side.is_empty() {
        schema(canvas, tools, panes.side);
    }
}

fn list(canvas: &mut Canvas<'_>, model: &Model, area: Rect) {
    let tools = &model.tools;
    let theme = canvas.theme;
    let scope = match (&model.acting_as, tools.connections.as_slice()) {
        (Some(identifier), []) => format!("Tools of {identifier}"),
        (Some(identifier), names) => {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            format!("Tools of {identifier} on {}", names.join(", "))
        }
        (None, _) => "Tools".to_owned(),
    };
    let scope = text::fit(&scope, usize::from(area.width.saturating_sub(16))).into_owned();
    let titles =
        Titles { title: vec![scope.into()], right: tools.filter.spans(theme), foot: vec![count(tools, theme)] };
    let inner = pane::draw(canvas, area, Pane::List, tools.focus == Pane::List, titles);
    if let Some(empty) = emptiness(model) {
        card::draw(canvas, inner, &empty);
        return;
    }
    // As wide as the longest name, so that descriptions line up, and never more than half the pane.
    let longest = tools.rows_from(0).take(500).map(|(_, tool)| text::width(&tool.name.scrubbed())).max().unwrap_or(0);
    let name = (longest + 2).min(usize::from(inner.width) * 6 / 10).max(12);
    let shown: Vec<_> = tools.rows_from(tools.cursor.top).take(usize::from(inner.height)).collect();
    let spots = if tools.filter.is_empty() {
        Vec::new()
    } else {
        let names: Vec<_> = shown.iter().map(|(_, tool)| tool.name.raw()).collect();
        matching::spots(&names, tools.filter.text())
    };
    for (at, tool) in shown {
        let line = nth_line(inner, at - tools.cursor.top);
        let spots = spots.get(at - tools.cursor.top).map_or(&[][..], Vec::as_slice);
        let cursor = (at == tools.cursor.row, tools.focus == Pane::List);
        canvas.line(line, row(tool, spots, name, line.width, cursor, theme));
        canvas.hit(line, Target::Row(Pane::List, at));
    }
}

fn row(
    tool: &Tool,
    spots: &[u32],
    name: usize,
    width: u16,
    (selected, focused): (bool, bool),
    theme: &Theme,
) -> Line<'static> {
    let (word, style) = theme.effect(tool.effect);
    let guess = if tool.effect_source == EffectSource::Guessed { "?" } else { "" };
    let name_style = if selected { theme.strong } else { Style::new() };
    let shown = tool.name.scrubbed();
    let left = usize::from(width).saturating_sub(2 + name + 10);
    let description = tool.description.scrubbed();
    let fitted = text::fit(&shown, name.saturating_sub(1));
    let gap = " ".repeat(name.saturating_sub(text::width(&fitted)));
    let mut spans = vec![bar(selected, focused, theme)];
    spans.extend(filter::spotted(&fitted, spots, name_style, theme.found));
    spans.extend([
        Span::raw(gap),
        Span::styled(format!("{:<10}", format!("{word}{guess}")), style),
        Span::styled(text::fit(&description, left).into_owned(), theme.muted),
    ]);
    Line::from(spans)
}

fn count(tools: &Tools, theme: &Theme) -> Span<'static> {
    let here = tools.here() as u64;
    let total = tools.total.unwrap_or(here).max(here);
    let at = if tools.shown() == 0 { 0 } else { tools.cursor.row + 1 };
    let text = match &tools.load {
        Load::Idle => String::new(),
        Load::Running => format!("loading {here} of {total}"),
        _ if tools.shown() as u64 == total => format!("{at} of {total}"),
        _ => format!("{at} of {} shown · {total} in all", tools.shown()),
    };
    Span::styled(text, theme.muted)
}

/// What stands in the list's place when there is no row to show; never just nothing.
fn emptiness(model: &Model) -> Option<Card> {
    let tools = &model.tools;
    if tools.shown() > 0 {
        return None;
    }
    Some(match (&model.acting_as, &tools.load) {
        (None, _) | (_, Load::Idle) => Card::note(
            "Nobody is being acted as yet. Choose an account first: its person's tools are listed here.",
            Some(Action::GoAccounts),
            "go to the accounts",
        ),
        (Some(identifier), Load::Running) => {
            Card::waiting(&format!("Asking what {identifier} may call"), model.now.uptime)
        }
        (_, Load::Failed(fault)) => Card::fault(fault, Some(Action::Refresh)),
        (_, Load::Complete(_)) if tools.here() > 0 => {
            Card::note("No tool fits the filter.", Some(Action::Back), "forget the filter")
        }
        (Some(identifier), Load::Complete(cause)) => {
            let cause = cause.clone().unwrap_or_default();
            Card::note(
                format!("{identifier} may call no tools here. {cause}"),
                Some(Action::GoAccounts),
                "go to the accounts",
            )
        }
    })
}

fn schema(canvas: &mut Canvas<'_>, tools: &Tools, area: Rect) {
    let theme = canvas.theme;
    let selected = tools.beside();
    let title = selected.map_or_else(|| "Schema".into(), |tool| tool.name.to_string());
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let titles = Titles { title: vec![title.into()], ..Titles::default() };
    let inner = pane::draw(canvas, area, Pane::Side, tools.focus == Pane::Side, titles);
    let Some(tool) = selected else { return };
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let (word, style) = theme.effect(tool.effect);
    let source = match tool.effect_source {
        EffectSource::Declared => "declared by the vendor",
        EffectSource::Guessed => "a guess from its name",
    };
    let head = vec![Span::styled(word, style.patch(theme.strong)), Span::styled(format!("  {source}"), theme.muted)];
    canvas.line(nth_line(inner, 0), Line::from(head));
    let description: Vec<String> =
        tool.description.scrubbed_lines().flat_map(|line| text::wrap(&line, usize::from(inner.width))).collect();
    for (at, line) in description.into_iter().take(SCHEMA_HEAD - 2).enumerate() {
        canvas.line(nth_line(inner, at + 1), Line::from(line));
    }
    let below = u16::try_from(SCHEMA_HEAD).unwrap_or(0).min(inner.height);
    let rows = Rect { y: inner.y + below, height: inner.height - below, ..inner };
    tools.schema.draw(canvas, rows, tools.focus == Pane::Side);
}
