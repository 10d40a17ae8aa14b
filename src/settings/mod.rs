//! Floor 1: what a person has set, as the settings file says it.
//!
//! The file is TOML, optional in every part, and never a reason not to start: what it says wrongly
//! is a [`SettingsProblem`] with its line, and as if it were not there. Reading is all that happens to it.

mod agent;
mod read;
mod reference;
mod values;

#[cfg(test)]
pub use agent::Price;
pub use agent::{AgentSettings, ModelPrices};
pub use reference::{KeyRow, Remembered, ScreenReference};
pub use values::{LogLevel, NotifyChoice, RefreshInterval, ThemeChoice, ThemeVariant, TimeLimit};

use std::fmt;

/// The name of the file, in the folder of what a person may edit.
pub const FILE: &str = "settings.toml";

/// Settings of a person. What is not set is remembered from the last run, or as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Colours of the screen.
    pub theme: Option<ThemeChoice>,
    /// True if the program takes the mouse at the start; else the terminal keeps it for selecting text.
    pub mouse: Option<bool>,
    /// False if calls are not to be written to the journal.
    pub record: Option<bool>,
    /// True if screen-share mode is on at the start.
    pub screen_share: Option<bool>,
    /// False if inputs that were not sent are not to be kept for the next run.
    pub keep_drafts: Option<bool>,
    /// Way in which the desktop is told that an authorization has ended.
    pub notify: Option<NotifyChoice>,
    /// Time after which the screen reads again what is visible.
    pub refresh: Option<RefreshInterval>,
    /// Amount of logging.
    pub log: Option<LogLevel>,
    /// Time a command waits for a tool or a provider.
    pub timeout: Option<TimeLimit>,
    /// Largest answer that is read, in MiB.
    pub max_answer_mib: Option<u16>,
    /// Accounts that are asked about at once who they are, 1 to 64.
    pub proofs_at_once: Option<u16>,
    /// The agent: its model, and how far a run may go.
    pub agent: AgentSettings,
    /// Keys other than the usual ones, in the file's order.
    pub keys: Vec<Rebinding>,
    /// Mistakes in the file.
    pub problems: Vec<SettingsProblem>,
}

/// Other keys for one action. Neither the name nor the keys have been understood yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebinding {
    /// The name of the action, as it stands there.
    pub name: String,
    /// The keys, as they stand there; none unbinds it.
    pub keys: Vec<String>,
    /// The line it stands in, counted from one.
    pub line: usize,
}

/// Something that the file says wrongly, and what happens instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsProblem {
    /// The line it stands in, counted from one; none where the whole file is meant.
    pub line: Option<usize>,
    /// A sentence, safe to show.
    pub sentence: String,
}

impl fmt::Display for SettingsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{FILE}, line {line}: {}", self.sentence),
            None => write!(f, "{FILE}: {}", self.sentence),
        }
    }
}
