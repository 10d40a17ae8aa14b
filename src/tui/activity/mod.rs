//! The calls of the past: the journal, and the environment's own log.

mod actions;
pub mod diff;
pub mod entry;
pub mod loader;
mod replay;
pub mod screen;
pub mod snippet;
pub mod tasks;
mod view;

use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to past calls and their popups.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::Replay, name: "replay", hint: "send again", keys: &["r"], footer: Some(1), contexts: &[C::Activity, C::Entry],
           sentence: "Send this call again as it was, as the same person" },
    Spec { action: Action::EditReplay, name: "edit-replay", hint: "edit", keys: &["e"], footer: Some(2), contexts: &[C::Activity, C::Entry],
           sentence: "Put this call into the playground, to change it before it is sent again" },
    Spec { action: Action::ReplayAs, name: "replay-as", hint: "send as me", keys: &["A"], footer: None, contexts: &[C::Activity, C::Entry],
           sentence: "Send this call again as the person you act as now" },
    Spec { action: Action::EveryEnvironment, name: "every-environment", hint: "all environments", keys: &["E"], footer: Some(9), contexts: &[C::Activity],
           sentence: "Show calls of all environments; again for the open one alone" },
    Spec { action: Action::Mark, name: "mark", hint: "mark", keys: &["Space"], footer: Some(4), contexts: &[C::Activity],
           sentence: "Mark this call; two marked ones are compared" },
    Spec { action: Action::Compare, name: "compare", hint: "compare", keys: &["d"], footer: Some(3), contexts: &[C::Activity, C::Entry],
           sentence: "Show in which values the marked calls differ: what came back, or what went along" },
    Spec { action: Action::SwitchHalf, name: "turn-half", hint: "other half", keys: &["i"], footer: Some(5), contexts: &[C::Activity, C::Entry, C::Difference],
           sentence: "Look at what went along instead of what came back, and the other way round" },
    Spec { action: Action::IgnoreTimes, name: "ignore-times", hint: "times", keys: &["t"], footer: Some(1), contexts: &[C::Difference],
           sentence: "Leave times out of account; again to count them" },
    Spec { action: Action::IgnoreIds, name: "ignore-ids", hint: "ids", keys: &["d"], footer: Some(2), contexts: &[C::Difference],
           sentence: "Leave ids out of account; again to count them" },
    Spec { action: Action::AsCode, name: "as-code", hint: "as code", keys: &["c", "F4"], footer: Some(6), contexts: &[C::Activity, C::Entry, C::Output],
           sentence: "Show the call as a jackfield or curl command, or for the Python or Node SDK" },
    Spec { action: Action::Copy, name: "copy-code", hint: "copy", keys: &["y", "Enter"], footer: Some(1), contexts: &[C::AsCode],
           sentence: "Copy the call in this form" },
    Spec { action: Action::Detail, name: "look-at-call", hint: "look", keys: &["Enter"], footer: Some(7), contexts: &[C::Activity],
           sentence: "Move the keyboard to what stands beside the list" },
];
