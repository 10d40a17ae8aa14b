//! Popup: credentials that are typed in.

pub mod field;
pub mod state;
pub mod tasks;
mod view;

use std::borrow::Cow;

use crate::domain::{Account, AuthorizationType, AuthorizedBy, Identifier, Provider};
use crate::flow::credentials::CredentialTarget;
use crate::tui::accounts::actions::PointAt;
use crate::tui::accounts::authorize::links::connect;
use crate::tui::accounts::changes::changed;
use crate::tui::accounts::credentials::state::{CredentialsForm, Form};
use crate::tui::accounts::credentials::tasks::{AskProvider, HandOver, HandedOver, ProviderAsked};
use crate::tui::accounts::new_account::state::Chosen;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::state::account_store::CHANGING;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::{Line, Typed};
use crate::tui::widgets::canvas::Canvas;

impl Component for CredentialsForm {
    fn context(&self) -> Context {
        Context::Credentials
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::Submit if matches!(self.form, Form::Loading) => {
                Availability::No("The provider is still being asked what it wants.".into())
            }
            Action::Submit => Availability::when(!self.sending, "It is on its way already.")
                .unless_lacking(|| cx.environment.refuses_writes()),
            Action::Reveal => Availability::here(self.is_masked()),
            Action::AddRow => Availability::here(matches!(self.form, Form::Rows(_)) && !self.sending),
            Action::LinkInstead => {
                Availability::here(matches!(self.holder, CredentialTarget::New(..)) && !self.sending)
            }
            Action::Back => Availability::here(self.sending),
            Action::NextField | Action::PreviousField => Availability::Yes,
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Submit => self.submit(cx),
            Action::Reveal => self.revealed = !self.revealed,
            Action::AddRow => self.add_row(),
            Action::LinkInstead => self.link_instead(cx),
            Action::Back => self.stop_sending(cx),
            Action::NextField => self.step(1),
            Action::PreviousField => self.step(-1),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Typed(Typed::Key(key)) => self.key(*key),
            Input::Typed(Typed::Paste(text)) => self.paste(text),
            Input::Click(Target::Entry(row)) => self.go_to(*row),
            Input::Step(_) | Input::Click(_) | Input::Scroll(..) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        self.typed().map(|(input, many_lines)| input.capacity(many_lines))
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|ProviderAsked(asked, authorization)| {
                cx.jobs.finish(AskProvider::SLOT);
                self.asked(asked, &authorization);
            })
            .or_else(|message| message.take().map(|end| self.take_end(end, cx)))
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, self, cx);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(AskProvider::SLOT);
    }

    fn holds_back_quit(&self, _cx: &Cx) -> Option<&'static str> {
        let is_filled = self.fields.iter().any(|field| !field.value.is_blank());
        is_filled.then_some("The credentials have not been sent.")
    }
}

impl CredentialsForm {
    /// Goes from field to field, and from the last one to the back-end.
    fn submit(&mut self, cx: &mut Cx) {
        if !self.is_at_end() {
            return self.step(1);
        }
        let Some(filled) = self.filled_in() else { return };
        (self.sending, self.refusal, self.revealed) = (true, None, false);
        cx.start(HandOver(self.holder.clone(), filled));
    }

    /// Changes to a link, with which the person fills in a form of their own.
    fn link_instead(&mut self, cx: &mut Cx) {
        if let CredentialTarget::New(connection, identifier) = self.holder.clone() {
            cx.close();
            self.close(cx);
            connect(connection, identifier, cx);
        }
    }

    /// Stops waiting for what is on its way, and keeps what was typed.
    fn stop_sending(&mut self, cx: &mut Cx) {
        self.sending = false;
        let text = "Stopped waiting. The environment may have taken it. What you typed is still here.";
        cx.say(Level::Note, text);
        cx.cancel(CHANGING);
    }

    /// Closes the form if the credentials were taken; otherwise it stays with everything in it.
    fn take_end(&mut self, HandedOver(result): HandedOver, cx: &mut Cx) {
        cx.jobs.finish(CHANGING);
        match result {
            Ok(account) => {
                let id = account.id.clone();
                changed(account, cx);
                cx.close_popup::<Self>();
                cx.send(PointAt(id));
            }
            Err(fault) => self.refused(fault),
        }
    }
}

/// Reason why nothing can be typed in for an account.
pub(super) fn why_not(account: &Account) -> Option<Cow<'static, str>> {
    let authorization = &account.authorization;
    if authorization.is_typed_in() {
        return None;
    }
    Some(match authorization.is_oauth() {
        true => "This account is authorized by consent: there is nothing to type in. Make a link instead.".into(),
        false => format!("Accounts of the type {authorization} take nothing that is typed in here.").into(),
    })
}

/// Asks for credentials in the place of those that an account has.
pub(super) fn replace(account: &Account, cx: &mut Cx) {
    let form = CredentialsForm::for_known(account);
    open(form, account.provider.clone(), account.authorization.clone(), cx);
}

/// Asks for the credentials of an account on a connection that needs no consent. Whether it does: they may come
/// another way.
pub(super) fn instead_of_a_link(
    chosen: &Chosen,
    identifier: &Identifier,
    known: Option<&Account>,
    cx: &mut Cx,
) -> bool {
    let Chosen { connection, provider, authorization } = chosen;
    let mut form = match known {
        Some(account) => CredentialsForm::for_known(account),
        None => CredentialsForm::for_new(connection.clone(), identifier.clone(), provider),
    };
    if authorization.is_typed_in() {
        open(form, provider.clone(), authorization.clone(), cx);
        return true;
    }
    // Nothing can be replaced where nothing is held.
    let needs_nothing = authorization.by() == AuthorizedBy::Nothing && known.is_none();
    if needs_nothing {
        form.form = Form::Nothing;
        cx.open(form);
    }
    needs_nothing
}

fn open(form: CredentialsForm, provider: Provider, authorization: AuthorizationType, cx: &mut Cx) {
    cx.start(AskProvider(provider, authorization));
    cx.open(form);
}
