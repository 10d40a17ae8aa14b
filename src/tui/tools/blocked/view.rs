//! Drawing of something in the way of a call.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::core::messages::CallBlocked;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::pane;
use crate::tui::widgets::pane::Titles;
use crate::tui::widgets::text;

/// Draws it in the middle of the screen.
pub(super) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, call: &CallBlocked) {
    let theme = &cx.theme;
    let width = 72.min(cx.screen.width);
    let columns = usize::from(width.saturating_sub(4));
    let mut keys: Vec<(Action, String)> = Vec::new();
    keys.extend(call.fix.as_ref().map(|fix| (Action::ApplyFix, fix.words())));
    keys.extend(call.tool.as_ref().map(|_| (Action::ChoosePerson, "try it as somebody else".to_owned())));
    keys.extend(call.overriding.as_ref().map(|overriding| (Action::Override, overriding.words.to_owned())));
    keys.push((Action::Back, "go back".to_owned()));
    let mut lines: Vec<String> = call.lines.iter().flat_map(|line| text::paragraph(line, columns)).collect();
    // What can be done is never pushed off the screen by what is wrong.
    let room = usize::from(cx.screen.height).saturating_sub(keys.len() + 4);
    if lines.len() > room {
        lines.truncate(room.saturating_sub(1));
        lines.push("…".to_owned());
    }
    let height = u16::try_from(lines.len() + keys.len() + 3).unwrap_or(u16::MAX);
    let above_the_hints = Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen };
    let area = pane::centred(above_the_hints, width, height);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = text::fit(&call.title, columns).into_owned();
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let below = lines.len() + 1;
    for (at, line) in lines.into_iter().enumerate() {
        canvas.line(nth_line(inner, at), Line::from(line));
    }
    let wide = keys.iter().map(|(action, _)| text::width(cx.key_for(*action))).max().unwrap_or(0);
    for (at, (action, words)) in keys.into_iter().enumerate() {
        let row = nth_line(inner, below + at);
        let key = Span::styled(format!("{:<wide$}", cx.key_for(action)), theme.accent);
        canvas.line(row, Line::from(vec![key, Span::raw(format!("  {words}"))]));
        canvas.hit(row, Target::Action(action));
    }
}
