//! Popup: configurations of servers, each with its instances.

mod view;

use ratatui::layout::Rect;

use crate::domain::{Account, Fault, Identifier, ServerConfig, ServerInstance, ServerOfPerson, TokenTarget};
use crate::order::StableOrder as _;
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Ask, CopyText, Pick, PickEntry};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::mcp_servers::auth_states::AuthStates;
use crate::tui::mcp_servers::form::ServerForm;
use crate::tui::mcp_servers::hand_over::HandOver;
use crate::tui::mcp_servers::rename::InstanceName;
use crate::tui::mcp_servers::tasks::{ChangeServer, ListServers, ServerChanged, ServerRows, ServersListed};
use crate::tui::mcp_servers::token::TokenPopup;
use crate::tui::mcp_servers::trial::TrialPopup;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Cursor;

/// The list.
pub struct ServerList {
    /// The servers, or why they are not known; none while they are being read for the first time.
    rows: Option<Result<ServerRows, Fault>>,
    /// Row under the cursor, configurations and instances counted together.
    cursor: Cursor,
    /// The person as whom servers are tried.
    identifier: Option<Identifier>,
    screen: Rect,
}

/// One row of the list.
#[derive(Clone, Copy)]
enum ServerRow<'a> {
    Config(&'a ServerConfig),
    Instance(&'a ServerInstance),
}

/// Act as this person from here on.
#[derive(Debug)]
struct PersonChosen(Identifier);

/// Make this change, which was asked about.
#[derive(Debug)]
struct Agreed(ChangeServer);

/// Read everything again.
#[derive(Debug)]
pub(super) struct ReloadServers;

impl ServerList {
    /// Shows the servers, for whom is acted as.
    pub fn open(cx: &mut Cx) {
        let identifier = cx.acting_as.clone();
        cx.start(ListServers);
        cx.open(Self { rows: None, cursor: Cursor::default(), identifier, screen: Rect::default() });
    }

    fn listed(&self) -> Option<&ServerRows> {
        self.rows.as_ref()?.as_ref().ok()
    }

    /// Every row: each configuration, then its instances; at the end those of configurations that are not listed.
    fn rows(&self) -> Vec<ServerRow<'_>> {
        let Some(listed) = self.listed() else { return Vec::new() };
        let instances = listed.instances.as_deref().unwrap_or_default();
        let of = |config: &ServerConfig| {
            let name = config.name.clone();
            instances.iter().filter(move |instance| instance.config == name).map(ServerRow::Instance)
        };
        let is_orphan =
            |instance: &&ServerInstance| !listed.configs.iter().any(|config| config.name == instance.config);
        let known =
            listed.configs.iter().flat_map(|config| std::iter::once(ServerRow::Config(config)).chain(of(config)));
        known.chain(instances.iter().filter(is_orphan).map(ServerRow::Instance)).collect()
    }

    fn selected(&self) -> Option<ServerRow<'_>> {
        self.rows().get(self.cursor.row).copied()
    }

    /// Configuration under the cursor, or that of the instance there.
    fn config(&self) -> Option<&ServerConfig> {
        match self.selected()? {
            ServerRow::Config(config) => Some(config),
            ServerRow::Instance(instance) => {
                self.listed()?.configs.iter().find(|config| config.name == instance.config)
            }
        }
    }

    /// Person whom the row under the cursor acts as.
    fn person(&self) -> Option<&Identifier> {
        match self.selected() {
            Some(ServerRow::Instance(instance)) => Some(&instance.identifier),
            _ => self.identifier.as_ref(),
        }
    }

    fn take(&mut self, result: Result<ServerRows, Fault>, cx: &mut Cx) {
        cx.jobs.finish(ListServers::SLOT);
        match result {
            Err(fault) if self.listed().is_some() => cx.say(Level::Problem, fault.to_string()),
            result => self.rows = Some(result),
        }
        let rows = self.rows().len();
        self.cursor.settle(rows, view::list_rows(self.screen, rows));
    }

    fn changed(result: Result<String, Fault>, cx: &mut Cx) {
        cx.jobs.finish(ChangeServer::SLOT);
        match result {
            Ok(said) => cx.say(Level::Done, said),
            Err(fault) => cx.say(Level::Problem, fault.to_string()),
        }
        cx.start(ListServers);
    }

    fn choose_person(&self, cx: &mut Cx) {
        let mut people: Vec<_> = cx.accounts.all().iter().map(|account: &Account| account.identifier.clone()).collect();
        people.order_by(|a, b| a.raw().cmp(b.raw()));
        people.dedup();
        let current = people.iter().position(|person| Some(person) == self.identifier.as_ref());
        let entry = |person: Identifier| PickEntry::new(person.raw(), "", PersonChosen(person.clone()));
        let entries = people.into_iter().map(entry).collect();
        cx.send(Pick { title: "Act as".into(), entries, current, typed: None });
    }

    fn ask_to_delete(&self, cx: &mut Cx) {
        let ask = match self.selected() {
            Some(ServerRow::Config(config)) => Ask {
                title: format!("Delete {}", config.name),
                lines: vec![format!(
                    "The configuration {} ({}) is gone for good. Its server answers no more, and tokens for it open \
                     nothing.",
                    config.name, config.id
                )],
                yes: "delete it".into(),
                then: Message::new(Agreed(ChangeServer::Delete(config.id.clone(), config.name.clone()))),
            },
            Some(ServerRow::Instance(instance)) => {
                let label = format!("{} of {}", instance.name, instance.identifier);
                Ask {
                    title: format!("Delete {}", instance.name),
                    lines: vec![format!("The instance {label} is gone for good. Its URL opens nothing any more.")],
                    yes: "delete it".into(),
                    then: Message::new(Agreed(ChangeServer::DeleteInstance(instance.id.clone(), label))),
                }
            }
            None => return,
        };
        cx.send(ask);
    }

    fn ask_for_instance(&self, cx: &mut Cx) {
        let (Some(config), Some(person)) = (self.config(), self.person()) else { return };
        cx.send(Ask {
            title: format!("Instance of {}", config.name),
            lines: vec![format!(
                "{person} gets a server of their own, unless they have it already. Whoever has its URL acts as \
                 {person} and needs no token."
            )],
            yes: "make it".into(),
            then: Message::new(Agreed(ChangeServer::Ensure(config.name.clone(), person.clone()))),
        });
    }

    fn edit(&self, cx: &mut Cx) {
        match self.selected() {
            Some(ServerRow::Config(config)) => ServerForm::edit(config.clone(), cx),
            Some(ServerRow::Instance(instance)) => cx.open(InstanceName::new(instance)),
            None => {}
        }
    }

    fn accounts(&self, cx: &mut Cx) {
        let Some(person) = self.person().cloned() else { return };
        match self.selected() {
            Some(ServerRow::Config(config)) => {
                let server = ServerOfPerson::Config(config.id.clone(), person.clone());
                AuthStates::open(config.name.to_string(), server, person, cx);
            }
            Some(ServerRow::Instance(instance)) => {
                let server = ServerOfPerson::Instance(instance.id.clone());
                AuthStates::open(instance.name.to_string(), server, person, cx);
            }
            None => {}
        }
    }

    fn copy(&self, cx: &mut Cx) {
        let (text, what) = match self.selected() {
            Some(ServerRow::Config(config)) => (config.url.as_ref().map(ToString::to_string), "the server's URL"),
            Some(ServerRow::Instance(instance)) => {
                (Some(instance.url.expose().to_owned()), "the instance's URL, which needs no token")
            }
            None => (None, ""),
        };
        if let Some(text) = text {
            cx.send(CopyText { text, what: what.to_owned() });
        }
    }
}

