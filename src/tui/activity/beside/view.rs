//! Drawing of the call beside the list: what is known of it, its input and result, and the credentials that it used.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::{LoggedCall, Untrusted};
use crate::export::estimate_tokens;
use crate::journal::{CallKind, CallOutcome, EntrySummary, StoredBody};
use crate::tui::activity::beside::uses;
use crate::tui::activity::logged;
use crate::tui::activity::runs::view as run_view;
use crate::tui::activity::screen::{Activity, Call, FACTS, Half};
use crate::tui::activity::view::outcome;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::tabs::Pane;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{text, time};

/// Draws the call, or the run, that the cursor is on.
pub(in crate::tui::activity) fn draw(canvas: &mut Canvas<'_>, activity: &Activity, cx: &Cx, area: Rect) {
    let theme = canvas.theme;
    if let Some(run) = activity.beside_group() {
        return run_view::beside(canvas, run, activity, cx, area);
    }
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
        Some(Call::Theirs(_)) => vec![Span::styled("log ", theme.accent)],
        None => Vec::new(),
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
        (Some(Call::Theirs(_)), _) => match activity.view() {
            Some(view) => return view.draw(canvas, below, focused),
            None => "The environment's log has no input and no result.",
        },
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
    let title = activity.whole().filter(|shown| shown.entry.summary.id == call.id);
    let title = title.and_then(|shown| shown.run_title.as_ref());
    let open = match (title, cx.key_for(Action::OpenRun)) {
        (Some(title), "") => Some(format!("run “{title}”")),
        (Some(title), key) => {
            let opens = format!(" ({key} opens it)");
            let room = width.saturating_sub(text::width(&opens) + "run “”".chars().count());
            Some(format!("run “{}”{opens}", text::fit(&title.scrubbed(), room)))
        }
        (None, _) => None,
    };
    let run = open.or_else(|| call.agent_run.as_ref().map(|run| format!("run {run}")));
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
    let status = Untrusted::from(call.status.name());
    let source = Untrusted::from(call.source.name());
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
                "{} · made elsewhere: the log has no input and no result",
                time::absolute(call.started_at.unwrap_or_default())
            ),
            theme.muted,
        ),
    ];
    if let Some(run) = &call.run {
        lines.push(Line::styled(text::fit(&format!("run {run}"), width).into_owned(), theme.muted));
    }
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
