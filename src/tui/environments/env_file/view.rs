//! Drawing of the question about a `.env`: the URL its key would be sent to comes first, and whole.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::profile::Source;
use crate::tui::core::cx::Cx;
use crate::tui::environments::env_file::EnvFile;
use crate::tui::environments::question::{self, QuestionLine};
use crate::tui::input::action::Action;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::text;

/// Columns of the names of facts.
const NAMES: usize = 11;

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &EnvFile) {
    let width = question::width(cx);
    let title = if width < 50 { "Use this .env?" } else { "There is a .env in this folder. Use it?" };
    question::draw(canvas, cx, title, lines(popup, cx, width, question::screen(cx).height < 16));
}

fn lines(popup: &EnvFile, cx: &Cx, width: usize, tight: bool) -> Vec<QuestionLine> {
    let theme = &cx.theme;
    let question = &popup.question;
    let mut lines = Vec::new();
    let facts = [
        ("talks to", question.url.to_string(), theme.strong),
        ("client id", question.client_id.to_string(), theme.strong),
        ("file", Source::DotEnv(question.file.clone()).to_string(), Style::new()),
    ];
    for (name, value, style) in facts {
        for (at, part) in text::wrap(&value, width.saturating_sub(NAMES)).into_iter().enumerate() {
            let name = Span::styled(format!("{:<NAMES$}", if at == 0 { name } else { "" }), theme.muted);
            lines.push((Line::from(vec![name, Span::styled(part, style)]), None));
        }
    }
    let mut say = |words: &str, style: Style| {
        lines.extend(text::wrap(words, width).into_iter().map(|line| (Line::styled(line, style), None)));
    };
    if let Some(before) = &question.before {
        say(&format!("Another URL than before: this folder's file named {before}."), theme.warn);
    }
    if !tight {
        say("", Style::new());
        say("The client secret in it would be sent to this URL and nowhere else.", Style::new());
        say("", Style::new());
    }
    let (yes, no, not_now) = match (popup.something_is_open, tight) {
        (true, _) => ("use it, now and later", "never here; what is open stays", "undecided"),
        (false, true) => ("use it, now and later", "never here; on to the next", "not this time"),
        (false, false) => (
            "use it, now and at every start here",
            "never here: on with the profile in use, else the sandbox",
            "not this time; asked again at the next start",
        ),
    };
    for (action, words) in [(Action::Yes, yes), (Action::No, no), (Action::Back, not_now)] {
        let key = format!("{:>3}  ", cx.key_for(action));
        let indent = text::width(&key);
        for (at, part) in text::wrap(words, width.saturating_sub(indent)).into_iter().enumerate() {
            let key = if at == 0 { key.clone() } else { " ".repeat(indent) };
            lines.push((Line::from(vec![Span::styled(key, theme.accent), Span::raw(part)]), Some(action)));
        }
    }
    if !tight {
        let changed = format!(
            "You are asked once for this folder and this URL. Change your mind with {} at any time.",
            cx.keymap.key_for(Action::Environments, &[])
        );
        lines.push((Line::default(), None));
        lines.extend(text::wrap(&changed, width).into_iter().map(|line| (Line::styled(line, theme.muted), None)));
    }
    lines
}
