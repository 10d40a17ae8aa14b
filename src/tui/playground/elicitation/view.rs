//! Drawing of a server's question.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Untrusted;
use crate::tui::core::cx::Cx;
use crate::tui::input::hit_test::Target;
use crate::tui::playground::elicitation::page::Page;
use crate::tui::playground::elicitation::{ElicitationBody, ElicitationPopup};
use crate::tui::playground::form_view::FormRows;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::{spinner, text};

/// Columns of the popup.
const WIDTH: u16 = 80;

/// Lines of the question, where there is room for them.
const QUESTION: usize = 8;

/// Rows below the form that tell of the row with the keyboard.
const ABOUT: usize = 4;

/// Rows of the address of a page, whose host stands above it whole.
const ADDRESS: usize = 4;

/// Said where a form of a stranger is filled in.
const NO_SECRETS: &str = "Enter no password and no key here: it goes to the server.";

fn columns(screen: Rect) -> usize {
    usize::from(WIDTH.min(screen.width).saturating_sub(4))
}

/// Lines of the question, as many as leave room for the answer.
fn question(popup: &ElicitationPopup) -> Vec<String> {
    let columns = columns(popup.screen);
    let most = QUESTION.min(usize::from(popup.screen.height) / 4).max(2);
    let lines = popup.message.scrubbed_lines().take(most + 1);
    let lines = lines.flat_map(|line| text::wrap_in(&line, columns, most)).collect();
    text::cut_off(lines, most, columns)
}

/// Lines above what is filled in beside those of the question: for whom, and the gaps.
const AROUND: usize = 3;

/// Lines above what is filled in: for whom, and the question.
fn head(popup: &ElicitationPopup, theme: &Theme) -> Vec<Line<'static>> {
    let whom = text::fit(&popup.whom, columns(popup.screen)).into_owned();
    let mut lines = vec![Line::styled(whom, theme.muted), Line::default()];
    lines.extend(question(popup).into_iter().map(|line| Line::styled(line, theme.strong)));
    lines.push(Line::default());
    lines
}

/// Lines about a page: its host whole and alone, then what is odd, then its address.
fn page(page: &Page, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![Line::raw("It asks you to visit this host:"), Line::default()];
    let host = Untrusted::from(page.host()).to_string();
    // However long, all of it is seen: a host that is cut could be any.
    lines.extend(
        text::wrap(&host, columns.saturating_sub(2))
            .into_iter()
            .map(|line| Line::from(vec![Span::raw("  "), Span::styled(line, theme.accent)])),
    );
    lines.push(Line::default());
    for words in page.warnings() {
        let words = text::paragraph(&format!("▲ {words}"), columns);
        lines.extend(words.into_iter().map(|line| Line::styled(line, theme.warn)));
    }
    let address = Untrusted::from(page.url().as_str()).to_string();
    lines.extend(text::wrap_in(&address, columns, ADDRESS).into_iter().map(|line| Line::styled(line, theme.muted)));
    let words = match page.was_taken() {
        true => "Accept once you are done there; nothing else is sent.",
        false => "Nothing was asked of it yet.",
    };
    lines.push(Line::default());
    lines.extend(text::paragraph(words, columns).into_iter().map(Line::raw));
    lines
}

/// Place of the popup, and of what lies inside.
fn place(popup: &ElicitationPopup, inside: usize) -> Rect {
    let screen = Rect { height: popup.screen.height.saturating_sub(1), ..popup.screen };
    pane::centred(screen, WIDTH, u16::try_from(inside + 2).unwrap_or(u16::MAX))
}

/// Rows of the form that are seen at once.
pub(super) fn form_rows(popup: &ElicitationPopup) -> usize {
    let inside = usize::from(popup.screen.height.saturating_sub(3));
    let rows = inside.saturating_sub(question(popup).len() + AROUND);
    rows.saturating_sub(rows / 3).max(1)
}

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &ElicitationPopup) {
    let theme = &cx.theme;
    let width = columns(popup.screen);
    let head = head(popup, theme);
    let (body, wanted) = match &popup.body {
        ElicitationBody::Page(asked) => {
            let lines = page(asked, width, theme);
            let rows = lines.len();
            (lines, rows)
        }
        ElicitationBody::Form(form) => {
            let problems = form.problems.len() * 2;
            (Vec::new(), form.form.form.fields.len().max(1) + problems + ABOUT + 1)
        }
    };
    let area = place(popup, head.len() + wanted);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = text::fit(&format!("{} asks", popup.server), width.saturating_sub(2)).into_owned();
    let note = match &popup.body {
        ElicitationBody::Form(_) if width >= NO_SECRETS.len() + 6 => vec![Span::styled(NO_SECRETS, theme.warn)],
        ElicitationBody::Form(_) => vec![Span::styled("no passwords here", theme.warn)],
        ElicitationBody::Page(_) => Vec::new(),
    };
    let waiting = Span::styled(format!("{} the call waits", spinner::frame(cx.now.uptime)), theme.muted);
    let right = if width >= 50 { vec![waiting] } else { Vec::new() };
    let titles = Titles { title: vec![title.into()], right, note, ..Titles::default() };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let above = head.len();
    // Where there is little room, gaps go first: the question and the host are seen in any case.
    let is_tight = above + body.len() > usize::from(inner.height);
    let lines = head.into_iter().chain(body).filter(|line| !is_tight || line.width() > 0);
    for (at, line) in lines.take(usize::from(inner.height)).enumerate() {
        canvas.line(nth_line(inner, at), line);
    }
    if let ElicitationBody::Form(form) = &popup.body {
        let below = nth_line(inner, above);
        let rows = Rect { height: inner.bottom().saturating_sub(below.y), ..below };
        if !form.has_rows() {
            canvas.line(rows, Line::styled("It asks for no values, only whether you agree.", Style::new()));
            return;
        }
        FormRows { form: &form.form, problems: &form.problems, unchecked: &form.unchecked }
            .draw(canvas, cx, rows, true);
    }
}
