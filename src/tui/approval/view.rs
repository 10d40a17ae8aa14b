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

/// Rows of arguments, at the most.
const MOST_ARGUMENTS: u16 = 16;

/// Rows of the terminal below which only what decides is shown, so that the arguments have a place.
const LOW: u16 = 18;

/// The answers, in many words and in few.
const ANSWERS: [(Action, &str, &str); 4] = [
    (Action::AllowOnce, "allow this call, once", "once"),
    (Action::AllowRun, "allow this tool with this account for the whole run", "run"),
    (Action::DenyCall, "deny; the agent is told so", "deny"),
    (Action::Back, "not now: it goes on waiting", "later"),
];

/// The parts of the popup, from the top down.
struct Parts {
    inner: Rect,
    facts: Vec<Line<'static>>,
    arguments: Rect,
    answers: Rect,
    is_low: bool,
}

fn facts(call: &WaitingCall, cx: &Cx, width: usize, is_low: bool) -> Vec<Line<'static>> {
    let theme = &cx.theme;
    let ApprovalRequest { tool, identifier, connection, environment, client, run, reasons, .. } = &call.pending.request;
    let shown = |words: &str| Untrusted::from(words).to_string();
    let fact = |name: &str, words: String, style: Style| {
        let name = format!("{name:<6}");
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
    ];
    if !is_low {
        lines.push(fact("in", shown(environment), Style::new()));
    }
    lines.push(fact("for", format!("{} · run {}", shown(client), shown(run)), Style::new()));
    let reasons = text::wrap_in(&shown(&reasons.join(" ")), width, if is_low { 1 } else { 2 });
    lines.extend(reasons.into_iter().map(|line| Line::styled(line, theme.warn)));
    lines
}

/// Place of the popup. The row below it is the footer's.
pub(super) fn area(cx: &Cx) -> Rect {
    let screen = Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen };
    let width = WIDTH.min(screen.width);
    let is_low = cx.screen.height < LOW;
    let facts =
        cx.approvals.first().map_or(0, |call| facts(call, cx, usize::from(width.saturating_sub(4)), is_low).len());
    let facts = u16::try_from(facts).unwrap_or(u16::MAX);
    pane::centred(screen, width, facts.saturating_add(MOST_ARGUMENTS + 8))
}

fn parts(call: &WaitingCall, cx: &Cx, area: Rect) -> Parts {
    let inner = Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    };
    let is_low = cx.screen.height < LOW;
    let facts = facts(call, cx, usize::from(inner.width), is_low);
    let (air, rows) = if is_low { (0, 1) } else { (1, 4) };
    let above = u16::try_from(facts.len()).unwrap_or(u16::MAX).saturating_add(air).min(inner.height);
    let height = inner.height.saturating_sub(above.saturating_add(air + rows));
    let arguments = Rect { y: inner.y + above, height, ..inner };
    let answers = Rect { y: inner.bottom().saturating_sub(rows), height: rows, ..inner };
    Parts { inner, facts, arguments, answers, is_low }
}

/// Place of the arguments within it.
pub(super) fn arguments(cx: &Cx, area: Rect) -> Rect {
    cx.approvals.first().map_or(Rect::default(), |call| parts(call, cx, area).arguments)
}

/// Draws it.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ApprovalPopup) {
    let Some(call) = cx.approvals.first() else { return };
    let theme = &cx.theme;
    let area = area(cx);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let left = time::clock(call.left(cx.now.uptime).as_secs());
    let is_narrow = area.width < 60;
    let left = if is_narrow { left } else { format!("denied in {left}") };
    let more = match cx.approvals.count() {
        1 => String::new(),
        count => format!(" · {} more", count - 1),
    };
    let note = match popup.arguments.percent() {
        0 => Vec::new(),
        percent => vec![Span::styled(format!("arguments from {percent} % on"), theme.muted)],
    };
    let title = if is_narrow { "An agent asks" } else { "An agent asks to run a tool" };
    let right = vec![Span::styled(format!("{left}{more}"), theme.warn)];
    pane::framed(canvas, area, true, Titles { title: vec![title.into()], right, note, ..Titles::default() });
    let Parts { inner, facts, arguments, answers, is_low } = parts(call, cx, area);
    for (at, line) in facts.into_iter().enumerate() {
        canvas.line(nth_line(inner, at), line);
    }
    popup.arguments.draw(canvas, arguments, Style::new(), (0..0, Style::new()));
    let mut x = answers.x;
    for (at, (action, long, short)) in ANSWERS.into_iter().enumerate() {
        let key = cx.key_for(action);
        if is_low {
            let place = Rect { x, width: answers.right().saturating_sub(x), ..answers };
            let used =
                canvas.line(place, Line::from(vec![Span::styled(key, theme.accent), Span::raw(format!(" {short}"))]));
            canvas.hit(Rect { width: used, ..place }, Target::Action(action));
            x = x.saturating_add(used + 2);
            continue;
        }
        let row = nth_line(answers, at);
        canvas.line(row, Line::from(vec![Span::styled(format!("{key:>3}  "), theme.accent), Span::raw(long)]));
        canvas.hit(row, Target::Action(action));
    }
}

/// Words on the calls that wait, for the header.
pub fn waiting(count: usize) -> String {
    format!("{} to allow", pluralize(count as u64, "call"))
}
