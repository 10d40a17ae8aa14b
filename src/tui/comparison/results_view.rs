//! Drawing of who sees what, and of one result.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::{Fault, pluralize};
use crate::flow::compare::{RowFacts, Step};
use crate::tui::comparison::popup::ComparePopup;
use crate::tui::comparison::results::{ResultRow, Results};
use crate::tui::core::cx::Cx;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::{draw_row, marked_bar};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{spinner, text, time};

/// Lines of the sentence at most, above the table.
const SUMMARY: usize = 4;

/// Lines on the row under the cursor, below the table.
const DETAIL: u16 = 2;

/// Columns of a number of records, and of a time.
const RECORDS: usize = 7;
const TOOK: usize = 7;

/// Columns from which there is room for times.
const WIDE: usize = 56;

/// Parts of the popup.
struct Places {
    summary: Rect,
    head: Rect,
    rows: Rect,
    /// Without height where there is no room.
    detail: Rect,
}

/// Rows of the table that are seen.
pub(super) fn height(area: Rect, results: &Results) -> usize {
    usize::from(places(inner(area), sentence(results).as_deref()).rows.height)
}

fn inner(area: Rect) -> Rect {
    let (width, height) = (area.width.saturating_sub(4), area.height.saturating_sub(2));
    Rect { x: area.x + area.width.min(2), y: area.y + area.height.min(1), width, height }
}

fn places(inner: Rect, summary: Option<&str>) -> Places {
    let lines = summary.map_or(1, |words| text::wrap_in(words, usize::from(inner.width), SUMMARY).len());
    let lines = u16::try_from(lines).unwrap_or(1).min(inner.height);
    // A gap below the sentence, and what the row under the cursor lacks, only where there is room.
    let gap = u16::from(inner.height > lines + 8);
    let detail = if inner.height > lines + 8 { DETAIL } else { 0 };
    let part = |y: u16, height: u16| {
        let y = y.min(inner.height);
        Rect { y: inner.y + y, height: height.min(inner.height - y), ..inner }
    };
    let rows = inner.height.saturating_sub(lines + gap + 1 + detail);
    Places {
        summary: part(0, lines),
        head: part(lines + gap, 1),
        rows: part(lines + gap + 1, rows),
        detail: part(inner.height.saturating_sub(detail), detail),
    }
}

/// The sentence at the top; none while the calls are under way.
fn sentence(results: &Results) -> Option<String> {
    match results.comparison.as_ref()? {
        Ok(comparison) => Some(comparison.summary()),
        Err(why) => Some(why.clone()),
    }
}

/// Draws the sentence, the table and what the row under the cursor lacks; or the result that is looked at.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ComparePopup, results: &Results) {
    let area = popup.area();
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    if let Some((identifier, view)) = &results.looked_at {
        return result(canvas, cx, area, (&format!("{} as {identifier}", popup.tool.name), view));
    }
    let theme = &cx.theme;
    let users = pluralize(results.rows.len() as u64, "user");
    let place = popup.connection.as_ref().map(|connection| format!("on {connection}")).unwrap_or_default();
    let room = usize::from(area.width).saturating_sub(text::width(&place) + 8);
    let title = text::fit(&format!("{} as {users}", popup.tool.name), room).into_owned();
    let foot = format!("{} of {}", results.cursor.row + 1, results.rows.len());
    let titles = Titles {
        title: vec![title.into()],
        right: vec![Span::styled(place, theme.muted)],
        foot: vec![Span::styled(foot, theme.muted)],
        ..Titles::default()
    };
    pane::framed(canvas, area, true, titles);
    let sentence = sentence(results);
    let places = places(inner(area), sentence.as_deref());
    let columns = usize::from(places.summary.width);
    match &sentence {
        Some(words) => {
            let is_same = results.compared().is_some_and(|comparison| comparison.is_same());
            let style = if is_same { theme.ok } else { theme.warn };
            for (at, line) in text::wrap_in(words, columns, SUMMARY).into_iter().enumerate() {
                canvas.line(nth_line(places.summary, at), Line::styled(line, style));
            }
        }
        None => {
            let spinner = spinner::frame(cx.now.uptime);
            let (ended, all) = (results.ended(), results.rows.len());
            let words = if ended == all {
                "Comparing".to_owned()
            } else {
                format!("{ended} of {all} done · {}", time::elapsed(cx.now.uptime.saturating_sub(results.since)))
            };
            canvas.line(places.summary, Line::styled(format!("{spinner} {words}"), theme.accent));
        }
    }
    table(canvas, cx, results, &places);
    detail(canvas, theme, results, places.detail);
}

