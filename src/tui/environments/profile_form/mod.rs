//! Popup: a new profile, or a change of one.

pub mod form;
mod view;

use crate::domain::{Fault, FaultKind};
use crate::profile::Source;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::toast::Level;
use crate::tui::environments::list::GoToProfile;
use crate::tui::environments::opener::OpenOrder;
use crate::tui::environments::profile_form::form::{ProfileForm, ProfileKind, SaveState};
use crate::tui::environments::profile_task::{ProfileAdded, ProfileEdited, ProfileTask, SLOT};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::{Line, Typed};
use crate::tui::widgets::canvas::Canvas;

impl ProfileForm {
    /// Goes from field to field, and from the last one into the keychain.
    fn submit(&mut self, cx: &mut Cx) {
        if !self.is_at_end() {
            self.step(1);
        } else if let Some((profile, secret)) = self.filled_in() {
            let of = self.of.as_ref().map(|(profile, _)| profile.name.clone());
            let task = match (of, secret) {
                (Some(of), secret) => ProfileTask::Edit(of, Box::new(profile), secret),
                (None, secret) => ProfileTask::Save(Box::new(profile), secret),
            };
            self.state = SaveState::Saving;
            cx.start(task);
        }
    }

    fn edited(&mut self, ProfileEdited { of, name, result }: ProfileEdited, cx: &mut Cx) {
        cx.jobs.finish(SLOT);
        match result {
            Ok(()) => {
                cx.close_popup::<Self>();
                let source = Source::Profile(of.clone());
                let is_open = cx.environment.open().is_some_and(|card| card.source == source);
                let stays = if is_open { " What is open stays as it was until you open it again." } else { "" };
                cx.say(Level::Done, format!("Profile {name} is changed.{stays}"));
                cx.send(OpenOrder::Rename { of, to: name.clone() });
                cx.send(GoToProfile(name));
            }
            Err(fault) => self.refused(fault),
        }
    }
}

impl Component for ProfileForm {
    fn context(&self) -> Context {
        Context::ProfileForm
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        let saving = self.state == SaveState::Saving;
        match action {
            Action::Submit => Availability::when(!saving, "It is being saved already."),
            Action::KeepProfile => Availability::here(self.may_be_kept()),
            Action::Reveal => Availability::here(self.is_masked()),
            Action::NextField | Action::PreviousField => Availability::Yes,
            Action::Back => Availability::here(saving),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Submit => self.submit(cx),
            // Without a keychain: in memory alone.
            Action::KeepProfile => {
                if let Some((profile, Some(secret))) = self.filled_in() {
                    cx.start(ProfileTask::Keep(Box::new(profile), secret));
                }
            }
            Action::Reveal => self.revealed = !self.revealed,
            Action::NextField => self.step(1),
            Action::PreviousField => self.step(-1),
            // Only the wait ends.
            Action::Back => {
                let message = match self.kind {
                    ProfileKind::Scalekit => "You stopped waiting for the keychain. Nothing is saved.",
                    ProfileKind::Local => "You stopped waiting. Nothing is saved.",
                };
                self.refused(Fault::new(FaultKind::Cancelled, message));
                cx.cancel(SLOT);
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match input {
            Input::Typed(Typed::Key(key)) => self.key(*key),
            Input::Typed(Typed::Paste(text)) => self.paste(text),
            Input::Click(Target::Entry(row)) => self.go_to(*row),
            Input::Click(_) | Input::Step(_) | Input::Scroll(..) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        self.typed().map(|field| field.input.capacity(false))
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let message = match message.take() {
            Ok(edited) => {
                self.edited(edited, cx);
                return Ok(());
            }
            Err(message) => message,
        };
        let ProfileAdded { name, in_memory, result } = message.take()?;
        cx.jobs.finish(SLOT);
        match result {
            Ok(()) => {
                cx.close_popup::<Self>();
                let said = match (in_memory, self.kind) {
                    (true, _) => format!("Profile {name} is kept until you leave; nothing was written."),
                    (false, ProfileKind::Local) => format!("Profile {name} is saved."),
                    (false, ProfileKind::Scalekit) => format!("Profile {name} is saved, its secret in the keychain."),
                };
                let next = match cx.keymap.key_for(Action::OpenSource, &[Context::Environments]) {
                    "" => String::new(),
                    key => format!(" {key} opens it."),
                };
                cx.say(Level::Done, format!("{said}{next}"));
                cx.nothing_configured = false;
                cx.send(GoToProfile(name));
            }
            Err(fault) => self.refused(fault),
        }
        Ok(())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
