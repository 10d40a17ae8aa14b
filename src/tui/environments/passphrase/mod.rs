//! Popup: the passphrase of the vault, where there is no keychain. A thread that needs a secret waits for the answer.

mod view;

use std::sync::mpsc::SyncSender;

use crate::domain::Secret;
use crate::secrets::PassphraseQuestion;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::typed::{Line, Typed};
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::typing::line_input::LineInput;

/// Request of a thread for the passphrase. Dropped unanswered, it says that there is none.
#[derive(Debug)]
pub struct PassphraseRequest {
    /// Reason for asking.
    pub question: PassphraseQuestion,
    /// Way of the answer.
    pub answer: SyncSender<Secret>,
}

/// The passphrase being typed.
pub struct PassphraseForm {
    request: PassphraseRequest,
    /// The passphrase; that of a new vault twice, for nobody sees a slip.
    fields: Vec<LineInput>,
    /// Index of the field with the keyboard.
    at: usize,
    problem: Option<&'static str>,
}

impl PassphraseForm {
    /// Opens the popup.
    pub fn open(request: PassphraseRequest, cx: &mut Cx) {
        let fields = if request.question == PassphraseQuestion::New { 2 } else { 1 };
        let problem = (request.question == PassphraseQuestion::Again).then_some("Wrong passphrase. Try again.");
        let fields = std::iter::repeat_with(LineInput::default).take(fields).collect();
        cx.open(Self { request, fields, at: 0, problem });
    }

    /// Goes from field to field, and from the last one back to the thread that waits.
    fn submit(&mut self, cx: &mut Cx) {
        let typed = |at: usize| self.fields.get(at).map_or("", LineInput::raw);
        if typed(0).is_empty() {
            self.refuse(0, "Enter a passphrase.");
        } else if self.at + 1 < self.fields.len() {
            self.go_to(self.at + 1);
        } else if self.fields.len() > 1 && typed(0) != typed(1) {
            self.fields.iter_mut().for_each(|field| *field = LineInput::default());
            self.refuse(0, "The two passphrases differ. Enter both again.");
        } else if let Some(field) = self.fields.first() {
            // Where nobody waits any more, the answer is needed by nobody.
            let _ = self.request.answer.try_send(field.secret());
            cx.close_popup::<Self>();
        }
    }

    fn refuse(&mut self, field: usize, problem: &'static str) {
        self.go_to(field);
        self.problem = Some(problem);
    }

    fn go_to(&mut self, field: usize) {
        self.at = field.min(self.fields.len().saturating_sub(1));
    }
}

impl Component for PassphraseForm {
    fn context(&self) -> Context {
        Context::Passphrase
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        match action {
            Action::Submit => Availability::Yes,
            Action::NextField | Action::PreviousField => Availability::here(self.fields.len() > 1),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Submit => self.submit(cx),
            // There are two at most.
            Action::NextField | Action::PreviousField => self.go_to(1 - self.at.min(1)),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        let at = self.at;
        match (input, self.fields.get_mut(at)) {
            (Input::Typed(Typed::Key(key)), Some(field)) => {
                let changed = field.key(*key);
                self.problem = self.problem.filter(|_| !changed);
            }
            (Input::Typed(Typed::Paste(text)), Some(field)) => {
                field.paste(text, false);
                self.problem = None;
            }
            (Input::Click(Target::Entry(row)), _) => self.go_to(*row),
            _ => {}
        }
    }

    fn line(&self) -> Option<Line> {
        self.fields.get(self.at).map(|field| field.capacity(false))
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    /// The thread that waits hears of it as this goes.
    fn close(&mut self, cx: &mut Cx) {
        let said = match self.request.question {
            PassphraseQuestion::New => "No vault was made. Secrets are kept in memory, for this run only.",
            PassphraseQuestion::Open | PassphraseQuestion::Again => {
                "The vault stays locked. Its passphrase is asked for again when a secret is needed."
            }
        };
        cx.say(Level::Note, said);
    }
}
