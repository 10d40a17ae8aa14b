//! Actions on the Accounts screen.

use std::time::Duration;

use crate::backend::Ability;
use crate::domain::{Account, AccountId, Status, Untrusted, pluralize};
use crate::flow::explain::Question;
use crate::tui::accounts::arrivals::{load, show_authorization};
use crate::tui::accounts::authorize::links::{
    authorize, authorize_each, authorize_elsewhere, links_for_each, why_not_for_others,
};
use crate::tui::accounts::authorize::{more_scopes, receive as receive_authorization};
use crate::tui::accounts::confirm_text;
use crate::tui::accounts::connect::Connect;
use crate::tui::accounts::copy_menu;
use crate::tui::accounts::credentials;
use crate::tui::accounts::detail::facts::{self, Fact};
use crate::tui::accounts::menus;
use crate::tui::accounts::new_account::NewAccount;
use crate::tui::accounts::order::{Group, Order};
use crate::tui::accounts::proof::tasks::ProveAccounts;
use crate::tui::accounts::rehearsal::{self, tasks::Rehearse};
use crate::tui::accounts::save;
use crate::tui::accounts::screen::{Accounts, SHARE};
use crate::tui::accounts::tasks::{AccountsPage, LoadAccounts};
use crate::tui::accounts::view;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::{self, Body};
use crate::tui::core::message::Message;
use crate::tui::core::messages::{
    AccountChanged, ActAs, AuthorizeAccount, ConnectAccount, CopyText, ExplainThis, OpenInPlayground, OpenSavedFilters,
    ReloadAccounts, ShowAuthorization, ShowStatus,
};
use crate::tui::core::screen::Screen;
use crate::tui::core::state::account_store::{CHANGING, Load};
use crate::tui::core::state::environment::{EnvironmentCard, NOT_OPEN};
use crate::tui::core::state::proof_store::ProofStore;
use crate::tui::core::state::session::Session;
use crate::tui::core::state::subject::Subject;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::input::typed::Line;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::columns::Direction;
use crate::tui::widgets::list::Move;

/// Order: read an account again.
#[derive(Debug)]
pub struct ReadAgain(pub AccountId);

/// Order: put the cursor on an account, where it is shown.
#[derive(Debug)]
pub struct PointAt(pub AccountId);

/// Order: order the list by this; by the same, the other way around.
#[derive(Debug)]
pub(super) struct OrderBy(pub Order);

/// Report: an account has turned up that the list may not hold.
#[derive(Debug)]
pub struct AccountFound(pub Box<Account>);

const NONE_SELECTED: &str = "No account is selected.";
const OTHER_CHANGE: &str = "Another change is under way.";

