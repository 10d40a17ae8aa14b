//! Drawing of a call as one row.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::agent::{CallRow, CallState};
use crate::tui::agent::rows::Row;
use crate::tui::agent::timing::timing;
use crate::tui::theme::Theme;
use crate::tui::widgets::text;

/// Columns of a tool's name, at the least and at the most, so that arguments stand below each other.
const TOOL: (usize, usize) = (16, 32);

/// Glyph and style of how far a call got. The glyph alone tells it.
pub(super) fn glyph(call: &CallRow, theme: &Theme) -> (&'static str, Style) {
    match &call.state {
        CallState::Proposed => ("·", theme.muted),
        CallState::Asking(_) => ("?", theme.warn),
        CallState::AwaitingAccount(..) => ("◐", theme.warn),
        CallState::Running(_) => ("◔", theme.accent),
        CallState::Unknown => ("▲", theme.warn),
        CallState::Returned(returned) if returned.not_sent => ("⊘", theme.muted),
        CallState::Returned(returned) if returned.fault.is_some() => ("✖", theme.bad),
        CallState::Returned(_) => ("✓", theme.ok),
    }
}

/// `✓ linear_issue_search   "ABC-142"   412 ms   1 issue`, in so many columns. `since` is when it was sent.
pub(super) fn line(
    call: &CallRow,
    row: &Row,
    columns: usize,
    (since, uptime): (Option<Duration>, Duration),
    theme: &Theme,
) -> Line<'static> {
    let (glyph, style) = glyph(call, theme);
    let is_narrow = columns < 60;
    let name = call.tool.scrubbed();
    let width = text::width(&name).clamp(TOOL.0, TOOL.1).min(columns / 2);
    let name = text::fit(&name, width).into_owned();
    let pad = if is_narrow { 0 } else { width.saturating_sub(text::width(&name)) };
    let timing = timing(call, since, uptime);
    let outcome = &row.outcome;
    let gone_wrong =
        matches!(&call.state, CallState::Returned(returned) if returned.fault.is_some() && !returned.not_sent);
    // What went wrong is told at length; arguments of what went well.
    let left = columns.saturating_sub(2 + text::width(&name) + pad + 2);
    let right = text::width(&timing) + 2 + text::width(outcome) + 2;
    let most = if gone_wrong { left * 2 / 3 } else { left / 2 };
    let right = right.min(most.max(8));
    let arguments = text::fit(&row.text, left.saturating_sub(right)).into_owned();
    let gap = left.saturating_sub(text::width(&arguments) + right).min(GAP.saturating_sub(text::width(&arguments)));
    let shown = match timing.is_empty() {
        true => outcome.clone(),
        false => format!("{timing}  {outcome}"),
    };
    let shown = text::fit(&shown, right.saturating_sub(2)).into_owned();
    let outcome_style = match &call.state {
        CallState::Returned(returned) if returned.fault.is_some() && !returned.not_sent => theme.bad,
        CallState::Asking(_) | CallState::AwaitingAccount(..) | CallState::Unknown => theme.warn,
        _ => theme.muted,
    };
    Line::from(vec![
        Span::styled(format!("{glyph} "), style),
        Span::styled(name, theme.strong),
        Span::raw(format!("{:pad$}  {arguments}{:gap$}  ", "", "")),
        Span::styled(shown, outcome_style),
    ])
}

/// Columns that short arguments take with the air behind them, so that outcomes stand below each other.
const GAP: usize = 32;
