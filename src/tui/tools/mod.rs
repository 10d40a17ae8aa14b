//! Tools: the list of what one person may call, or of everything there is.

pub mod account_picker;
mod actions;
mod arrivals;
pub mod blocked;
pub mod export;
mod fixes;
mod granted;
pub mod loading;
mod loads;
mod order_menu;
pub mod screen;
pub mod selection;
pub mod server_content;
mod try_tool;
pub mod usage;
mod view;

use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to tools and their popups.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::TryTool, name: "try-tool", hint: "open", keys: &["Enter", "p"], footer: Some(1), contexts: &[C::Tools, C::Schema],
           title: "Open in playground", also: "try run call",
           sentence: "Open the selected tool in the playground" },
    Spec { action: Action::OpenRequest, name: "request-from-tools", hint: "API request", keys: &["P"], footer: None, contexts: &[C::Tools, C::Schema],
           title: "Request to provider's API", also: "http proxy rest call builder curl raw get post",
           sentence: "Write a request to the provider's own API with this tool's account" },
    Spec { action: Action::ToggleFavourite, name: "favourite", hint: "favourite", keys: &["*"], footer: Some(12), contexts: &[C::Tools, C::Schema],
           title: "Favourite tool", also: "star bookmark pin",
           sentence: "Mark as a favourite of this environment with a star; again to unmark" },
    Spec { action: Action::ChooseOrder, name: "tool-order", hint: "order", keys: &["o"], footer: Some(11), contexts: &[C::Tools],
           title: "Order tools", also: "sort weight tokens reverse",
           sentence: "Order by name, effect or tokens, or as listed; reverse" },
    Spec { action: Action::Mark, name: "mark-tool", hint: "mark", keys: &["Space"], footer: Some(7), contexts: &[C::Tools],
           title: "Mark tool", also: "select",
           sentence: "Mark for export and move on; again to unmark" },
    Spec { action: Action::MarkShown, name: "mark-shown", hint: "mark all", keys: &["A"], footer: None, contexts: &[C::Tools],
           title: "Mark all tools", also: "select everything",
           sentence: "Mark every tool shown; again to unmark" },
    Spec { action: Action::Export, name: "export", hint: "export", keys: &["e"], footer: Some(8), contexts: &[C::Tools],
           title: "Export tools", also: "definitions anthropic openai mcp save schema",
           sentence: "Show tools as definitions for a model, with what it would refuse" },
    Spec { action: Action::CycleScope, name: "scope", hint: "scope", keys: &["s"], footer: Some(4), contexts: &[C::Tools, C::Schema],
           title: "Tool scope", also: "connection environment everybody",
           sentence: "One connection, all of the user's, or the whole environment" },
    Spec { action: Action::ChoosePerson, name: "choose-person", hint: "act as …", keys: &["T"], footer: Some(5), contexts: &[C::Tools, C::Schema, C::BlockedCall],
           title: "Act as …", also: "identifier user impersonate switch whom",
           sentence: "Choose the user to act as" },
    Spec { action: Action::ApplyFix, name: "repair", hint: "repair", keys: &["a"], footer: Some(2), contexts: &[C::Tools, C::Schema, C::Output],
           title: "Fix", also: "repair authorize connect login",
           sentence: "Authorize or connect the missing account" },
    Spec { action: Action::ApplyFix, name: "repair-obstacle", hint: "repair", keys: &["Enter", "a"], footer: Some(1), contexts: &[C::BlockedCall],
           title: "Fix", also: "repair authorize connect login",
           sentence: "Authorize or connect the missing account" },
    Spec { action: Action::Override, name: "insist", hint: "anyway", keys: &["i"], footer: Some(2), contexts: &[C::BlockedCall],
           title: "Continue anyway", also: "force override",
           sentence: "Continue although something is in the way" },
    Spec { action: Action::SwitchSchema, name: "switch-schema", hint: "input, output", keys: &["i"], footer: None, contexts: &[C::Tools, C::Schema],
           title: "Input / output schema", also: "result structured",
           sentence: "Show the schema of the input, or of what the tool gives back" },
    Spec { action: Action::ServerContent, name: "server-content", hint: "resources", keys: &["v"], footer: Some(6), contexts: &[C::Tools, C::Schema],
           title: "Resources and prompts", also: "mcp server files templates",
           sentence: "Show the resources and prompts that the servers of this user offer" },
    Spec { action: Action::SwitchShelf, name: "switch-shelf", hint: "resources, prompts", keys: &["v", "Tab"], footer: Some(3), contexts: &[C::ServerContent],
           title: "Resources / prompts", also: "mcp server switch",
           sentence: "Show the resources, or the prompts" },
    Spec { action: Action::ReadContent, name: "read-content", hint: "read", keys: &["Enter"], footer: Some(1), contexts: &[C::ServerContent],
           title: "Read", also: "open resource prompt",
           sentence: "Read the resource or the prompt; asks for its values first" },
    Spec { action: Action::FollowReference, name: "follow-reference", hint: "follow $ref", keys: &["f"], footer: Some(3), contexts: &[C::Schema],
           title: "Follow $ref", also: "reference goto",
           sentence: "Go to the definition that $ref names" },
    Spec { action: Action::Copy, name: "copy-definitions", hint: "copy", keys: &["y", "Enter"], footer: Some(1), contexts: &[C::Export],
           title: "Copy definitions", also: "",
           sentence: "Copy all definitions in this form" },
    Spec { action: Action::Sanitize, name: "mend", hint: "fix", keys: &["m"], footer: Some(19), contexts: &[C::Export],
           title: "Make acceptable", also: "mend sanitize repair",
           sentence: "Change what would be refused; again for the original" },
];
