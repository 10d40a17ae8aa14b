//! Drawing of an explanation: the cause first, then the evidence, then the key.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use crate::flow::explain::{Cause, Diagnosis, Evidence, EvidenceKind};
use crate::tui::core::cx::Cx;
use crate::tui::explain::tasks::ExplainTask;
use crate::tui::explain::{Explanation, Outcome, remedy};
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{spinner, text};

/// Columns of the popup at most.
const WIDEST: u16 = 96;

/// Part of the columns that the questions may take, beside their answers.
const ASKED: usize = 2;

/// Columns below which an answer stands under its question.
const NARROW: usize = 56;

/// Columns for text inside the frame.
fn columns(screen: Rect) -> usize {
    usize::from(WIDEST.min(screen.width).saturating_sub(4))
}

/// Lines that there are to scroll, and the rows they have.
pub(super) fn rows(popup: &Explanation, cx: &Cx) -> (usize, usize) {
    let lines = body(popup, cx).len();
    let above = usize::from(popup.screen.height.saturating_sub(1));
    // The frame, the keys and a line between.
    let room = above.saturating_sub(keys(popup, cx).len() + 3);
    (lines, room.min(lines))
}

/// Draws it in the middle of the screen; the footer stays.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Explanation) {
    let theme = &cx.theme;
    let (lines, keys) = (body(popup, cx), keys(popup, cx));
    let (_, shown) = rows(popup, cx);
    let height = u16::try_from(shown + keys.len() + 3).unwrap_or(u16::MAX);
    let above_the_hints = Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen };
    let area = pane::centred(above_the_hints, WIDEST, height);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = text::fit(&popup.question.to_string(), columns(cx.screen).saturating_sub(2)).into_owned();
    let more = lines.len() > shown;
    let foot = if more {
        vec![Span::styled(format!("{} of {}", popup.top + shown, lines.len()), theme.muted)]
    } else {
        vec![]
    };
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], foot, ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    for (at, line) in lines.into_iter().skip(popup.top).take(shown).enumerate() {
        canvas.line(nth_line(inner, at), line);
    }
    for (at, (action, line)) in keys.into_iter().enumerate() {
        let row = nth_line(inner, shown + 1 + at);
        canvas.line(row, line);
        if let Some(action) = action {
            canvas.hit(row, Target::Action(action));
        }
    }
}

/// Everything above the keys.
fn body(popup: &Explanation, cx: &Cx) -> Vec<Line<'static>> {
    let columns = columns(popup.screen);
    match &popup.outcome {
        Outcome::Asking => asking(popup, cx),
        Outcome::Broken(fault) => wrapped(&fault.to_string(), columns, cx.theme.bad),
        Outcome::Found(finding) => found(finding, columns, &cx.theme),
    }
}

/// The control questions while they are being asked.
fn asking(popup: &Explanation, cx: &Cx) -> Vec<Line<'static>> {
    let theme = &cx.theme;
    if popup.steps.is_empty() {
        let turning = Span::styled(spinner::frame(cx.now.uptime), theme.accent);
        return vec![Line::from(vec![turning, Span::raw(" Asking …")])];
    }
    let step = |(name, answered): &(&'static str, bool)| {
        let (mark, style) = match answered {
            true => ("✓", theme.ok),
            false => (spinner::frame(cx.now.uptime), theme.accent),
        };
        Line::from(vec![Span::styled(mark, style), Span::raw(format!(" {name}"))])
    };
    popup.steps.iter().map(step).collect()
}

fn found(finding: &Diagnosis, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let style = if finding.cause.is_some() { theme.strong } else { theme.ok };
    let mut lines = wrapped(&finding.sentence(), columns, style);
    lines.push(Line::default());
    let widest = finding.evidence.iter().map(|told| text::width(&told.asked)).max().unwrap_or_default();
    let asked = widest.min(columns / ASKED);
    for told in &finding.evidence {
        lines.extend(evidence(told, asked, columns, theme));
    }
    if !finding.also_possible.is_empty() {
        lines.push(Line::default());
        lines.push(Line::styled("also possible", theme.muted));
        for cause in &finding.also_possible {
            lines.extend(wrapped(&cause.to_string(), columns.saturating_sub(2), theme.muted).into_iter().map(indented));
        }
    }
    lines
}

