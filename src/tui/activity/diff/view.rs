//! Drawing of the comparison of two results.

use ratatui::text::{Line, Span};

use crate::tui::activity::diff::{self, Difference};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::core::layout::DIFFERENCE as LINES;
use crate::tui::input::hit_test::Target;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::{spinner, text};

/// Draws the comparison.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &Difference) {
    let theme = &cx.theme;
    let area = layout::difference(cx.screen);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let (left, right) = (popup.of.left.name(), popup.of.right.name());
    let half = if popup.of.arguments { "Arguments" } else { "Results" };
    let title = format!("{half} of {left} and {right}");
    let mut left_out = Vec::new();
    left_out.extend(popup.of.ignore.moments.then_some("times"));
    left_out.extend(popup.of.ignore.ids.then_some("ids"));
    let right = match left_out.as_slice() {
        [] => Vec::new(),
        some => vec![Span::styled(format!("without {} ", some.join(" and ")), theme.warn)],
    };
    let foot = match popup.lines().len() {
        0 => String::new(),
        all => format!("{} of {all}", popup.cursor.row + 1),
    };
    let titles =
        Titles { title: vec![title.into()], right, foot: vec![Span::styled(foot, theme.muted)], ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let words = match &popup.compared {
        None => format!("{} Comparing", spinner::frame(cx.now.uptime)),
        Some(Err(why)) => why.clone(),
        Some(Ok(compared)) if compared.lines.is_empty() => "No differences.".to_owned(),
        Some(Ok(_)) => String::new(),
    };
    for (at, line) in text::wrap(&words, usize::from(inner.width)).into_iter().enumerate() {
        canvas.line(nth_line(inner, at), Line::styled(format!(" {line}"), theme.muted));
    }
    let shown = popup.lines().iter().enumerate().skip(popup.cursor.top).take(usize::from(inner.height) / LINES);
    for (at, line) in shown {
        let top = (at - popup.cursor.top) * LINES;
        let selected = at == popup.cursor.row;
        for (n, line) in lines(line, usize::from(inner.width), selected, theme).into_iter().enumerate() {
            let row = nth_line(inner, top + n);
            canvas.line(row, line);
            canvas.hit(row, Target::Entry(at));
        }
    }
}

fn lines(line: &diff::Line, width: usize, selected: bool, theme: &Theme) -> Vec<Line<'static>> {
    let room = width.saturating_sub(6);
    let path = text::fit(&line.path, room).into_owned();
    let strong = if selected { theme.strong } else { theme.muted };
    let side = |sign: &'static str, value: &Option<String>, style| match value {
        Some(value) => Line::from(vec![
            Span::styled(format!("  {sign} "), style),
            Span::styled(text::fit(value, room).into_owned(), style),
        ]),
        None => Line::styled(format!("  {sign} not there"), theme.muted),
    };
    vec![
        Line::from(vec![bar(selected, true, theme), Span::styled(path, strong)]),
        side("-", &line.left, theme.bad),
        side("+", &line.right, theme.ok),
    ]
}