impl Component for Accounts {
    fn context(&self) -> Context {
        match self.focus {
            _ if self.filter.typing => Context::Filter,
            Pane::List => Context::Accounts,
            Pane::Side => Context::AccountDetail,
        }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        use Availability::{No, Yes};
        let is_open = cx.environment.open().is_some();
        let selected = match action {
            Action::Disconnect | Action::Delete => self.target(&cx.accounts),
            _ => self.selected(&cx.accounts),
        };
        let no_other_change = || Availability::when(!cx.is_running(CHANGING), OTHER_CHANGE);
        match action {
            Action::NewAccount | Action::UpdateCredentials | Action::Authorize | Action::CopyLink | Action::Detail
                if !is_open =>
            {
                No(NOT_OPEN.into())
            }
            Action::Explain => Availability::when(is_open, NOT_OPEN),
            Action::NewAccount => Yes,
            Action::CopyLink if self.acts_on_several() => {
                why_not_for_others(cx).map_or(Yes, |reason| No(reason.into()))
            }
            // No page takes its key: whoever has no links to forms asks for it here.
            Action::Authorize
                if !self.acts_on_several()
                    && selected.is_some_and(|account| account.authorization.is_typed_in())
                    && cx.environment.lacks(Ability::Links).is_some() =>
            {
                No("It has a key or a token, which is typed in here: replace its credentials.".into())
            }
            Action::OpenRequest => match selected {
                None => No(NONE_SELECTED.into()),
                Some(account) => Availability::unless(cx.environment.refuses_request(account).map(Into::into)),
            },
            Action::Authorize
            | Action::CopyLink
            | Action::Detail
            | Action::ActAs
            | Action::BrowseTools
            | Action::Copy
            | Action::CopyMenu
            | Action::Mark
            | Action::MarkShown => Availability::when(selected.is_some(), NONE_SELECTED),
            Action::Disconnect | Action::Delete if self.acts_on_several() => no_other_change(),
            Action::Rehearse => match selected {
                None => No(NONE_SELECTED.into()),
                Some(_) if cx.is_running(Rehearse::SLOT) => No("A rehearsal is under way, or ends.".into()),
                Some(_) => Availability::when(is_open, NOT_OPEN),
            },
            Action::UpdateCredentials => match selected {
                None => No(NONE_SELECTED.into()),
                Some(account) => credentials::why_not(account).map_or_else(no_other_change, No),
            },
            Action::Disconnect => match selected.map(|account| &account.status) {
                None => No(NONE_SELECTED.into()),
                Some(Status::Disconnected) => No("It is disconnected already.".into()),
                Some(_) => no_other_change(),
            },
            Action::Delete => selected.map_or_else(|| No(NONE_SELECTED.into()), |_| no_other_change()),
            Action::Save => Availability::when(self.shown() > 0, "There are no accounts to save."),
            Action::ChooseStatus => {
                Availability::when(!cx.accounts.all().is_empty(), "There are no accounts to choose from.")
            }
            Action::OnlyNeedy | Action::NextNeedy => {
                Availability::when(cx.accounts.needing_you() > 0, "No account needs you.")
            }
            Action::NextGroup | Action::PreviousGroup => {
                Availability::when(self.lines.has_groups(), "There are no groups here.")
            }
            Action::Complete | Action::CompleteBack => Availability::here(self.filter.typing),
            Action::Refresh => {
                Availability::when(!cx.is_running(LoadAccounts::SLOT), "The accounts are being loaded already.")
            }
            Action::StopLoading => {
                Availability::here(cx.is_running(LoadAccounts::SLOT) || cx.is_running(ProveAccounts::SLOT))
            }
            Action::Prove | Action::ProveShown if !is_open => No(NOT_OPEN.into()),
            Action::Prove | Action::ProveShown if cx.is_running(ProveAccounts::SLOT) => {
                No("Accounts are being proven already.".into())
            }
            Action::Prove => Availability::when(selected.is_some(), NONE_SELECTED),
            Action::ProveShown => Availability::when(self.shown() > 0, "There are no accounts to prove."),
            Action::ChooseOrder
            | Action::CycleGroup
            | Action::SavedFilters
            | Action::Filter
            | Action::AcceptFilter
            | Action::NextPane
            | Action::PreviousPane => Yes,
            Action::Back => Availability::here(
                self.filter.typing || !self.filter.is_empty() || self.marks() > 0 || self.focus == Pane::Side,
            ),
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        // What is marked, and a mark alone, comes before the cursor, which has gone on.
        let selected = match action {
            Action::Authorize | Action::CopyLink | Action::Disconnect | Action::Delete | Action::Copy => {
                self.target(&cx.accounts)
            }
            _ => self.selected(&cx.accounts),
        };
        let selected = selected.cloned();
        match (action, selected) {
            (Action::NewAccount, _) if cx.environment.lacks(Ability::ConnectionAdmin).is_none() => Connect::open(cx),
            (Action::NewAccount, _) => NewAccount::open(cx.acting_as.clone().as_ref(), None, cx),
            (Action::Explain, _) => cx.send(ExplainThis(Box::new(self.asked_about(cx)))),
            (Action::ChooseStatus, _) => menus::choose_status(cx),
            (Action::ChooseOrder, _) => menus::choose_order(self.by, cx),
            (Action::SavedFilters, _) => {
                cx.send(OpenSavedFilters { tab: Tab::Accounts, current: self.filter.text().to_owned() });
            }
            (Action::Save, _) => cx.send(save::list(self, cx)),
            (Action::OnlyNeedy, _) => self.toggle_needy(cx),
            (Action::NextNeedy, _) => self.next_needy(cx),
            (Action::NextGroup | Action::PreviousGroup, _) => self.step_group(action == Action::NextGroup),
            (Action::Mark, _) => self.mark(&cx.accounts),
            (Action::MarkShown, _) => self.mark_shown(&cx.accounts),
            (Action::CycleGroup, _) => self.group_by(&cx.accounts, self.group.next()),
            (Action::Refresh, _) => load(cx),
            (Action::Prove, _) => self.prove_chosen(cx),
            (Action::ProveShown, _) => self.prove_shown(cx),
            (Action::StopLoading, _) if !cx.is_running(LoadAccounts::SLOT) => self.stop_proving(cx),
            (Action::StopLoading, _) => {
                self.stop(&mut cx.accounts);
                cx.cancel(LoadAccounts::SLOT);
            }
            (Action::Filter, _) => {
                self.focus = Pane::List;
                self.filter.typing = true;
                self.offer(&cx.accounts);
            }
            (Action::AcceptFilter, _) => self.filter.typing = false,
            (Action::Complete | Action::CompleteBack, _) => {
                self.filter.complete(action == Action::CompleteBack);
                if self.filter.wants_value() {
                    self.offer(&cx.accounts);
                }
                self.arrange(&cx.accounts);
            }
            (Action::NextPane | Action::PreviousPane, _) => self.focus = self.focus.other(),
            (Action::Back, _) => self.back(cx),
            (Action::Authorize, _) if self.acts_on_several() => {
                let chosen: Vec<Account> = self.chosen(&cx.accounts).into_iter().cloned().collect();
                self.clear_marks();
                authorize_each(&chosen, cx);
            }
            (Action::Authorize, Some(account)) => {
                self.clear_marks();
                authorize(&account, cx);
            }
            (Action::CopyLink, _) if self.acts_on_several() => {
                let chosen: Vec<Account> = self.chosen(&cx.accounts).into_iter().cloned().collect();
                self.clear_marks();
                links_for_each(&chosen, cx);
            }
            (Action::CopyLink, Some(account)) => authorize_elsewhere(&account, cx),
            (Action::Rehearse, Some(account)) => rehearsal::ask(&account, cx),
            (Action::UpdateCredentials, Some(account)) => credentials::replace(&account, cx),
            (Action::Disconnect | Action::Delete, _) if self.acts_on_several() => {
                let question = confirm_text::of_many(action == Action::Delete, &self.chosen(&cx.accounts));
                cx.send(question);
            }
            (Action::Disconnect | Action::Delete, Some(account)) => {
                let question = self.question(action, &account, cx);
                cx.send(question);
            }
            (Action::Detail, Some(account)) => {
                self.focus = Pane::Side;
                (self.detail_top, self.fact) = (0, 0);
                self.read_again(account.id, cx);
            }
            (Action::ActAs, Some(Account { identifier, .. })) => {
                cx.send(ActAs { identifier, connection: None, anew: true });
            }
            (Action::BrowseTools, Some(Account { identifier, connection, .. })) => {
                cx.send(ActAs { identifier, connection: Some(connection), anew: true });
            }
            (Action::Copy, Some(_)) if self.acts_on_several() => {
                let ids: Vec<&str> = self.chosen(&cx.accounts).iter().map(|account| account.id.raw()).collect();
                let what = format!("the ids of {}", pluralize(ids.len() as u64, "account"));
                cx.send(CopyText { text: ids.join("\n"), what });
            }
            (Action::OpenRequest, Some(account)) => cx.send(OpenInPlayground(Box::new(Subject::request(&account)))),
            (Action::Copy, Some(account)) if self.focus == Pane::Side => self.copy_fact(&account, cx),
            (Action::Copy, Some(account)) => {
                cx.send(CopyText { text: account.id.raw().to_owned(), what: "the account's id".to_owned() });
            }
            (Action::CopyMenu, Some(account)) => copy_menu::open(&account, cx),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(typed) => {
                if self.filter.typing && self.filter.take(typed) {
                    self.offer(&cx.accounts);
                    self.arrange(&cx.accounts);
                }
            }
            Input::Step(step) if self.focus == Pane::Side => self.step_fact(*step, cx),
            Input::Step(step) => self.step(*step),
            Input::Click(Target::Row(pane, row)) => {
                self.focus = *pane;
                match pane {
                    Pane::List => self.select(*row),
                    Pane::Side => self.fact = *row,
                }
            }
            Input::Click(Target::Head(column)) => {
                Order::from_column(*column).into_iter().for_each(|by| self.order_by(&cx.accounts, by));
            }
            Input::Click(Target::Pane(pane)) => self.focus = *pane,
            Input::Scroll(Target::Row(Pane::List, _) | Target::Pane(Pane::List), rows) => self.scroll(*rows),
            // Turning the wheel looks at a pane without moving the keyboard into it.
            Input::Scroll(Target::Row(Pane::Side, _) | Target::Pane(Pane::Side), rows) => {
                self.scroll_detail(Move::By(*rows));
            }
            Input::Click(_) | Input::Scroll(..) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        self.filter.typing.then(|| self.filter.capacity())
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        if let Some(AccountChanged(account)) = message.peek() {
            self.put(&mut cx.accounts, Account::clone(account));
            return Err(message);
        }
        message
            .take()
            .map(|AccountsPage(items, total)| self.page(&mut cx.accounts, items, total))
            .or_else(|message| message.take().map(|end| self.loaded(end, cx)))
            .or_else(|message| message.take().map(|read| self.take_detail(read, cx)))
            .or_else(|message| message.take().map(|rows| self.take_rows(rows, cx)))
            .or_else(|message| message.take().map(|end| self.disconnected(end, cx)))
            .or_else(|message| message.take().map(|end| self.deleted(end, cx)))
            .or_else(|message| message.take().map(|order| self.change(order, cx)))
            .or_else(|message| message.take().map(|OrderBy(by)| self.order_by(&cx.accounts, by)))
            .or_else(|message| self.apply_filter(message, cx))
            .or_else(|message| {
                message.take().map(|ShowStatus(word)| {
                    cx.request(Request::Show(Tab::Accounts));
                    self.show_status(&word, cx);
                })
            })
            .or_else(|message| message.take().map(|ReadAgain(id)| self.read_again(id, cx)))
            .or_else(|message| message.take().map(|PointAt(id)| self.go_to(&cx.accounts, &id)))
            .or_else(|message| message.take().map(|found| self.found(found, cx)))
            .or_else(|message| message.take().map(|go| self.go_to_account(go, cx)))
            .or_else(|message| message.take().map(|AuthorizeAccount(account)| authorize(&account, cx)))
            .or_else(|message| {
                message.take().map(|ConnectAccount { identifier, like }| {
                    NewAccount::open(identifier.as_ref(), like.as_ref(), cx);
                })
            })
            .or_else(|message| message.take().map(|ReloadAccounts| load(cx)))
            .or_else(|message| message.take().map(|ShowAuthorization| show_authorization(cx)))
            .or_else(|message| self.receive_proofs(message, cx))
            .or_else(|message| receive_authorization(message, cx))
            .or_else(|message| more_scopes::receive(message, cx))
            .or_else(|message| rehearsal::receive(message, cx))
    }

    fn layout(&mut self, body: Body, cx: &Cx) {
        self.fit(body, &cx.accounts);
    }

    /// Asks for the details of an account that somebody has looked at for a while.
    fn settle(&mut self, cx: &mut Cx) {
        self.follow(&cx.accounts, cx.now.uptime);
        if self.detail_is_due(cx) == Some(Duration::ZERO)
            && let Some(id) = self.beside(&cx.accounts).map(|account| account.id.clone())
        {
            self.read_again(id, cx);
        }
        if self.refresh_is_due(cx) == Some(Duration::ZERO) {
            self.refresh(cx);
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, self, cx);
    }

    fn holds_back_quit(&self, cx: &Cx) -> Option<&'static str> {
        let under_way = cx.authorizations.newest_first().any(|(_, authorization)| !authorization.is_over());
        under_way.then_some("An authorization is under way: its link may not work once jackfield has ended.")
    }

    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        // "in 41 min" becomes "in 40 min": once a minute, where such words are shown.
        let times = (self.shown() > 0).then_some(Duration::from_secs(60));
        [times, self.waits(cx.now.uptime), self.detail_is_due(cx), self.refresh_is_due(cx)].into_iter().flatten().min()
    }
}

