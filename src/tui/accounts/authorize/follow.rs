//! Reports of authorizations, whether or not their popup is open.

use crate::domain::{AccountRef, FaultKind};
use crate::flow::authorize::Progress;
use crate::tui::accounts::actions::{AccountFound, PointAt, ReadAgain};
use crate::tui::accounts::authorize::Authorize;
use crate::tui::accounts::authorize::tasks::{AuthorizeEnd, AuthorizeStep, FollowAuthorization};
use crate::tui::accounts::authorize::whole_link::WholeLink;
use crate::tui::core::cx::Cx;
use crate::tui::core::effect::Effect;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{AccountChanged, CopyText};
use crate::tui::core::state::authorization::AuthorizationId;
use crate::tui::core::toast::Level;
use crate::tui::input::action::Action;
use crate::tui::widgets::time;

/// Takes what the tasks report.
///
/// # Errors
/// The message, where it is for somebody else.
pub(in crate::tui::accounts) fn receive(message: Message, cx: &mut Cx) -> Result<(), Message> {
    message
        .take()
        .map(|AuthorizeStep(id, progress)| step(id, progress, cx))
        .or_else(|message| message.take().map(|end| take_end(end, cx)))
}

/// Opens the popup of an authorization.
pub(in crate::tui::accounts) fn show(id: AuthorizationId, cx: &mut Cx) {
    if let Some(authorization) = cx.authorizations.get_mut(id) {
        authorization.is_watched = true;
        cx.open(Authorize { id });
    }
}

/// Makes a new link in the place of the old one.
pub(super) fn begin_again(id: AuthorizationId, cx: &mut Cx) {
    let uptime = cx.now.uptime;
    if let Some(authorization) = cx.authorizations.get_mut(id) {
        authorization.renew(uptime);
        follow(id, cx);
    }
}

/// Starts what follows an authorization.
pub(super) fn follow(id: AuthorizationId, cx: &mut Cx) {
    if let Some(authorization) = cx.authorizations.get(id) {
        let (account, verification) = (authorization.account.clone(), authorization.verification.clone());
        cx.start(FollowAuthorization { id, account, verification });
    }
}

fn step(id: AuthorizationId, progress: Progress, cx: &mut Cx) {
    let Some(authorization) = cx.authorizations.get_mut(id) else { return };
    let is_new = matches!(authorization.account, AccountRef::Pair(..)) && authorization.found.is_none();
    if let Progress::Found(account) = &progress {
        let account = account.clone();
        authorization.progress(progress, cx.now.uptime);
        let made = is_new.then(|| PointAt(account.id.clone()));
        cx.send(AccountFound(Box::new(account)));
        // The one that was just made is what the person thinks of.
        return made.into_iter().for_each(|point| cx.send(point));
    }
    authorization.progress(progress, cx.now.uptime);
    copy_awaited_link(id, cx);
}

/// Copies the link that somebody waits for to copy, once it has come.
fn copy_awaited_link(id: AuthorizationId, cx: &mut Cx) {
    let now = cx.server_now();
    let Some(authorization) = cx.authorizations.get_mut(id).filter(|authorization| authorization.copy) else { return };
    let Some(link) = authorization.link.as_ref() else { return };
    let text = link.url.to_string();
    let left = authorization.link_seconds(now);
    let good = left.map(|left| format!(", good for {}", time::clock(left.max(0).unsigned_abs())));
    let (who, connection) = (&authorization.identifier, &authorization.connection);
    let what = format!("a link for {who} on {connection}{}", good.unwrap_or_default());
    authorization.copy = false;
    cx.send(CopyText { text, what });
}

fn take_end(AuthorizeEnd(id, result): AuthorizeEnd, cx: &mut Cx) {
    cx.jobs.finish(FollowAuthorization::slot_of(id));
    let uptime = cx.now.uptime;
    let key = cx.key_for(Action::ShowAuthorization).to_owned();
    let renew = cx.key_for(Action::RenewLink).to_owned();
    let Some(authorization) = cx.authorizations.get_mut(id) else { return };
    let (is_watched, found) = (authorization.is_watched, authorization.found.clone());
    let label = authorization.label();
    authorization.end(result.clone(), uptime);
    // Whoever it was for is most likely in their browser.
    cx.effect(Effect::Bell);
    match result {
        Ok(account) => {
            if !is_watched {
                cx.say(Level::Done, format!("{label} is {} now.", account.status.word()));
                cx.authorizations.remove(id);
            }
            cx.send(AccountChanged(Box::new(account)));
            // The link has done its work: the page that shows it alone goes too.
            cx.close_popup::<WholeLink>();
        }
        Err(fault) => {
            if !is_watched {
                let more = match (key.as_str(), renew.as_str(), fault.kind) {
                    ("", ..) => String::new(),
                    (key, renew, FaultKind::LinkExpired) if !renew.is_empty() => {
                        format!(" {key}, then {renew}, makes a new link.")
                    }
                    (key, ..) => format!(" {key} shows more."),
                };
                cx.say(Level::Problem, format!("{label} is not authorized. {}{more}", fault.message));
            }
            // Consent that was not confirmed leaves another status behind than before.
            found.into_iter().for_each(|id| cx.send(ReadAgain(id)));
        }
    }
}
