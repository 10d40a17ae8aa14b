//! Popup: a note on a past call.

mod tasks;
mod view;

pub use self::tasks::{NoteSet, SetNote};
use crate::journal::{EntryId, EntrySummary};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::typing::filter::Filter;

/// The note as it is typed.
pub struct NotePopup {
    call: EntryId,
    /// Name of the call.
    name: String,
    text: Filter,
    /// Reason why it was not written, safe to show.
    refused: Option<String>,
}

/// A note was written, or taken away: the list is to be read again.
#[derive(Debug)]
pub(super) struct NoteWritten;

impl NotePopup {
    /// Asks for a note on a call, beginning with the one that it has.
    pub(super) fn open(call: &EntrySummary, cx: &mut Cx) {
        let mut text = Filter::being_typed();
        if let Some(note) = &call.note {
            text.paste(note);
        }
        cx.open(Self { call: call.id, name: call.name.to_string(), text, refused: None });
    }
}

impl Component for NotePopup {
    fn context(&self) -> Context {
        Context::Note
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::Submit => Availability::when(!cx.is_running(SetNote::SLOT), "The note is being written."),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        if action == Action::Submit {
            cx.start(SetNote { call: self.call, note: self.text.text().to_owned() });
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        if let Input::Typed(typed) = input
            && self.text.take(typed)
        {
            self.refused = None;
        }
    }

    fn line(&self) -> Option<Line> {
        Some(self.text.capacity())
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let NoteSet { is_empty, result } = message.take()?;
        cx.jobs.finish(SetNote::SLOT);
        match result {
            Ok(()) => {
                cx.close_popup::<Self>();
                cx.say(Level::Done, if is_empty { "The note is removed." } else { "The note is saved." });
                cx.send(NoteWritten);
            }
            Err(fault) => self.refused = Some(fault.to_string()),
        }
        Ok(())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }
}