impl Screen for Accounts {
    fn environment_opened(&mut self, card: &EnvironmentCard, cx: &mut Cx) {
        cx.accounts.proofs = ProofStore::new(card.match_rule.clone());
        load(cx);
    }

    fn environment_left(&mut self, _cx: &mut Cx) {
        self.forget();
    }

    fn prefer(&mut self, session: &Session) {
        let (name, direction) = match session.order.strip_prefix('-') {
            Some(name) => (name, Direction::Reverse),
            None => (session.order.as_str(), Direction::Forward),
        };
        (self.by, self.direction) = Order::from_name(name).map(|by| (by, direction)).unwrap_or_default();
        self.group = Group::from_name(&session.group).unwrap_or_default();
    }

    fn restore(&mut self, session: &Session) {
        self.filter.paste(&Untrusted::from(session.filter.as_str()));
        self.wanted = (!session.account.is_empty()).then(|| AccountId::from(session.account.as_str()));
    }

    fn remember(&self, session: &mut Session, cx: &Cx) {
        let sign = if self.direction == Direction::Reverse { "-" } else { "" };
        session.order = format!("{sign}{}", self.by.name());
        session.group = self.group.name().to_owned();
        if cx.environment.open().is_some() {
            session.filter = self.filter.text().to_owned();
            session.account = self.wanted(&cx.accounts).map(|id| id.raw().to_owned()).unwrap_or_default();
        }
    }
}

