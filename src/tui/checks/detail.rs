//! The finding under the cursor: what it says, the key that repairs it, and the evidence.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::flow::doctor::{Finding, Remedy};
use crate::tui::checks::screen::Checks;
use crate::tui::checks::view::{glyph, style};
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Draws the pane.
pub(super) fn draw(canvas: &mut Canvas<'_>, checks: &Checks, cx: &Cx, area: Rect) {
    let row = checks.beside().filter(|_| !checks.is_all_well());
    let room = usize::from(area.width.saturating_sub(4));
    let title = row.map_or_else(|| "Finding".to_owned(), |row| text::fit(&row.subject.to_string(), room).into_owned());
    let titles = Titles { title: vec![title.into()], ..Titles::default() };
    let inner = pane::draw(canvas, area, Pane::Side, checks.focus == Pane::Side, titles);
    let inner = Rect { x: inner.x + inner.width.min(1), width: inner.width.saturating_sub(2), ..inner };
    let Some(row) = row else { return };
    let lines = lines(row, cx, usize::from(inner.width));
    let top = checks.detail_top.min(lines.len().saturating_sub(usize::from(inner.height).max(1)));
    for (at, (line, is_key)) in lines.into_iter().skip(top).take(usize::from(inner.height)).enumerate() {
        let place = nth_line(inner, at);
        canvas.line(place, line);
        if is_key {
            canvas.hit(place, Target::Action(Action::Repair));
        }
    }
}

/// Lines, each with whether it is the key that repairs.
fn lines(row: &Finding, cx: &Cx, width: usize) -> Vec<(Line<'static>, bool)> {
    let theme = &cx.theme;
    let severity = format!("{} {}", glyph(row.severity), row.severity.word());
    let mut lines = vec![(
        Line::from(vec![
            Span::styled(severity, style(row.severity, theme).patch(theme.strong)),
            Span::styled(format!("  {}", row.check.word()), theme.muted),
        ]),
        false,
    )];
    lines.extend(text::wrap(&row.sentence, width).into_iter().map(|line| (Line::styled(line, theme.strong), false)));
    if let Some(words) = row.remedy.as_ref().map(remedy) {
        lines.push((Line::default(), false));
        let key = cx.key_for(Action::Repair).to_owned();
        let (key, is_key) = if row.remedy == Some(Remedy::SetClock) { (String::new(), false) } else { (key, true) };
        let gap = if key.is_empty() { "" } else { "  " };
        let line = vec![Span::styled(key, theme.accent), Span::raw(format!("{gap}{words}"))];
        lines.push((Line::from(line), is_key));
    }
    if !row.evidence.is_empty() {
        lines.push((Line::default(), false));
    }
    for evidence in &row.evidence {
        lines.extend(text::wrap(evidence, width).into_iter().map(|line| (Line::styled(line, theme.muted), false)));
    }
    lines
}

/// Words for the step that repairs a finding.
fn remedy(remedy: &Remedy) -> &'static str {
    match remedy {
        Remedy::Authorize(..) => "authorize it",
        Remedy::OpenConnection(_) => "show the accounts of this connection",
        Remedy::OpenTool(_) => "show this tool",
        Remedy::OpenTools => "show the tools",
        Remedy::CheckKey => "see the environments and their keys",
        Remedy::CheckNetwork | Remedy::TryLater => "check again",
        Remedy::SetClock => "Set the clock of this machine.",
        Remedy::SetVerifyUrl => "set a verify URL in the profile",
    }
}
