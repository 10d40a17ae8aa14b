//! Environments: where they come from, opening them, and going from one to another.

pub mod clock;
pub mod connection_test;
pub mod env_file;
pub mod list;
pub mod mode;
pub mod open_environment;
pub mod opener;
pub mod passphrase;
pub mod profile_form;
pub mod profile_task;
pub mod project;
mod question;

use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to the environments' popups.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::Yes, name: "use-env-file", hint: "use it", keys: &["y"], footer: Some(1), contexts: &[C::EnvFile],
           title: "Use this .env", also: "",
           sentence: "Use this .env, now and whenever it names this URL" },
    Spec { action: Action::No, name: "refuse-env-file", hint: "never here", keys: &["n"], footer: Some(2), contexts: &[C::EnvFile],
           title: "Never use this .env", also: "",
           sentence: "Do not use this .env, now or whenever it names this URL" },
    Spec { action: Action::Yes, name: "use-project-files", hint: "use them", keys: &["y"], footer: Some(1), contexts: &[C::ProjectFiles],
           title: "Use these files", also: "",
           sentence: "Use contracts and modifiers of this folder until one of them changes" },
    Spec { action: Action::No, name: "refuse-project-files", hint: "do not use", keys: &["n"], footer: Some(2), contexts: &[C::ProjectFiles],
           title: "Do not use them", also: "",
           sentence: "Do not use contracts and modifiers of this folder until one of them changes" },
    Spec { action: Action::OpenSource, name: "open-environment", hint: "open", keys: &["Enter"], footer: Some(1), contexts: &[C::Environments],
           title: "Open environment", also: "switch",
           sentence: "Close the current environment and open this one" },
    Spec { action: Action::AddProfile, name: "new-profile", hint: "new profile", keys: &["n"], footer: Some(2), contexts: &[C::Environments],
           title: "New profile", also: "add environment create save",
           sentence: "Save an environment under a name, its secret in the keychain" },
    Spec { action: Action::EditProfile, name: "edit-profile", hint: "edit", keys: &["e"], footer: Some(3), contexts: &[C::Environments],
           title: "Edit profile", also: "change rename url client id secret rotate",
           sentence: "Change name, URL, client id, secret or verify URL of this profile" },
    Spec { action: Action::TestConnection, name: "test-connection", hint: "test", keys: &["t"], footer: Some(4), contexts: &[C::Environments],
           title: "Test connection", also: "check ping doctor key",
           sentence: "Ask for a token and a page of accounts; opens and changes nothing" },
    Spec { action: Action::StartOver, name: "start-over", hint: "start over", keys: &["R"], footer: Some(5), contexts: &[C::Environments],
           title: "Start the sandbox over", also: "reset sandbox world anew",
           sentence: "Begin the sandbox anew, as it is when first opened; asks first" },
    Spec { action: Action::UseProfile, name: "use-profile", hint: "make default", keys: &["u"], footer: Some(6), contexts: &[C::Environments],
           title: "Set default profile", also: "use",
           sentence: "Make this the default profile" },
    Spec { action: Action::RemoveProfile, name: "remove-profile", hint: "remove", keys: &["D"], footer: Some(7), contexts: &[C::Environments],
           title: "Remove profile", also: "delete environment",
           sentence: "Remove this profile and its secret" },
    Spec { action: Action::KeepProfile, name: "keep-profile", hint: "keep for this run", keys: &["Ctrl-T"], footer: Some(2), contexts: &[C::ProfileForm],
           title: "Keep for this run", also: "memory",
           sentence: "Keep the profile in memory until you quit; write nothing" },
];