impl Accounts {
    /// Question about the account under the cursor; where none is shown, about what the filter names.
    fn asked_about(&self, cx: &Cx) -> Question {
        if let Some(account) = self.selected(&cx.accounts) {
            return Question::person(account.identifier.clone(), Some(account.connection.clone()));
        }
        let (connection, identifier) = self.names();
        Question {
            identifier: identifier.map(Into::into),
            connection: connection.map(Into::into),
            ..Question::default()
        }
    }

    /// Whether the detail may offer an action: it applies here, and the environment can do it.
    pub(super) fn offers(&self, action: Action, cx: &Cx) -> bool {
        let refuses = || cx.environment.refuses(action);
        self.availability(action, cx).unless_lacking(refuses).is_yes()
    }

    /// Time until the details of the account beside the list are to be asked for, if they ever are: nobody looks at a
    /// pane that is not there, or that something else lies upon.
    fn detail_is_due(&self, cx: &Cx) -> Option<Duration> {
        let side = layout::panes(cx.body(), self.focus, SHARE).side;
        let looked_at = !cx.is_covered && !side.is_empty();
        let loaded = matches!(cx.accounts.load, Load::Complete(_) | Load::Failed(_));
        if looked_at && loaded { self.looking.due(cx.now.uptime) } else { None }
    }

    /// Moves among the facts of the account beside the list.
    fn step_fact(&mut self, step: Move, cx: &Cx) {
        if let Some(account) = self.beside(&cx.accounts) {
            let facts = facts::facts(account, self.looking.extra(), cx);
            self.fact = facts::step(self.fact, step, &facts);
            self.detail_top = 0;
        }
    }

    /// Copies the fact under the cursor.
    fn copy_fact(&self, account: &Account, cx: &mut Cx) {
        let facts = facts::facts(account, self.looking.extra(), cx);
        match facts.get(self.fact).and_then(Fact::copy) {
            Some(copied) => cx.send(copied),
            None => cx.say(Level::Reason, "There is nothing here to copy."),
        }
    }

    /// Out of whatever is innermost: the filter, the detail, the marks.
    fn back(&mut self, cx: &mut Cx) {
        if self.filter.typing || !self.filter.is_empty() {
            self.filter.clear();
            self.arrange(&cx.accounts);
        } else if self.focus == Pane::Side {
            self.focus = Pane::List;
        } else {
            self.clear_marks();
        }
    }
}
