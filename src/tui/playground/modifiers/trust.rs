//! Popup: the question whether the modifiers of this folder are used. All that would be agreed to is shown.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Untrusted;
use crate::flow::modifiers::shown;
use crate::profile::FileQuestion;
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::playground::modifiers::AnsweredModifiers;
use crate::tui::playground::modifiers::tasks::Aim;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;

/// Columns of the popup.
const WIDTH: u16 = 90;

/// Question whether the modifiers of a project are used.
pub struct ModifiersQuestion {
    question: FileQuestion,
    aim: Aim,
}

impl ModifiersQuestion {
    /// Opens the popup with the question; `aim` is gone on with after an answer.
    pub(super) fn open(question: FileQuestion, aim: Aim, cx: &mut Cx) {
        cx.open(Self { question, aim });
    }

    fn lines(&self, cx: &Cx, width: usize, height: usize) -> Vec<(Line<'static>, Option<Action>)> {
        let theme = &cx.theme;
        let plain = |words: &str, style: Style| {
            let parts = text::wrap(words, width).into_iter();
            parts.map(|part| (Line::styled(part, style), None)).collect::<Vec<_>>()
        };
        let mut lines = plain(&shown(&self.question.file), theme.strong);
        if self.question.changed {
            lines.extend(plain("It was changed since you were asked about it.", theme.warn));
        }
        let answers = [
            (Action::Yes, "use them, until the file changes"),
            (Action::No, "pass them over, until the file changes"),
            (Action::Back, "not now: nothing is sent"),
        ];
        let words = "They change inputs before they are sent, and results before they are shown.";
        let mut below = plain(words, Style::new());
        for (action, words) in answers {
            let key = Span::styled(format!("{:>3}  ", cx.key_for(action)), theme.accent);
            below.push((Line::from(vec![key, Span::raw(words)]), Some(action)));
        }
        let file = Untrusted::from(self.question.text.trim_end());
        let file = file.whole_lines().map(|line| text::fit(&line, width).into_owned()).collect();
        // The answers stay in sight.
        let room = height.saturating_sub(lines.len() + below.len() + 2);
        let file = text::cut_off(file, room, width);
        lines.push((Line::default(), None));
        lines.extend(file.into_iter().map(|line| (Line::styled(line, theme.muted), None)));
        lines.push((Line::default(), None));
        lines.extend(below);
        lines
    }
}

impl Component for ModifiersQuestion {
    fn context(&self) -> Context {
        Context::ModifiersFile
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        Availability::here(matches!(action, Action::Yes | Action::No))
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        cx.close();
        let (question, aim) = (self.question.clone(), self.aim);
        cx.send(AnsweredModifiers { question, agreed: action == Action::Yes, aim });
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        let width = usize::from(WIDTH.min(cx.screen.width).saturating_sub(4));
        let lines = self.lines(cx, width, usize::from(cx.screen.height.saturating_sub(3)));
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let area = pane::centred(cx.screen, WIDTH, height);
        canvas.clear(area);
        canvas.hit(area, Target::Popup);
        let title = if width < 50 { "Use these modifiers?" } else { "There are modifiers in this folder. Use them?" };
        let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
        let inner = ratatui::layout::Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        for (at, (line, action)) in lines.into_iter().take(usize::from(inner.height)).enumerate() {
            let row = nth_line(inner, at);
            canvas.line(row, line);
            if let Some(action) = action {
                canvas.hit(row, Target::Action(action));
            }
        }
    }
}
