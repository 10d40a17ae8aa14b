//! Popup: a server opened as one person. What it offers stands beside what the person may call.

pub mod tasks;
mod view;

use ratatui::layout::Rect;

use self::tasks::{ServerTried, TryServer};
use crate::domain::{AccessLevel, Fault, Identifier, ServerConfig};
use crate::flow::mcp_servers::trial::{Trial, TriedTool};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::mcp_servers::call::CallPopup;
use crate::tui::mcp_servers::token::{may_switch, switched, usual_access};
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Cursor;

/// A server that is tried.
pub struct TrialPopup {
    config: ServerConfig,
    identifier: Identifier,
    access: AccessLevel,
    /// What was found, or why nothing was; none while the server is being opened.
    found: Option<Result<Trial, Fault>>,
    cursor: Cursor,
    screen: Rect,
}

impl TrialPopup {
    /// Opens the server of a configuration as a person.
    pub(super) fn open(config: ServerConfig, identifier: Identifier, cx: &mut Cx) {
        let access = usual_access(cx);
        let (cursor, screen) = (Cursor::default(), Rect::default());
        let mut popup = Self { config, identifier, access, found: None, cursor, screen };
        popup.look(cx);
        cx.open(popup);
    }

    fn look(&mut self, cx: &mut Cx) {
        self.found = None;
        let (config, identifier) = (Box::new(self.config.clone()), self.identifier.clone());
        cx.start(TryServer { config, identifier, access: self.access });
    }

    fn tools(&self) -> &[TriedTool] {
        self.found.as_ref().and_then(|found| found.as_ref().ok()).map_or(&[], |trial| trial.tools.as_slice())
    }

    fn selected(&self) -> Option<&TriedTool> {
        self.tools().get(self.cursor.row)
    }
}

impl Component for TrialPopup {
    fn context(&self) -> Context {
        Context::ServerTrial
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let is_looking = cx.is_running(TryServer::SLOT);
        match action {
            Action::Refresh => Availability::when(!is_looking, "It is being opened already."),
            Action::SwitchAccess if is_looking => Availability::No("It is being opened already.".into()),
            Action::SwitchAccess => may_switch(cx),
            Action::TryTool => match self.selected() {
                None => Availability::NotHere,
                Some(tried) if !tried.presence.is_offered() => {
                    Availability::No("The server does not offer this tool.".into())
                }
                Some(tried) => Availability::unless(cx.environment.refuses_call(&tried.tool)),
            },
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Refresh => self.look(cx),
            Action::SwitchAccess => {
                self.access = switched(self.access);
                self.look(cx);
            }
            Action::TryTool => {
                if let (Some(Ok(trial)), Some(tried)) = (&self.found, self.selected()) {
                    CallPopup::open(trial, tried.clone(), cx);
                }
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        let rows = self.tools().len();
        input.move_in_list(&mut self.cursor, rows, view::list_rows(self.screen, rows));
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let ServerTried(result) = message.take()?;
        cx.jobs.finish(TryServer::SLOT);
        self.found = Some(result);
        let rows = self.tools().len();
        self.cursor.settle(rows, view::list_rows(self.screen, rows));
        Ok(())
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
        let rows = self.tools().len();
        self.cursor.settle(rows, view::list_rows(self.screen, rows));
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        if cx.is_running(TryServer::SLOT) {
            cx.cancel(TryServer::SLOT);
        }
    }
}
