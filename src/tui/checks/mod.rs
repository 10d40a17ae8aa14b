//! Checks: whether all is well, what changed, and what repairs it.

mod actions;
mod detail;
pub mod rows;
mod save;
pub mod screen;
pub mod tasks;
mod view;

use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to checks.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::Repair, name: "repair-finding", hint: "repair", keys: &["a"], footer: Some(2), contexts: &[C::Checks, C::Finding],
           title: "Repair finding", also: "fix authorize open solve",
           sentence: "Do what repairs this: authorize the account, open the tool or list" },
    Spec { action: Action::RunChecks, name: "run-checks", hint: "check", keys: &["r", "R"], footer: Some(1), contexts: &[C::Checks, C::Finding],
           title: "Run checks", also: "doctor examine health refresh changes",
           sentence: "Check key, accounts, connections, tools and changes now" },
    Spec { action: Action::ProveAll, name: "check-and-prove", hint: "check, prove", keys: &["v"], footer: Some(3), contexts: &[C::Checks, C::Finding],
           title: "Check and prove", also: "doctor identity who really",
           sentence: "Run the checks, and ask the providers who every account is" },
    Spec { action: Action::Detail, name: "look-at-finding", hint: "details", keys: &["Enter"], footer: Some(5), contexts: &[C::Checks],
           title: "Finding details", also: "evidence show inspect",
           sentence: "Move to the details pane: the evidence, and what repairs it" },
    Spec { action: Action::CycleGroup, name: "group-findings", hint: "group", keys: &["b"], footer: Some(6), contexts: &[C::Checks],
           title: "Group findings", also: "by check severity",
           sentence: "Group by check, by severity, or not at all" },
    Spec { action: Action::StopLoading, name: "stop-checks", hint: "stop", keys: &["Esc"], footer: Some(4), contexts: &[C::Checks, C::Finding],
           title: "Stop checks", also: "cancel abort",
           sentence: "Stop the checks; what was found before stays" },
];
