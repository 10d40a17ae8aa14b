//! Popup: a new account, on which connection and for whom.

pub mod state;
pub mod tasks;
mod view;

pub use state::NewAccount;

use crate::domain::{Account, Identifier, Untrusted};
use crate::tui::accounts::authorize::links::{authorize, connect};
use crate::tui::accounts::credentials;
use crate::tui::accounts::new_account::state::{ConnectionList, Field};
use crate::tui::accounts::new_account::tasks::{ConnectionsRead, ReadConnections};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::{self, Body};
use crate::tui::core::message::Message;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;

impl Component for NewAccount {
    fn context(&self) -> Context {
        Context::NewAccount
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::NextField => Availability::Yes,
            Action::Submit => self.submission().unless_lacking(|| cx.environment.refuses_writes()),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::NextField => {
                self.field = match self.field {
                    Field::Connection => Field::Identifier,
                    Field::Identifier => Field::Connection,
                };
                self.look_around(cx.accounts.all());
            }
            Action::Submit => self.submit(cx),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(typed) => self.take(typed, cx.accounts.all()),
            Input::Step(step) => self.step(*step),
            Input::Click(Target::Entry(row)) => {
                self.point_at(*row);
                cx.request(Request::Do(Action::Submit));
            }
            Input::Click(_) | Input::Scroll(..) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        Some(self.typed().capacity())
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let ConnectionsRead(result) = message.take()?;
        cx.jobs.finish(ReadConnections::SLOT);
        if let Ok((_, Some(mismatch))) = &result {
            cx.say(Level::Problem, mismatch.told("connection"));
        }
        self.connections = ConnectionList::of(result.map(|(found, _)| found));
        self.look_around(cx.accounts.all());
        Ok(())
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.height = layout::palette_rows(body.area).saturating_sub(2);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, self, cx);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(ReadConnections::SLOT);
    }

    fn holds_back_quit(&self, _cx: &Cx) -> Option<&'static str> {
        (!self.identifier.is_empty()).then_some("The new account has not been created.")
    }
}

impl NewAccount {
    /// Asks for a new account, likely of this person and on a connection with a name like this.
    pub(super) fn open(identifier: Option<&Identifier>, like: Option<&Untrusted>, cx: &mut Cx) {
        let mut form = Self::new(identifier, cx.accounts.all());
        if let Some(like) = like {
            form.connection.paste(like);
        }
        cx.start(ReadConnections);
        cx.open(form);
    }

    /// Whether what is filled in is enough to go on.
    fn submission(&self) -> Availability {
        use Availability::{No, Yes};
        match (self.field, self.chosen()) {
            (_, None) => No(match self.pointed_at().and_then(|offer| offer.obstacle()) {
                Some(obstacle) => format!("This connection is {obstacle}.").into(),
                None => "Choose a connection first.".into(),
            }),
            (Field::Identifier, Some(_)) if self.person.is_none() && self.identifier.text().trim().is_empty() => {
                No("Enter the user's id in your application.".into())
            }
            (_, Some(_)) => Yes,
        }
    }

    /// Goes from the connection to the identifier, and from there to the credentials or to the link.
    fn submit(&mut self, cx: &mut Cx) {
        if self.field == Field::Connection {
            self.field = Field::Identifier;
            return self.look_around(cx.accounts.all());
        }
        if self.take_person(cx.accounts.all()) {
            return;
        }
        let Some(chosen) = self.chosen() else { return };
        let identifier = Identifier::from(self.identifier.text().trim());
        let is_it = |account: &&Account| account.connection == chosen.connection && account.identifier == identifier;
        let known = cx.accounts.all().iter().find(is_it).cloned();
        cx.close();
        self.close(cx);
        if !chosen.authorization.is_oauth() && credentials::instead_of_a_link(&chosen, &identifier, known.as_ref(), cx)
        {
            return;
        }
        match known {
            Some(account) => authorize(&account, cx),
            None => connect(chosen.connection, identifier, cx),
        }
    }
}
