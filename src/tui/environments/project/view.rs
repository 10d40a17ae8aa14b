//! Drawing of the question about a project's files: each of them is named.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::flow::project_files::ProjectQuestion;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;

/// Columns of the popup.
const WIDTH: u16 = 78;

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, question: &ProjectQuestion) {
    let screen = Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen };
    let width = usize::from(WIDTH.min(screen.width).saturating_sub(4));
    let lines = lines(question, cx, width, usize::from(screen.height.saturating_sub(2)));
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let area = pane::centred(screen, WIDTH, height);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = if width < 50 { "Use these files?" } else { "This folder has contracts or modifiers. Use them?" };
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    for (at, (line, action)) in lines.into_iter().take(usize::from(inner.height)).enumerate() {
        let row = nth_line(inner, at);
        canvas.line(row, line);
        if let Some(action) = action {
            canvas.hit(row, Target::Action(action));
        }
    }
}

fn lines(question: &ProjectQuestion, cx: &Cx, width: usize, height: usize) -> Vec<(Line<'static>, Option<Action>)> {
    let theme = &cx.theme;
    let tight = height < 14;
    let plain = |words: &str, style: Style| {
        let parts = text::wrap(words, width).into_iter();
        parts.map(|part| (Line::styled(part, style), None)).collect::<Vec<_>>()
    };
    let folder = question.folder();
    let mut lines = match tight {
        true => vec![(Line::styled(text::fit(&folder, width).into_owned(), theme.strong), None)],
        false => plain(&folder, theme.strong),
    };
    if question.is_changed() {
        lines.extend(plain("Changed since you were asked.", theme.warn));
    }
    let mut below = Vec::new();
    let contracts =
        question.contracts.is_some().then_some("Contracts add tools, which send requests with your accounts.");
    let modifiers = question.modifiers.is_some().then_some("Modifiers change inputs and results of tools.");
    for words in contracts.into_iter().chain(modifiers).filter(|_| !tight) {
        below.extend(plain(words, Style::new()));
    }
    if !tight {
        below.push((Line::default(), None));
    }
    let answers = match tight {
        true => ["use them, until they change", "never, until they change", "not this time"],
        false => [
            "use them, until one of them changes",
            "do not use them, until one of them changes",
            "not this time; asked again at the next start",
        ],
    };
    for (action, words) in [Action::Yes, Action::No, Action::Back].into_iter().zip(answers) {
        let key = Span::styled(format!("{:>3}  ", cx.key_for(action)), theme.accent);
        let words = text::fit(words, width.saturating_sub(5)).into_owned();
        below.push((Line::from(vec![key, Span::raw(words)]), Some(action)));
    }
    // The answers stay in sight.
    let gap = usize::from(!tight);
    let room = height.saturating_sub(lines.len() + below.len() + gap);
    let files =
        question.files().into_iter().map(|file| text::fit(&file.to_string(), width.saturating_sub(2)).into_owned());
    let files = text::cut_off(files.collect(), room, width.saturating_sub(2));
    lines.extend(files.into_iter().map(|file| (Line::styled(format!("  {file}"), theme.muted), None)));
    lines.extend((0..gap).map(|_| (Line::default(), None)));
    lines.extend(below);
    lines
}
