//! Popup: one link alone on the screen, unwrapped by us, so that it survives a copy from any terminal.

use ratatui::layout::Rect;
use ratatui::text::Line;
use url::Url;

use crate::tui::accounts::authorize::links::open_link;
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::CopyText;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::qr::Code;

/// Link that is shown whole.
pub struct WholeLink {
    /// Percent-encoded, so plain ASCII.
    pub url: Url,
}

impl Component for WholeLink {
    fn context(&self) -> Context {
        Context::WholeLink
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        Availability::here(matches!(action, Action::Copy | Action::OpenBrowser))
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Copy => cx.send(CopyText { text: self.url.to_string(), what: "the link".to_owned() }),
            Action::OpenBrowser => open_link(self.url.clone(), cx),
            _ => {}
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        draw(canvas, cx, &self.url);
    }
}

/// Draws it from the first column of an otherwise empty screen: nothing beside it gets into a
/// selection, and where it is wider than the terminal it runs on at the first column of the next row.
fn draw(canvas: &mut Canvas<'_>, cx: &Cx, url: &Url) {
    let theme = &cx.theme;
    let screen = cx.screen;
    canvas.clear(screen);
    canvas.hit(screen, Target::Popup);
    let body = Rect { height: screen.height.saturating_sub(1), ..screen };
    canvas.line(nth_line(body, 0), Line::styled("Anyone with this link can authorize this account.", theme.warn));
    let columns = usize::from(screen.width.max(1));
    let letters: Vec<char> = url.as_str().chars().collect();
    let rows = letters.chunks(columns).map(|chunk| chunk.iter().collect::<String>());
    for (at, row) in rows.enumerate() {
        canvas.line(nth_line(body, 2 + at), Line::from(row));
    }
    // Below it, for a phone, where there is room for all of it.
    let below = 3 + u16::try_from(letters.len().div_ceil(columns)).unwrap_or(u16::MAX);
    let place = Rect { y: body.y.saturating_add(below), height: body.height.saturating_sub(below), ..body };
    if let Some(code) = Code::of(url).filter(|code| code.height() <= place.height && code.width() <= place.width) {
        code.draw(canvas, Rect { width: code.width(), ..place });
    }
}
