//! How the help page is drawn.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::action::{Action, Availability};
use crate::tui::availability;
use crate::tui::hits::Target;
use crate::tui::keymap::Keymap;
use crate::tui::model::Model;
use crate::tui::popups::help::Help;
use crate::tui::theme::Theme;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;

/// Draws the page.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, popup: &Help) {
    let area = pane::centred(model.screen, 92, model.screen.height.saturating_sub(2));
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let titles = Titles {
        title: vec!["What the keys do here".into()],
        foot: vec![Span::styled(format!("{}  close", availability::key_for(Action::Back, model)), model.theme.muted)],
        ..Titles::default()
    };
    let inner = pane::framed(canvas, area, true, titles);
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let lines = lines(popup, &model.theme, &model.keymap, usize::from(inner.width));
    let top = popup.top().min(lines.len().saturating_sub(usize::from(inner.height)));
    for (at, line) in lines.into_iter().skip(top).take(usize::from(inner.height)).enumerate() {
        canvas.line(nth_line(inner, at), line);
    }
}

fn lines(popup: &Help, theme: &Theme, keymap: &Keymap, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (context, specs) in popup.sections() {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(context.title(), theme.strong));
        for (spec, availability) in specs {
            let (keys, words) = match availability {
                Availability::Yes => (theme.accent, Style::new()),
                Availability::No(_) | Availability::NotHere => (theme.muted, theme.muted),
            };
            for (at, line) in text::wrap(spec.sentence, width.saturating_sub(20)).into_iter().enumerate() {
                let left = match (at, keymap.written(spec)) {
                    (0, []) => "no key".to_owned(),
                    (0, keys) => keys.join(" "),
                    _ => String::new(),
                };
                let left = format!("  {:<18}", text::fit(&left, 17));
                lines.push(Line::from(vec![Span::styled(left, keys), Span::styled(line, words)]));
            }
            if let Availability::No(reason) = availability {
                let wrapped = text::wrap(&format!("not now: {reason}"), width.saturating_sub(22));
                lines.extend(wrapped.into_iter().map(|line| Line::styled(format!("{:22}{line}", ""), theme.warn)));
            }
        }
    }
    lines
}
