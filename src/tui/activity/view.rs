//! Drawing of the calls of the past.

use std::borrow::Cow;

use jiff::Timestamp;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::backend::Ability;
use crate::journal::{CallOutcome, EntrySummary};
use crate::tui::activity::beside::view as call_view;
use crate::tui::activity::runs::ListLine;
use crate::tui::activity::runs::view as run_view;
use crate::tui::activity::screen::{Activity, Call, Load, SHARE};
use crate::tui::activity::{logged, order};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card;
use crate::tui::widgets::card::Card;
use crate::tui::widgets::columns::{Column, Columns};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{text, time};

/// Draws the screen into `body`.
pub(super) fn draw(canvas: &mut Canvas<'_>, activity: &Activity, cx: &Cx) {
    let body = cx.body();
    let panes = layout::panes(body, activity.focus, SHARE);
    if !panes.list.is_empty() {
        list(canvas, activity, cx, panes.list);
    }
    if !panes.side.is_empty() {
        call_view::draw(canvas, activity, cx, panes.side);
    }
}

fn list(canvas: &mut Canvas<'_>, activity: &Activity, cx: &Cx, area: Rect) {
    let theme = canvas.theme;
    let mut right = activity.filter.spans(theme, pane::room_for_typing(area));
    if !cx.recording {
        right.insert(0, Span::styled("not recording ", theme.warn));
    }
    let (foot, note) = match &activity.unclear {
        Some(unclear) => {
            let room = usize::from(area.width.saturating_sub(4));
            (Span::styled(text::fit(unclear, room).into_owned(), theme.bad), None)
        }
        None => foot_and_note(activity, cx, usize::from(area.width.saturating_sub(7))),
    };
    let note = note.into_iter().collect();
    let scope = match cx.environment.open() {
        Some(_) if activity.everywhere => "Activity · all environments".to_owned(),
        Some(card) => format!("Activity · {}", card.name),
        None => "Activity".to_owned(),
    };
    let scope = text::fit(&scope, usize::from(area.width / 2)).into_owned();
    let titles = Titles { title: vec![scope.into()], right, foot: vec![foot], note };
    let inner = pane::draw(canvas, area, Pane::List, activity.focus == Pane::List, titles);
    if inner.is_empty() {
        return;
    }
    let offered = (activity.filter.typing && activity.filter.offers()).then(|| {
        let room = usize::from(inner.width).saturating_sub(3);
        Line::from_iter([Span::raw("  ")].into_iter().chain(activity.filter.offered_spans(theme, room)))
    });
    let rows = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    let columns = columns(activity, inner.width);
    let is_empty = activity.shown() == 0;
    match offered {
        Some(offered) => {
            canvas.line(inner, offered);
        }
        None if is_empty => {}
        None => {
            let head = Rect { x: inner.x + 4, width: inner.width.saturating_sub(4), ..inner };
            columns.draw_head(canvas, head, Some((order::column(activity.by), activity.direction)), theme);
        }
    }
    if let Some(empty) = emptiness(activity, cx) {
        card::draw(canvas, rows, &empty);
        return;
    }
    let lines = activity.lines.iter().enumerate().skip(activity.cursor.top).take(usize::from(rows.height));
    for (at, shown) in lines {
        let line = nth_line(rows, at - activity.cursor.top);
        let cursor = (at == activity.cursor.row, activity.focus == Pane::List);
        let bar = bar(cursor.0, cursor.1, theme);
        let spans = match shown {
            ListLine::Run(_) => activity.group_at(at).map(|run| run_view::row(&columns, run, activity, cx, bar)),
            ListLine::Call { in_run, .. } => {
                activity.call_at(at).map(|call| row(&columns, (call, *in_run), activity, cx, bar))
            }
        };
        draw_row(canvas, line, spans.unwrap_or_default(), cursor);
        canvas.hit(line, Target::Row(Pane::List, at));
    }
}

/// Where the cursor is among how many, and whether more come in by themselves: as much of both as there is room for.
fn foot_and_note(activity: &Activity, cx: &Cx, room: usize) -> (Span<'static>, Option<Span<'static>>) {
    let theme = &cx.theme;
    let (notes, style) = match cx.environment.open() {
        None => (Vec::new(), theme.muted),
        Some(card) => match cx.environment.lacks(Ability::CallLog) {
            Some(words) => (vec![words.to_owned()], theme.muted),
            None if !card.abilities.call_log => (Vec::new(), theme.muted),
            None if activity.following.is_in_trouble() => (activity.following.words(cx), theme.warn),
            None if activity.following.new_calls() > 0 => (activity.following.words(cx), theme.accent),
            None => (activity.following.words(cx), theme.muted),
        },
    };
    let counts = count(activity);
    let pairs = notes.iter().flat_map(|note| counts.iter().map(move |count| (count, note)));
    let mut fitting = pairs.filter(|(count, note)| text::width(count) + text::width(note) <= room);
    let (count, note) = match fitting.next() {
        Some((count, note)) => (count.clone(), Some(Span::styled(note.clone(), style))),
        None => (counts.into_iter().next().unwrap_or_default(), None),
    };
    (Span::styled(count, theme.muted), note)
}

