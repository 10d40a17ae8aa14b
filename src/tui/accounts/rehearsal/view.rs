//! Drawing of a rehearsal: its checks, the link that waits, and the verdict.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::flow::rehearsal::Remains;
use crate::tui::accounts::rehearsal::RehearsalPopup;
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{spinner, text, time};

/// Columns of the popup.
const WIDTH: u16 = 92;

/// Columns of the names of checks.
const NAMES: usize = 35;

/// Columns of the times.
const TIMES: usize = 7;

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, popup: &RehearsalPopup, cx: &Cx) {
    let width = usize::from(WIDTH.min(cx.screen.width).saturating_sub(4));
    let lines = lines(popup, cx, width);
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let area = pane::centred(cx.screen, WIDTH, rows);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = format!("Rehearsal of verification on {}", popup.connection);
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    // In a low terminal the last lines, which say what is going on, matter more than the first.
    let skip = lines.len().saturating_sub(usize::from(inner.height));
    for (at, (line, action)) in lines.into_iter().skip(skip).enumerate() {
        let row = nth_line(inner, at);
        canvas.line(row, line);
        if let Some(action) = action {
            canvas.hit(row, Target::Action(action));
        }
    }
}

type PopupLine = (Line<'static>, Option<Action>);

fn lines(popup: &RehearsalPopup, cx: &Cx, width: usize) -> Vec<PopupLine> {
    let theme = &cx.theme;
    let mut lines: Vec<PopupLine> = Vec::new();
    let say = |lines: &mut Vec<PopupLine>, words: &str, style: Style| {
        lines.extend(text::paragraph(words, width).into_iter().map(|line| (Line::styled(line, style), None)));
    };
    if let Some(identifier) = &popup.identifier {
        let words = format!("The account {identifier} is made for this, and deleted at the end.");
        say(&mut lines, &words, theme.muted);
        lines.push((Line::default(), None));
    }
    for check in &popup.checks {
        let (glyph, style) = if check.passed { ("✓", theme.ok) } else { ("✖", theme.bad) };
        let names = NAMES.min(width.saturating_sub(TIMES + 4));
        let name = text::fit(check.name, names).into_owned();
        lines.push((
            Line::from(vec![
                Span::styled(format!("{glyph} "), style),
                Span::raw(format!("{name:<names$}")),
                Span::styled(format!("{:>TIMES$}", time::elapsed(check.took)), theme.muted),
            ]),
            None,
        ));
        let told = format!("{} → {}", check.sent, check.came);
        for line in text::wrap_in(&told, width.saturating_sub(4), 2) {
            lines.push((Line::styled(format!("    {line}"), theme.muted), None));
        }
    }
    let waited = time::clock(cx.now.uptime.saturating_sub(popup.since).as_secs());
    let wait = |words: String| {
        let spin = Span::styled(format!("{} ", spinner::frame(cx.now.uptime)), theme.accent);
        (Line::from(vec![spin, Span::raw(words)]), None)
    };
    match (&popup.ended, &popup.link) {
        (Some(Ok(rehearsal)), _) => {
            lines.push((Line::default(), None));
            let style = if rehearsal.passed() { theme.ok } else { theme.bad };
            say(&mut lines, &rehearsal.verdict(), style);
            let style = if matches!(rehearsal.remains, Remains::Left(_)) { theme.bad } else { theme.muted };
            say(&mut lines, &rehearsal.remains(), style);
        }
        (Some(Err(fault)), _) => say(&mut lines, &fault.to_string(), theme.bad),
        (None, Some((link, round))) => {
            lines.push(wait(format!("waiting for consent  {waited}")));
            let words = match round {
                1 => "Open the link on this computer, sign in as whoever you like, and allow access.",
                _ => "The wrong answer used the first consent up. Consent once more.",
            };
            say(&mut lines, words, Style::new());
            lines.push((Line::styled(text::fit(link.url.as_str(), width).into_owned(), theme.accent), None));
        }
        (None, None) if popup.is_cleaning_up => lines.push(wait("deleting the account".to_owned())),
        (None, None) => lines.push(wait(format!("trying  {waited}"))),
    }
    lines.push((Line::default(), None));
    let copy = if popup.link.is_some() { "copy the link" } else { "copy the checklist as Markdown" };
    let leave = if popup.ended.is_some() { "close" } else { "stop, and delete the account" };
    let keys = [
        (Action::OpenBrowser, "open in browser"),
        (Action::Copy, copy),
        (Action::WholeLink, "whole link"),
        (Action::Back, leave),
    ];
    for (action, words) in keys {
        if action == Action::Back || popup.availability(action, cx).is_yes() {
            let key = Span::styled(format!(" {:>5}", cx.key_for(action)), theme.accent);
            lines.push((Line::from(vec![key, Span::raw(format!("  {words}"))]), Some(action)));
        }
    }
    lines
}
