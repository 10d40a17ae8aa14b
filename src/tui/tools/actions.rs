//! Actions on the Tools screen: whose tools are listed, which are selected, which one is tried.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::{Account, JsonText, Status, Tool, ToolOrigin};
use crate::export::tool_tokens;
use crate::flow::compare::why_never;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{
    AccountChanged, ApplyFilter, CallBlocked, ChoosePerson, CompareForPeople, CopyText, ExplainThis, OpenInPlayground,
    OpenSavedFilters, ReadToolUsage, ReloadTools, SaveList,
};
use crate::tui::core::screen::Screen;
use crate::tui::core::state::environment::{Environment, EnvironmentCard, NOT_OPEN};
use crate::tui::core::state::subject::Subject;
use crate::tui::core::state::tool_store::{Scope, ToolLoad};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::input::typed::Line;
use crate::tui::tools::account_picker::AccountPicker;
use crate::tui::tools::blocked::Blocked;
use crate::tui::tools::export::Export;
use crate::tui::tools::loading::LOADING;
use crate::tui::tools::order_menu::{self, OrderBy};
use crate::tui::tools::screen::{Tools, rows};
use crate::tui::tools::server_content::ServerContentPopup;
use crate::tui::tools::server_content::tasks::{OffersChanged, WatchOffers};
use crate::tui::tools::try_tool::{account_of, try_tool};
use crate::tui::tools::usage;
use crate::tui::tools::view;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Move;
use crate::tui::widgets::outline::Fold;

impl Tools {
    /// Account that the selected tool would run with, else the one whose tools are listed; none while that is not
    /// certain.
    pub fn account<'a>(&self, cx: &'a Cx) -> Option<&'a Account> {
        match (self.selected(&cx.tools), self.scope()) {
            (Some(tool), scope) => account_of(tool, scope, cx),
            (None, Scope::Person(who, Some(connection))) => {
                let is_meant = |account: &&Account| account.identifier == *who && account.connection == *connection;
                cx.accounts.all().iter().find(is_meant)
            }
            (None, _) => None,
        }
    }

    fn try_selected(&self, cx: &mut Cx) {
        if let Some(tool) = self.selected(&cx.tools).cloned() {
            try_tool(&tool, self.scope(), cx);
        }
    }

    /// Shows the resources and prompts of whoever is acted as, where their tools are listed.
    fn open_server_content(&self, cx: &mut Cx) {
        let Some(identifier) = cx.acting_as.clone() else { return };
        let connection = match self.scope() {
            Scope::Person(who, connection) if *who == identifier => connection.clone(),
            Scope::Person(..) | Scope::Environment => None,
        };
        ServerContentPopup::open(identifier, connection, self.wanted(), cx);
    }

    /// Whether one of the tools that are listed is a server's, or none is listed: a server need not have tools.
    fn may_have_content(&self, cx: &Cx) -> bool {
        let mut rows = cx.tools.rows().iter();
        cx.tools.rows().is_empty() || rows.any(|tool| matches!(tool.origin, ToolOrigin::Server(_)))
    }

    /// The way back: out of the filter, the schema, the selection, the screen.
    fn back(&mut self, cx: &mut Cx) {
        if self.filter.typing || !self.filter.is_empty() {
            self.filter.clear();
            self.rearrange(cx);
        } else if self.focus == Pane::Side {
            self.focus = Pane::List;
        } else if !self.clear_selection(&cx.tools) {
            cx.request(Request::Show(Tab::Accounts));
        }
    }

    /// The tools that are marked, else those that are shown, as rows to save.
    fn list_to_save(&self, cx: &Cx) -> SaveList {
        let place = |tool: &Tool| {
            let account = tool.account.as_ref().and_then(|id| cx.accounts.by_id(id));
            account.map(|account| account.connection.raw().to_owned()).unwrap_or_default()
        };
        let rows = self.chosen(&cx.tools).into_iter().map(|tool| {
            let tokens = tool_tokens(&tool).to_string();
            let names = [tool.name.raw(), tool.effect.word(), tool.provider.raw()].map(str::to_owned);
            let [name, effect, provider] = names;
            vec![name, effect, provider, place(&tool), tokens, tool.description.raw().to_owned()]
        });
        let heads = &["name", "effect", "provider", "connection", "tokens", "description"];
        SaveList { name: "tools.csv".to_owned(), heads, rows: rows.collect() }
    }

    /// Takes a filter of this screen; one of another is given back.
    fn apply_filter(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        match message.peek::<ApplyFilter>().map(|filter| filter.tab) {
            Some(Tab::Tools) => message.take().map(|ApplyFilter { text, .. }| {
                self.filter.set(&text);
                self.filter.typing = false;
                self.focus = Pane::List;
                self.rearrange(cx);
            }),
            _ => Err(message),
        }
    }
}

