//! Tools: the list of what one person may call, or of everything there is.

pub mod account_picker;
mod actions;
pub mod blocked;
pub mod export;
pub mod loading;
pub mod screen;
pub mod selection;
mod try_tool;
mod view;

use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to tools and their popups.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::TryTool, name: "try-tool", hint: "try it", keys: &["Enter", "p"], footer: Some(1), contexts: &[C::Tools, C::Schema],
           sentence: "Open the selected tool in the playground" },
    Spec { action: Action::CycleOrder, name: "tool-order", hint: "order", keys: &["o"], footer: Some(11), contexts: &[C::Tools],
           sentence: "Order by weight, the heaviest first; again as they were listed" },
    Spec { action: Action::MarkTool, name: "mark-tool", hint: "mark", keys: &["Space"], footer: Some(7), contexts: &[C::Tools],
           sentence: "Mark this tool for an export, and go on to the next; again to take the mark away" },
    Spec { action: Action::MarkShown, name: "mark-shown", hint: "mark all", keys: &["A"], footer: None, contexts: &[C::Tools],
           sentence: "Mark every tool that is shown; again to take the marks away" },
    Spec { action: Action::Export, name: "export", hint: "export", keys: &["e"], footer: Some(8), contexts: &[C::Tools],
           sentence: "Show the marked tools, or all that are shown, as definitions for a model, and what that would refuse" },
    Spec { action: Action::CycleScope, name: "scope", hint: "scope", keys: &["s"], footer: Some(4), contexts: &[C::Tools, C::Schema],
           sentence: "List the tools of the person acted as on one connection, on all of theirs, or those of the whole environment; again for the next" },
    Spec { action: Action::ChoosePerson, name: "choose-person", hint: "act as …", keys: &["w"], footer: Some(5), contexts: &[C::Tools, C::Schema, C::BlockedCall],
           sentence: "Choose whom to act as, among everybody who has an account" },
    Spec { action: Action::ApplyFix, name: "repair", hint: "repair", keys: &["a"], footer: Some(2), contexts: &[C::Tools, C::Schema, C::Output],
           sentence: "Do what helps: authorize or connect the account that is missing, or list what was meant" },
    Spec { action: Action::ApplyFix, name: "repair-obstacle", hint: "repair", keys: &["Enter", "a"], footer: Some(1), contexts: &[C::BlockedCall],
           sentence: "Do what helps: authorize or connect the account that is missing" },
    Spec { action: Action::Override, name: "insist", hint: "insist", keys: &["i"], footer: Some(2), contexts: &[C::BlockedCall],
           sentence: "Go on all the same" },
    Spec { action: Action::NextGroup, name: "next-group", hint: "next group", keys: &["}", "]"], footer: None, contexts: &[C::Tools],
           sentence: "To the next connection or provider" },
    Spec { action: Action::PreviousGroup, name: "previous-group", hint: "group before", keys: &["{", "["], footer: None, contexts: &[C::Tools],
           sentence: "To the connection or provider before" },
    Spec { action: Action::FollowReference, name: "follow-reference", hint: "follow", keys: &["r"], footer: Some(3), contexts: &[C::Schema],
           sentence: "Go where the reference leads that this entry came by" },
    Spec { action: Action::Copy, name: "copy-definitions", hint: "copy", keys: &["y", "Enter"], footer: Some(1), contexts: &[C::Export],
           sentence: "Copy all definitions in this form" },
    Spec { action: Action::Sanitize, name: "mend", hint: "mend", keys: &["m"], footer: Some(19), contexts: &[C::Export],
           sentence: "Mend what would be refused, as far as that can be done; again for the definitions as they came" },
];