impl Component for ServerList {
    fn context(&self) -> Context {
        Context::McpServers
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let needs_person = |known: bool| match (known, self.person()) {
            (false, _) => Availability::NotHere,
            (true, None) => Availability::No(match cx.key_for(Action::ChoosePerson) {
                "" => "Choose a user first: a server acts as somebody.".into(),
                key => format!("Choose a user first ({key}): a server acts as somebody.").into(),
            }),
            (true, Some(_)) => Availability::Yes,
        };
        let is_changing = cx.is_running(ChangeServer::SLOT);
        match action {
            Action::Refresh => Availability::when(!cx.is_running(ListServers::SLOT), "It is being read already."),
            Action::ChoosePerson => {
                Availability::when(!cx.accounts.all().is_empty(), "No accounts are listed, so nobody is known here.")
            }
            Action::AddServer | Action::EditServer | Action::DeleteServer | Action::EnsureInstance if is_changing => {
                Availability::No("A change is under way.".into())
            }
            Action::AddServer => Availability::here(self.listed().is_some()),
            Action::EditServer | Action::DeleteServer => Availability::here(self.selected().is_some()),
            Action::ServerAccounts => needs_person(self.selected().is_some()),
            Action::EnsureInstance => needs_person(self.config().is_some()),
            Action::TryServer | Action::SessionToken if self.selected().is_some() && self.config().is_none() => {
                Availability::No("The configuration of this instance is not listed.".into())
            }
            Action::TryServer | Action::SessionToken => needs_person(self.config().is_some()),
            Action::HandOver => match self.config() {
                None => Availability::NotHere,
                Some(config) => Availability::when(config.url.is_some(), "The environment does not say where it is."),
            },
            Action::Copy => match self.selected() {
                None => Availability::NotHere,
                Some(ServerRow::Config(config)) => {
                    Availability::when(config.url.is_some(), "The environment does not say where it is.")
                }
                Some(ServerRow::Instance(instance)) => {
                    Availability::when(!instance.url.is_empty(), "The environment does not say where it is.")
                }
            },
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Refresh => cx.start(ListServers),
            Action::ChoosePerson => self.choose_person(cx),
            Action::AddServer => ServerForm::create(cx),
            Action::EditServer => self.edit(cx),
            Action::DeleteServer => self.ask_to_delete(cx),
            Action::EnsureInstance => self.ask_for_instance(cx),
            Action::ServerAccounts => self.accounts(cx),
            Action::TryServer => {
                if let (Some(config), Some(person)) = (self.config(), self.person()) {
                    TrialPopup::open(config.clone(), person.clone(), cx);
                }
            }
            Action::SessionToken => {
                if let (Some(config), Some(person)) = (self.config(), self.person()) {
                    let target = TokenTarget::Config(config.id.clone());
                    TokenPopup::open(config.name.to_string(), target, person.clone(), cx);
                }
            }
            Action::HandOver => {
                if let Some(config) = self.config() {
                    HandOver::open(config, cx);
                }
            }
            Action::Copy => self.copy(cx),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        let rows = self.rows().len();
        input.move_in_list(&mut self.cursor, rows, view::list_rows(self.screen, rows));
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|ServersListed(result)| self.take(result, cx))
            .or_else(|message| message.take().map(|ServerChanged(result)| Self::changed(result, cx)))
            .or_else(|message| message.take().map(|PersonChosen(person)| self.identifier = Some(person)))
            .or_else(|message| message.take().map(|Agreed(change)| cx.start(change)))
            .or_else(|message| message.take().map(|ReloadServers| cx.start(ListServers)))
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
        let rows = self.rows().len();
        self.cursor.settle(rows, view::list_rows(self.screen, rows));
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        if cx.is_running(ListServers::SLOT) {
            cx.cancel(ListServers::SLOT);
        }
    }
}
