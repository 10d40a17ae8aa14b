//! Drawing of the tools that ran lately.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::core::cx::Cx;
use crate::tui::input::action::Action;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::playground::recent::ReadTool;
use crate::tui::playground::screen::Playground;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::{spinner, text};

/// Draws a heading and a row for each at the top of `area`, as far as they leave half of it. The rest of the area.
pub(in crate::tui::playground) fn draw(canvas: &mut Canvas<'_>, cx: &Cx, playground: &Playground, area: Rect) -> Rect {
    let theme = canvas.theme;
    let recent = cx.usage.recent();
    let rows = recent.len().min(usize::from(area.height / 2).saturating_sub(1));
    if rows == 0 || playground.subject.is_some() {
        return area;
    }
    let key = cx.key_for(Action::OpenRecent);
    let mut heading =
        vec![Span::styled("  Recent tools", theme.strong), Span::styled(format!("  {key} opens"), theme.muted)];
    if cx.is_running(ReadTool::SLOT) {
        heading.push(Span::styled(format!("  {} reading", spinner::frame(cx.now.uptime)), theme.accent));
    }
    canvas.line(nth_line(area, 0), Line::from(heading));
    let longest = recent.iter().map(|tool| text::width(&tool.tool.scrubbed())).max().unwrap_or(0);
    let names = longest.min(usize::from(area.width / 2));
    for (at, tool) in recent.iter().take(rows).enumerate() {
        let row = nth_line(area, at + 1);
        let selected = at == playground.recent.row;
        let scrubbed = tool.tool.scrubbed();
        let name = text::fit(&scrubbed, names);
        let gap = " ".repeat(names.saturating_sub(text::width(&name)) + 2);
        let whom = format!("as {} on {}", tool.identifier, tool.connection);
        let room = usize::from(area.width).saturating_sub(names + 5);
        let style = if selected { theme.strong } else { Style::new() };
        let whom = text::fit(&whom, room).into_owned();
        canvas.line(
            row,
            Line::from(vec![
                bar(selected, true, theme),
                Span::styled(name.into_owned(), style),
                Span::raw(gap),
                Span::styled(whom, theme.muted),
            ]),
        );
        canvas.hit(row, Target::Row(Pane::Side, at));
    }
    let taken = u16::try_from(rows + 1).unwrap_or(0);
    Rect { y: area.y + taken, height: area.height.saturating_sub(taken), ..area }
}
