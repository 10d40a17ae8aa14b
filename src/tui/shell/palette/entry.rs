//! Entries of the palette, and what choosing one does.

use std::borrow::Cow;

use crate::domain::{AccountId, ToolName};
use crate::journal::Preset;
use crate::profile::SourceEntry;
use crate::tui::core::state::unsent::UnsentInput;
use crate::tui::input::action::Action;
use crate::tui::input::spec::Spec;
use crate::tui::input::tabs::{Pane, Tab};

/// Thing that can be chosen.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Name of the thing, safe to show.
    pub label: Cow<'static, str>,
    /// Its key, or what kind of thing it is.
    pub key: String,
    /// A sentence or a few words on it, safe to show.
    pub note: Cow<'static, str>,
    /// Reason why it cannot be chosen now.
    pub reason: Option<Cow<'static, str>>,
    /// Effect of choosing it.
    pub choice: Choice,
    /// Whether it was found by its letters alone.
    pub by_letters: bool,
}

/// Effect of choosing an entry.
#[derive(Clone, Debug)]
pub enum Choice {
    /// Carries out an action where the keyboard is.
    Do(Action),
    /// Goes to the place of an action and carries it out there.
    At(Place, &'static Spec),
    /// Goes to an account.
    Account(AccountId),
    /// Goes to a tool.
    Tool(ToolName),
    /// Fills in a preset.
    Preset(Box<Preset>),
    /// Opens the tool of an input that was not sent.
    Unsent(Box<UnsentInput>),
    /// Opens an environment.
    Environment(Box<SourceEntry>),
}

impl PartialEq for Choice {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Do(a), Self::Do(b)) => a == b,
            (Self::At(_, a), Self::At(_, b)) => a.name == b.name,
            (Self::Account(a), Self::Account(b)) => a == b,
            (Self::Tool(a), Self::Tool(b)) => a == b,
            (Self::Preset(a), Self::Preset(b)) => (&a.tool, &a.name) == (&b.tool, &b.name),
            (Self::Unsent(a), Self::Unsent(b)) => a.is_same(b),
            (Self::Environment(a), Self::Environment(b)) => a.source == b.source,
            _ => false,
        }
    }
}

/// Place of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Any screen.
    Anywhere,
    /// Pane of a screen.
    Pane(Tab, Pane),
    /// List of environments.
    Environments,
}

impl Place {
    /// Name of the place; empty for any.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anywhere => "",
            Self::Pane(tab, _) => tab.name(),
            Self::Environments => "Environments",
        }
    }
}
