//! Drawing of the checks.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::flow::doctor::{Check, Finding, Severity, Step};
use crate::tui::checks::detail;
use crate::tui::checks::screen::{Checks, Outcome, SHARE, ShownLine};
use crate::tui::checks::tasks::RunChecks;
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::card::{self, Card};
use crate::tui::widgets::columns::{Column, Columns};
use crate::tui::widgets::list::{bar, draw_row};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{spinner, text, time};

/// Draws the screen into `body`.
pub(super) fn draw(canvas: &mut Canvas<'_>, checks: &Checks, cx: &Cx) {
    let panes = layout::panes(cx.body(), checks.focus, SHARE);
    if !panes.list.is_empty() {
        list(canvas, checks, cx, panes.list);
    }
    if !panes.side.is_empty() {
        detail::draw(canvas, checks, cx, panes.side);
    }
}

fn list(canvas: &mut Canvas<'_>, checks: &Checks, cx: &Cx, area: Rect) {
    let theme = canvas.theme;
    let mut right = Vec::new();
    if let Some(name) = checks.group.name().filter(|_| area.width >= 60) {
        right.push(Span::styled(format!("grouped by {name}  "), theme.muted));
    }
    right.extend(checks.filter.spans(theme, pane::room_for_typing(area)));
    let titles = Titles {
        title: vec!["Checks".into()],
        right,
        foot: vec![Span::styled(count(checks), theme.muted)],
        note: as_of(checks, area.width < 60, theme),
    };
    let inner = pane::draw(canvas, area, Pane::List, checks.focus == Pane::List, titles);
    if inner.is_empty() {
        return;
    }
    let is_running = cx.is_running(RunChecks::SLOT);
    let rows = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    if is_running {
        canvas.line(inner, progress(checks.step, usize::from(inner.width), cx));
    }
    if let Some(empty) = emptiness(checks, is_running) {
        card::draw(canvas, rows, &empty);
        return;
    }
    if checks.shown_rows() == 0 {
        return;
    }
    let columns = columns(checks, inner.width);
    if !is_running {
        let head = Rect { x: inner.x + 2, width: inner.width.saturating_sub(2), ..inner };
        columns.draw_head(canvas, head, None, theme);
    }
    for (at, shown) in checks.lines_from(checks.cursor.top).take(usize::from(rows.height)) {
        let line = nth_line(rows, at - checks.cursor.top);
        let row = match shown {
            ShownLine::Heading(title, count) => {
                let title = Span::styled(format!(" {title}"), theme.accent);
                canvas.line(line, Line::from(vec![title, Span::styled(format!("  {count}"), theme.muted)]));
                continue;
            }
            ShownLine::Row(row) => row,
        };
        let cursor = (at == checks.cursor.row, checks.focus == Pane::List);
        draw_row(canvas, line, cells(&columns, row, bar(cursor.0, cursor.1, theme), theme), cursor);
        canvas.hit(line, Target::Row(Pane::List, at));
    }
}

/// `3 of 24`.
fn count(checks: &Checks) -> String {
    match (checks.shown_rows(), checks.all().len()) {
        (_, 0) => String::new(),
        (shown, all) if shown == all => format!("{} of {all}", checks.place()),
        (shown, all) => format!("{} of {shown} · {all} in all", checks.place()),
    }
}

/// `7 problems · 4 warnings · as of 13:52`, or signs for words.
fn as_of(checks: &Checks, is_narrow: bool, theme: &Theme) -> Vec<Span<'static>> {
    let Some(at) = checks.as_of else { return Vec::new() };
    let mut spans = Vec::new();
    for (severity, one, many) in [(Severity::Bad, "problem", "problems"), (Severity::Warning, "warning", "warnings")] {
        let count = checks.count(severity);
        if count > 0 {
            let words = if count == 1 { one } else { many };
            let (told, gap) = match is_narrow {
                true => (format!("{} {count}", glyph(severity)), "  "),
                false => (format!("{count} {words}"), " · "),
            };
            spans.push(Span::styled(told, style(severity, theme)));
            spans.push(Span::styled(gap, theme.muted));
        }
    }
    spans.push(Span::styled(format!("as of {}", time::of_day(at)), theme.muted));
    spans
}

