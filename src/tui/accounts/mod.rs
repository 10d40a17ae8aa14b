//! Connected accounts: the list, and what is done about them.

mod actions;
mod arrivals;
pub mod authorize;
pub mod board;
pub mod changes;
mod confirm_text;
pub mod connect;
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
pub mod refresh;
pub mod rehearsal;
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
    Spec { action: Action::OpenBrowser, name: "open-needed-page", hint: "open page", keys: &["Ctrl-O"], footer: Some(4), contexts: &[C::Credentials],
           title: "Open the provider's page", also: "register app key browser",
           sentence: "Open the page where an app is registered, or a key is made" },
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
    Spec { action: Action::Rehearse, name: "rehearse", hint: "rehearse", keys: &["W"], footer: None, contexts: &[C::Accounts, C::AccountDetail],
           title: "Rehearse verification", also: "verify check wrong person identifier state checklist",
           sentence: "Try on a throw-away account whether the environment verifies who consents" },
    Spec { action: Action::OpenBrowser, name: "rehearsal-open", hint: "open in browser", keys: &["Enter", "o"], footer: Some(1), contexts: &[C::Rehearsal],
           title: "Open in browser", also: "",
           sentence: "Open the link of the throw-away account in the browser" },
    Spec { action: Action::CloseFinished, name: "rehearsal-close", hint: "close", keys: &["Enter"], footer: Some(1), contexts: &[C::Rehearsal],
           title: "Close", also: "",
           sentence: "Close the finished rehearsal" },
    Spec { action: Action::Copy, name: "rehearsal-copy", hint: "copy", keys: &["y"], footer: Some(2), contexts: &[C::Rehearsal],
           title: "Copy", also: "markdown checklist",
           sentence: "Copy the link; once it is over, the checklist as Markdown" },
    Spec { action: Action::WholeLink, name: "rehearsal-whole-link", hint: "whole link", keys: &["u"], footer: Some(3), contexts: &[C::Rehearsal],
           title: "Whole link", also: "qr",
           sentence: "Show the link alone, to copy" },
    Spec { action: Action::RetryFailed, name: "retry-failed", hint: "failed call", keys: &["f"], footer: Some(2), contexts: &[C::Authorize, C::Board],
           title: "Open the call that failed", also: "retry again playground",
           sentence: "Open the last call of this account that failed in the playground" },
    Spec { action: Action::OpenBrowser, name: "board-open", hint: "open in browser", keys: &["Enter"], footer: Some(1), contexts: &[C::Board],
           title: "Open in browser", also: "",
           sentence: "Open the link of the selected authorization in the browser" },
    Spec { action: Action::Detail, name: "board-detail", hint: "show", keys: &["Enter", "Right"], footer: Some(1), contexts: &[C::Board],
           title: "Show the authorization", also: "receipt result",
           sentence: "Show the selected authorization alone, with its receipt" },
    Spec { action: Action::OpenNextLink, name: "board-open-next", hint: "open next", keys: &["o"], footer: Some(3), contexts: &[C::Board],
           title: "Open the next link", also: "browser waiting",
           sentence: "Open the next link that was not opened yet in the browser" },
    Spec { action: Action::Copy, name: "board-copy", hint: "copy link", keys: &["y"], footer: Some(4), contexts: &[C::Board],
           title: "Copy the link", also: "",
           sentence: "Copy the link of the selected authorization" },
    Spec { action: Action::CopyLink, name: "board-copy-all", hint: "copy all links", keys: &["Y"], footer: None, contexts: &[C::Board],
           title: "Copy all links", also: "",
           sentence: "Copy the links of all authorizations that still wait, one a line" },
    Spec { action: Action::LinkForOthers, name: "board-for-others", hint: "for somebody else", keys: &["h"], footer: Some(5), contexts: &[C::Board],
           title: "Link for somebody else", also: "share",
           sentence: "Make a link for another person to open on their own computer" },
    Spec { action: Action::WholeLink, name: "board-whole-link", hint: "whole link", keys: &["u"], footer: Some(8), contexts: &[C::Board],
           title: "Whole link", also: "qr",
           sentence: "Show the link and its QR code alone, to copy or scan" },
    Spec { action: Action::RenewLink, name: "board-renew", hint: "new link", keys: &["r"], footer: Some(6), contexts: &[C::Board],
           title: "New link", also: "renew again",
           sentence: "Make a new link for the selected authorization" },
    Spec { action: Action::StopWaiting, name: "board-stop", hint: "stop", keys: &["x"], footer: Some(7), contexts: &[C::Board],
           title: "Stop waiting", also: "cancel abort",
           sentence: "Stop waiting for the selected authorization, or take it off the board" },
    Spec { action: Action::Save, name: "board-export", hint: "export", keys: &["e"], footer: Some(9), contexts: &[C::Board],
           title: "Export the board", also: "markdown csv ticket report",
           sentence: "Copy the board as Markdown, or save it as CSV or Markdown" },
    Spec { action: Action::ClearFinished, name: "board-clear", hint: "clear finished", keys: &["c"], footer: Some(10), contexts: &[C::Board],
           title: "Clear what is finished", also: "remove",
           sentence: "Take every authorization that is over off the board" },
];
