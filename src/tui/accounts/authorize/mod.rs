//! Popup: an authorization that is followed. It goes on when the popup is left.

pub(super) mod follow;
pub(super) mod links;
pub mod more_scopes;
pub mod paste_address;
mod receipt;
mod steps;
pub mod tasks;
mod view;
pub mod whole_link;

use std::time::Duration;

use crate::domain::Account;
use crate::tui::accounts::actions::ReadAgain;
use crate::tui::accounts::authorize::follow::{begin_again, follow_next};
use crate::tui::accounts::authorize::links::{open_link, other_verification};
use crate::tui::accounts::authorize::paste_address::PasteAddress;
use crate::tui::accounts::authorize::tasks::FollowAuthorization;
use crate::tui::accounts::authorize::whole_link::WholeLink;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::message::Message;
use crate::tui::core::messages::{ActAs, BROWSER, BrowserOpened, CopyText};
use crate::tui::core::state::authorization::{Authorization, AuthorizationId};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::typed::Typed;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::{spinner, time};

pub(super) use follow::{receive, show};
pub(super) use receipt::{failed_call, mark, retry};
pub(super) use steps::limited;

/// The popup of one authorization.
pub struct Authorize {
    /// Number of the authorization.
    pub id: AuthorizationId,
}

impl Component for Authorize {
    fn context(&self) -> Context {
        Context::Authorize
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let Some(authorization) = cx.authorizations.get(self.id) else { return Availability::NotHere };
        let (is_over, has_link) = (authorization.is_over(), authorization.link.is_some());
        match action {
            Action::BrowseTools => Availability::here(authorization.is_done()),
            Action::CloseFinished => Availability::here(is_over),
            Action::OpenBrowser if is_over => Availability::NotHere,
            Action::OpenBrowser => Availability::when(has_link, "There is no link yet."),
            Action::Copy | Action::WholeLink => Availability::here(has_link && !is_over),
            Action::RenewLink => Availability::here(!authorization.is_done()),
            Action::StopWaiting => Availability::here(!is_over),
            Action::LinkForOthers => Availability::here(!is_over && authorization.consents),
            Action::PasteAddress if is_over => Availability::NotHere,
            Action::PasteAddress => {
                why_no_paste(authorization).map_or(Availability::Yes, |why| Availability::No(why.into()))
            }
            Action::RetryFailed => Availability::here(failed_call(authorization).is_some()),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let Some(authorization) = cx.authorizations.get_mut(self.id) else { return };
        let url = authorization.link.as_ref().map(|link| link.url.clone());
        match (action, url) {
            (Action::BrowseTools, _) => {
                if let Some(Account { identifier, connection, .. }) = authorization.authorized().cloned() {
                    cx.authorizations.remove(self.id);
                    cx.request(Request::CloseAll);
                    cx.send(ActAs { identifier, connection: Some(connection), anew: true });
                }
            }
            (Action::OpenBrowser, Some(url)) => open_link(url, cx),
            (Action::Copy, Some(url)) => cx.send(CopyText { text: url.to_string(), what: "the link".to_owned() }),
            (Action::WholeLink, Some(url)) => cx.open(WholeLink { url }),
            (Action::RenewLink, _) => begin_again(self.id, cx),
            (Action::LinkForOthers, _) => {
                let other = other_verification(cx, self.id);
                if let Some(authorization) = cx.authorizations.get_mut(self.id) {
                    authorization.verification = other;
                }
                begin_again(self.id, cx);
            }
            (Action::PasteAddress, _) => cx.open(PasteAddress::new(self.id)),
            (Action::RetryFailed, _) => retry(self.id, cx),
            (Action::StopWaiting, _) => {
                stop_waiting(self.id, cx);
                cx.close();
            }
            (Action::CloseFinished, _) => {
                self.close(cx);
                cx.close();
            }
            _ => {}
        }
    }

    /// Nothing here takes text, so what is pasted can only be the address.
    fn input(&mut self, input: &Input, cx: &mut Cx) {
        let Input::Typed(Typed::Paste(text)) = input else { return };
        match self.availability(Action::PasteAddress, cx) {
            Availability::Yes => PasteAddress::open_with(self.id, text, cx),
            Availability::No(why) => cx.say(Level::Note, why.into_owned()),
            Availability::NotHere => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let BrowserOpened(result) = message.take()?;
        cx.jobs.finish(BROWSER);
        if let Some(authorization) = cx.authorizations.get_mut(self.id) {
            authorization.browser(result, cx.now.uptime);
        }
        Ok(())
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        if let Some(authorization) = cx.authorizations.get(self.id) {
            view::draw(canvas, self, authorization, cx);
        }
    }

    /// Its steps turn and count while somebody waits for something that can still come.
    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        let authorization = cx.authorizations.get(self.id)?;
        let waits = !authorization.is_over() && !authorization.has_expired(cx.server_now());
        (waits || authorization.is_receipt_due).then_some(spinner::PERIOD)
    }

    /// What is not over goes on; what is over has been seen.
    fn close(&mut self, cx: &mut Cx) {
        let key = cx.key_for(Action::ShowAuthorization).to_owned();
        let Some(authorization) = cx.authorizations.get_mut(self.id) else { return };
        if authorization.is_over() {
            (authorization.is_watched, authorization.is_seen) = (false, true);
            if !authorization.is_kept {
                cx.authorizations.remove(self.id);
            }
            return;
        }
        authorization.is_watched = false;
        let again = if key.is_empty() { String::new() } else { format!(" {key} shows it again.") };
        let text = format!("Still waiting for {} on {}.{again}", authorization.identifier, authorization.connection);
        cx.say(Level::Note, text);
    }
}

/// Reason why no address can be pasted.
fn why_no_paste(authorization: &Authorization) -> Option<&'static str> {
    match (&authorization.link, &authorization.code) {
        _ if authorization.paste.is_taken && authorization.consented.is_none() => None,
        _ if authorization.consented.is_some() => Some("Consent has come already: nothing is left to paste."),
        (None, _) => Some("There is no link yet."),
        (Some(_), Some(_)) => Some("Nothing is pasted here: type the code on the page."),
        (Some(_), None) => Some("This environment takes no pasted address: the browser must return by itself."),
    }
}

/// Nobody waits any more. Says what that means for the link.
pub(super) fn stop_waiting(id: AuthorizationId, cx: &mut Cx) {
    let now = cx.server_now();
    let Some(authorization) = cx.authorizations.get(id) else { return };
    let text = stopped(authorization, authorization.link_seconds(now));
    let found = authorization.found.clone();
    cx.say(Level::Note, text);
    cx.cancel(FollowAuthorization::slot_of(id));
    cx.authorizations.remove(id);
    found.into_iter().for_each(|id| cx.send(ReadAgain(id)));
    follow_next(cx);
}

/// Sentence on an authorization that nobody waits for any more: only a page of the application finishes it then.
fn stopped(authorization: &Authorization, seconds: Option<i64>) -> String {
    let Authorization { identifier, connection, .. } = authorization;
    let rest = match (authorization.is_for_somebody_else(), seconds) {
        _ if authorization.link.is_none() || matches!(seconds, Some(..=0)) => String::new(),
        (true, Some(left)) => format!(" The link is good for {} more.", time::clock(left.unsigned_abs())),
        (true, None) => " The link is still good.".to_owned(),
        (false, _) => " If its environment verifies users, this link can no longer be finished.".to_owned(),
    };
    format!("Stopped waiting for {identifier} on {connection}.{rest}")
}