/// `3 of 1204 · 2 made elsewhere`, and the same in short.
fn count(activity: &Activity) -> Vec<String> {
    let at = activity.number();
    let strangers = activity.strangers();
    let all = activity.total + strangers as u64;
    let mut elsewhere = if strangers > 0 { format!(" · {strangers} made elsewhere") } else { String::new() };
    if activity.unreadable > 0 {
        elsewhere.push_str(&format!(" · {} unreadable", activity.unreadable));
    }
    match activity.load {
        Load::Idle => vec![String::new()],
        // What is read by itself tells nothing of that.
        Load::Running if !activity.reads_news => vec![format!("reading · {at} of {all}{elsewhere}")],
        _ => vec![format!("{at} of {all}{elsewhere}"), format!("{at} of {all}")],
    }
}

fn emptiness(activity: &Activity, cx: &Cx) -> Option<Card> {
    if activity.shown() > 0 {
        return None;
    }
    Some(match &activity.load {
        Load::Failed(fault) => Card::fault(fault, Some(Action::Refresh)),
        Load::Idle => Card::waiting("Reading the journal", cx.now.uptime),
        Load::Running if !activity.reads_news => Card::waiting("Reading the journal", cx.now.uptime),
        _ if !activity.filter.is_empty() => Card::note("No call matches.", Some(Action::Back), "clear the filter"),
        _ => Card::note(
            "No calls yet. Every tool that runs here is recorded: look at it, compare it, send it again.",
            Some(Action::GoTools),
            "go to the tools",
        ),
    })
}

/// Glyph and style of what came of a call.
pub(super) fn outcome(outcome: CallOutcome, theme: &Theme) -> (&'static str, Style) {
    match outcome {
        CallOutcome::Running => ("◐", theme.accent),
        CallOutcome::Succeeded => ("●", theme.ok),
        CallOutcome::Reported => ("▲", theme.warn),
        CallOutcome::Failed => ("✖", theme.bad),
        CallOutcome::Stopped => ("◌", theme.muted),
        CallOutcome::Unknown => ("?", theme.warn),
    }
}

/// Cells of the longest outcome, its glyph included.
pub(super) const OUTCOME: usize = 10;

/// Columns there is room for, in the order of [`EntryOrder::ALL`](crate::journal::EntryOrder::ALL). They leave in this
/// order: took, connection, identifier.
fn columns(activity: &Activity, width: u16) -> Columns {
    // Bar and mark stand before the first.
    let room = usize::from(width).saturating_sub(4);
    let outcome = if room >= 48 { OUTCOME } else { 1 };
    let widest = activity.widest;
    let column = |name, least, widest, rank| Column { name, least, widest, rank };
    let all = [
        column("when", 8, 8, 0),
        column("outcome", outcome, outcome, 0),
        column("call", 18, widest.name, 0),
        column("as", widest.identifier.clamp(12, 16), widest.identifier, 1),
        column("connection", 8, widest.connection.max(10), 2),
        column("took", 7, 7, 3),
    ];
    Columns::fitting(&all, Some(order::column(activity.by)), room)
}

fn row(
    columns: &Columns,
    (call, in_run): (&Call, bool),
    activity: &Activity,
    cx: &Cx,
    bar: Span<'static>,
) -> Line<'static> {
    let theme = &cx.theme;
    let (came, name, identifier, connection, took, mark) = match call {
        Call::Ours(ours) => {
            let mark = match &ours.note {
                _ if activity.is_marked(ours.id) => "◆",
                Some(_) => "✎",
                None => " ",
            };
            (ours.outcome, named(ours, cx), &ours.identifier, &ours.connection, ours.took, mark)
        }
        Call::Theirs(theirs) => {
            let name = theirs.tool.as_ref().map_or("(no tool)".into(), |tool| tool.scrubbed());
            (logged::outcome(theirs), name, &theirs.identifier, &theirs.connection, theirs.took, "↗")
        }
    };
    let (glyph, style) = outcome(came, theme);
    let word = if columns.width(1) >= OUTCOME { format!("{glyph} {}", came.word()) } else { glyph.to_owned() };
    let took = took.map_or_else(|| "–".to_owned(), time::took);
    let name = if in_run { format!("  {name}").into() } else { name };
    let named = if came == CallOutcome::Failed { theme.bad } else { Style::default() };
    Line::from(vec![
        bar,
        Span::styled(format!("{mark} "), theme.accent),
        when(columns, call.began(cx.clock.offset), activity.following.is_new(call), cx),
        Span::styled(columns.cell(1, &word), style),
        Span::styled(columns.cell(2, &name), named),
        Span::raw(columns.cell(3, &identifier.scrubbed())),
        Span::raw(columns.cell(4, &connection.scrubbed())),
        Span::styled(columns.cell(5, &took), theme.muted),
    ])
}

/// Name of a call, with the environment where that is not the open one.
fn named<'a>(call: &'a EntrySummary, cx: &Cx) -> Cow<'a, str> {
    let name = call.name.scrubbed();
    match cx.environment.open() {
        Some(card) if card.recorded_as != call.environment.raw() => {
            let host = call.environment.scrubbed();
            let host = host.split_once("://").map_or(host.as_ref(), |(_, host)| host);
            format!("{host} ▸ {name}").into()
        }
        _ => name,
    }
}

/// Cell of the time since something began, marked where that has just come in.
pub(super) fn when(columns: &Columns, began: Timestamp, is_new: bool, cx: &Cx) -> Span<'static> {
    if is_new {
        return Span::styled(columns.cell(0, "new"), cx.theme.accent.patch(cx.theme.strong));
    }
    Span::styled(columns.cell(0, &time::since(Some(began), cx.now.wall)), cx.theme.muted)
}
