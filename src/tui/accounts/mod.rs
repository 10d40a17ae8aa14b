//! Connected accounts: the list, and what is done about them.

mod actions;
pub mod authorize;
mod confirm_text;
mod copy_menu;
pub mod credentials;
mod detail;
pub mod detail_loader;
mod extra;
pub mod filter;
pub mod lines;
pub mod new_account;
pub mod order;
pub mod screen;
pub mod tasks;
mod view;

use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to accounts and their popups.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::Authorize, name: "authorize", hint: "authorize", keys: &["a"], footer: Some(1), contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Make an authorization link for the selected account and follow it until it is done" },
    Spec { action: Action::BrowseTools, name: "browse-tools", hint: "tools", keys: &["t"], footer: Some(3), contexts: &[C::Accounts, C::AccountDetail, C::Authorize],
           sentence: "Act as this account's person and list the tools they may call" },
    Spec { action: Action::ActAs, name: "act-as", hint: "act as", keys: &["T"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Act as this account's person on every connection they have" },
    Spec { action: Action::NewAccount, name: "new-account", hint: "new", keys: &["n"], footer: Some(2), contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Connect an account that does not exist yet: choose the connection, name the person" },
    Spec { action: Action::UpdateCredentials, name: "credentials", hint: "credentials", keys: &["c"], footer: Some(4), contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Type in the credentials of an account that needs no consent: a key, a password, a token" },
    Spec { action: Action::Disconnect, name: "disconnect", hint: "disconnect", keys: &["d"], footer: Some(9), contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Drop this account's credentials; the account stays and can be authorized again" },
    Spec { action: Action::Delete, name: "delete", hint: "delete", keys: &["D"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Delete this account for good" },
    Spec { action: Action::CopyLink, name: "copy-link", hint: "copy a link", keys: &["Y"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           sentence: "Make a link for somebody else to authorize this account with, and copy it" },
    Spec { action: Action::NextField, name: "next-field", hint: "next field", keys: &["Tab", "Shift-Tab"], footer: Some(2), contexts: &[C::NewAccount],
           sentence: "Go to the other field" },
    Spec { action: Action::AddRow, name: "add-row", hint: "one more", keys: &["Ctrl-N"], footer: Some(4), contexts: &[C::Credentials],
           sentence: "One more name and value" },
    Spec { action: Action::LinkInstead, name: "link-instead", hint: "link instead", keys: &["Ctrl-L"], footer: Some(5), contexts: &[C::Credentials],
           sentence: "Make a link to a form in the browser instead, where the person types it in themselves" },
    Spec { action: Action::Detail, name: "detail", hint: "detail", keys: &["Enter"], footer: Some(5), contexts: &[C::Accounts],
           sentence: "Look at everything the broker says of this account" },
    Spec { action: Action::CycleStatus, name: "status-filter", hint: "status", keys: &["s"], footer: Some(7), contexts: &[C::Accounts],
           sentence: "Show only accounts of one status; again for the next status" },
    Spec { action: Action::CycleOrder, name: "order", hint: "order", keys: &["o"], footer: Some(10), contexts: &[C::Accounts],
           sentence: "Order by need, connection, identifier, expiry, last use; again for the next" },
    Spec { action: Action::CycleGroup, name: "group", hint: "group", keys: &["b"], footer: Some(12), contexts: &[C::Accounts],
           sentence: "Group by connection, identifier, status, provider, and back to one list" },
    Spec { action: Action::OpenBrowser, name: "open-browser", hint: "open in browser", keys: &["Enter", "o"], footer: Some(1), contexts: &[C::Authorize, C::WholeLink],
           sentence: "Open the link in the browser on this machine" },
    Spec { action: Action::CloseFinished, name: "close-authorization", hint: "close", keys: &["Enter"], footer: Some(1), contexts: &[C::Authorize],
           sentence: "Close what is over" },
    Spec { action: Action::StopWaiting, name: "stop-waiting", hint: "stop waiting", keys: &["x"], footer: Some(6), contexts: &[C::Authorize],
           sentence: "Stop waiting for this authorization" },
    Spec { action: Action::RenewLink, name: "renew-link", hint: "new link", keys: &["r"], footer: Some(4), contexts: &[C::Authorize],
           sentence: "Make a new link; the old one no longer counts" },
    Spec { action: Action::WholeLink, name: "whole-link", hint: "whole link", keys: &["u"], footer: Some(3), contexts: &[C::Authorize],
           sentence: "Show the link alone on a page of its own, so that any terminal can copy it" },
    Spec { action: Action::LinkForOthers, name: "link-for-others", hint: "for somebody else", keys: &["h"], footer: Some(5), contexts: &[C::Authorize],
           sentence: "Make a link to hand to somebody else, who opens it on a machine of their own" },
];
