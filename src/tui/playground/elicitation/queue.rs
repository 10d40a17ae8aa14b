//! Questions of a call, one after another: each is shown once the keyboard is free.

use std::collections::VecDeque;

use crate::domain::Elicitation;
use crate::tui::core::cx::Cx;
use crate::tui::core::messages::ServerQuestion;
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;
use crate::tui::input::tabs::Tab;
use crate::tui::playground::elicitation::{ElicitationPopup, Reply};
use crate::tui::playground::screen::Playground;

/// Questions that wait at once. Whoever asks more gets no answer to those.
const MOST: usize = 32;

/// Questions that nobody has seen yet, in the order in which they were asked.
#[derive(Default)]
pub struct Questions(VecDeque<(Box<Elicitation>, Reply)>);

impl Playground {
    /// Takes a question of the run of this number. One of a call that nobody waits for any more is dropped, which
    /// cancels it.
    pub(in crate::tui::playground) fn asked(
        &mut self,
        number: u64,
        elicitation: Box<Elicitation>,
        reply: Reply,
        cx: &mut Cx,
    ) {
        if number != self.number || self.output.since().is_none() || self.questions.0.len() >= MOST {
            return;
        }
        if cx.tab != Tab::Playground || cx.is_covered {
            let server = &elicitation.server;
            let how = match (cx.tab, cx.key_for(Action::GoPlayground)) {
                (Tab::Playground, _) | (_, "") => String::new(),
                (_, key) => format!(" {key} shows the question."),
            };
            cx.say(Level::Note, format!("{server} asks you something.{how}"));
        }
        self.questions.0.push_back((elicitation, reply));
    }

    /// Shows the next question, if nothing else has the keyboard.
    pub(in crate::tui::playground) fn ask_next(&mut self, cx: &mut Cx) {
        if cx.is_covered {
            return;
        }
        let waits = |(_, reply): &(Box<Elicitation>, Reply)| !reply.is_closed();
        self.questions.0.retain(waits);
        let (Some(subject), Some((elicitation, reply))) = (&self.subject, self.questions.0.pop_front()) else { return };
        let whom = format!("on {} as {}", subject.connection, subject.identifier);
        let popup = ElicitationPopup::new(*elicitation, whom, reply, cx);
        cx.open(popup);
    }

    /// Takes every question away: nobody waits for an answer any more.
    pub(in crate::tui::playground) fn drop_questions(&mut self, cx: &mut Cx) {
        self.questions.0.clear();
        cx.close_popup::<ElicitationPopup>();
    }
}

/// Shows the question of a call that is none of the playground's.
pub fn ask_at_once(question: ServerQuestion, cx: &mut Cx) {
    let ServerQuestion { elicitation, whom, reply } = question;
    let popup = ElicitationPopup::new(*elicitation, whom, reply, cx);
    cx.open(popup);
}
