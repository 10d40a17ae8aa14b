//! Drawing of a run whose calls stand together: its line, and what stands beside that.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::{ClockOffset, Untrusted, pluralize};
use crate::journal::CallOutcome;
use crate::tui::activity::logged;
use crate::tui::activity::runs::{RunFacts, RunGroup};
use crate::tui::activity::screen::{Activity, Call, Load};
use crate::tui::activity::view::{OUTCOME, outcome, when};
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::columns::Columns;
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{text, time};

/// Facts on the calls of a run that are here, safe to show.
struct RunWords {
    /// First words of the run in quotes, or its id.
    title: String,
    /// Whom it acts as.
    identifier: String,
    /// The model, or the program that called.
    by: String,
    /// Number of calls; more may be on pages that are not read.
    calls: String,
    /// Beginning of its first call and of its last one.
    first: Timestamp,
    last: Timestamp,
    /// Time from the first call to the end of the last.
    took: Duration,
}

impl RunWords {
    fn of(run: &RunGroup, activity: &Activity, skew: ClockOffset) -> Self {
        let calls = activity.calls_of(run);
        let facts = activity.runs.get(run.id.raw());
        let client = calls.iter().find_map(|call| match call {
            Call::Ours(ours) => ours.client.as_ref(),
            Call::Theirs(_) => None,
        });
        let mut people: Vec<&str> = calls.iter().map(Call::identifier).collect();
        people.dedup();
        let identifier = match people.as_slice() {
            [one] => Untrusted::from(*one).to_string(),
            _ => "several".to_owned(),
        };
        let by = match (facts, client) {
            (Some(RunFacts { model, .. }), _) => model.to_string(),
            (None, Some(client)) => client.to_string(),
            (None, None) => String::new(),
        };
        let is_cut = activity.load == Load::More && run.rows.end == activity.shown();
        let calls_word = pluralize(calls.len() as u64, "call");
        let began = |call: &Call| call.began(skew);
        let (first, last) = (calls.iter().map(began).min(), calls.iter().map(began).max());
        let end = calls.iter().map(|call| began(call) + call.took().unwrap_or_default()).max();
        let first = first.unwrap_or_default();
        Self {
            title: facts.map_or_else(|| run.id.to_string(), |facts| format!("“{}”", facts.title)),
            identifier,
            by,
            calls: if is_cut { format!("{calls_word} or more") } else { calls_word },
            first,
            last: last.unwrap_or_default(),
            took: end.map_or(Duration::ZERO, |end| end.duration_since(first).try_into().unwrap_or_default()),
        }
    }
}

/// Time from the first call to the end of the last one: calls may lie far apart.
fn lasted(took: Duration) -> String {
    match took.as_secs() {
        0..60 => time::took(took),
        seconds @ 60..3_600 => time::clock(seconds),
        seconds => format!("{} h", seconds / 3_600),
    }
}

/// Line of a run.
pub(in crate::tui::activity) fn row(
    columns: &Columns,
    run: &RunGroup,
    activity: &Activity,
    cx: &Cx,
    bar: Span<'static>,
) -> Line<'static> {
    let theme = &cx.theme;
    let words = RunWords::of(run, activity, cx.clock.offset);
    let is_unfolded = activity.unfolded.contains(run.id.raw());
    let fold = if is_unfolded { "▾" } else { "▸" };
    let came = if run.failed > 0 { CallOutcome::Failed } else { CallOutcome::Succeeded };
    let (glyph, style) = outcome(came, theme);
    let outcome = match (columns.width(1) >= OUTCOME, run.failed) {
        (true, 0) => Span::styled(columns.cell(1, &words.calls), theme.muted),
        (true, failed) => Span::styled(columns.cell(1, &format!("{glyph} {failed} failed")), style),
        (false, _) => Span::styled(columns.cell(1, glyph), style),
    };
    // Where the calls are not counted in a column of their own, they stand before the title.
    let title = match columns.width(1) >= OUTCOME && run.failed == 0 {
        true => words.title.clone(),
        false => format!("{} · {}", words.calls, words.title),
    };
    let is_new = !is_unfolded && activity.calls_of(run).iter().any(|call| activity.following.is_new(call));
    Line::from(vec![
        bar,
        Span::styled(format!("{fold} "), theme.accent),
        when(columns, words.last, is_new, cx),
        outcome,
        Span::styled(columns.cell(2, &title), theme.strong),
        Span::raw(columns.cell(3, &words.identifier)),
        Span::raw(columns.cell(4, &words.by)),
        Span::styled(columns.cell(5, &lasted(words.took)), theme.muted),
    ])
}

/// What stands beside it: its facts, and its calls in the order in which they were made.
pub(in crate::tui::activity) fn beside(
    canvas: &mut Canvas<'_>,
    run: &RunGroup,
    activity: &Activity,
    cx: &Cx,
    area: Rect,
) {
    let theme = &cx.theme;
    let words = RunWords::of(run, activity, cx.clock.offset);
    let titles = Titles { title: vec!["Run".into()], ..Titles::default() };
    let inner = pane::draw(canvas, area, Pane::Side, activity.focus == Pane::Side, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let width = usize::from(inner.width);
    let mut lines: Vec<Line<'static>> =
        text::wrap_in(&words.title, width, 3).into_iter().map(|line| Line::styled(line, theme.strong)).collect();
    let by = if words.by.is_empty() { String::new() } else { format!(" · {}", words.by) };
    lines.push(Line::styled(text::fit(&format!("as {}{by}", words.identifier), width).into_owned(), theme.accent));
    let mut counted = vec![Span::styled(words.calls, theme.muted)];
    if run.failed > 0 {
        counted.push(Span::styled(format!(" · {} failed", run.failed), theme.bad));
    }
    let span = format!(" · from {} to {}", time::of_day(words.first), time::of_day(words.last));
    counted.push(Span::styled(span, theme.muted));
    lines.push(Line::from(counted));
    lines.push(Line::default());
    for call in activity.calls_of(run).iter().rev() {
        let came = match call {
            Call::Ours(ours) => ours.outcome,
            Call::Theirs(theirs) => logged::outcome(theirs),
        };
        let (glyph, style) = outcome(came, theme);
        let named = Untrusted::from(call.name()).to_string();
        let head = format!("{glyph} {} ", came.word());
        let room = width.saturating_sub(text::width(&head));
        lines.push(Line::from(vec![Span::styled(head, style), Span::raw(text::fit(&named, room).into_owned())]));
    }
    let height = usize::from(inner.height);
    let key = cx.key_for(Action::ToggleFold);
    let is_unfolded = activity.unfolded.contains(run.id.raw());
    let hint = match (is_unfolded, key) {
        (_, "") => String::new(),
        (true, key) => format!("{key} shows it as one line"),
        (false, key) => format!("{key} shows its calls one by one"),
    };
    let room = height.saturating_sub(2 * usize::from(!hint.is_empty()));
    let left_out = (lines.len() + 1).saturating_sub(room.max(1));
    if lines.len() > room {
        lines.truncate(room.saturating_sub(1));
        lines.push(Line::styled(format!("and {left_out} more"), theme.muted));
    }
    for (at, line) in lines.into_iter().take(height).enumerate() {
        canvas.line(nth_line(inner, at), line);
    }
    if !hint.is_empty() && height > 2 {
        canvas.line(nth_line(inner, height - 1), Line::styled(text::fit(&hint, width).into_owned(), theme.muted));
    }
}
