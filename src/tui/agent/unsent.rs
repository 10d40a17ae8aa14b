//! The message to the agent outlives the program: what stands unsent is left to the next run, and given back there.

use std::sync::Arc;

use jiff::Timestamp;

use crate::tui::agent::screen::Agent;
use crate::tui::core::cx::Cx;
use crate::tui::core::state::unsent::{Unsent, UnsentMessage};
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;

/// Longest message that is left to the next run, in bytes.
const LONGEST: usize = 256 << 10;

/// Place and age of the message that is typed.
#[derive(Debug, Default)]
pub(super) struct UnsentDraft {
    /// Number that is another one once something is to be kept anew.
    revision: u64,
    /// Name in the journal of the environment in which it was changed last.
    environment: String,
    changed: Timestamp,
    /// Whether credentials were left out of it when an earlier run wrote it.
    left_out: bool,
    /// Whether it is still as an earlier run left it.
    is_earlier: bool,
    /// Messages of earlier runs that were taken over.
    used: Vec<Arc<UnsentMessage>>,
}

impl Agent {
    /// Number that is another one once what [`Self::with_unsent`] adds may be.
    pub fn message_revision(&self) -> u64 {
        self.unsent.revision
    }

    /// Adds the message that stands unsent; none while calls are not recorded.
    pub fn with_unsent(&self, unsent: Unsent, cx: &Cx) -> Unsent {
        let draft = &self.unsent;
        let text = self.field.text();
        let is_kept = cx.recording && !self.field.is_blank() && text.len() <= LONGEST && !draft.environment.is_empty();
        let message = is_kept.then(|| UnsentMessage {
            environment: draft.environment.clone(),
            changed: draft.changed,
            text: text.to_owned(),
            left_out: draft.left_out,
            run: String::new(),
        });
        Unsent { message: message.map(Arc::new), used_messages: draft.used.clone(), ..unsent }
    }

    /// Takes note that the message was changed or sent.
    pub(super) fn message_changed(&mut self, cx: &Cx) {
        let draft = &mut self.unsent;
        (draft.revision, draft.changed, draft.is_earlier) = (draft.revision + 1, cx.now.wall, false);
        if let Some(card) = cx.environment.open() {
            draft.environment.clone_from(&card.recorded_as);
        }
        if self.field.is_blank() {
            self.unsent.left_out = false;
        }
    }

    /// Whether something was typed in this run and not sent.
    pub(super) fn holds_unsent(&self) -> bool {
        !self.field.is_blank() && !self.unsent.is_earlier
    }

    /// Gives back the newest message that an earlier run left in this environment, unless another one is being typed.
    pub(super) fn give_back_message(&mut self, environment: &str, cx: &mut Cx) {
        if !self.field.is_blank() {
            return;
        }
        let Some(at) = cx.unsent_messages.iter().position(|message| message.environment == environment) else { return };
        let message = cx.unsent_messages.remove(at);
        self.field.set(&message.text);
        let draft = &mut self.unsent;
        draft.revision += 1;
        (draft.environment, draft.changed) = (message.environment.clone(), message.changed);
        (draft.left_out, draft.is_earlier) = (message.left_out, true);
        let lacks = if message.left_out { " Credentials are never saved." } else { "" };
        let there = match cx.key_for(Action::GoAgent) {
            "" => String::new(),
            key => format!(" {key} goes there."),
        };
        cx.say(Level::Note, format!("The message to the agent from last time is still unsent.{lacks}{there}"));
        draft.used.push(Arc::new(UnsentMessage { text: String::new(), ..message }));
    }
}
