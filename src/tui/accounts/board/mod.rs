//! Popup: the board, every authorization that was begun here, those that are over included until somebody takes them off.

mod export;
mod rows;
mod view;

use std::time::Duration;

use ratatui::layout::Rect;

use crate::tui::accounts::authorize::follow::{begin_again, copy_together};
use crate::tui::accounts::authorize::links::{open_link, other_verification, why_not_for_others};
use crate::tui::accounts::authorize::whole_link::WholeLink;
use crate::tui::accounts::authorize::{failed_call, retry, show, stop_waiting};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{BROWSER, BrowserOpened, CopyText};
use crate::tui::core::state::authorization::{Authorization, AuthorizationId};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};

/// The board. Its rows are the authorizations themselves.
#[derive(Default)]
pub struct Board {
    cursor: Cursor,
    /// Authorization whose link the browser is being started with.
    opening: Option<AuthorizationId>,
    /// The terminal, all of it.
    screen: Rect,
}

impl Board {
    /// Shows the board, once.
    pub(super) fn open(cx: &mut Cx) {
        cx.close_popup::<Self>();
        let screen = cx.screen;
        cx.open(Self { screen, ..Self::default() });
    }

    fn selected<'a>(&self, cx: &'a Cx) -> Option<(AuthorizationId, &'a Authorization)> {
        cx.authorizations.oldest_first().nth(self.cursor.row)
    }

    fn height(&self, cx: &Cx) -> usize {
        view::rows_shown(self.screen, cx.authorizations.len())
    }

    fn step(&mut self, step: Move, cx: &Cx) {
        self.cursor.step(step, cx.authorizations.len(), self.height(cx));
    }

    /// The next authorization below the cursor whose link waits to be opened, else the first.
    fn next_waiting(&self, cx: &Cx) -> Option<(usize, AuthorizationId)> {
        let waits = |(_, (_, one)): &(usize, (AuthorizationId, &Authorization))| {
            !one.is_over() && one.link.is_some() && one.opened.is_none() && !one.is_for_somebody_else()
        };
        let waiting = || cx.authorizations.oldest_first().enumerate().filter(waits);
        let next = waiting().find(|(at, _)| *at >= self.cursor.row).or_else(|| waiting().next());
        next.map(|(at, (id, _))| (at, id))
    }

    fn open_browser(&mut self, id: AuthorizationId, cx: &mut Cx) {
        let url = cx.authorizations.get(id).and_then(|one| one.link.as_ref()).map(|link| link.url.clone());
        if let Some(url) = url {
            self.opening = Some(id);
            open_link(url, cx);
        }
    }

    /// Copies the links of all that still wait.
    fn copy_all(cx: &mut Cx) {
        let waiting = cx.authorizations.oldest_first().filter(|(_, one)| !one.is_over()).map(|(id, _)| id).collect();
        cx.authorizations.copied_together = waiting;
        copy_together(cx);
        if !cx.authorizations.copied_together.is_empty() {
            cx.say(Level::Note, "The links are copied as soon as all of them are there.");
        }
    }

    /// Stops waiting for one, or takes it off the board.
    fn take_off(&mut self, id: AuthorizationId, cx: &mut Cx) {
        match cx.authorizations.get(id).is_some_and(Authorization::is_over) {
            true => cx.authorizations.remove(id),
            false => stop_waiting(id, cx),
        }
        self.settle_cursor(cx);
    }

    fn settle_cursor(&mut self, cx: &mut Cx) {
        if cx.authorizations.is_empty() {
            cx.close();
        }
        self.cursor.settle(cx.authorizations.len(), self.height(cx));
    }
}