fn indented(mut line: Line<'static>) -> Line<'static> {
    line.spans.insert(0, Span::raw("  "));
    line
}

/// One control question: mark, question, answer. In a narrow popup the answer stands below.
fn evidence(told: &Evidence, asked: usize, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let (mark, style) = match told.kind {
        EvidenceKind::Good => ("✓", theme.ok),
        EvidenceKind::Bad => ("✗", theme.bad),
        EvidenceKind::Plain => ("·", theme.muted),
        EvidenceKind::Unknown => ("?", theme.warn),
    };
    let mark = Span::styled(format!("{mark} "), style);
    let answer_style = if told.kind == EvidenceKind::Bad { theme.warn } else { Style::new() };
    if columns < NARROW {
        let question = text::fit(&told.asked, columns.saturating_sub(2)).into_owned();
        let head = Line::from(vec![mark, Span::styled(question, theme.muted)]);
        let below = answer(told, columns.saturating_sub(4), answer_style, theme);
        let below = below.into_iter().map(|spans| Line::from([vec![Span::raw("    ")], spans].concat()));
        return std::iter::once(head).chain(below).collect();
    }
    let question = text::fit(&told.asked, asked).into_owned();
    let gap = asked.saturating_sub(text::width(&question)) + 2;
    let answer = answer(told, columns.saturating_sub(asked + 4), answer_style, theme);
    let rows = answer.into_iter().enumerate().map(|(at, spans)| {
        let before = match at {
            0 => vec![mark.clone(), Span::styled(format!("{question}{}", " ".repeat(gap)), theme.muted)],
            _ => vec![Span::raw(" ".repeat(asked + 4))],
        };
        Line::from([before, spans].concat())
    });
    rows.collect()
}

/// Rows of an answer; letters of another case stand out.
fn answer(told: &Evidence, columns: usize, style: Style, theme: &Theme) -> Vec<Vec<Span<'static>>> {
    if told.other_case.is_empty() || text::width(&told.answer) > columns {
        let rows = text::paragraph(&told.answer, columns).into_iter();
        return rows.map(|row| vec![Span::styled(row, style)]).collect();
    }
    let marked = theme.found.add_modifier(Modifier::UNDERLINED);
    let letter = |(at, letter): (usize, char)| {
        Span::styled(letter.to_string(), if told.other_case.contains(&at) { marked } else { style })
    };
    vec![told.answer.chars().enumerate().map(letter).collect()]
}

fn wrapped(words: &str, columns: usize, style: Style) -> Vec<Line<'static>> {
    text::paragraph(words, columns).into_iter().map(|line| Line::styled(line, style)).collect()
}

/// Rows of a terminal below which only the step that helps stands above the footer, which tells the other keys too.
const LOW: u16 = 18;

/// Lines with keys that help, and what a click on them does; a step that is not ours stands there without a key.
fn keys(popup: &Explanation, cx: &Cx) -> Vec<(Option<Action>, Line<'static>)> {
    let theme = &cx.theme;
    let remedy = popup.cause().map(Cause::remedy);
    let mut rows: Vec<(Option<Action>, String)> = Vec::new();
    rows.extend(remedy.map(|remedy| (remedy::is_ours(&remedy).then_some(Action::ApplyFix), remedy.words())));
    if popup.screen.height >= LOW || rows.is_empty() {
        if popup.finding().is_some() {
            rows.push((Some(Action::Copy), "copy as a report".to_owned()));
        }
        if popup.cause().is_some() && !popup.others {
            rows.push((Some(Action::AskOthers), "ask other environments of this computer".to_owned()));
        }
        let end = if cx.is_running(ExplainTask::SLOT) { "stop" } else { "close" };
        rows.push((Some(Action::Back), end.to_owned()));
    }
    let key_of = |action: Option<Action>| action.map_or("→", |action| cx.key_for(action));
    let wide = rows.iter().map(|(action, _)| text::width(key_of(*action))).max().unwrap_or_default();
    let columns = columns(popup.screen).saturating_sub(wide + 2);
    let mut lines = Vec::new();
    for (action, words) in rows {
        for (at, words) in text::paragraph(&words, columns).into_iter().enumerate() {
            let key = if at == 0 { key_of(action) } else { "" };
            let key = Span::styled(format!("{key:<wide$}"), theme.accent);
            lines.push((action, Line::from(vec![key, Span::raw(format!("  {words}"))])));
        }
    }
    lines
}
