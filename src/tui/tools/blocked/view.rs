//! How something in the way of a call is drawn.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::shell::availability::key_for;
use crate::tui::shell::model::Model;
use crate::tui::tools::blocked::state::Obstacle;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;

/// Draws it in the middle of the screen.
pub fn draw(canvas: &mut Canvas<'_>, model: &Model, popup: &Obstacle) {
    let theme = &model.cx.theme;
    let width = 72.min(model.cx.screen.width);
    let columns = usize::from(width.saturating_sub(4));
    let mut keys: Vec<(Action, String)> = Vec::new();
    keys.extend(popup.remedy.as_ref().map(|remedy| (Action::Repair, remedy.words())));
    keys.extend(popup.tool.as_ref().map(|_| (Action::ChoosePerson, "try it as somebody else".to_owned())));
    keys.extend(popup.insist.as_ref().map(|insist| (Action::Insist, insist.words().to_owned())));
    keys.push((Action::Back, "go back".to_owned()));
    let mut lines: Vec<String> = popup.lines.iter().flat_map(|line| text::paragraph(line, columns)).collect();
    // What can be done is never pushed off the screen by what is wrong.
    let room = usize::from(model.cx.screen.height).saturating_sub(keys.len() + 4);
    if lines.len() > room {
        lines.truncate(room.saturating_sub(1));
        lines.push("…".to_owned());
    }
    let height = u16::try_from(lines.len() + keys.len() + 3).unwrap_or(u16::MAX);
    let above_the_hints = Rect { height: model.cx.screen.height.saturating_sub(1), ..model.cx.screen };
    let area = pane::centred(above_the_hints, width, height);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = text::fit(&popup.title, columns).into_owned();
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let below = lines.len() + 1;
    for (at, line) in lines.into_iter().enumerate() {
        canvas.line(nth_line(inner, at), Line::from(line));
    }
    let wide = keys.iter().map(|(action, _)| text::width(key_for(*action, model))).max().unwrap_or(0);
    for (at, (action, words)) in keys.into_iter().enumerate() {
        let row = nth_line(inner, below + at);
        let key = Span::styled(format!("{:<wide$}", key_for(action, model)), theme.accent);
        canvas.line(row, Line::from(vec![key, Span::raw(format!("  {words}"))]));
        canvas.hit(row, Target::Action(action));
    }
}
