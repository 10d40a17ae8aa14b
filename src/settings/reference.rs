//! The full-screen front as the command line tells of it, which does not know it: `main.rs` hands this over.

use super::{Rebinding, SettingsProblem};

/// One action and its keys, as the key reference lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Name in the settings file.
    pub name: &'static str,
    /// One sentence without a full stop.
    pub sentence: &'static str,
    /// Places where its keys work.
    pub places: Vec<&'static str>,
    /// Keys in force, the one that hints show first.
    pub keys: Vec<String>,
    /// Keys without a settings file.
    pub default_keys: &'static [&'static str],
}

/// Preferences that the last run left behind and a settings file overrules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// Name of a look; empty if none was chosen.
    pub theme: String,
    /// The mouse is ours.
    pub mouse: bool,
}

/// Every action with its keys under these settings, and what of the settings cannot be done.
pub type KeysInForce = fn(&[Rebinding]) -> (Vec<KeyRow>, Vec<SettingsProblem>);

/// Questions that `jackfield settings` has for the full-screen front.
#[derive(Clone, Copy, Debug)]
pub struct ScreenReference {
    /// Every action with the keys in force under these settings, and what of them cannot be done.
    pub keys: KeysInForce,
    /// Preferences of the last run.
    pub remembered: fn() -> Remembered,
    /// Name of the session file, in the folder of what the program remembers.
    pub session_file: &'static str,
    /// Name of the file with the jq filters that were run, in the same folder.
    pub jq_history_file: &'static str,
    /// Name of the file of saved filters, in the same folder.
    pub filters_file: &'static str,
    /// Name of the file with the inputs that were not sent, in the same folder.
    pub drafts_file: &'static str,
}
