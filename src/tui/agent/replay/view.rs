//! Drawing of a replay: a row for each call, and the sentence on the one under the cursor.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::agent::ReplayVerdict;
use crate::tui::agent::replay::ReplayPopup;
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Rows above and below the list.
const ABOVE: u16 = 3;
const BELOW: u16 = 4;

fn inner(screen: Rect) -> Rect {
    let area = layout::difference(screen);
    Rect {
        x: area.x + area.width.min(2),
        y: area.y + area.height.min(1),
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    }
}

/// Rows of the list.
pub(super) fn rows(screen: Rect) -> usize {
    usize::from(inner(screen).height.saturating_sub(ABOVE + BELOW)).max(1)
}

/// Draws it over most of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ReplayPopup) {
    let theme = &cx.theme;
    let area = layout::difference(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = format!("Replay as {}", popup.order.acting_as.identifier());
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = inner(cx.screen);
    let width = usize::from(inner.width);
    for (at, line) in text::wrap_in(&popup.summary(), width, 2).into_iter().enumerate() {
        canvas.line(nth_line(inner, at), Line::styled(line, theme.strong));
    }
    let height = u16::try_from(rows(cx.screen)).unwrap_or(u16::MAX);
    let list = Rect { y: inner.y + ABOVE, height: height.min(inner.height.saturating_sub(ABOVE)), ..inner };
    for (at, call) in popup.calls.iter().enumerate().skip(popup.cursor.top) {
        let place = nth_line(list, at - popup.cursor.top);
        if place.is_empty() {
            break;
        }
        let is_here = at == popup.cursor.row;
        let style = match call.verdict {
            ReplayVerdict::Same => theme.ok,
            ReplayVerdict::Differs | ReplayVerdict::OnlyTheRun | ReplayVerdict::OnlyTheOther => theme.warn,
            ReplayVerdict::Failed => theme.bad,
            ReplayVerdict::NotSent => theme.muted,
        };
        let tool = text::fit(&call.tool.scrubbed(), width / 3).into_owned();
        let words = call.verdict.words();
        let room = width.saturating_sub(text::width(&tool) + 16);
        let spans = vec![
            bar(is_here, true, theme),
            Span::styled(format!("{words:<11}"), style),
            Span::styled(tool, theme.strong),
            Span::styled(format!("  {}", text::fit(&call.sentence, room)), theme.muted),
        ];
        draw_row(canvas, place, Line::from(spans), (is_here, true));
        canvas.hit(place, Target::Entry(at));
    }
    if let Some(call) = popup.calls.get(popup.cursor.row) {
        let below = Rect { y: list.bottom() + 1, height: inner.bottom().saturating_sub(list.bottom() + 1), ..inner };
        let lines = text::wrap_in(&call.sentence, width, usize::from(below.height));
        for (at, line) in lines.into_iter().enumerate() {
            canvas.line(nth_line(below, at), Line::raw(line));
        }
    }
}
