//! Popup: the connections of a server, and whether each is authorized for its person.

pub mod tasks;
mod view;

use std::time::Duration;

use ratatui::layout::Rect;
use url::Url;

use self::tasks::{AuthStatesRead, FindAccount, ReadAuthStates, ServerAccountFound};
use crate::domain::{Account, AccountRef, ConnectionAuthState, Fault, Identifier, ServerOfPerson};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Ask, AuthorizeAccount, ConnectAccount, CopyText, OpenInBrowser};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Cursor;

/// Life of a link, after which it is not offered any more.
const LINK: Duration = Duration::from_secs(60);

/// The connections.
pub struct AuthStates {
    /// Name of the configuration or the instance, safe to show.
    name: String,
    server: ServerOfPerson,
    identifier: Identifier,
    /// The connections, or why they are not known; none while they are asked for.
    states: Option<Result<Vec<ConnectionAuthState>, Fault>>,
    /// Program uptime at which the links came.
    came: Duration,
    cursor: Cursor,
    screen: Rect,
}

/// Make links, which was asked about.
#[derive(Debug)]
struct LinksAgreed;

impl AuthStates {
    /// Asks for the connections of a server.
    pub(super) fn open(name: String, server: ServerOfPerson, identifier: Identifier, cx: &mut Cx) {
        cx.start(ReadAuthStates { server: server.clone(), with_links: false });
        let (cursor, screen) = (Cursor::default(), Rect::default());
        cx.open(Self { name, server, identifier, states: None, came: cx.now.uptime, cursor, screen });
    }

    fn states(&self) -> &[ConnectionAuthState] {
        self.states.as_ref().and_then(|states| states.as_ref().ok()).map_or(&[], Vec::as_slice)
    }

    fn selected(&self) -> Option<&ConnectionAuthState> {
        self.states().get(self.cursor.row)
    }

    /// Time that the links are still good for; none once they are not.
    fn left(&self, cx: &Cx) -> Option<Duration> {
        let gone = cx.now.uptime.saturating_sub(self.came);
        LINK.checked_sub(gone).filter(|left| !left.is_zero())
    }

    /// The link of a connection, while it is good.
    fn link(&self, state: &ConnectionAuthState, cx: &Cx) -> Option<Url> {
        state.link.clone().filter(|_| self.left(cx).is_some())
    }

    fn read(&mut self, with_links: bool, cx: &mut Cx) {
        cx.start(ReadAuthStates { server: self.server.clone(), with_links });
    }

    fn take(&mut self, result: Result<Vec<ConnectionAuthState>, Fault>, cx: &mut Cx) {
        cx.jobs.finish(ReadAuthStates::SLOT);
        match result {
            Err(fault) if !self.states().is_empty() => cx.say(Level::Problem, fault.to_string()),
            result => {
                self.states = Some(result);
                self.came = cx.now.uptime;
            }
        }
        let rows = self.states().len();
        self.cursor.settle(rows, view::list_rows(self.screen, rows));
    }

    fn ask_for_links(&self, cx: &mut Cx) {
        let waiting = self.states().iter().filter(|state| !state.is_ready()).count();
        cx.send(Ask {
            title: "Make links".into(),
            lines: vec![format!(
                "Each of the {waiting} connections that wait gets a link, good for a minute. Accounts of {} that do not \
                 exist yet are created.",
                self.identifier
            )],
            yes: "make them".into(),
            then: Message::new(LinksAgreed),
        });
    }

    /// Hands the account to the popup that authorizes; one that is not listed is looked up first, and one that does not
    /// exist is connected.
    fn authorize(&self, cx: &mut Cx) {
        let Some(state) = self.selected() else { return };
        let is_it =
            |account: &&Account| account.connection == state.connection && account.identifier == self.identifier;
        let listed = cx.accounts.all().iter().find(is_it).cloned();
        match (listed, &state.account) {
            (Some(account), _) => cx.send(AuthorizeAccount(Box::new(account))),
            (None, Some(id)) => cx.start(FindAccount(AccountRef::Id(id.clone()))),
            (None, None) => cx.send(ConnectAccount {
                identifier: Some(self.identifier.clone()),
                like: Some(state.connection.raw().into()),
            }),
        }
    }
}

impl Component for AuthStates {
    fn context(&self) -> Context {
        Context::ServerAccounts
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let is_reading = cx.is_running(ReadAuthStates::SLOT);
        match action {
            Action::Refresh => Availability::when(!is_reading, "It is being asked for already."),
            Action::MakeLinks if self.states().is_empty() => Availability::NotHere,
            Action::MakeLinks if is_reading => Availability::No("It is being asked for already.".into()),
            Action::MakeLinks => Availability::when(
                self.states().iter().any(|state| !state.is_ready()),
                "Every connection is authorized: no link is needed.",
            ),
            Action::Authorize => match self.selected() {
                None => Availability::NotHere,
                Some(state) => Availability::when(!state.is_ready(), "This connection is authorized already."),
            },
            Action::Copy | Action::OpenBrowser => match self.selected() {
                None => Availability::NotHere,
                Some(state) if state.link.is_none() => {
                    Availability::No("There is no link of this connection: make links first.".into())
                }
                Some(state) => Availability::when(self.link(state, cx).is_some(), "This link has ended: make another."),
            },
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let link = self.selected().and_then(|state| self.link(state, cx));
        match (action, link) {
            (Action::Refresh, _) => self.read(false, cx),
            (Action::MakeLinks, _) => self.ask_for_links(cx),
            (Action::Authorize, _) => self.authorize(cx),
            (Action::Copy, Some(link)) => cx.send(CopyText { text: link.to_string(), what: "the link".to_owned() }),
            (Action::OpenBrowser, Some(link)) => cx.send(OpenInBrowser(link)),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        let rows = self.states().len();
        input.move_in_list(&mut self.cursor, rows, view::list_rows(self.screen, rows));
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|AuthStatesRead(result)| self.take(result, cx))
            .or_else(|message| message.take().map(|LinksAgreed| self.read(true, cx)))
            .or_else(|message| {
                message.take().map(|ServerAccountFound(found)| {
                    cx.jobs.finish(FindAccount::SLOT);
                    match found {
                        Ok(account) => cx.send(AuthorizeAccount(account)),
                        Err(fault) => cx.say(Level::Problem, fault.to_string()),
                    }
                })
            })
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
        let rows = self.states().len();
        self.cursor.settle(rows, view::list_rows(self.screen, rows));
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        let has_links = self.states().iter().any(|state| state.link.is_some());
        (has_links && self.left(cx).is_some()).then_some(Duration::from_secs(1))
    }

    fn close(&mut self, cx: &mut Cx) {
        for slot in [ReadAuthStates::SLOT, FindAccount::SLOT] {
            if cx.is_running(slot) {
                cx.cancel(slot);
            }
        }
    }
}
