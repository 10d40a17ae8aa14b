//! Drawing of the calls of the past.

use std::borrow::Cow;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::backend::Ability;
use crate::domain::LoggedCall;
use crate::export::estimate_tokens;
use crate::journal::{CallKind, CallOutcome, EntrySummary, StoredBody};
use crate::tui::activity::screen::{Activity, Call, FACTS, Half, Load, SHARE};
use crate::tui::activity::{logged, order, uses};
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
        beside(canvas, activity, cx, panes.side);
    }
}

fn list(canvas: &mut Canvas<'_>, activity: &Activity, cx: &Cx, area: Rect) {
    let theme = canvas.theme;
    let mut right = activity.filter.spans(theme, pane::room_for_typing(area));
    if !cx.recording {
        right.insert(0, Span::styled("not recording ", theme.warn));
    }
    let foot = match &activity.unclear {
        Some(unclear) => {
            let room = usize::from(area.width.saturating_sub(4));
            Span::styled(text::fit(unclear, room).into_owned(), theme.bad)
        }
        None => Span::styled(count(activity), theme.muted),
    };
    let note = no_log(cx).filter(|words| text::width(words) + foot.width() + 8 <= usize::from(area.width));
    let note = note.map(|words| Span::styled(words, theme.muted)).into_iter().collect();
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
    for (at, call) in activity.rows_from(activity.cursor.top).take(usize::from(rows.height)) {
        let line = nth_line(rows, at - activity.cursor.top);
        let cursor = (at == activity.cursor.row, activity.focus == Pane::List);
        let bar = bar(cursor.0, cursor.1, theme);
        draw_row(canvas, line, row(&columns, call, activity, cx, bar), cursor);
        canvas.hit(line, Target::Row(Pane::List, at));
    }
}

/// Reason why no calls from elsewhere stand in the list, where the environment cannot tell of any.
fn no_log(cx: &Cx) -> Option<&'static str> {
    cx.environment.lacks(Ability::CallLog)
}

/// `3 of 1204 · 2 not from here`.
fn count(activity: &Activity) -> String {
    let at = if activity.shown() == 0 { 0 } else { activity.cursor.row + 1 };
    let strangers = activity.strangers();
    let all = activity.total + strangers as u64;
    let mut elsewhere = if strangers > 0 { format!(" · {strangers} made elsewhere") } else { String::new() };
    if activity.unreadable > 0 {
        elsewhere.push_str(&format!(" · {} unreadable", activity.unreadable));
    }
    match activity.load {
        Load::Idle => String::new(),
        Load::Running => format!("reading · {at} of {all}{elsewhere}"),
        _ => format!("{at} of {all}{elsewhere}"),
    }
}

fn emptiness(activity: &Activity, cx: &Cx) -> Option<Card> {
    if activity.shown() > 0 {
        return None;
    }
    Some(match &activity.load {
        Load::Failed(fault) => Card::fault(fault, Some(Action::Refresh)),
        Load::Idle | Load::Running => Card::waiting("Reading the journal", cx.now.uptime),
        Load::More | Load::Complete if !activity.filter.is_empty() => {
            Card::note("No call matches.", Some(Action::Back), "clear the filter")
        }
        Load::More | Load::Complete => Card::note(
            "No calls yet. Every tool that runs here is recorded: look at it, compare it, send it again.",
            Some(Action::GoTools),
            "go to the tools",
        ),
    })
}

/// Glyph and style of what came of a call.
fn outcome(outcome: CallOutcome, theme: &Theme) -> (&'static str, Style) {
    match outcome {
        CallOutcome::Running => ("◐", theme.accent),
        CallOutcome::Succeeded => ("●", theme.ok),
        CallOutcome::Reported => ("▲", theme.warn),
        CallOutcome::Failed => ("✖", theme.bad),
        CallOutcome::Stopped => ("◌", theme.muted),
        CallOutcome::Unknown => ("?", theme.warn),
    }
}

