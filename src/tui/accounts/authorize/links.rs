//! Links that are made, and where they come back to.

use url::Url;

use crate::domain::{Account, ConnectionName, Identifier};
use crate::flow::authorize::Verification;
use crate::tui::accounts::authorize::follow::{copy_together, follow, follow_next, show};
use crate::tui::accounts::board::Board;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Ask, OpenInBrowser};
use crate::tui::core::state::authorization::{Authorization, AuthorizationId};

/// Verification of a link that is opened by whoever sits here: it comes back to this machine, over SSH by a tunnel.
fn here() -> Verification {
    Verification::ThisMachine(None)
}

/// Verification of a link for somebody else: it comes back to the application, if the profile says where that is.
fn elsewhere(cx: &Cx) -> Verification {
    let page = cx.environment.open().and_then(|card| card.user_verify_url.clone());
    page.map_or(Verification::None, Verification::Elsewhere)
}

/// Verification of the other kind of link than an authorization has.
pub(in crate::tui::accounts) fn other_verification(cx: &Cx, id: AuthorizationId) -> Verification {
    let is_for_others = cx.authorizations.get(id).is_some_and(Authorization::is_for_somebody_else);
    if is_for_others { here() } else { elsewhere(cx) }
}

/// Makes a link for this account and follows it; shows the one that is under way already.
pub(in crate::tui::accounts) fn authorize(account: &Account, cx: &mut Cx) {
    match cx.authorizations.of_account(account) {
        Some(id) => show(id, cx),
        None => begin(Authorization::start(account, here(), cx.now.uptime), cx),
    }
}

/// Makes a link for each of these accounts, a few at a time, and follows all of them on the board. No browser is opened
/// by itself.
pub(in crate::tui::accounts) fn authorize_each(accounts: &[Account], cx: &mut Cx) {
    queue(accounts, &here(), cx);
    Board::open(cx);
}

/// Links for other people to open, one for each of these accounts, copied together as soon as all of them are there.
pub(in crate::tui::accounts) fn links_for_each(accounts: &[Account], cx: &mut Cx) {
    let verification = elsewhere(cx);
    cx.authorizations.copied_together = queue(accounts, &verification, cx);
    copy_together(cx);
    Board::open(cx);
}

fn queue(accounts: &[Account], verification: &Verification, cx: &mut Cx) -> Vec<AuthorizationId> {
    let mut ids = Vec::new();
    for account in accounts {
        let id = cx.authorizations.of_account(account).unwrap_or_else(|| {
            let authorization = Authorization::start(account, verification.clone(), cx.now.uptime);
            let queued = Authorization { is_watched: false, is_kept: true, is_queued: true, ..authorization };
            cx.authorizations.begin(queued)
        });
        ids.push(id);
    }
    follow_next(cx);
    ids
}

/// Reason why no link can be made for somebody else: nobody would confirm who used it.
pub(in crate::tui::accounts) fn why_not_for_others(cx: &Cx) -> Option<&'static str> {
    let card = cx.environment.open()?;
    card.user_verify_url.is_none().then_some(
        "The profile has no verify URL, so nobody would confirm who used the link. It is set in the environment list, or \
         with profile add --verify-url.",
    )
}

/// A link to hand to somebody else, copied as soon as it is there. The popup says how long it is good
/// and what it needs, and follows what they do with it.
pub(in crate::tui::accounts) fn authorize_elsewhere(account: &Account, cx: &mut Cx) {
    if let Some(id) = cx.authorizations.of_account(account) {
        return show(id, cx);
    }
    let authorization = Authorization::start(account, elsewhere(cx), cx.now.uptime);
    begin(Authorization { copy: true, ..authorization }, cx);
}

/// Makes a link for an account that may not exist yet.
pub(in crate::tui::accounts) fn connect(connection: ConnectionName, identifier: Identifier, cx: &mut Cx) {
    begin(Authorization::start_new(connection, identifier, here(), cx.now.uptime), cx);
}

fn begin(authorization: Authorization, cx: &mut Cx) {
    let id = cx.authorizations.begin(authorization);
    follow(id, cx);
    show(id, cx);
}

/// Opens a link in the browser; over SSH, after a question.
pub(in crate::tui::accounts) fn open_link(url: Url, cx: &mut Cx) {
    if cx.browser_is_local {
        return cx.send(OpenInBrowser(url));
    }
    cx.send(Ask {
        title: "Open a browser over SSH".into(),
        lines: vec![
            "You are connected over SSH: a browser started here would not open where you sit.".to_owned(),
            "Copying the link and opening it over there is the usual way. Try it here anyway?".to_owned(),
        ],
        yes: "try it here".into(),
        then: Message::new(OpenInBrowser(url)),
    });
}
