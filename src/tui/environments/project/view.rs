//! Drawing of the question about a project's files: each of them is named.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::flow::project_files::ProjectQuestion;
use crate::tui::core::cx::Cx;
use crate::tui::environments::question::{self, QuestionLine};
use crate::tui::input::action::Action;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::text;

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, asked: &ProjectQuestion) {
    let width = question::width(cx);
    let height = usize::from(question::screen(cx).height.saturating_sub(2));
    let title = if width < 50 { "Use these files?" } else { "This folder has contracts or modifiers. Use them?" };
    question::draw(canvas, cx, title, lines(asked, cx, width, height));
}

fn lines(question: &ProjectQuestion, cx: &Cx, width: usize, height: usize) -> Vec<QuestionLine> {
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
