//! The places of the program: its screens and their panes.

use crate::tui::input::action::Action;

/// The screens, in the order of their tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Connected accounts and their status.
    Accounts,
    /// Tools that one identifier may call.
    Tools,
    /// Tool that is tried out.
    Playground,
    /// Calls of the past.
    Activity,
    /// A model that works as one person.
    Agent,
    /// Findings and changes.
    Checks,
}

impl Tab {
    /// All screens with their names.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Accounts, "Accounts"),
        (Self::Tools, "Tools"),
        (Self::Playground, "Playground"),
        (Self::Activity, "Activity"),
        (Self::Agent, "Agent"),
        (Self::Checks, "Checks"),
    ];

    /// Name in the header.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(tab, _)| *tab == self).map_or("", |(_, name)| name)
    }

    /// Action that shows this screen.
    pub fn action(self) -> Action {
        match self {
            Self::Accounts => Action::GoAccounts,
            Self::Tools => Action::GoTools,
            Self::Playground => Action::GoPlayground,
            Self::Activity => Action::GoActivity,
            Self::Agent => Action::GoAgent,
            Self::Checks => Action::GoChecks,
        }
    }
}

/// The panes of a screen: at most two, which the keyboard moves between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The list, or the playground's input.
    #[default]
    List,
    /// Pane beside or below the list: detail, schema, output.
    Side,
}

impl Pane {
    /// Pane that is not this one.
    pub fn other(self) -> Self {
        match self {
            Self::List => Self::Side,
            Self::Side => Self::List,
        }
    }
}