impl Component for Board {
    fn context(&self) -> Context {
        Context::Board
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let Some((_, one)) = self.selected(cx) else { return Availability::NotHere };
        let has_link = one.link.is_some() && !one.is_over();
        match action {
            Action::OpenBrowser => Availability::here(has_link),
            Action::Detail | Action::StopWaiting | Action::Save => Availability::Yes,
            Action::OpenNextLink => {
                Availability::when(self.next_waiting(cx).is_some(), "No link waits to be opened here.")
            }
            Action::Copy | Action::WholeLink => Availability::when(has_link, "It has no link, or needs none any more."),
            Action::CopyLink => {
                let waits = cx.authorizations.tally().waiting() > 0;
                Availability::when(waits, "No authorization waits any more.")
            }
            Action::RenewLink => Availability::when(!one.is_done(), "It is authorized."),
            Action::LinkForOthers if one.is_over() || !one.consents => {
                Availability::No("There is nothing to hand on.".into())
            }
            Action::LinkForOthers if one.is_for_somebody_else() => Availability::Yes,
            Action::LinkForOthers => {
                why_not_for_others(cx).map_or(Availability::Yes, |reason| Availability::No(reason.into()))
            }
            Action::RetryFailed => Availability::here(failed_call(one).is_some()),
            Action::ClearFinished => {
                let tally = cx.authorizations.tally();
                Availability::when(tally.done + tally.failed > 0, "Nothing is finished yet.")
            }
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let Some((id, one)) = self.selected(cx) else { return };
        let url = one.link.as_ref().map(|link| link.url.clone());
        match (action, url) {
            (Action::OpenBrowser, _) => self.open_browser(id, cx),
            (Action::OpenNextLink, _) => {
                if let Some((at, id)) = self.next_waiting(cx) {
                    self.cursor.go(at, cx.authorizations.len(), self.height(cx));
                    self.open_browser(id, cx);
                }
            }
            (Action::Detail, _) => show(id, cx),
            (Action::Copy, Some(url)) => cx.send(CopyText { text: url.to_string(), what: "the link".to_owned() }),
            (Action::WholeLink, Some(url)) => cx.open(WholeLink { url }),
            (Action::CopyLink, _) => Self::copy_all(cx),
            (Action::RenewLink, _) => begin_again(id, cx),
            (Action::LinkForOthers, _) => {
                let other = other_verification(cx, id);
                if let Some(one) = cx.authorizations.get_mut(id) {
                    one.verification = other;
                }
                begin_again(id, cx);
            }
            (Action::StopWaiting, _) => self.take_off(id, cx),
            (Action::RetryFailed, _) => retry(id, cx),
            (Action::Save, _) => export::choose(cx),
            (Action::ClearFinished, _) => {
                cx.authorizations.clear_finished();
                self.settle_cursor(cx);
            }
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Step(step) => self.step(*step, cx),
            Input::Click(Target::Entry(row)) => self.cursor.go(*row, cx.authorizations.len(), self.height(cx)),
            Input::Scroll(_, rows) => self.cursor.scroll(*rows, cx.authorizations.len(), self.height(cx)),
            Input::Click(_) | Input::Typed(_) => {}
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        let BrowserOpened(result) = message.take()?;
        cx.jobs.finish(BROWSER);
        let uptime = cx.now.uptime;
        if let Err(fault) = &result {
            cx.say(Level::Problem, fault.to_string());
        }
        if let Some(one) = self.opening.take().and_then(|id| cx.authorizations.get_mut(id)) {
            one.browser(result, uptime);
        }
        Ok(())
    }

    fn layout(&mut self, body: Body, cx: &Cx) {
        self.screen = body.area;
        self.cursor.settle(cx.authorizations.len(), self.height(cx));
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, self, cx);
    }

    /// Its rows turn and count while something can still come.
    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        let turns = cx.authorizations.oldest_first().any(|(_, one)| rows::turns(one, cx));
        turns.then_some(view::PERIOD)
    }

    /// What is over has been seen; everything else goes on.
    fn close(&mut self, cx: &mut Cx) {
        cx.authorizations.see_finished();
        let waiting = cx.authorizations.tally().waiting();
        let key = cx.key_for(Action::ShowAuthorization).to_owned();
        if waiting > 0 {
            let again = if key.is_empty() { String::new() } else { format!(" {key} shows them again.") };
            let are = if waiting == 1 { "1 authorization goes on" } else { &format!("{waiting} authorizations go on") };
            cx.say(Level::Note, format!("{are}.{again}"));
        }
    }
}
