//! What helps, taken as a step on the screen.

use crate::flow::explain::Remedy;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::messages::{ActAs, ApplyFilter, AuthorizeAccount, ConnectAccount, GoToTool};
use crate::tui::input::action::Action;
use crate::tui::input::tabs::Tab;

/// True if the program can take the step itself. Whatever would send a call again is left to the person.
pub(super) fn is_ours(remedy: &Remedy) -> bool {
    !matches!(
        remedy,
        Remedy::AskProvider(_)
            | Remedy::AskPolicy
            | Remedy::GrantResource
            | Remedy::MendConnection
            | Remedy::EnableConnection(_)
            | Remedy::FinishConnection(_)
            | Remedy::MakeConnection(_)
            | Remedy::SendAgain
    )
}

/// Closes the explanation and takes the step.
pub(super) fn apply(remedy: Remedy, cx: &mut Cx) {
    cx.close();
    match remedy {
        Remedy::ListTools(identifier, connection) => cx.send(ActAs { identifier, connection, anew: true }),
        Remedy::ListAccounts(connection) => {
            let text = connection.map(|name| format!("connection:\"{}\"", name.raw())).unwrap_or_default();
            cx.send(ApplyFilter { tab: Tab::Accounts, text });
        }
        Remedy::Authorize(account) | Remedy::GrantScopes(account) => cx.send(AuthorizeAccount(account)),
        Remedy::Connect(identifier, connection) => {
            let like = connection.map(|name| name.raw().into());
            cx.send(ConnectAccount { identifier, like });
        }
        Remedy::ListConnections => cx.send(ConnectAccount { identifier: None, like: None }),
        Remedy::ShowTool(tool, _) => cx.send(GoToTool(tool)),
        Remedy::SearchTools => cx.request(Request::Do(Action::Palette)),
        Remedy::OpenEnvironment(_) | Remedy::ChooseEnvironment | Remedy::FixKey => {
            cx.request(Request::Do(Action::Environments));
        }
        Remedy::ChangeInput => {
            let edit = if cx.tab == Tab::Activity { Action::EditReplay } else { Action::TypeInput };
            cx.request(Request::Do(edit));
        }
        Remedy::AskAgain
        | Remedy::AskProvider(_)
        | Remedy::AskPolicy
        | Remedy::GrantResource
        | Remedy::MendConnection
        | Remedy::EnableConnection(_)
        | Remedy::FinishConnection(_)
        | Remedy::MakeConnection(_)
        | Remedy::SendAgain => {}
    }
}
