//! Links that are made, and where they come back to.

use crate::domain::{Account, ConnectionName, Identifier};
use crate::flow::authorize::Verification;
use crate::tui::accounts::authorize::state::Authorize;
use crate::tui::core::effect::{Effect, Slot, Task};
use crate::tui::shell::model::{Environment, Model};
use crate::tui::shell::popup::Popup;

/// Where a verification comes back to: here, if the browser runs here; else whoever opens the link
/// sits at another machine, as somebody else would.
pub(crate) fn verification(model: &Model) -> Verification {
    if model.cx.browser_is_local { Verification::ThisMachine } else { elsewhere(model) }
}

/// A link that comes back to this machine can only be finished on it. One for somebody else comes
/// back to the application, if the profile says where that is.
pub(crate) fn elsewhere(model: &Model) -> Verification {
    let page = match &model.cx.environment {
        Environment::Open(card) => card.user_verify_url.clone(),
        _ => None,
    };
    page.map_or(Verification::None, Verification::Elsewhere)
}

/// Makes a link for an account that may not exist yet.
pub(crate) fn connect(
    model: &mut Model,
    connection: ConnectionName,
    identifier: Identifier,
    known: Option<Account>,
) -> Vec<Effect> {
    let verification = verification(model);
    let popup = match known {
        Some(account) => Authorize::start(&account, verification.clone(), model.cx.now.uptime),
        None => Authorize::start_new(connection, identifier, verification.clone(), model.cx.now.uptime),
    };
    let account = popup.account.clone();
    model.popups.push(Popup::Authorize(Box::new(popup)));
    vec![model.cx.jobs.start(Slot::Authorize, Task::Authorize(account, verification))]
}
