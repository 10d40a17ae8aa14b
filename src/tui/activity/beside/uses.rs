//! Uses of credentials that belong to a call: a line or two each, below its input and result.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::{CredentialOutcome, CredentialUse};
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::{text, time};

/// Uses that are shown at most.
const MOST: usize = 4;

/// Rows below the facts that the body of a call keeps, before uses take any.
const BODY: usize = 4;

/// Rows of each use where there is plenty of room: the scopes stand at the end of its sentence.
const EACH: usize = 2;

/// Rows that so many uses take of those below the facts: a line for air, and one or more for each.
pub(super) fn rows(uses: usize, below: usize) -> usize {
    let (shown, room) = (MOST.min(uses), below.saturating_sub(BODY + 1));
    let room = if room >= shown * EACH + BODY { shown * EACH } else { room.min(shown) };
    if room == 0 { 0 } else { room + 1 }
}

/// Draws as many as there is room for at the end of `area`; the last line counts the others.
pub(super) fn draw(canvas: &mut Canvas<'_>, area: Rect, uses: &[CredentialUse]) {
    let theme = canvas.theme;
    let (height, width) = (usize::from(area.height), usize::from(area.width));
    let each = if height >= MOST.min(uses.len()) * EACH { EACH } else { 1 };
    let room = height / each;
    let is_whole = uses.len() <= room;
    let shown = if is_whole { uses.len() } else { room.saturating_sub(1) };
    for (at, used) in uses.iter().take(shown).enumerate() {
        for (row, line) in lines(used, theme, width, each).into_iter().enumerate() {
            canvas.line(nth_line(area, at * each + row), line);
        }
    }
    if !is_whole && room > 0 {
        let more = format!("{} more uses of credentials: jackfield audit list", uses.len() - shown);
        let call = uses.first().and_then(|used| used.purpose.call).map(|call| format!(" call:{call}"));
        let more = more + &call.unwrap_or_default();
        let more = text::fit(&more, width).into_owned();
        canvas.line(nth_line(area, shown * each), Line::styled(more, theme.muted));
    }
}

/// The beginning of it, in one line.
pub(super) fn line(used: &CredentialUse, theme: &Theme, width: usize) -> Line<'static> {
    lines(used, theme, width, 1).into_iter().next().unwrap_or_default()
}

/// `● token application X on behalf of Y, scope Z · 9f2c01ab · until 11:00`, in so many lines at most.
fn lines(used: &CredentialUse, theme: &Theme, width: usize, most: usize) -> Vec<Line<'static>> {
    let (glyph, style) = outcome(used.outcome, theme);
    let event = used.event.word().replace('_', " ");
    let mut parts = vec![used.sentence()];
    parts.extend(used.reason.as_ref().map(ToString::to_string));
    parts.extend(used.token.as_ref().map(|mark| mark.digits().to_owned()));
    parts.extend(used.expires_at.map(|end| format!("until {}", time::absolute(end))));
    let head = format!("{glyph} {event} ");
    let rest = parts.join(" · ");
    let beside = width.saturating_sub(text::width(&head));
    let (first, then) = match text::wrap_in(&rest, beside, most).into_iter().next() {
        Some(first) if most > 1 => {
            let then = rest.strip_prefix(first.as_str()).unwrap_or_default().trim_start().to_owned();
            (first, then)
        }
        _ => (text::fit(&rest, beside).into_owned(), String::new()),
    };
    let mut lines = vec![Line::from(vec![Span::styled(head, style), Span::styled(first, theme.muted)])];
    if !then.is_empty() {
        let indent = "  ";
        let then = text::wrap_in(&then, width.saturating_sub(text::width(indent)), most - 1);
        lines.extend(then.into_iter().map(|row| Line::styled(format!("{indent}{row}"), theme.muted)));
    }
    lines
}

/// Glyph and style of an outcome.
fn outcome(outcome: CredentialOutcome, theme: &Theme) -> (&'static str, Style) {
    match outcome {
        CredentialOutcome::Success => ("●", theme.ok),
        CredentialOutcome::Denied | CredentialOutcome::Failure => ("✖", theme.bad),
        CredentialOutcome::NotGranted => ("◐", theme.warn),
        CredentialOutcome::Unknown => ("?", theme.warn),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_leave_room_for_the_body_of_the_call() {
        assert_eq!([rows(0, 40), rows(2, 40), rows(9, 40)], [0, 5, 9]);
        assert_eq!([rows(2, 7), rows(2, 6), rows(2, 5), rows(2, 0)], [3, 2, 0, 0]);
    }
}
