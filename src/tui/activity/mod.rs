//! The calls of the past: the journal, and the environment's own log.

mod actions;
mod beside;
mod call_actions;
pub mod diff;
pub mod entry;
pub mod following;
mod lines;
pub mod loader;
mod logged;
pub mod note;
mod order;
mod own_requests;
mod replay;
mod reports;
pub mod runs;
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
    Spec { action: Action::Replay, name: "replay", hint: "send again", keys: &["x"], footer: Some(1), contexts: &[C::Activity, C::Entry],
           title: "Send again", also: "replay repeat resend rerun retry",
           sentence: "Send this call again, unchanged, as the same user" },
    Spec { action: Action::EditReplay, name: "edit-replay", hint: "edit", keys: &["e"], footer: Some(2), contexts: &[C::Activity, C::Entry],
           title: "Edit and send", also: "replay playground change",
           sentence: "Open this call in the playground, to change it and send it" },
    Spec { action: Action::ReplayAs, name: "replay-as", hint: "send as me", keys: &["A"], footer: None, contexts: &[C::Activity, C::Entry],
           title: "Send as current user", also: "replay repeat",
           sentence: "Send this call again as the user you act as now" },
    Spec { action: Action::EveryEnvironment, name: "every-environment", hint: "all environments", keys: &["E"], footer: Some(9), contexts: &[C::Activity],
           title: "All environments", also: "everywhere history",
           sentence: "Show calls of all environments; again for the open one only" },
    Spec { action: Action::Follow, name: "follow", hint: "follow", keys: &["F"], footer: Some(10), contexts: &[C::Activity],
           title: "Follow calls", also: "tail live watch log new",
           sentence: "Show calls made elsewhere as they come in, or not" },
    Spec { action: Action::ToggleFold, name: "fold-run", hint: "calls", keys: &["Space", "Enter"], footer: Some(4), contexts: &[C::Activity],
           title: "Calls of the run", also: "unfold expand collapse agent group",
           sentence: "On a run: show its calls one by one, or as one line" },
    Spec { action: Action::Mark, name: "mark", hint: "mark", keys: &["Space"], footer: Some(4), contexts: &[C::Activity],
           title: "Mark call", also: "select",
           sentence: "Mark this call and move on; two marked calls can be compared" },
    Spec { action: Action::ChooseOrder, name: "call-order", hint: "order", keys: &["o"], footer: Some(11), contexts: &[C::Activity],
           title: "Order calls", also: "sort reverse slowest",
           sentence: "Order by time, outcome, call, user, connection, duration; reverse" },
    Spec { action: Action::Compare, name: "compare", hint: "compare", keys: &["d"], footer: Some(3), contexts: &[C::Activity, C::Entry],
           title: "Compare calls", also: "diff difference",
           sentence: "Show the differences between the marked calls" },
    Spec { action: Action::WriteNote, name: "note", hint: "note", keys: &["n"], footer: Some(8), contexts: &[C::Activity],
           title: "Write note", also: "comment annotate remark label",
           sentence: "Write a note on this call, one line; empty removes it" },
    Spec { action: Action::CallsOfRun, name: "only-this-run", hint: "its run", keys: &["u"], footer: None, contexts: &[C::Activity],
           title: "Only this run", also: "agent group session filter",
           sentence: "Show only the calls of the run that this call belongs to" },
    Spec { action: Action::OpenRun, name: "open-run", hint: "open run", keys: &["a"], footer: None, contexts: &[C::Activity],
           title: "Open run in Agent", also: "conversation transcript model",
           sentence: "Open the agent's run that this call belongs to" },
    Spec { action: Action::SwitchHalf, name: "turn-half", hint: "input/result", keys: &["i"], footer: Some(5), contexts: &[C::Activity, C::Entry, C::Difference],
           title: "Input / result", also: "switch other half request response arguments",
           sentence: "Switch between input and result" },
    Spec { action: Action::IgnoreTimes, name: "ignore-times", hint: "times", keys: &["t"], footer: Some(1), contexts: &[C::Difference],
           title: "Ignore times", also: "",
           sentence: "Ignore differences in times; again to count them" },
    Spec { action: Action::IgnoreIds, name: "ignore-ids", hint: "ids", keys: &["d"], footer: Some(2), contexts: &[C::Difference],
           title: "Ignore ids", also: "",
           sentence: "Ignore differences in ids; again to count them" },
    Spec { action: Action::AsCode, name: "as-code", hint: "as code", keys: &["c", "F4"], footer: Some(6), contexts: &[C::Activity, C::Entry, C::Output],
           title: "As code", also: "curl python node snippet command export",
           sentence: "Show the call as a jackfield or curl command, Python or Node" },
    Spec { action: Action::Copy, name: "copy-code", hint: "copy", keys: &["y", "Enter"], footer: Some(1), contexts: &[C::AsCode],
           title: "Copy code", also: "yank",
           sentence: "Copy the call in this form" },
    Spec { action: Action::Detail, name: "look-at-call", hint: "details", keys: &["Enter"], footer: Some(7), contexts: &[C::Activity],
           title: "Call details", also: "show inspect open",
           sentence: "Move to the details pane" },
];