/// Card in the place of the list, where there is nothing to list.
fn emptiness(checks: &Checks, is_running: bool) -> Option<Card> {
    if checks.shown_rows() > 0 && !checks.is_all_well() {
        return None;
    }
    Some(match &checks.outcome {
        // The line above says how far it is.
        _ if is_running && checks.all().is_empty() => {
            Card::note("Reading the environment.", Some(Action::StopLoading), "stop")
        }
        Outcome::None => Card::note("Nothing was checked yet.", Some(Action::RunChecks), "check now")
            .and_key(Action::ProveAll, "check, and ask the providers who every account is")
            .saying("Key, clock, accounts, connections, tools, schemas, and what changed since another day."),
        Outcome::Stopped => Card::note("The checks were stopped.", Some(Action::RunChecks), "check again"),
        Outcome::Failed(fault) => Card::fault(fault, Some(Action::RunChecks)),
        Outcome::Found if checks.is_all_well() => {
            let at = checks.as_of.map(time::of_day).unwrap_or_default();
            let card = Card::note(format!("All is well, as of {at}."), Some(Action::RunChecks), "check again");
            checks.all().iter().fold(card, |card, row| card.saying(format!("● {}: {}", row.check.word(), row.sentence)))
        }
        Outcome::Found => Card::note("No finding matches.", Some(Action::Back), "clear the filter"),
    })
}

/// `⠹ ━━━━━━━─────  4,230 of 10,023 accounts · 41 tools`.
fn progress(step: Option<Step>, width: usize, cx: &Cx) -> Line<'static> {
    let theme = &cx.theme;
    let (share, words) = match step {
        None => (None, "asking the environment".to_owned()),
        Some(Step::Reading(progress)) => {
            let of = |here: u64, all: Option<u64>, noun: &str| match all {
                Some(all) => format!("{here} of {all} {noun}"),
                None => format!("{here} {noun}"),
            };
            let accounts = of(progress.accounts, progress.of_accounts, "accounts");
            (progress.share(), format!("{accounts} · {}", of(progress.tools, progress.of_tools, "tools")))
        }
        Some(Step::Proving { done, of }) => (Some(done as f64 / of.max(1) as f64), format!("{done} of {of} proven")),
        Some(Step::Checking) => (Some(1.0), "checking".to_owned()),
    };
    let spin = Span::styled(format!("{} ", spinner::frame(cx.now.uptime)), theme.accent);
    let words = text::fit(&words, width.saturating_sub(2)).into_owned();
    let room = width.saturating_sub(text::width(&words) + 5).min(40);
    let mut spans = vec![spin];
    if let Some(share) = share.filter(|_| room >= 8) {
        let full = ((room as f64) * share) as usize;
        spans.push(Span::styled("━".repeat(full.min(room)), theme.accent));
        spans.push(Span::styled("─".repeat(room - full.min(room)), theme.border));
        spans.push(Span::raw("  "));
    }
    spans.push(Span::styled(words, theme.muted));
    Line::from(spans)
}

/// Glyph of a severity.
pub(super) fn glyph(severity: Severity) -> &'static str {
    match severity {
        Severity::Bad => "✖",
        Severity::Warning => "▲",
        Severity::Note => "·",
        Severity::Ok => "●",
    }
}

/// Style of a severity.
pub(super) fn style(severity: Severity, theme: &Theme) -> Style {
    match severity {
        Severity::Bad => theme.bad,
        Severity::Warning => theme.warn,
        Severity::Note => theme.muted,
        Severity::Ok => theme.ok,
    }
}

/// Columns there is room for. The sentence takes what is left.
fn columns(checks: &Checks, width: u16) -> Columns {
    let room = usize::from(width).saturating_sub(2);
    let severity = if room >= 60 { 9 } else { 1 };
    let check = Check::ALL.iter().map(|check| check.word().len()).max().unwrap_or(0);
    let subject = checks.widest.min(room / 3).max(8);
    let column = |name, least, widest, rank| Column { name, least, widest, rank };
    let fixed = severity + 1 + subject + 1;
    let with_check = room >= fixed + check + 30;
    let sentence = room.saturating_sub(fixed + if with_check { check + 1 } else { 0 } + 1);
    let all = [
        column("result", severity, severity, 0),
        column("check", if with_check { check } else { room }, check, 1),
        column("subject", subject, subject, 0),
        column("finding", sentence.max(8), sentence, 0),
    ];
    Columns::fitting(&all, None, room)
}

fn cells(columns: &Columns, row: &Finding, bar: Span<'static>, theme: &Theme) -> Line<'static> {
    let glyph = glyph(row.severity);
    let word = if columns.width(0) > 4 { format!("{glyph} {}", row.severity.word()) } else { glyph.to_owned() };
    let sentence = if row.severity == Severity::Ok { theme.muted } else { Style::new() };
    Line::from(vec![
        bar,
        Span::styled(columns.cell(0, &word), style(row.severity, theme)),
        Span::styled(columns.cell(1, row.check.word()), theme.muted),
        Span::raw(columns.cell(2, &row.subject.scrubbed())),
        Span::styled(columns.cell(3, &row.sentence), sentence),
    ])
}
