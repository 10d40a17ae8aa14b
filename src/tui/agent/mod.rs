//! Screen: a conversation with a model that may call the tools of one person. The transcript above, the message below.

mod actions;
mod call_line;
mod component;
mod deciding;
pub mod edit;
pub mod export;
mod field;
mod line;
mod new_run;
pub mod opened;
mod people;
pub mod replay;
mod rows;
mod run_view;
pub mod screen;
pub mod tasks;
mod timing;
mod title;
mod unsent;
mod view;

use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to the agent's screen and its popups.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::AllowOnce, name: "allow-wish", hint: "allow", keys: &["y"], footer: Some(1), contexts: &[C::Agent],
           title: "Allow call", also: "approve yes once agent question",
           sentence: "Send this call of the model, once" },
    Spec { action: Action::AllowRun, name: "allow-wishes", hint: "allow for run", keys: &["a"], footer: Some(2), contexts: &[C::Agent],
           title: "Allow tool for this run", also: "approve always agent question",
           sentence: "Send it, and later calls of this tool on this connection in this run" },
    Spec { action: Action::Authorize, name: "authorize-for-call", hint: "authorize", keys: &["a"], footer: Some(1), contexts: &[C::Agent],
           title: "Authorize account", also: "connect login link agent",
           sentence: "Authorize the account that this call waits for, or one that is not active" },
    Spec { action: Action::EditCall, name: "edit-wish", hint: "edit", keys: &["e"], footer: Some(3), contexts: &[C::Agent],
           title: "Edit call", also: "change input agent question",
           sentence: "Change the input of this call, and send it" },
    Spec { action: Action::DenyCall, name: "deny-wish", hint: "deny", keys: &["n"], footer: Some(4), contexts: &[C::Agent],
           title: "Deny call", also: "refuse no agent question",
           sentence: "Do not send this call, and tell the model why" },
    Spec { action: Action::GoOn, name: "go-on", hint: "try again", keys: &["t"], footer: Some(3), contexts: &[C::Agent],
           title: "Try the call again", also: "continue retry authorized",
           sentence: "Try the call again: its account may be authorized now" },
    Spec { action: Action::OpenItem, name: "open-item", hint: "open", keys: &["Enter", "Space"], footer: Some(5), contexts: &[C::Agent],
           title: "Open call, unfold thinking", also: "details show expand input output",
           sentence: "Show input and output of the call, or unfold the thinking" },
    Spec { action: Action::TypeMessage, name: "type-message", hint: "message", keys: &["i"], footer: Some(6), contexts: &[C::Agent],
           title: "Type a message", also: "prompt say ask write chat",
           sentence: "Go to the message and type" },
    Spec { action: Action::Stop, name: "stop-run", hint: "stop", keys: &["s", "Ctrl-C"], footer: Some(7), contexts: &[C::Agent],
           title: "Stop the run", also: "cancel abort interrupt",
           sentence: "Stop the model and its calls; what was said and done stays" },
    Spec { action: Action::Stop, name: "stop-run-while-typing", hint: "stop", keys: &["Ctrl-C"], footer: Some(3), contexts: &[C::Message],
           title: "Stop the run", also: "cancel abort interrupt",
           sentence: "Stop the model and its calls; what was said and done stays" },
    Spec { action: Action::NewRun, name: "new-run", hint: "new run", keys: &["n"], footer: Some(8), contexts: &[C::Agent],
           title: "New run", also: "conversation chat begin person model connections",
           sentence: "Choose whom it acts as, on what and with which model, and begin" },
    Spec { action: Action::EarlierRuns, name: "earlier-runs", hint: "earlier runs", keys: &["r"], footer: Some(9), contexts: &[C::Agent],
           title: "Earlier runs", also: "history conversations continue past open",
           sentence: "Choose an earlier run, to read it or to go on with it" },
    Spec { action: Action::TryPrompt, name: "try-prompt", hint: "prompts", keys: &["t"], footer: Some(10), contexts: &[C::Agent],
           title: "Prompts to try", also: "example sample sandbox demo",
           sentence: "Choose a prompt that the sandbox can answer" },
    Spec { action: Action::ModelKey, name: "model-key", hint: "key", keys: &["K"], footer: Some(11), contexts: &[C::Agent],
           title: "Key for models", also: "api anthropic credential token keychain",
           sentence: "Type the key for the models' server, to be kept in the keychain" },
    Spec { action: Action::CallsOfRun, name: "calls-of-run", hint: "its calls", keys: &["c"], footer: Some(12), contexts: &[C::Agent, C::Replay],
           title: "Calls of this run", also: "history activity journal",
           sentence: "Show the calls of this run in the history" },
    Spec { action: Action::OpenItem, name: "open-replayed", hint: "open", keys: &["Enter"], footer: Some(5), contexts: &[C::Replay],
           title: "Open replayed call", also: "compare difference result",
           sentence: "Compare both results of this call; where one is missing, open the call" },
    Spec { action: Action::ExportRun, name: "export-run", hint: "export", keys: &["w"], footer: Some(13), contexts: &[C::Agent],
           title: "Export run", also: "save transcript markdown json python node program",
           sentence: "Save the run as a transcript or as a program" },
    Spec { action: Action::ReplayRun, name: "replay-run", hint: "replay as", keys: &["R"], footer: Some(14), contexts: &[C::Agent],
           title: "Replay run as …", also: "compare somebody else what would see",
           sentence: "Send what the run read again as somebody else, and compare" },
    Spec { action: Action::NextGroup, name: "next-item", hint: "next call", keys: &["}", "]"], footer: None, contexts: &[C::Agent],
           title: "Next message or call", also: "",
           sentence: "Next message or call" },
    Spec { action: Action::PreviousGroup, name: "previous-item", hint: "previous call", keys: &["{", "["], footer: None, contexts: &[C::Agent],
           title: "Previous message or call", also: "",
           sentence: "Previous message or call" },
    Spec { action: Action::SendMessage, name: "send-message", hint: "send", keys: &["Enter"], footer: Some(1), contexts: &[C::Message],
           title: "Send message", also: "prompt ask submit",
           sentence: "Send the message; while the model is at work it waits its turn" },
    Spec { action: Action::NewLine, name: "new-line", hint: "new line", keys: &["Alt-Enter", "Ctrl-J"], footer: Some(2), contexts: &[C::Message],
           title: "New line", also: "break paragraph",
           sentence: "Begin a new line of the message" },
    Spec { action: Action::PageUp, name: "message-page-up", hint: "page up", keys: &["PageUp"], footer: None, contexts: &[C::Message],
           title: "Page up", also: "",
           sentence: "One page up in the conversation" },
    Spec { action: Action::PageDown, name: "message-page-down", hint: "page down", keys: &["PageDown"], footer: None, contexts: &[C::Message],
           title: "Page down", also: "",
           sentence: "One page down in the conversation" },
    Spec { action: Action::Back, name: "leave-message", hint: "leave", keys: &["Esc"], footer: Some(18), contexts: &[C::Message],
           title: "Leave the message", also: "normal mode back",
           sentence: "Go to the conversation; what is typed stays" },
    Spec { action: Action::SwitchTold, name: "as-told", hint: "as told", keys: &["m"], footer: Some(2), contexts: &[C::Entry],
           title: "As the model was told", also: "cut result text agent",
           sentence: "Show what the model was told of the result, or the result" },
    Spec { action: Action::Choose, name: "choose-for-run", hint: "choose", keys: &["Enter", "Space"], footer: Some(1), contexts: &[C::NewRun],
           title: "Choose", also: "toggle",
           sentence: "Choose the person or the model, switch a connection, or begin" },
    Spec { action: Action::Submit, name: "begin-run", hint: "begin", keys: &["i", "Ctrl-R"], footer: Some(2), contexts: &[C::NewRun],
           title: "Begin the run", also: "start",
           sentence: "Begin the run and type its first message" },
    Spec { action: Action::Submit, name: "send-changed-call", hint: "check and send", keys: &["Ctrl-R", "F5"], footer: Some(1), contexts: &[C::CallInput],
           title: "Check and send", also: "submit",
           sentence: "Check the input against the schema, and send the call" },
    Spec { action: Action::Edit, name: "edit-call-in-editor", hint: "editor", keys: &["Ctrl-E"], footer: Some(2), contexts: &[C::CallInput],
           title: "Edit input in editor", also: "vim external",
           sentence: "Edit the input in your editor (VISUAL, EDITOR)" },
    Spec { action: Action::Submit, name: "take-line", hint: "done", keys: &["Enter"], footer: Some(1), contexts: &[C::DenyReason, C::ModelKey],
           title: "Done", also: "",
           sentence: "Take what was typed" },
];
