//! Popup: what a new run is begun with: whom it acts as, on what, and with which model.

mod view;

use crate::domain::{ConnectionName, Fault, Identifier};
use crate::model_api::ModelInfo;
use crate::order::StableOrder as _;
use crate::tui::agent::line::{LinePopup, ModelChosen, Purpose};
use crate::tui::agent::people::people;
use crate::tui::agent::screen::RunChoice;
use crate::tui::agent::tasks::{ListModels, ModelAsking, ModelsListed};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::{Cx, Request};
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{Pick, PickEntry};
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::Cursor;
use crate::tui::widgets::time;

/// The choices.
pub(super) struct NewRun {
    identifier: Option<Identifier>,
    /// Connections of that person, and whether each takes part.
    connections: Vec<(ConnectionName, bool)>,
    model: Option<String>,
    /// The model where none is chosen; none where no server is known.
    usual: Option<String>,
    asking: ModelAsking,
    cursor: Cursor,
    height: usize,
}

/// Rows before those of the connections: the person, the model.
const FIRST: usize = 2;

/// Begin a new run with these choices.
#[derive(Debug)]
pub(super) struct BeginRun(pub(super) RunChoice);

/// Act as this person in it.
#[derive(Debug)]
struct RunAs(Identifier);

/// Type the id of a model.
#[derive(Debug)]
struct TypeModel;

impl NewRun {
    /// Opens the popup with what was chosen before.
    pub(super) fn open(choice: &RunChoice, usual: Option<String>, asking: ModelAsking, cx: &mut Cx) {
        let identifier = choice.identifier.clone().or_else(|| cx.acting_as.clone());
        let mut popup = Self {
            identifier,
            connections: Vec::new(),
            model: choice.model.clone(),
            usual,
            asking,
            cursor: Cursor::default(),
            height: 1,
        };
        popup.read_connections(cx);
        if !choice.connections.is_empty() {
            let chosen = |name: &ConnectionName| choice.connections.contains(name);
            popup.connections.iter_mut().for_each(|(name, takes_part)| *takes_part = chosen(name));
        }
        cx.open(popup);
    }

    /// Every connection that the person has an account on takes part at first.
    fn read_connections(&mut self, cx: &Cx) {
        let accounts = cx.accounts.all().iter().filter(|account| Some(&account.identifier) == self.identifier.as_ref());
        let mut names: Vec<ConnectionName> = accounts.map(|account| account.connection.clone()).collect();
        names.order_by_key(Clone::clone);
        names.dedup();
        self.connections = names.into_iter().map(|name| (name, true)).collect();
    }

    /// Number of rows: the choices, and the one that begins.
    fn rows(&self) -> usize {
        FIRST + self.connections.len() + 1
    }

    fn choose(&mut self, cx: &mut Cx) {
        match self.cursor.row {
            0 => self.pick_person(cx),
            1 => cx.start(ListModels(self.asking.clone())),
            row if row + 1 == self.rows() => self.begin(cx),
            row => {
                if let Some((_, takes_part)) = self.connections.get_mut(row - FIRST) {
                    *takes_part = !*takes_part;
                }
            }
        }
    }

    fn pick_person(&self, cx: &mut Cx) {
        let people = people(cx);
        let current = people.iter().position(|(person, _)| Some(person) == self.identifier.as_ref());
        let entries = people.into_iter().map(|(person, on)| PickEntry::new(person.raw(), on, RunAs(person.clone())));
        cx.send(Pick { title: "Act as".to_owned(), entries: entries.collect(), current, typed: None });
    }

    fn pick_model(&self, listed: Result<Vec<ModelInfo>, Fault>, cx: &mut Cx) {
        cx.jobs.finish(ListModels::SLOT);
        let models = match listed {
            Ok(models) => models,
            Err(fault) => {
                cx.say(Level::Problem, format!("Models could not be listed: {fault}"));
                return LinePopup::open(Purpose::Model, cx);
            }
        };
        let now = self.model.as_deref().or(self.usual.as_deref());
        let current = models.iter().position(|model| Some(model.id.raw()) == now);
        let entry = |model: &ModelInfo| {
            PickEntry::new(model.id.clone(), words(model, cx), ModelChosen(model.id.raw().to_owned()))
        };
        let mut entries: Vec<PickEntry> = models.iter().map(entry).collect();
        entries.push(PickEntry::new("another …", "type its id", TypeModel));
        cx.send(Pick { title: "Model".to_owned(), entries, current, typed: None });
    }

    fn begin(&self, cx: &mut Cx) {
        let chosen = self.connections.iter().filter(|(_, takes_part)| *takes_part);
        let chosen: Vec<ConnectionName> = chosen.map(|(name, _)| name.clone()).collect();
        // All of them is what holds where none is named; later ones are among them then.
        let connections = if chosen.len() == self.connections.len() { Vec::new() } else { chosen };
        let choice = RunChoice { identifier: self.identifier.clone(), connections, model: self.model.clone() };
        cx.close_popup::<Self>();
        cx.send(BeginRun(choice));
    }
}

/// Facts on a model: its name, how much it takes, and until when it is served.
fn words(model: &ModelInfo, cx: &Cx) -> String {
    let context = model.max_input_tokens.map(|tokens| format!("{} tokens", crate::tui::agent::title::tokens(tokens)));
    let life = model.lifecycle.as_ref().map(ToString::to_string);
    let end = model.retires_at.map(|end| format!("retires {}", time::relative(end, cx.now.wall)));
    let facts = [Some(model.title.to_string()), context, life, end];
    facts.into_iter().flatten().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ")
}

impl Component for NewRun {
    fn context(&self) -> Context {
        Context::NewRun
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let chosen = self.connections.iter().any(|(_, takes_part)| *takes_part);
        let can_begin = || match &self.identifier {
            None => Availability::No("Choose whom it acts as first.".into()),
            Some(_) => Availability::when(chosen || self.connections.is_empty(), "Choose one connection at least."),
        };
        match action {
            Action::Submit => can_begin(),
            Action::Choose if self.cursor.row + 1 == self.rows() => can_begin(),
            Action::Choose if self.cursor.row == 1 => {
                Availability::when(!cx.is_running(ListModels::SLOT), "The models are being listed.")
            }
            Action::Choose if self.cursor.row == 0 => {
                Availability::when(!cx.accounts.all().is_empty(), "There are no accounts yet.")
            }
            Action::Choose => Availability::Yes,
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Choose => self.choose(cx),
            Action::Submit => self.begin(cx),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, cx: &mut Cx) {
        let (rows, height) = (self.rows(), self.height);
        input.move_in_list(&mut self.cursor, rows, height);
        if matches!(input, Input::Click(Target::Entry(_))) {
            cx.request(Request::Do(Action::Choose));
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|ModelsListed(listed)| self.pick_model(listed, cx))
            .or_else(|message| message.take().map(|ModelChosen(id)| self.model = Some(id)))
            .or_else(|message| message.take().map(|TypeModel| LinePopup::open(Purpose::Model, cx)))
            .or_else(|message| {
                message.take().map(|RunAs(identifier)| {
                    self.identifier = Some(identifier);
                    self.read_connections(cx);
                })
            })
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.height = usize::from(view::area(body.area, self.rows()).height.saturating_sub(2)).max(1);
        self.cursor.settle(self.rows(), self.height);
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(ListModels::SLOT);
    }
}