impl Component for Tools {
    fn context(&self) -> Context {
        match self.focus {
            _ if self.filter.typing => Context::Filter,
            Pane::List => Context::Tools,
            Pane::Side => Context::Schema,
        }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let is_open = cx.environment.open().is_some();
        let selected = self.selected(&cx.tools).is_some();
        match action {
            Action::TryTool | Action::Copy => Availability::when(selected, "No tool is selected."),
            Action::ToggleFavourite => Availability::when(selected && is_open, "No tool is selected."),
            Action::ComparePeople => match self.selected(&cx.tools) {
                Some(tool) if is_open => {
                    Availability::unless(why_never(tool).or_else(|| cx.environment.refuses_call(tool)))
                }
                _ => Availability::No("No tool is selected.".into()),
            },
            Action::OpenRequest => match self.account(cx) {
                Some(account) => Availability::unless(cx.environment.refuses_request(account).map(Into::into)),
                None => Availability::No("No one account goes with this; choose it on Accounts (1).".into()),
            },
            Action::Mark | Action::MarkShown | Action::Export => {
                Availability::when(selected, "There is no tool here to mark or export.")
            }
            Action::Save => Availability::when(self.shown() > 0, "There are no tools to save."),
            Action::ChooseOrder => Availability::when(self.shown() > 0, "There are no tools to order."),
            Action::CycleScope | Action::ChoosePerson if !is_open => Availability::No(NOT_OPEN.into()),
            Action::CycleScope if cx.acting_as.is_none() => Availability::No(match cx.key_for(Action::ChoosePerson) {
                "" => "No user to act as yet.".into(),
                key => format!("No user to act as yet: {key} chooses one.").into(),
            }),
            Action::ApplyFix => match cx.environment.refuses_writes() {
                Some(reason) if self.fix(cx).is_some_and(|fix| fix.writes()) => Availability::No(reason.into()),
                _ => Availability::here(self.has_fix(cx)),
            },
            Action::Explain => Availability::when(is_open, NOT_OPEN),
            Action::NextGroup | Action::PreviousGroup => {
                Availability::when(self.has_groups(), "There are no groups here.")
            }
            Action::Complete | Action::CompleteBack => Availability::here(self.filter.typing),
            Action::SwitchSchema => {
                Availability::when(self.has_output_schema(), "This tool does not declare what it gives back.")
            }
            Action::ServerContent if !is_open => Availability::No(NOT_OPEN.into()),
            Action::ServerContent if !self.may_have_content(cx) => Availability::No(
                "None of these tools is of an MCP server, and only those have resources and prompts beside them."
                    .into(),
            ),
            Action::ServerContent => match (cx.acting_as.is_some(), cx.key_for(Action::ChoosePerson)) {
                (true, _) => Availability::Yes,
                (false, "") => Availability::No("No user to act as yet.".into()),
                (false, key) => Availability::No(format!("No user to act as yet: {key} chooses one.").into()),
            },
            Action::FollowReference => Availability::here(self.schema.leads_somewhere()),
            Action::CopyPath => Availability::here(self.schema.has_path()),
            Action::ToggleFold => Availability::here(self.schema.folds()),
            Action::Refresh if matches!(cx.environment, Environment::Opening) => Availability::No(NOT_OPEN.into()),
            Action::Refresh => Availability::when(!cx.is_running(LOADING), "The tools are being loaded already."),
            Action::StopLoading => Availability::here(cx.is_running(LOADING)),
            Action::FoldOrParent => Availability::here(self.schema.folds_or_has_parent()),
            Action::CycleScope
            | Action::SavedFilters
            | Action::ChoosePerson
            | Action::UnfoldOrChild
            | Action::Filter
            | Action::AcceptFilter
            | Action::NextPane
            | Action::PreviousPane
            | Action::Back => Availability::Yes,
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::TryTool => self.try_selected(cx),
            Action::ToggleFavourite => {
                if let Some(name) = self.selected(&cx.tools).map(|tool| tool.name.clone()) {
                    usage::toggle(&name, cx);
                }
            }
            Action::OpenRequest => {
                if let Some(subject) = self.account(cx).map(Subject::request) {
                    cx.send(OpenInPlayground(Box::new(subject)));
                }
            }
            Action::ComparePeople => {
                if let Some(tool) = self.selected(&cx.tools).cloned() {
                    let connection = self.account(cx).map(|account| account.connection.clone());
                    cx.send(CompareForPeople { tool: Box::new(tool), input: JsonText::empty_object(), connection });
                }
            }
            Action::Copy => {
                let name = self.selected(&cx.tools).map(|tool| tool.name.raw().to_owned());
                name.into_iter().for_each(|text| cx.send(CopyText { text, what: "the tool's name".into() }));
            }
            Action::CopyPath => {
                let path = self.schema.path();
                path.into_iter().for_each(|text| cx.send(CopyText { text, what: "the path".into() }));
            }
            Action::Mark => self.select_tool(&cx.tools),
            Action::MarkShown => self.select_shown(&cx.tools),
            Action::Export => Export::open(self.chosen(&cx.tools), self.selected_weight().0 > 0, cx),
            Action::Save => cx.send(self.list_to_save(cx)),
            Action::SavedFilters => {
                cx.send(OpenSavedFilters { tab: Tab::Tools, current: self.filter.text().to_owned() });
            }
            Action::ChooseOrder => order_menu::open(self.by, cx),
            Action::CycleScope => {
                if let Some(scope) = self.next_scope(cx.acting_as.as_ref()) {
                    self.show(scope, false, cx);
                }
            }
            Action::ChoosePerson => {
                let picker = AccountPicker::people(cx);
                cx.open(picker);
            }
            Action::Explain => cx.send(ExplainThis(Box::new(self.question(cx)))),
            Action::ApplyFix => self.fix(cx).into_iter().for_each(|fix| fix.apply(cx)),
            Action::NextGroup | Action::PreviousGroup => self.step_group(action == Action::NextGroup),
            Action::SwitchSchema => self.switch_schema(&cx.tools),
            Action::ServerContent => self.open_server_content(cx),
            Action::FollowReference => self.schema.follow(self.height.schema),
            Action::ToggleFold => self.schema.fold(Fold::Toggle, self.height.schema),
            Action::FoldOrParent => self.schema.fold(Fold::CloseOrParent, self.height.schema),
            Action::UnfoldOrChild => self.schema.fold(Fold::OpenOrChild, self.height.schema),
            Action::Refresh => self.refresh(cx),
            Action::StopLoading => {
                cx.tools.load = ToolLoad::Stopped;
                cx.cancel(LOADING);
            }
            Action::Filter => {
                self.focus = Pane::List;
                self.filter.typing = true;
                self.offer(&cx.tools, &cx.accounts);
            }
            Action::AcceptFilter => self.filter.typing = false,
            Action::Complete | Action::CompleteBack => {
                self.filter.complete(action == Action::CompleteBack);
                if self.filter.wants_value() {
                    self.offer(&cx.tools, &cx.accounts);
                }
                self.rearrange(cx);
            }
            Action::NextPane | Action::PreviousPane => self.focus = self.focus.other(),
            Action::Back => self.back(cx),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        match input {
            Input::Typed(typed) => {
                if self.filter.typing && self.filter.take(typed) {
                    self.offer(&cx.tools, &cx.accounts);
                    self.rearrange(cx);
                }
            }
            Input::Step(step) => self.step(self.focus, *step),
            Input::Click(Target::Row(Pane::List, row)) => {
                self.focus = Pane::List;
                self.select(*row);
            }
            Input::Click(Target::Row(Pane::Side, row)) => {
                self.focus = Pane::Side;
                self.schema.click(*row, self.height.schema);
            }
            Input::Click(Target::Head(column)) => {
                if let Some(by) = view::order_of_column(*column) {
                    self.order_by(by);
                    self.rearrange(cx);
                }
            }
            Input::Click(Target::Pane(pane)) => self.focus = *pane,
            // Turning the wheel looks at a pane without moving the keyboard into it.
            Input::Scroll(Target::Row(pane, _) | Target::Pane(pane), by) => self.step(*pane, Move::By(*by)),
            Input::Click(_) | Input::Scroll(..) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        self.filter.typing.then(|| self.filter.capacity())
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        if let Some(AccountChanged(account)) = message.peek() {
            if account.status == Status::Active {
                self.authorized(account, cx);
            }
            return Err(message);
        }
        message
            .take()
            .map(|page| self.receive_page(page, cx))
            .or_else(|message| message.take().map(|end| self.receive_end(end, cx)))
            .or_else(|message| message.take().map(|ranked| self.receive_ranked(ranked, cx)))
            .or_else(|message| message.take().map(|OffersChanged| self.offers_changed(cx)))
            .or_else(|message| self.apply_filter(message, cx))
            .or_else(|message| {
                message.take().map(|OrderBy(by)| {
                    self.order_by(by);
                    self.rearrange(cx);
                })
            })
            .or_else(|message| message.take().map(|read| usage::take(read, cx)))
            .or_else(|message| message.take().map(|set| usage::written(set, cx)))
            .or_else(|message| message.take().map(|ReadToolUsage| usage::read(cx)))
            .or_else(|message| message.take().map(|ReloadTools| self.reload(cx)))
            .or_else(|message| message.take().map(|act_as| self.act_as(act_as, cx)))
            .or_else(|message| message.take().map(|go| self.go_to_tool(go, cx)))
            .or_else(|message| message.take().map(|ChoosePerson| self.act(Action::ChoosePerson, cx)))
            .or_else(|message| message.take().map(|call: CallBlocked| cx.open(Blocked::from(call))))
    }

    fn layout(&mut self, body: Body, cx: &Cx) {
        let (list, schema) = (rows(body, Pane::List), rows(body, Pane::Side));
        if list != self.height.list {
            self.height.list = list;
            self.select(self.cursor.row);
        }
        self.height.schema = schema;
        self.show_schema(&cx.tools, cx.now.uptime);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn wakes_in(&self, cx: &Cx) -> Option<Duration> {
        self.waits(cx.now.uptime)
    }
}

impl Screen for Tools {
    fn enter(&mut self, cx: &mut Cx) {
        usage::read(cx);
        self.first_visit(cx);
    }

    fn environment_opened(&mut self, card: &EnvironmentCard, cx: &mut Cx) {
        if card.abilities.server_content {
            cx.start(WatchOffers);
        }
        if cx.tab == Tab::Tools {
            usage::read(cx);
            self.first_visit(cx);
        }
    }

    fn environment_left(&mut self, cx: &mut Cx) {
        cx.usage = Arc::default();
        self.forget();
    }
}
