//! Progress of a call, as far as the other side tells of it.

use ratatui::text::{Line, Span};

use crate::domain::Untrusted;
use crate::tui::theme::Theme;
use crate::tui::widgets::text;

/// Columns of a bar at most.
const BAR: usize = 40;

/// Progress that was told last.
#[derive(Clone, Debug, PartialEq)]
pub struct CallProgress {
    /// Amount that is done, in units of the other side's. Finite, not negative.
    done: f64,
    /// The whole, where it is told and is more than nothing.
    total: Option<f64>,
    /// Words for it.
    message: Untrusted,
}

impl CallProgress {
    /// Progress as it was told; none where it makes no sense.
    pub fn new(done: f64, total: Option<f64>, message: Untrusted) -> Option<Self> {
        let total = total.filter(|total| total.is_finite() && *total > 0.0);
        (done.is_finite() && done >= 0.0).then_some(Self { done, total, message })
    }

    /// Part of the whole that is done, from 0 to 1; none without a whole.
    fn part(&self) -> Option<f64> {
        self.total.map(|total| (self.done / total).clamp(0.0, 1.0))
    }

    /// `3 of 10 · 30 %`, or `3 so far`.
    pub fn words(&self) -> String {
        match (self.total, self.part()) {
            (Some(total), Some(part)) => {
                format!("{} of {} · {:.0} %", amount(self.done), amount(total), (part * 100.0).floor())
            }
            _ => format!("{} so far", amount(self.done)),
        }
    }

    /// A bar with its amounts, or the amount alone; below it the other side's words, in at most so many columns.
    pub fn lines(&self, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
        let words = self.words();
        let room = columns.saturating_sub(text::width(&words) + 2).min(BAR);
        let mut spans = Vec::new();
        if let Some(part) = self.part().filter(|_| room >= 8) {
            let filled = filled(part, room);
            spans.push(Span::styled("█".repeat(filled), theme.accent));
            spans.push(Span::styled("░".repeat(room - filled), theme.muted));
            spans.push(Span::raw("  "));
        }
        spans.push(Span::styled(text::fit(&words, columns).into_owned(), theme.strong));
        let mut lines = vec![Line::from(spans)];
        if !self.message.is_empty() {
            let message = text::fit(&self.message.scrubbed(), columns).into_owned();
            lines.push(Line::styled(message, theme.muted));
        }
        lines
    }
}

/// Cells of a bar of `room` that are filled: all of them only once everything is done.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the cells of a bar")]
fn filled(part: f64, room: usize) -> usize {
    let cells = part * f64::from(u16::try_from(room).unwrap_or(u16::MAX));
    (cells.floor() as usize).min(room)
}

/// An amount with no more digits than it needs.
fn amount(amount: f64) -> String {
    match amount {
        large if large >= 1e15 => format!("{large:e}"),
        whole if whole.fract() == 0.0 => format!("{whole:.0}"),
        part => format!("{part:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(done: f64, total: Option<f64>) -> Option<String> {
        CallProgress::new(done, total, Untrusted::default()).map(|progress| progress.words())
    }

    #[test]
    fn whatever_is_told_is_a_sensible_amount_or_nothing() {
        let told = |done, total| words(done, total).expect("progress");
        assert_eq!(told(3.0, Some(10.0)), "3 of 10 · 30 %");
        assert_eq!(told(0.5, Some(1.0)), "0.50 of 1 · 50 %");
        assert_eq!(told(12.0, Some(10.0)), "12 of 10 · 100 %");
        assert_eq!(told(7.0, None), "7 so far");
        for total in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(told(7.0, Some(total)), "7 so far");
        }
        assert_eq!(told(f64::MAX, None), "1.7976931348623157e308 so far");
        for done in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(words(done, Some(1.0)), None);
        }
    }

    #[test]
    fn a_bar_is_full_only_at_the_end() {
        assert_eq!([filled(0.0, 10), filled(0.999, 10), filled(1.0, 10)], [0, 9, 10]);
    }
}
