//! The places of the program: its screens and their panes.

use crate::tui::input::action::Action;

/// The screens, in the order of their tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Connected accounts and their status.
    Accounts,
    /// What one identifier may call.
    Tools,
    /// One tool, tried.
    Playground,
    /// Everything that was called.
    Activity,
}

impl Tab {
    /// All of them with their names.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Accounts, "Accounts"),
        (Self::Tools, "Tools"),
        (Self::Playground, "Playground"),
        (Self::Activity, "Activity"),
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(tab, _)| *tab == self).map_or("", |(_, name)| name)
    }

    /// What goes there.
    pub fn action(self) -> Action {
        match self {
            Self::Accounts => Action::GoAccounts,
            Self::Tools => Action::GoTools,
            Self::Playground => Action::GoPlayground,
            Self::Activity => Action::GoActivity,
        }
    }
}

/// The panes of a screen: at most two, which the keyboard moves between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The list, or the playground's input.
    #[default]
    List,
    /// What stands beside it: detail, schema, output.
    Side,
}

impl Pane {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::List => Self::Side,
            Self::Side => Self::List,
        }
    }
}
