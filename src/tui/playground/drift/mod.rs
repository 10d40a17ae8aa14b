//! A tool that its server changed since it was trusted: found out before a call goes out, and shown as a difference.

mod popup;
pub mod tasks;

pub use self::popup::DriftPopup;
use crate::domain::{Fault, ToolOrigin};
use crate::flow::tool_trust::DefinitionChange;
use crate::tui::core::cx::Cx;
use crate::tui::core::toast::Level;
use crate::tui::playground::drift::tasks::{CheckDefinition, DefinitionChecked};
use crate::tui::playground::screen::Playground;

/// What is known of the tool's definition, held against the one that is trusted.
#[derive(Debug, Default)]
pub enum Definition {
    /// Nobody has looked since the last call.
    #[default]
    NotChecked,
    /// It is the one that is trusted, or needs no trust.
    Trusted,
    /// It is another.
    Changed(Box<DefinitionChange>),
    /// It is another, and the person trusts it with the call that goes out.
    Accepted,
}

impl Definition {
    /// The difference that nobody has agreed to.
    pub(super) fn change(&self) -> Option<&DefinitionChange> {
        match self {
            Self::Changed(change) => Some(change),
            Self::NotChecked | Self::Trusted | Self::Accepted => None,
        }
    }
}

/// Send the call, and trust the tool as it is now.
#[derive(Debug)]
pub(super) struct TrustAndSend;

/// Show what changed.
#[derive(Debug)]
pub(super) struct ShowDrift;

impl Playground {
    /// Whether the definition has to be looked at before the call can be asked about; then that is begun.
    pub(super) fn checks_definition(&mut self, again: bool, cx: &mut Cx) -> bool {
        let Some(subject) = self.subject.as_ref().filter(|subject| !subject.is_request()) else { return false };
        let is_served = match subject.tool.origin {
            ToolOrigin::Server(_) => true,
            ToolOrigin::Environment | ToolOrigin::Contract(_) => false,
        };
        match self.definition {
            Definition::NotChecked if is_served => {
                let (connection, tool) = (subject.connection.clone(), Box::new(subject.tool.clone()));
                cx.start(CheckDefinition { connection, tool, again });
                true
            }
            Definition::NotChecked | Definition::Trusted | Definition::Changed(_) | Definition::Accepted => false,
        }
    }

    /// Takes what was found out, and goes on with the call.
    pub(super) fn definition_checked(
        &mut self,
        DefinitionChecked { tool, again, result }: DefinitionChecked,
        cx: &mut Cx,
    ) {
        cx.jobs.finish(CheckDefinition::SLOT);
        if self.subject.as_ref().is_none_or(|subject| subject.tool.name != tool) {
            return;
        }
        match result {
            Ok(change) => {
                self.definition = change.map_or(Definition::Trusted, |change| Definition::Changed(Box::new(change)));
                self.ask_to_send(again, cx);
                // What is trusted may change before the next call.
                if matches!(self.definition, Definition::Trusted) {
                    self.definition = Definition::NotChecked;
                }
            }
            Err(fault) => self.not_checked(&fault, cx),
        }
    }

    fn not_checked(&mut self, fault: &Fault, cx: &mut Cx) {
        cx.say(Level::Problem, format!("{fault} Nothing was sent: whether the tool changed is not known."));
    }

    /// Shows what changed, and beside it what else speaks against the call.
    pub(super) fn show_drift(&mut self, others: Vec<String>, cx: &mut Cx) {
        // Whatever comes of it, the next call looks anew.
        if let Definition::Changed(change) = std::mem::take(&mut self.definition) {
            cx.open(DriftPopup::new(*change, others));
        }
    }

    /// Sends the call, and trusts the tool as it is now.
    pub(super) fn trust_and_send(&mut self, cx: &mut Cx) {
        self.definition = Definition::Accepted;
        self.send_call(cx);
        self.definition = Definition::NotChecked;
    }
}
