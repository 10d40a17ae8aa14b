//! Links that are made, and where they come back to.

use url::Url;

use crate::domain::{Account, ConnectionName, Identifier};
use crate::flow::authorize::Verification;
use crate::tui::accounts::authorize::state::Authorize;
use crate::tui::accounts::authorize::tasks::FollowAuthorization;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Ask, OpenInBrowser};

/// Place that a verification comes back to: this machine, if the browser runs here; else whoever opens the link
/// sits at another machine, as somebody else would.
fn verification(cx: &Cx) -> Verification {
    if cx.browser_is_local { Verification::ThisMachine } else { elsewhere(cx) }
}

/// A link that comes back to this machine can only be finished on it. One for somebody else comes
/// back to the application, if the profile says where that is.
pub(super) fn elsewhere(cx: &Cx) -> Verification {
    let page = cx.environment.open().and_then(|card| card.user_verify_url.clone());
    page.map_or(Verification::None, Verification::Elsewhere)
}

/// Makes a link for this account and follows it.
pub(in crate::tui::accounts) fn authorize(account: &Account, cx: &mut Cx) {
    let popup = Authorize::start(account, verification(cx), cx.now.uptime);
    follow(popup, cx);
}

/// A link to hand to somebody else, copied as soon as it is there. The popup says how long it is good
/// and what it needs, and follows what they do with it.
pub(in crate::tui::accounts) fn authorize_elsewhere(account: &Account, cx: &mut Cx) {
    let popup = Authorize::start(account, elsewhere(cx), cx.now.uptime);
    follow(Authorize { copy: true, ..popup }, cx);
}

/// Makes a link for an account that may not exist yet.
pub(in crate::tui::accounts) fn connect(connection: ConnectionName, identifier: Identifier, cx: &mut Cx) {
    let popup = Authorize::start_new(connection, identifier, verification(cx), cx.now.uptime);
    follow(popup, cx);
}

fn follow(popup: Authorize, cx: &mut Cx) {
    cx.start(FollowAuthorization { account: popup.account.clone(), verification: popup.verification.clone() });
    cx.open(popup);
}

/// Opens a link in the browser; over SSH, after a question.
pub(super) fn open_link(url: Url, cx: &mut Cx) {
    if cx.browser_is_local {
        return cx.send(OpenInBrowser(url));
    }
    cx.send(Ask {
        title: "Open a browser over SSH".into(),
        lines: vec![
            "You are connected over SSH: a browser started here would not open where you sit.".to_owned(),
            "Copying the link and opening it over there is the usual way. Try it here all the same?".to_owned(),
        ],
        yes: "try it here".into(),
        then: Message::new(OpenInBrowser(url)),
    });
}
