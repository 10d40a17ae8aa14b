//! Listing tools: whose, when anew, and in which order.

use std::time::Duration;

use crate::domain::{Account, Status, ToolOrigin};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::state::tool_store::{Scope, ToolLoad};
use crate::tui::core::toast::Level;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::tools::loading::{LOADING, LoadTools, SEARCHING, SearchTools};
use crate::tui::tools::screen::Tools;

/// Time in which a list is loaded again once at most for what a server changes.
const FOLLOWED_EVERY: Duration = Duration::from_secs(30);

impl Tools {
    /// Lists the tools of `scope`. From here on the program acts as its person.
    pub(super) fn show(&mut self, scope: Scope, anew: bool, cx: &mut Cx) {
        if let Scope::Person(identifier, _) = &scope {
            cx.acting_as = Some(identifier.clone());
        }
        self.focus = Pane::List;
        self.load(scope, anew, cx);
        cx.request(Request::Show(Tab::Tools));
    }

    fn load(&mut self, scope: Scope, anew: bool, cx: &mut Cx) {
        if self.begin(&mut cx.tools, scope.clone(), anew) {
            cx.cancel(SEARCHING);
            cx.start(LoadTools(scope));
        } else {
            cx.cancel(LOADING);
            self.rearrange(cx);
        }
    }

    /// Loads what is listed again.
    pub(super) fn reload(&mut self, cx: &mut Cx) {
        if cx.environment.open().is_some() && !matches!(cx.tools.load, ToolLoad::Idle) {
            self.load(self.scope().clone(), true, cx);
        }
    }

    /// Asks for tools if the screen has never had any: those of the person who is acted as, or the whole
    /// environment's.
    pub(super) fn first_visit(&mut self, cx: &mut Cx) {
        if cx.environment.open().is_some() && matches!(cx.tools.load, ToolLoad::Idle) {
            let person = cx.acting_as.clone().map(|identifier| Scope::Person(identifier, None));
            self.show(person.unwrap_or(Scope::Environment), false, cx);
        }
    }

    /// Asks for the same tools again.
    pub(super) fn refresh(&mut self, cx: &mut Cx) {
        let scope = match (&cx.tools.load, &cx.acting_as) {
            (ToolLoad::Idle, Some(identifier)) => Scope::Person(identifier.clone(), None),
            _ => self.scope().clone(),
        };
        self.show(scope, true, cx);
    }

    /// Filters and orders anew. A long list is searched elsewhere; a search that is still under way has been
    /// overtaken.
    pub(super) fn rearrange(&mut self, cx: &mut Cx) {
        match self.arrange(&cx.tools, &cx.accounts) {
            Some(search) => cx.start(SearchTools(search)),
            None if cx.is_running(SEARCHING) => cx.cancel(SEARCHING),
            None => {}
        }
    }

    /// An account works again: its tools are asked for where they were missing.
    pub fn authorized(&mut self, account: &Account, cx: &mut Cx) {
        let concerned = match self.scope() {
            Scope::Person(who, connection) => {
                *who == account.identifier
                    && connection.as_ref().is_none_or(|connection| *connection == account.connection)
            }
            Scope::Environment => false,
        };
        let missing = cx.tools.rows().is_empty() || self.unlisted.contains(&account.id);
        if concerned && missing {
            self.load(self.scope().clone(), true, cx);
        }
    }

    /// Notes which of the person's accounts have no tools in the list, because they are not active.
    pub(super) fn note_unlisted(&mut self, cx: &Cx) {
        let Scope::Person(who, connection) = self.scope() else { return };
        let listed = |account: &&Account| {
            account.identifier == *who
                && account.status != Status::Active
                && connection.as_ref().is_none_or(|connection| account.connection == *connection)
        };
        self.unlisted = cx.accounts.all().iter().filter(listed).map(|account| account.id.clone()).collect();
    }

    /// Loads the list again where a server offers something else now and that costs little; else says that it changed,
    /// as it does of a server that changes all the time: nobody reads a list that comes and goes.
    pub(super) fn offers_changed(&mut self, cx: &mut Cx) {
        let lists_servers = cx.tools.rows().iter().any(|tool| matches!(tool.origin, ToolOrigin::Server(_)));
        if !lists_servers {
            return;
        }
        let recently = self.followed.is_some_and(|at| cx.now.uptime.saturating_sub(at) < FOLLOWED_EVERY);
        match self.scope() {
            Scope::Person(..) if !recently && !cx.is_running(LOADING) => {
                self.followed = Some(cx.now.uptime);
                let selected = self.selected(&cx.tools).map(|tool| tool.name.clone());
                self.reload(cx);
                self.wanted = selected;
                cx.say(Level::Note, "A server changed what it offers. Its tools were loaded again.");
            }
            Scope::Person(..) | Scope::Environment => self.is_outdated = true,
        }
    }
}