fn table(canvas: &mut Canvas<'_>, cx: &Cx, results: &Results, places: &Places) {
    let theme = &cx.theme;
    let columns = usize::from(places.head.width);
    let names = results.rows.iter().map(|row| text::width(&row.identifier.scrubbed())).max().unwrap_or(0);
    let names = names.clamp(4, (columns * 2 / 5).max(4));
    let took = if columns < WIDE { 0 } else { TOOK + 2 };
    let differs = columns.saturating_sub(names + RECORDS + 7 + took);
    let head = format!("   {:<names$}  {:>RECORDS$}  {:<differs$}  {:>TOOK$}", "user", "records", "differs", "took");
    let head: String = head.chars().take(if took == 0 { names + RECORDS + 7 + differs } else { columns }).collect();
    canvas.line(places.head, Line::styled(head, theme.muted));
    let shown = results.rows.iter().enumerate().skip(results.cursor.top).take(usize::from(places.rows.height));
    for (at, row) in shown {
        let line = nth_line(places.rows, at - results.cursor.top);
        let selected = at == results.cursor.row;
        let facts = results.compared().and_then(|comparison| comparison.facts(at));
        let mut spans: Vec<_> = marked_bar((selected, true), results.marked.contains(&at), theme).into();
        let name = row.identifier.scrubbed();
        let name = text::fit(&name, names);
        let gap = names.saturating_sub(text::width(&name));
        spans.push(Span::styled(
            format!(" {name}{}  ", " ".repeat(gap)),
            if selected { theme.strong } else { Style::new() },
        ));
        spans.extend(outcome(row, facts.as_ref(), (differs, took), theme));
        draw_row(canvas, line, Line::from(spans), (selected, true));
        canvas.hit(line, Target::Entry(at));
    }
}

/// Records, differences or the error, and the time.
fn outcome(
    row: &ResultRow,
    facts: Option<&RowFacts>,
    (differs, took): (usize, usize),
    theme: &Theme,
) -> Vec<Span<'static>> {
    let padded = |words: &str| {
        let words = text::fit(words, differs).into_owned();
        let gap = differs.saturating_sub(text::width(&words));
        format!("{words}{}  ", " ".repeat(gap))
    };
    let records = |words: &str| format!("{words:>RECORDS$}  ");
    let Step::Ended(result) = &row.step else {
        let words = match &row.step {
            Step::Resolving => "finding the account".to_owned(),
            Step::Ready => "waits for its turn".to_owned(),
            Step::Calling => "running".to_owned(),
            Step::Waiting(wait) => format!("a limit: again in {}", time::took(*wait)),
            Step::Ended(_) => String::new(),
        };
        return vec![Span::raw(records("")), Span::styled(padded(&words), theme.muted)];
    };
    let time = if result.sent { time::took(result.took) } else { "–".to_owned() };
    let took = Span::styled(if took == 0 { String::new() } else { format!("{time:>TOOK$}") }, theme.muted);
    if let Some(fault) = &result.fault {
        return vec![Span::raw(records("–")), Span::styled(padded(&error(fault)), theme.bad), took];
    }
    let count = facts.map_or_else(String::new, |facts| facts.records.map_or_else(|| "–".to_owned(), |n| n.to_string()));
    let (words, style) = match facts {
        None => ("answered".to_owned(), theme.muted),
        Some(facts) => {
            let words = facts.words();
            let style = if words == "–" { theme.muted } else { theme.warn };
            (words, style)
        }
    };
    vec![Span::raw(records(&count)), Span::styled(padded(&words), style), took]
}

fn error(fault: &Fault) -> String {
    format!("✖ {}: {fault}", fault.headline())
}

/// All that the row under the cursor lacks, or all of its error.
fn detail(canvas: &mut Canvas<'_>, theme: &Theme, results: &Results, area: Rect) {
    if area.is_empty() {
        return;
    }
    let facts = results.compared().and_then(|comparison| comparison.facts(results.cursor.row));
    let fault = results.selected().and_then(|person| person.fault.as_ref());
    let (words, style) = match (fault, facts) {
        (Some(fault), _) => (error(fault), theme.bad),
        (None, Some(facts)) if !facts.lacks.is_empty() => {
            let names: Vec<_> = facts.lacks.iter().take(40).map(ToString::to_string).collect();
            (format!("Lacks {}", names.join(", ")), theme.muted)
        }
        _ => return,
    };
    for (at, line) in text::wrap_in(&words, usize::from(area.width), usize::from(area.height)).into_iter().enumerate() {
        canvas.line(nth_line(area, at), Line::styled(line, style));
    }
}

fn result(canvas: &mut Canvas<'_>, cx: &Cx, area: Rect, (title, view): (&str, &JsonView)) {
    let theme = &cx.theme;
    let room = usize::from(area.width.saturating_sub(4));
    let path = text::fit(&view.path(), room).into_owned();
    let mut titles = vec![Span::raw(text::fit(title, room).into_owned())];
    titles.extend(view.origin(theme, usize::from(area.width / 2)));
    let titles = Titles {
        title: titles,
        right: view.find_spans(theme, pane::room_for_typing(area)),
        foot: vec![Span::styled(path, theme.muted)],
        note: view.note(theme).into_iter().collect(),
    };
    pane::framed(canvas, area, true, titles);
    view.draw(canvas, inner(area), true);
}
