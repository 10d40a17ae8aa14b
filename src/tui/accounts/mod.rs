//! Connected accounts: the list, and what is done about them.

mod actions;
pub mod authorize;
pub mod changes;
mod confirm_text;
mod copy_menu;
pub mod credentials;
pub mod detail;
pub mod filter;
pub mod lines;
mod menus;
pub mod new_account;
pub mod order;
pub mod proof;
mod quick_filters;
mod save;
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
           title: "Authorize", also: "login connect signin reauthorize consent oauth link",
           sentence: "Make an authorization link and follow it until the account is active" },
    Spec { action: Action::BrowseTools, name: "browse-tools", hint: "tools", keys: &["t"], footer: Some(3), contexts: &[C::Accounts, C::AccountDetail, C::Authorize],
           title: "Browse tools", also: "list",
           sentence: "Act as this user on this connection and list the tools" },
    Spec { action: Action::ActAs, name: "act-as", hint: "act as", keys: &["T"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           title: "Act as this user", also: "impersonate identifier switch whom",
           sentence: "Act as this user on all their connections" },
    Spec { action: Action::OpenRequest, name: "request", hint: "API request", keys: &["p"], footer: Some(13), contexts: &[C::Accounts, C::AccountDetail],
           title: "Request to provider's API", also: "http proxy rest call builder curl raw get post",
           sentence: "Write a request to the provider's own API as this user" },
    Spec { action: Action::NewAccount, name: "new-account", hint: "new", keys: &["n"], footer: Some(2), contexts: &[C::Accounts, C::AccountDetail],
           title: "New account", also: "add create connect",
           sentence: "Connect an account: choose the connection, name the user" },
    Spec { action: Action::UpdateCredentials, name: "credentials", hint: "credentials", keys: &["c"], footer: Some(4), contexts: &[C::Accounts, C::AccountDetail],
           title: "Update credentials", also: "login secret key password token rotate replace",
           sentence: "Enter new credentials: key, password or token" },
    Spec { action: Action::Disconnect, name: "disconnect", hint: "disconnect", keys: &["d"], footer: Some(9), contexts: &[C::Accounts, C::AccountDetail],
           title: "Disconnect", also: "logout revoke signout",
           sentence: "Drop the credentials; the account stays and can be authorized again" },
    Spec { action: Action::Delete, name: "delete", hint: "delete", keys: &["D"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           title: "Delete account", also: "remove destroy",
           sentence: "Delete this account for good; asks first" },
    Spec { action: Action::CopyLink, name: "copy-link", hint: "copy link", keys: &["Y"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           title: "Copy authorization link", also: "share send invite url",
           sentence: "Make a link for somebody else to authorize this account, and copy it" },
    Spec { action: Action::Prove, name: "prove", hint: "prove", keys: &["v"], footer: Some(11), contexts: &[C::Accounts, C::AccountDetail],
           title: "Prove who it is", also: "identity whoami verify really user check",
           sentence: "Ask the provider who this account, or each marked one, really is" },
    Spec { action: Action::ProveShown, name: "prove-shown", hint: "prove all", keys: &["V"], footer: None, contexts: &[C::Accounts],
           title: "Prove all accounts shown", also: "identity whoami verify everything mismatch",
           sentence: "Ask the providers who every account shown really is" },
    Spec { action: Action::NextField, name: "next-field", hint: "next field", keys: &["Tab", "Shift-Tab"], footer: Some(2), contexts: &[C::NewAccount],
           title: "Next field", also: "",
           sentence: "Go to the other field" },
    Spec { action: Action::AddRow, name: "add-row", hint: "add", keys: &["Ctrl-N"], footer: Some(4), contexts: &[C::Credentials],
           title: "Add a header", also: "",
           sentence: "Add another name and value" },
    Spec { action: Action::LinkInstead, name: "link-instead", hint: "link instead", keys: &["Ctrl-L"], footer: Some(5), contexts: &[C::Credentials],
           title: "Link instead", also: "",
           sentence: "Make a link to a form in the browser, for the user to fill in" },
    Spec { action: Action::Detail, name: "detail", hint: "details", keys: &["Enter"], footer: Some(5), contexts: &[C::Accounts],
           title: "Account details", also: "show inspect",
           sentence: "Move to the details pane" },
    Spec { action: Action::NextNeedy, name: "next-needy", hint: "next problem", keys: &["e"], footer: Some(6), contexts: &[C::Accounts, C::AccountDetail],
           title: "Next that needs you", also: "expired broken problem jump repair error",
           sentence: "Go to the next account that needs you" },
    Spec { action: Action::OnlyNeedy, name: "only-needy", hint: "needs you", keys: &["!"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           title: "Only what needs you", also: "expired pending broken filter show",
           sentence: "Show only accounts that need you; again for all" },
    Spec { action: Action::ChooseStatus, name: "status-filter", hint: "status", keys: &["s"], footer: Some(7), contexts: &[C::Accounts],
           title: "Filter by status", also: "active expired pending disconnected show only",
           sentence: "Choose the status to show" },
    Spec { action: Action::ChooseOrder, name: "order", hint: "order", keys: &["o"], footer: Some(10), contexts: &[C::Accounts],
           title: "Order accounts", also: "sort reverse",
           sentence: "Order by need, connection, user, provider, expiry, last use; reverse" },
    Spec { action: Action::Mark, name: "mark-account", hint: "mark", keys: &["Space"], footer: Some(8), contexts: &[C::Accounts],
           title: "Mark account", also: "select bulk several",
           sentence: "Mark for the next action and move on; again to unmark" },
    Spec { action: Action::MarkShown, name: "mark-accounts", hint: "mark all", keys: &["A"], footer: None, contexts: &[C::Accounts],
           title: "Mark all accounts", also: "select everything bulk",
           sentence: "Mark every account shown; again to unmark" },
    Spec { action: Action::CycleGroup, name: "group", hint: "group", keys: &["b"], footer: Some(12), contexts: &[C::Accounts],
           title: "Group accounts", also: "by connection provider",
           sentence: "Group by connection, identifier, status, provider or not at all" },
    Spec { action: Action::OpenBrowser, name: "open-browser", hint: "open in browser", keys: &["Enter", "o"], footer: Some(1), contexts: &[C::Authorize, C::WholeLink],
           title: "Open in browser", also: "",
           sentence: "Open the link in the browser on this computer" },
    Spec { action: Action::CloseFinished, name: "close-authorization", hint: "close", keys: &["Enter"], footer: Some(1), contexts: &[C::Authorize],
           title: "Close", also: "",
           sentence: "Close the finished authorization" },
    Spec { action: Action::StopWaiting, name: "stop-waiting", hint: "stop waiting", keys: &["x"], footer: Some(6), contexts: &[C::Authorize],
           title: "Stop waiting", also: "cancel abort",
           sentence: "Stop waiting for this authorization" },
    Spec { action: Action::RenewLink, name: "renew-link", hint: "new link", keys: &["r"], footer: Some(4), contexts: &[C::Authorize],
           title: "New link", also: "renew",
           sentence: "Make a new link; the old one stops working" },
    Spec { action: Action::WholeLink, name: "whole-link", hint: "whole link", keys: &["u"], footer: Some(3), contexts: &[C::Authorize],
           title: "Whole link", also: "qr",
           sentence: "Show the link and its QR code alone, to copy or scan" },
    Spec { action: Action::LinkForOthers, name: "link-for-others", hint: "for somebody else", keys: &["h"], footer: Some(5), contexts: &[C::Authorize],
           title: "Link for somebody else", also: "share",
           sentence: "Make a link for another person to open on their own computer" },
];
