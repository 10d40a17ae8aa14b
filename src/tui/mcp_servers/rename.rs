//! Popup: another name for an instance.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::{ServerInstance, ServerInstanceId};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::typed;
use crate::tui::mcp_servers::frame;
use crate::tui::mcp_servers::tasks::ChangeServer;
use crate::tui::widgets::canvas::{Canvas, nth_line};
use crate::tui::widgets::typing::filter::Filter;

/// The name as it is typed.
pub struct InstanceName {
    id: ServerInstanceId,
    /// Name that it has, safe to show.
    before: String,
    name: Filter,
}

impl InstanceName {
    /// Begins with the name that the instance has.
    pub(super) fn new(instance: &ServerInstance) -> Self {
        let mut name = Filter::being_typed();
        name.paste(&instance.name);
        Self { id: instance.id.clone(), before: instance.name.to_string(), name }
    }
}

impl Component for InstanceName {
    fn context(&self) -> Context {
        Context::InstanceName
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::Submit => Availability::when(!self.name.text().trim().is_empty(), "An instance needs a name.")
                .unless_lacking(|| cx.environment.refuses_writes()),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        if action == Action::Submit {
            cx.close();
            cx.start(ChangeServer::Rename(self.id.clone(), self.name.text().trim().to_owned()));
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        if let Input::Typed(typed) = input {
            self.name.take(typed);
        }
    }

    fn line(&self) -> Option<typed::Line> {
        Some(self.name.capacity())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        let area = frame::small(cx.screen, 1);
        let inner: Rect = frame::draw(canvas, cx, area, &format!("Rename {}", self.before), "");
        let mut line = vec![Span::styled("name ", cx.theme.accent)];
        line.extend(self.name.line(&cx.theme, usize::from(inner.width).saturating_sub(5)));
        canvas.line(nth_line(inner, 0), Line::from(line));
    }
}
