//! Memory from one run of the program to the next: where somebody was, and what they preferred. Never a credential,
//! and of what was typed only the filter.

use serde::{Deserialize, Serialize};

use crate::domain::Identifier;
use crate::tui::input::tabs::Tab;

/// A session. Fields that a file lacks, or that make no sense any more, are as at first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Name of the environment that what follows belongs to, up to `account`.
    pub environment: String,
    /// Identifier that the program acted as there; empty for nobody.
    pub acting_as: String,
    /// Screen that was shown.
    pub tab: String,
    /// Filter over the accounts.
    pub filter: String,
    /// Account that the cursor was put on; empty if it was not moved.
    pub account: String,
    /// Order of the accounts; with a hyphen before it, the other way around.
    pub order: String,
    /// Grouping of the accounts.
    pub group: String,
    /// Whether inputs are filled in as forms.
    pub form: bool,
    /// Environments, by their names in the journal, whose calls are followed although they are elsewhere, or not
    /// although they are on this machine. The one that was switched last stands last.
    pub follow_switched: Vec<String>,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// Theme that was chosen; empty if none was.
    pub theme: String,
}

impl Default for Session {
    fn default() -> Self {
        let empty = String::new;
        Self {
            environment: empty(),
            acting_as: empty(),
            tab: empty(),
            filter: empty(),
            account: empty(),
            order: empty(),
            group: empty(),
            form: false,
            follow_switched: Vec::new(),
            mouse: true,
            theme: empty(),
        }
    }
}

impl Session {
    /// Identifier that the program acted as.
    pub fn acting_as(&self) -> Option<Identifier> {
        (!self.acting_as.is_empty()).then(|| Identifier::from(self.acting_as.as_str()))
    }

    /// Screen to begin on. What was tried is not remembered, so nobody is led to an empty playground.
    pub fn tab(&self) -> Tab {
        match Tab::ALL.into_iter().find(|(_, name)| *name == self.tab) {
            Some((Tab::Tools | Tab::Playground, _)) => Tab::Tools,
            Some((tab @ (Tab::Activity | Tab::Agent | Tab::Checks), _)) => tab,
            _ => Tab::Accounts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_an_empty_playground() {
        let tab = |tab: &str| Session { tab: tab.to_owned(), ..Session::default() }.tab();
        assert_eq!(
            [tab("Accounts"), tab("Tools"), tab("Playground"), tab("x")],
            [Tab::Accounts, Tab::Tools, Tab::Tools, Tab::Accounts]
        );
    }
}
