//! Drawing of a whole frame, from the model alone.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use crate::tui::core::layout;
use crate::tui::input::hit_test::Hits;
use crate::tui::shell::model::Model;
use crate::tui::shell::{footer, header, jump, share};
use crate::tui::widgets::canvas::{Canvas, nth_line};

/// Draws everything. Returns what can be clicked, and where the terminal's cursor belongs.
pub fn draw(model: &Model, cells: &mut Buffer) -> (Hits, Option<Position>) {
    let mut canvas = Canvas::new(cells, &model.cx.theme, &model.cx.keymap);
    canvas.masked = model.cx.masked;
    let screen = canvas.cells.area;
    if screen.width < layout::SMALLEST.0 || screen.height < layout::SMALLEST.1 {
        too_small(&mut canvas, screen);
        return (canvas.hits, None);
    }
    let parts = model.cx.frame();
    header::draw(&mut canvas, model, parts.header);
    header::tabs(&mut canvas, model, parts.tabs);
    header::notice(&mut canvas, model, parts.notice);
    model.screen().draw(&mut canvas, &model.cx);
    if !model.popups.is_empty() {
        canvas.dim();
    }
    for popup in &model.popups {
        // What a popup leaves of a name or a link is no longer known for what it is.
        if model.cx.masked {
            share::mask(&model.names, canvas.cells, &mut None);
        }
        // The caret is where the keyboard is.
        canvas.cursor = None;
        popup.draw(&mut canvas, &model.cx);
    }
    footer::draw(&mut canvas, model, parts.footer);
    footer::toast(&mut canvas, model, parts.footer);
    if let Some(jump) = &model.jump {
        jump::draw(&mut canvas, jump);
    }
    // Last, so that nothing that was drawn can go around it.
    if model.cx.masked {
        share::mask(&model.names, canvas.cells, &mut canvas.cursor);
    }
    (canvas.hits, canvas.cursor)
}

fn too_small(canvas: &mut Canvas<'_>, screen: Rect) {
    let (columns, rows) = layout::SMALLEST;
    let lines = [
        "jackfield needs".to_owned(),
        format!("{columns}x{rows} or more"),
        format!("now {}x{}", screen.width, screen.height),
    ];
    let top = usize::from(screen.height).saturating_sub(lines.len()) / 2;
    for (at, line) in lines.into_iter().enumerate() {
        canvas.line(nth_line(screen, top + at), Line::from(line).style(canvas.theme.strong));
    }
}
