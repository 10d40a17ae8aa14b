//! Screen: one tool, or a provider's own API, tried. Input on the left, output on the right, and above both as whom.

mod actions;
mod completion;
mod component;
pub mod drafts;
pub mod form;
mod form_actions;
mod form_view;
pub mod formats;
mod items;
pub mod member_names;
pub mod modifiers;
pub mod output;
pub mod prefill;
pub mod presets;
pub mod recent;
pub mod requests;
pub mod screen;
mod suggestions;
pub mod tasks;
pub mod validator_cache;
mod view;

use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to the playground and its popups.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::TakeCompletion, name: "take-completion", hint: "take", keys: &["Tab", "Enter"], footer: Some(1), contexts: &[C::Input],
           title: "Take suggestion", also: "",
           sentence: "Insert the name or value chosen from the list under the cursor" },
    Spec { action: Action::CloseCompletion, name: "close-completion", hint: "close list", keys: &["Esc"], footer: Some(2), contexts: &[C::Input],
           title: "Close suggestions", also: "",
           sentence: "Close the list of names and values, not the screen" },
    Spec { action: Action::OpenRecent, name: "open-recent", hint: "open", keys: &["Enter"], footer: Some(1), contexts: &[C::Output],
           title: "Open recent tool", also: "last again",
           sentence: "Open the tool that ran lately, with the same account" },
    Spec { action: Action::Run, name: "run", hint: "run", keys: &["Ctrl-R", "F5"], footer: Some(1), contexts: &[C::Input, C::InputForm, C::Output],
           title: "Run tool", also: "execute call send",
           sentence: "Run the tool with this input, as the user shown" },
    Spec { action: Action::Stop, name: "stop", hint: "stop", keys: &["Esc", "Ctrl-C"], footer: Some(2), contexts: &[C::Input, C::InputForm, C::Output],
           title: "Stop", also: "cancel abort",
           sentence: "Stop waiting for the call" },
    Spec { action: Action::ContinueUnsent, name: "continue-unsent", hint: "continue", keys: &["Enter"], footer: Some(1), contexts: &[C::Output],
           title: "Continue unsent input", also: "draft restore resume last time",
           sentence: "Open the tool of the input that was not sent last time" },
    Spec { action: Action::DropUnsent, name: "drop-unsent", hint: "drop", keys: &["x"], footer: Some(2), contexts: &[C::Output],
           title: "Drop unsent input", also: "draft discard forget",
           sentence: "Drop the input that was not sent last time" },
    Spec { action: Action::DropUnsent, name: "drop-unsent-while-typing", hint: "drop", keys: &["Alt-x"], footer: None, contexts: &[C::Input, C::InputForm],
           title: "Drop unsent input", also: "draft discard forget",
           sentence: "Drop the input from last time; undo brings it back" },
    Spec { action: Action::Sample, name: "sample", hint: "sample", keys: &["Ctrl-S"], footer: Some(3), contexts: &[C::Input, C::InputForm],
           title: "Sample input", also: "fill example",
           sentence: "Fill in a sample from the schema; again for every field" },
    Spec { action: Action::SwitchInputView, name: "turn-input", hint: "form", keys: &["F2"], footer: Some(4), contexts: &[C::Input],
           title: "Form / JSON", also: "switch input view",
           sentence: "Edit the input as a form" },
    Spec { action: Action::SwitchInputView, name: "turn-form", hint: "JSON", keys: &["F2"], footer: Some(4), contexts: &[C::InputForm],
           title: "Form / JSON", also: "switch input view",
           sentence: "Edit the input as JSON" },
    Spec { action: Action::FillIn, name: "fill-in", hint: "fill in", keys: &["Enter"], footer: Some(5), contexts: &[C::InputForm],
           title: "Fill in", also: "",
           sentence: "Choose a value, toggle, add what is missing; else the next field" },
    Spec { action: Action::Suggest, name: "suggest", hint: "suggest", keys: &["Ctrl-T"], footer: Some(6), contexts: &[C::InputForm],
           title: "Suggest values", also: "complete",
           sentence: "Suggest values: default, examples, times from now, null, omit" },
    Spec { action: Action::LeaveOut, name: "leave-out", hint: "omit", keys: &["Ctrl-X"], footer: Some(7), contexts: &[C::InputForm],
           title: "Omit field", also: "remove delete leave out",
           sentence: "Omit the field, or remove the item" },
    Spec { action: Action::PutNull, name: "put-null", hint: "null", keys: &["Ctrl-N"], footer: None, contexts: &[C::InputForm],
           title: "Put null", also: "",
           sentence: "Set the field to null" },
    Spec { action: Action::PutEmpty, name: "put-empty", hint: "empty", keys: &["Ctrl-B"], footer: None, contexts: &[C::InputForm],
           title: "Put empty", also: "",
           sentence: "Set the field to empty text, list or object (not the same as omitting it)" },
    Spec { action: Action::Rename, name: "rename", hint: "rename", keys: &["Ctrl-O"], footer: Some(8), contexts: &[C::InputForm],
           title: "Rename field", also: "",
           sentence: "Rename the field, where the schema leaves names open" },
    Spec { action: Action::UseAs, name: "use-as", hint: "use as …", keys: &["u"], footer: None, contexts: &[C::Output, C::Entry],
           title: "Use value as input", also: "chain copy insert",
           sentence: "Put the value under the cursor into a field of the input" },
    Spec { action: Action::Presets, name: "presets", hint: "presets", keys: &["F6"], footer: Some(5), contexts: &[C::Input, C::InputForm],
           title: "Presets", also: "saved inputs save load",
           sentence: "Saved inputs of this tool: fill in, save, delete" },
    Spec { action: Action::FillInPreset, name: "fill-in-preset", hint: "fill in", keys: &["Enter"], footer: Some(1), contexts: &[C::Presets],
           title: "Fill in preset", also: "load",
           sentence: "Replace the input; undo brings it back" },
    Spec { action: Action::SavePreset, name: "save-preset", hint: "save as", keys: &["s", "n"], footer: Some(2), contexts: &[C::Presets],
           title: "Save preset", also: "store",
           sentence: "Save the input under a name, without credentials" },
    Spec { action: Action::DeletePreset, name: "delete-preset", hint: "delete", keys: &["D"], footer: Some(3), contexts: &[C::Presets],
           title: "Delete preset", also: "remove",
           sentence: "Delete this preset; asks first" },
    Spec { action: Action::PageUp, name: "form-page-up", hint: "page up", keys: &["PageUp"], footer: None, contexts: &[C::InputForm],
           title: "Page up", also: "",
           sentence: "One page up" },
    Spec { action: Action::PageDown, name: "form-page-down", hint: "page down", keys: &["PageDown"], footer: None, contexts: &[C::InputForm],
           title: "Page down", also: "",
           sentence: "One page down" },
    Spec { action: Action::Back, name: "stop-typing", hint: "stop typing", keys: &["Esc"], footer: Some(18), contexts: &[C::Input, C::InputForm],
           title: "Stop typing", also: "leave normal mode back",
           sentence: "Go to the result, the input stays; again to go back to Tools" },
    Spec { action: Action::TypeInput, name: "type-input", hint: "type", keys: &["i"], footer: Some(19), contexts: &[C::Output],
           title: "Type", also: "input insert edit",
           sentence: "Go to the input and type" },
    Spec { action: Action::AsCode, name: "input-as-code", hint: "as code", keys: &["F4"], footer: None, contexts: &[C::Input, C::InputForm],
           title: "As code", also: "curl python node snippet command export",
           sentence: "Show the call as a jackfield or curl command, Python or Node" },
    Spec { action: Action::Edit, name: "edit", hint: "editor", keys: &["Ctrl-E"], footer: Some(4), contexts: &[C::Input, C::InputForm],
           title: "Edit input in editor", also: "vim external",
           sentence: "Edit the input in your editor (VISUAL, EDITOR)" },
    Spec { action: Action::Zoom, name: "zoom-while-typing", hint: "zoom", keys: &["F7"], footer: None, contexts: &[C::Input, C::InputForm],
           title: "Zoom", also: "fullscreen maximize",
           sentence: "Give this pane the whole screen; again for both" },
    Spec { action: Action::FormatInput, name: "format-input", hint: "format", keys: &["Ctrl-L"], footer: None, contexts: &[C::Input],
           title: "Format input", also: "pretty print indent json",
           sentence: "Format the JSON: indent it anew; undo brings the old text back" },
    Spec { action: Action::Yes, name: "use-modifiers-file", hint: "use them", keys: &["y"], footer: Some(1), contexts: &[C::ModifiersFile],
           title: "Use the folder's modifiers", also: "",
           sentence: "Use the modifiers of this folder until the file changes" },
    Spec { action: Action::No, name: "refuse-modifiers-file", hint: "pass over", keys: &["n"], footer: Some(2), contexts: &[C::ModifiersFile],
           title: "Pass over the modifiers", also: "",
           sentence: "Do not use the modifiers of this folder until the file changes" },
    Spec { action: Action::ToggleModifiers, name: "modifiers-off", hint: "modifiers", keys: &["Alt-o"], footer: None, contexts: &[C::Input, C::InputForm, C::Output],
           title: "Modifiers off / on", also: "filter jq bypass raw",
           sentence: "Leave the modifiers of this tool out for the next call" },
    Spec { action: Action::ShowSent, name: "show-sent", hint: "as sent", keys: &["Alt-s"], footer: None, contexts: &[C::Input, C::InputForm, C::Output],
           title: "As typed, as sent", also: "modifiers diff preview",
           sentence: "Show what the modifiers change in the input before it is sent" },
    Spec { action: Action::SwitchResult, name: "switch-result", hint: "as it came", keys: &["M"], footer: None, contexts: &[C::Output],
           title: "As it came / as shown", also: "modifiers raw original",
           sentence: "Show the result as it came, or as the modifiers made it" },
    Spec { action: Action::DuplicateItem, name: "duplicate-item", hint: "duplicate", keys: &["Alt-c"], footer: None, contexts: &[C::InputForm],
           title: "Duplicate item", also: "copy list",
           sentence: "Duplicate the list item" },
    Spec { action: Action::MoveItemUp, name: "move-item-up", hint: "move up", keys: &["Alt-Up"], footer: None, contexts: &[C::InputForm],
           title: "Move item up", also: "",
           sentence: "Move the list item up" },
    Spec { action: Action::MoveItemDown, name: "move-item-down", hint: "move down", keys: &["Alt-Down"], footer: None, contexts: &[C::InputForm],
           title: "Move item down", also: "",
           sentence: "Move the list item down" },
];
