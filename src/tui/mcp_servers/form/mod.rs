//! Popup: a new configuration, or a change of one: its connections, and which of their tools.

pub mod state;
pub mod tasks;
mod view;

use self::state::{ConfigForm, FormRow};
use self::tasks::{ConnectionsOffered, OfferConnections, OfferTools, ToolsOffered};
use crate::domain::{Fault, ServerConfig};
use crate::flow::mcp_servers::draft;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::{Line, Typed};
use crate::tui::mcp_servers::list::ReloadServers;
use crate::tui::mcp_servers::tasks::{ChangeServer, ServerChanged};
use crate::tui::widgets::canvas::Canvas;

/// The form, and how far saving it got.
pub struct ServerForm {
    /// What is filled in.
    pub form: ConfigForm,
    /// Fault with which it could not be saved.
    refusal: Option<Fault>,
}

impl ServerForm {
    /// Begins a new configuration.
    pub(super) fn create(cx: &mut Cx) {
        Self::open(ConfigForm::default(), cx);
    }

    /// Begins with a configuration that exists.
    pub(super) fn edit(config: ServerConfig, cx: &mut Cx) {
        Self::open(ConfigForm::of(config), cx);
    }

    fn open(form: ConfigForm, cx: &mut Cx) {
        cx.start(OfferConnections);
        cx.open(Self { form, refusal: None });
    }

    fn submit(&mut self, cx: &mut Cx) {
        let wanted = self.form.draft();
        let checked = match &self.form.of {
            None => draft::check(&wanted),
            Some(_) => draft::check_mappings(&wanted),
        };
        if let Err(fault) = checked {
            self.refusal = Some(fault);
            return;
        }
        self.refusal = None;
        let wanted = Box::new(wanted);
        cx.start(match &self.form.of {
            None => ChangeServer::Create(wanted),
            Some(config) => ChangeServer::Update(config.id.clone(), wanted),
        });
    }

    fn saved(&mut self, result: Result<String, Fault>, cx: &mut Cx) {
        cx.jobs.finish(ChangeServer::SLOT);
        match result {
            Ok(said) => {
                cx.close_popup::<Self>();
                cx.say(Level::Done, said);
                cx.send(ReloadServers);
            }
            Err(fault) => self.refusal = Some(fault),
        }
    }

    /// Opens or closes the connection under the cursor; its tools are read the first time.
    fn toggle_open(&mut self, cx: &mut Cx) {
        if let Some((at, provider)) = self.form.toggle_open() {
            cx.start(OfferTools { at, provider });
        }
    }

    fn typed(&mut self, typed: &Typed, cx: &mut Cx) {
        use crossterm::event::KeyCode;
        match (typed, self.form.row()) {
            (Typed::Key(key), Some(FormRow::Connection(_) | FormRow::Tool(..))) => match key.code {
                KeyCode::Char(' ') => self.form.tick(),
                KeyCode::Right | KeyCode::Left => self.toggle_open(cx),
                _ => {}
            },
            (typed, _) => self.form.typed(typed),
        }
        self.refusal = None;
    }
}

impl Component for ServerForm {
    fn context(&self) -> Context {
        Context::ServerForm
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::Submit => Availability::when(!cx.is_running(ChangeServer::SLOT), "It is being saved.")
                .unless_lacking(|| cx.environment.refuses_writes()),
            Action::NextField | Action::PreviousField => Availability::Yes,
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Submit => self.submit(cx),
            Action::NextField => self.form.step(1),
            Action::PreviousField => self.form.step(-1),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(typed) if !cx.is_running(ChangeServer::SLOT) => self.typed(typed, cx),
            Input::Click(Target::Entry(row)) => self.form.go_to(*row),
            Input::Scroll(_, rows) => self.form.step(*rows),
            Input::Typed(_) | Input::Click(_) | Input::Step(_) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        self.form.field().map(|field| field.capacity(false))
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|ConnectionsOffered(result)| {
                cx.jobs.finish(OfferConnections::SLOT);
                self.form.offered(result);
            })
            .or_else(|message| {
                message.take().map(|ToolsOffered { at, result }| {
                    cx.jobs.finish(OfferTools::slot_of(at));
                    self.form.tools_offered(at, result);
                })
            })
            .or_else(|message| message.take().map(|ServerChanged(result)| self.saved(result, cx)))
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn holds_back_quit(&self, _cx: &Cx) -> Option<&'static str> {
        self.form.is_changed().then_some("The configuration has not been saved.")
    }

    fn close(&mut self, cx: &mut Cx) {
        if cx.is_running(OfferConnections::SLOT) {
            cx.cancel(OfferConnections::SLOT);
        }
    }
}