/// Columns there is room for, in the order of [`EntryOrder::ALL`](crate::journal::EntryOrder::ALL). They leave in this
/// order: took, connection, identifier.
fn columns(activity: &Activity, width: u16) -> Columns {
    // Bar and mark stand before the first.
    let room = usize::from(width).saturating_sub(4);
    let outcome = if room >= 48 { 10 } else { 1 };
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

fn row(columns: &Columns, call: &Call, activity: &Activity, cx: &Cx, bar: Span<'static>) -> Line<'static> {
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
    let word = if columns.width(1) > 2 { format!("{glyph} {}", came.word()) } else { glyph.to_owned() };
    let took = took.map_or_else(|| "–".to_owned(), time::took);
    Line::from(vec![
        bar,
        Span::styled(format!("{mark} "), theme.accent),
        Span::styled(columns.cell(0, &when(call, cx)), theme.muted),
        Span::styled(columns.cell(1, &word), style),
        Span::raw(columns.cell(2, &name)),
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

fn when(call: &Call, cx: &Cx) -> String {
    time::since(Some(call.began(cx.clock.offset)), cx.now.wall)
}

fn beside(canvas: &mut Canvas<'_>, activity: &Activity, cx: &Cx, area: Rect) {
    let theme = canvas.theme;
    let call = activity.beside();
    let title = match call {
        Some(Call::Ours(ours)) => ours.name.to_string(),
        Some(Call::Theirs(theirs)) => theirs.tool.as_ref().map_or_else(|| "Call".to_owned(), ToString::to_string),
        None => "Call".to_owned(),
    };
    let title = text::fit(&title, usize::from(area.width.saturating_sub(24))).into_owned();
    let half = match activity.half {
        Half::Result => "result",
        Half::Arguments => "input",
    };
    let right = match call {
        Some(Call::Ours(_)) => vec![Span::styled(format!("{half} "), theme.accent)],
        _ => Vec::new(),
    };
    let path = activity.view().map(|view| view.path()).unwrap_or_default();
    let path = text::fit(&path, usize::from(area.width.saturating_sub(4))).into_owned();
    let focused = activity.focus == Pane::Side;
    let mut right_spans =
        activity.view().map(|view| view.find_spans(theme, pane::room_for_typing(area))).unwrap_or_default();
    if right_spans.is_empty() {
        right_spans = right;
    }
    let mut title = vec![title.into()];
    title.extend(activity.view().and_then(|view| view.origin(theme, usize::from(area.width / 2) + 5)));
    let titles = Titles {
        title,
        right: right_spans,
        foot: vec![Span::styled(path, theme.muted)],
        note: activity.view().and_then(|view| view.note(theme)).into_iter().collect(),
    };
    let inner = pane::draw(canvas, area, Pane::Side, focused, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let lines = match call {
        Some(Call::Ours(ours)) => facts(ours, activity, cx, usize::from(inner.width)),
        Some(Call::Theirs(theirs)) => facts_of_theirs(theirs, cx, usize::from(inner.width)),
        None => return,
    };
    let told = lines.len();
    for (at, line) in lines.into_iter().take(FACTS - 1).enumerate() {
        canvas.line(nth_line(inner, at), line);
    }
    let facts = u16::try_from(FACTS).unwrap_or(0).min(inner.height);
    let below = Rect { y: inner.y + facts, height: inner.height - facts, ..inner };
    let used = u16::try_from(activity.uses_rows(usize::from(inner.height))).unwrap_or(0);
    let credentials = activity.whole().map_or(&[][..], |shown| &shown.uses);
    match credentials.first() {
        Some(first) if used == 0 && told < FACTS - 1 => {
            canvas.line(nth_line(inner, told), uses::line(first, theme, usize::from(inner.width)));
        }
        _ => {
            let lines = used.saturating_sub(1);
            uses::draw(canvas, Rect { y: below.bottom() - lines, height: lines, ..below }, credentials);
        }
    }
    let below = Rect { height: below.height - used, ..below };
    let said = match (call, activity.whole()) {
        (Some(Call::Theirs(_)), _) => "The environment's log has no input and no result.",
        (_, None) => "Reading …",
        (_, Some(whole)) => match whole.half(activity.half) {
            Ok(view) => return view.draw(canvas, below, focused),
            Err(why) => why,
        },
    };
    for (at, line) in text::wrap(said, usize::from(below.width)).into_iter().enumerate() {
        canvas.line(nth_line(below, at), Line::styled(line, theme.muted));
    }
}

/// Lines on a call: its identifier and account, its outcome, and what is known about that.
fn facts(call: &EntrySummary, activity: &Activity, cx: &Cx, width: usize) -> Vec<Line<'static>> {
    let theme = &cx.theme;
    let (glyph, style) = outcome(call.outcome, theme);
    let mut came = vec![Span::styled(format!("{glyph} {}", call.outcome.word()), style.patch(theme.strong))];
    let mut said = Vec::new();
    said.extend(call.status.map(|status| format!("HTTP {status}")));
    said.extend(call.took.map(time::took));
    said.extend(call.size.map(|size| text::size(usize::try_from(size).unwrap_or(usize::MAX))));
    let result = activity.whole().filter(|shown| shown.entry.summary.id == call.id).map(|shown| &shown.entry.result);
    if let Some(StoredBody::Kept(result)) = result {
        said.push(text::tokens(estimate_tokens(result.bytes())));
    }
    said.extend(call.execution.as_ref().map(ToString::to_string));
    let room = width.saturating_sub(came.iter().map(Span::width).sum::<usize>() + 2);
    came.push(Span::styled(format!("  {}", text::as_many_as_fit(said, room)), theme.muted));
    let kind = if call.kind == CallKind::Proxy { " · the provider's own API" } else { "" };
    let mut lines = vec![
        identity(&call.identifier.to_string(), &call.connection.to_string(), theme),
        Line::from(came),
        Line::styled(format!("{}{kind} · number {}", time::absolute(call.began), call.id), theme.muted),
    ];
    if !call.modifiers.is_empty() {
        let names: Vec<_> = call.modifiers.iter().map(ToString::to_string).collect();
        let words = format!(" · modifiers: {}", names.join(", "));
        let room = width.saturating_sub(lines.last().map_or(0, Line::width));
        let words = Span::styled(text::fit(&words, room).into_owned(), theme.muted);
        lines.last_mut().into_iter().for_each(|line| line.spans.push(words.clone()));
    }
    lines.last_mut().into_iter().for_each(|line| line.spans.extend(why(call, cx)));
    let client = call.client.as_ref().map(|client| format!("for {client}"));
    let run = call.agent_run.as_ref().map(|run| format!("run {run}"));
    let agent: Vec<_> = [client, run].into_iter().flatten().collect();
    if !agent.is_empty() {
        lines.push(Line::styled(text::fit(&agent.join(" · "), width).into_owned(), theme.muted));
    }
    if let Some(note) = &call.note {
        lines.push(Line::styled(text::fit(&format!("✎ {note}"), width).into_owned(), theme.accent));
    }
    let explained = match (&call.fault, call.outcome) {
        (Some((_, message)), _) => Some(message.to_string()),
        (None, CallOutcome::Unknown) => {
            Some("jackfield ended before the answer came. The call may still have run.".to_owned())
        }
        (None, CallOutcome::Stopped) => Some("Cancelled while waiting. The call may still have run.".to_owned()),
        _ => None,
    };
    let style = if call.outcome == CallOutcome::Failed { theme.bad } else { theme.warn };
    lines.extend(
        explained.into_iter().flat_map(|words| text::wrap(&words, width)).map(|line| Line::styled(line, style)),
    );
    lines
}

/// Key that finds out why a call failed, behind what is known of it.
fn why(call: &EntrySummary, cx: &Cx) -> Vec<Span<'static>> {
    let key = cx.key_for(Action::Explain);
    let failed = matches!(call.outcome, CallOutcome::Failed | CallOutcome::Reported);
    match failed && !key.is_empty() {
        true => vec![Span::styled(format!("  {key}"), cx.theme.accent), Span::styled(" why?", cx.theme.muted)],
        false => Vec::new(),
    }
}

fn facts_of_theirs(call: &LoggedCall, cx: &Cx, width: usize) -> Vec<Line<'static>> {
    let theme = &cx.theme;
    let came = logged::outcome(call);
    let (glyph, style) = outcome(came, theme);
    let status = crate::domain::Untrusted::from(call.status.name());
    let source = crate::domain::Untrusted::from(call.source.name());
    let mut said = vec![format!("{status}"), format!("through {source}")];
    said.extend(call.took.map(time::took));
    said.extend(call.execution.as_ref().map(ToString::to_string));
    let came = format!("{glyph} {}", came.word());
    let room = width.saturating_sub(text::width(&came) + 2);
    let mut lines = vec![
        identity(&call.identifier.to_string(), &call.connection.to_string(), theme),
        Line::from(vec![
            Span::styled(came, style.patch(theme.strong)),
            Span::styled(format!("  {}", text::as_many_as_fit(said, room)), theme.muted),
        ]),
        Line::styled(
            format!(
                "{} · made elsewhere (from the environment's log)",
                time::absolute(call.started_at.unwrap_or_default())
            ),
            theme.muted,
        ),
    ];
    let words = [&call.error_code, &call.error_message].into_iter().flatten().map(ToString::to_string);
    let words = words.collect::<Vec<_>>().join(": ");
    lines.extend(text::wrap(&words, width).into_iter().map(|line| Line::styled(line, theme.bad)));
    lines
}

fn identity(identifier: &str, connection: &str, theme: &Theme) -> Line<'static> {
    Line::from(vec![
        Span::styled("as ", theme.muted),
        Span::styled(identifier.to_owned(), theme.accent),
        Span::styled(" on ", theme.muted),
        Span::styled(connection.to_owned(), theme.accent),
    ])
}
