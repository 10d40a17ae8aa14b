//! Popup: an authorization that is followed.

pub(super) mod links;
pub mod state;
pub mod tasks;
mod view;
pub mod whole_link;

use crate::domain::Account;
use crate::flow::authorize::{Progress, Verification};
use crate::tui::accounts::actions::{AccountFound, ReadAgain};
use crate::tui::accounts::authorize::links::{elsewhere, open_link};
use crate::tui::accounts::authorize::state::Authorize;
use crate::tui::accounts::authorize::tasks::{AuthorizeEnd, AuthorizeStep, FollowAuthorization};
use crate::tui::accounts::authorize::whole_link::WholeLink;
use crate::tui::core::component::Component;
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::message::Message;
use crate::tui::core::messages::{AccountChanged, ActAs, BROWSER, BrowserOpened, CopyText};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::time;

impl Component for Authorize {
    fn context(&self) -> Context {
        Context::Authorize
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        let (is_over, has_link) = (self.is_over(), self.link.is_some());
        match action {
            Action::BrowseTools => Availability::here(self.is_done()),
            Action::OpenBrowser if is_over => Availability::NotHere,
            Action::OpenBrowser => Availability::when(has_link, "There is no link yet."),
            Action::Copy | Action::WholeLink => Availability::here(has_link && !is_over),
            Action::RenewLink => Availability::here(!self.is_done()),
            Action::LinkForOthers => {
                let differs = self.consents && matches!(self.verification, Verification::ThisMachine);
                Availability::here(!is_over && differs)
            }
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let url = self.link.as_ref().map(|link| link.url.clone());
        match (action, url) {
            (Action::BrowseTools, _) => {
                if let Some(Account { identifier, connection, .. }) = self.authorized().cloned() {
                    cx.request(Request::CloseAll);
                    cx.send(ActAs { identifier, connection: Some(connection), anew: true });
                }
            }
            (Action::OpenBrowser, Some(url)) => open_link(url, cx),
            (Action::Copy, Some(url)) => cx.send(CopyText { text: url.to_string(), what: "the link".to_owned() }),
            (Action::WholeLink, Some(url)) => cx.open(WholeLink { url }),
            (Action::RenewLink, _) => self.begin_again(cx),
            (Action::LinkForOthers, _) => {
                self.verification = elsewhere(cx);
                self.begin_again(cx);
            }
            _ => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|AuthorizeStep(progress)| self.step_on(progress, cx))
            .or_else(|message| message.take().map(|end| self.take_end(end, cx)))
            .or_else(|message| {
                message.take().map(|BrowserOpened(result)| {
                    cx.jobs.finish(BROWSER);
                    self.browser(result, cx.now.uptime);
                })
            })
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, self, cx);
    }

    /// Says what is left of an authorization that nobody waits for any more, and asks for the state of the account.
    fn close(&mut self, cx: &mut Cx) {
        if self.is_over() {
            return;
        }
        let mut text = format!("Stopped waiting for {} on {}.", self.identifier, self.connection);
        if let Some(left @ 1..) = self.link_seconds(cx.server_now()) {
            text.push_str(&format!(" The link stays good for {}.", time::clock(left.unsigned_abs())));
        }
        cx.say(Level::Note, text);
        cx.cancel(FollowAuthorization::SLOT);
        self.found.iter().for_each(|id| cx.send(ReadAgain(id.clone())));
    }
}

impl Authorize {
    fn begin_again(&mut self, cx: &mut Cx) {
        self.renew(cx.now.uptime);
        cx.start(FollowAuthorization { account: self.account.clone(), verification: self.verification.clone() });
    }

    fn step_on(&mut self, progress: Progress, cx: &mut Cx) {
        if let Progress::Found(account) = &progress {
            cx.send(AccountFound(Box::new(account.clone())));
        }
        self.progress(progress, cx.now.uptime);
        self.copy_awaited_link(cx);
    }

    /// Copies the link that somebody waits for to copy, once it has come.
    fn copy_awaited_link(&mut self, cx: &mut Cx) {
        let Some(link) = self.link.as_ref().filter(|_| self.copy) else { return };
        let text = link.url.to_string();
        let left = self.link_seconds(cx.server_now());
        let good = left.map(|left| format!(", good for {}", time::clock(left.max(0).unsigned_abs())));
        let what = format!("a link for {} on {}{}", self.identifier, self.connection, good.unwrap_or_default());
        self.copy = false;
        cx.send(CopyText { text, what });
    }

    fn take_end(&mut self, AuthorizeEnd(result): AuthorizeEnd, cx: &mut Cx) {
        cx.jobs.finish(FollowAuthorization::SLOT);
        match &result {
            Ok(account) => {
                cx.send(AccountChanged(Box::new(account.clone())));
                // The link has done its work: the page that shows it alone goes too.
                cx.close_popup::<WholeLink>();
            }
            // Consent that was not confirmed leaves another status behind than before.
            Err(_) => self.found.iter().for_each(|id| cx.send(ReadAgain(id.clone()))),
        }
        self.end(result, cx.now.uptime);
    }
}
