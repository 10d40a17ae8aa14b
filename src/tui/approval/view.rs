//! Drawing of the question whether a call of an agent is allowed.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::domain::{Untrusted, pluralize};
use crate::flow::approval::ApprovalRequest;
use crate::tui::approval::popup::ApprovalPopup;
use crate::tui::core::cx::Cx;
use crate::tui::core::state::approvals::WaitingCall;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{text, time};

/// Columns of the popup.
const WIDTH: u16 = 88;

/// Rows of the answers, the way out included.
const ANSWERS: u16 = 4;

/// Rows of arguments, at the least where there is room, and at the most.
const MOST_ARGUMENTS: u16 = 16;

/// Rows of the facts on the call, for this width.
fn facts(call: &WaitingCall, cx: &Cx, width: usize) -> Vec<Line<'static>> {
    let theme = &cx.theme;
    let ApprovalRequest { tool, identifier, connection, environment, client, run, reasons, .. } = &call.pending.request;
    let shown = |words: &str| Untrusted::from(words).to_string();
    let fact = |name: &str, words: String, style: Style| {
        let name = format!("{name:<9}");
        let room = width.saturating_sub(text::width(&name));
        let words = text::fit(&words, room).into_owned();
        Line::from(vec![Span::styled(name, theme.muted), Span::styled(words, style)])
    };
    let mut lines = vec![
        fact("tool", shown(tool), theme.strong),
        fact(
            "as",
            format!("{} on {}", shown(identifier), shown(connection)),
            theme.accent.add_modifier(Modifier::BOLD),
        ),
        fact("in", shown(environment), Style::new()),
        fact("for", format!("{} · run {}", shown(client), shown(run)), Style::new()),
    ];
    let reasons = text::wrap_in(&shown(&reasons.join(" ")), width, 2);
    lines.extend(reasons.into_iter().map(|line| Line::styled(line, theme.warn)));
    lines
}

/// Place of the popup.
pub(super) fn area(cx: &Cx) -> Rect {
    let width = WIDTH.min(cx.screen.width);
    let inner = usize::from(width.saturating_sub(4));
    let facts = cx.approvals.first().map_or(0, |call| facts(call, cx, inner).len());
    let facts = u16::try_from(facts).unwrap_or(u16::MAX);
    pane::centred(cx.screen, width, facts.saturating_add(ANSWERS + MOST_ARGUMENTS + 4))
}

fn inside(area: Rect) -> Rect {
    Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(4), height: area.height.saturating_sub(2) }
}

/// Place of the arguments within it.
pub(super) fn arguments(cx: &Cx, area: Rect) -> Rect {
    let inner = inside(area);
    let facts = cx.approvals.first().map_or(0, |call| facts(call, cx, usize::from(inner.width)).len());
    let facts = u16::try_from(facts).unwrap_or(u16::MAX).saturating_add(1);
    let height = inner.height.saturating_sub(facts.saturating_add(ANSWERS + 1));
    Rect { y: inner.y.saturating_add(facts).min(inner.bottom()), height, ..inner }
}

/// Draws it.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ApprovalPopup) {
    let Some(call) = cx.approvals.first() else { return };
    let theme = &cx.theme;
    let area = area(cx);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let left = format!("denied in {}", time::clock(call.left(cx.now.uptime).as_secs()));
    let more = match cx.approvals.count() {
        1 => Vec::new(),
        count => vec![format!("{} more", count - 1).into()],
    };
    let position = popup.arguments.percent();
    let title = if area.width < 50 { "An agent asks" } else { "An agent asks to run a tool" };
    let note = match position {
        0 => Vec::new(),
        percent => vec![Span::styled(format!("arguments from {percent} % on"), theme.muted)],
    };
    let titles = Titles { title: vec![title.into()], right: more, foot: vec![Span::styled(left, theme.warn)], note };
    pane::framed(canvas, area, true, titles);
    let inner = inside(area);
    let facts = facts(call, cx, usize::from(inner.width));
    for (at, line) in facts.into_iter().enumerate() {
        canvas.line(nth_line(inner, at), line);
    }
    let place = arguments(cx, area);
    popup.arguments.draw(canvas, place, theme.muted, (0..0, Style::new()));
    let answers = [
        (Action::AllowOnce, "allow this call, once"),
        (Action::AllowRun, "allow this tool with this account for the whole run"),
        (Action::DenyCall, "deny; the agent is told so"),
        (Action::Back, "not now: it goes on waiting"),
    ];
    let below = Rect { y: inner.bottom().saturating_sub(ANSWERS), height: ANSWERS, ..inner };
    for (at, (action, words)) in answers.into_iter().enumerate() {
        let row = nth_line(below, at);
        let key = Span::styled(format!("{:>3}  ", cx.key_for(action)), theme.accent);
        canvas.line(row, Line::from(vec![key, Span::raw(words)]));
        canvas.hit(row, Target::Action(action));
    }
}

/// Words on the calls that wait, for the header.
pub fn waiting(count: usize) -> String {
    format!("{} to allow", pluralize(count as u64, "call"))
}
