//! Popup: the address that a browser on another machine ended at, pasted in the place of its visit here. It holds a code,
//! so it is masked, and goes nowhere but to the task that follows the authorization.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::Untrusted;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::state::authorization::{Authorization, AuthorizationId};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::{self, Typed};
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::list::bar;
use crate::tui::widgets::pane::{self, Titles};
use crate::tui::widgets::text;
use crate::tui::widgets::typing::line_input::LineInput;

/// Columns of the popup.
const WIDTH: u16 = 78;

/// Columns before the address: the bar and its name.
const INDENT: usize = 2 + 9;

/// The address being pasted.
pub struct PasteAddress {
    /// Number of the authorization.
    id: AuthorizationId,
    input: LineInput,
    /// What was in the field was handed in; what is pasted next takes its place.
    is_spent: bool,
}

impl PasteAddress {
    /// An empty one.
    pub fn new(id: AuthorizationId) -> Self {
        Self { id, input: LineInput::default(), is_spent: false }
    }

    /// Opens the popup with what was pasted, and hands that in.
    pub fn open_with(id: AuthorizationId, text: &Untrusted, cx: &mut Cx) {
        let mut popup = Self::new(id);
        popup.paste(text, cx);
        cx.open(popup);
    }

    /// Takes a whole address, and hands it in at once: nobody can read over what is masked.
    fn paste(&mut self, text: &Untrusted, cx: &mut Cx) {
        self.input = LineInput::default();
        self.input.paste(text, false);
        self.submit(cx);
    }

    fn submit(&mut self, cx: &mut Cx) {
        let is_blank = self.input.is_blank();
        if let Some(authorization) = cx.authorizations.get_mut(self.id).filter(|_| !is_blank) {
            authorization.paste.hand_in(self.input.secret());
            self.is_spent = true;
        }
    }

    fn is_checked(&self, cx: &Cx) -> bool {
        cx.authorizations.get(self.id).is_some_and(|authorization| authorization.paste.is_checked)
    }
}

impl Component for PasteAddress {
    fn context(&self) -> Context {
        Context::PasteAddress
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::Submit if self.is_checked(cx) => Availability::No("It is being checked already.".into()),
            Action::Submit => Availability::when(!self.input.is_blank(), "Paste the address first."),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        if action == Action::Submit {
            self.submit(cx);
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(_) if self.is_checked(cx) => {}
            Input::Typed(Typed::Paste(text)) => self.paste(text, cx),
            Input::Typed(Typed::Key(key)) => {
                if std::mem::take(&mut self.is_spent) {
                    self.input = LineInput::default();
                }
                self.input.key(*key);
            }
            Input::Click(_) | Input::Step(_) | Input::Scroll(..) => {}
        }
    }

    fn line(&self) -> Option<typed::Line> {
        // What is pasted takes the place of what is there.
        Some(LineInput::default().capacity(false))
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        if let Some(authorization) = cx.authorizations.get(self.id) {
            draw(canvas, cx, self, authorization);
        }
    }
}

fn draw(canvas: &mut Canvas<'_>, cx: &Cx, popup: &PasteAddress, authorization: &Authorization) {
    let theme = &cx.theme;
    let screen = Rect { height: cx.screen.height.saturating_sub(1), ..cx.screen };
    let width = usize::from(WIDTH.min(screen.width).saturating_sub(4));
    let mut lines: Vec<(Line<'static>, Option<usize>)> = Vec::new();
    let say = |lines: &mut Vec<_>, words: &str, style: Style| {
        let parts = text::paragraph(words, width).into_iter();
        lines.extend(parts.map(|part| (Line::styled(part, style), None)));
    };
    let words = match screen.height < 16 {
        true => "Copy all of the address that the browser ended at, and paste it.",
        false => {
            "After consent the browser goes to an address on its own machine, where it may find nothing. Copy all of that \
             address from its address bar, and paste it here."
        }
    };
    say(&mut lines, words, Style::new());
    say(&mut lines, "", Style::new());
    let (shown, column) = popup.input.shown(true, width.saturating_sub(INDENT));
    let name = Span::styled(format!("{:<9}", "address"), theme.accent);
    let field = Line::from(vec![bar(true, true, theme), name, Span::styled(shown, theme.strong)]);
    lines.push((field, Some(INDENT + column)));
    match &authorization.paste.refused {
        _ if authorization.paste.is_checked => say(&mut lines, "Checking it …", theme.muted),
        Some(fault) => {
            say(&mut lines, &format!("✗ {fault}"), theme.bad);
            say(&mut lines, "The link is still good: copy the address again, and paste it.", theme.muted);
        }
        None => say(&mut lines, "It is masked, for it holds a code that is good once.", theme.muted),
    }
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
    let area = pane::centred(screen, WIDTH, height);
    canvas.clear(area);
    canvas.hit(area, Target::Popup);
    let title = format!("Paste the address for {} on {}", authorization.identifier, authorization.connection);
    let title = text::fit(&title, usize::from(area.width.saturating_sub(6))).into_owned();
    let inner = pane::framed(canvas, area, true, Titles { title: vec![title.into()], ..Titles::default() });
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    for (at, (line, cursor)) in lines.into_iter().take(usize::from(inner.height)).enumerate() {
        let row = nth_line(inner, at);
        canvas.line(row, line);
        if let Some(column) = cursor {
            let x = row.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX)).min(row.right().saturating_sub(1));
            canvas.cursor = Some(Position::new(x, row.y));
        }
    }
}
