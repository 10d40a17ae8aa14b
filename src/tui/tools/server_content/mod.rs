//! Popup: resources and prompts of the servers that a person has accounts on, beside the list of tools.

pub mod shelf;
pub mod tasks;
pub mod values;
mod view;

use ratatui::layout::Rect;

use crate::domain::{ConnectionName, Identifier, Resource};
use crate::tui::core::component::{Component, Input};
use crate::tui::core::cx::Cx;
use crate::tui::core::layout::Body;
use crate::tui::core::message::Message;
use crate::tui::core::messages::CopyText;
use crate::tui::explorer::content::popup::ContentPopup;
use crate::tui::explorer::content::tasks::Wanted;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::hit_test::Target;
use crate::tui::input::tabs::Pane;
use crate::tui::input::typed::Line;
use crate::tui::tools::server_content::shelf::{Offer, Shelf, ShelfLoad, ShelfRows};
use crate::tui::tools::server_content::tasks::{LoadOffers, OffersChanged, OffersLoaded, OffersPage};
use crate::tui::tools::server_content::values::ValuesForm;
use crate::tui::widgets::canvas::Canvas;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::typing::filter::Filter;

/// State of the popup.
pub struct ServerContentPopup {
    identifier: Identifier,
    connection: Option<ConnectionName>,
    /// List that is looked at.
    pub shelf: Shelf,
    resources: ShelfRows,
    prompts: ShelfRows,
    filter: Filter,
    /// Places of the rows that are shown.
    order: Vec<usize>,
    cursor: Cursor,
    /// Values of the row that is opened.
    pub form: Option<ValuesForm>,
    /// Whether a server has changed what it offers since the list was loaded.
    is_outdated: bool,
    screen: Rect,
}

/// Reason where no row is under the cursor.
const NONE_SELECTED: &str = "Nothing is selected.";

impl ServerContentPopup {
    /// Shows what a person sees on one connection, or on all of theirs. The filter is that of the tools.
    pub(super) fn open(identifier: Identifier, connection: Option<ConnectionName>, filter: &str, cx: &mut Cx) {
        let mut popup = Self {
            identifier,
            connection,
            shelf: Shelf::default(),
            resources: ShelfRows::default(),
            prompts: ShelfRows::default(),
            filter: Filter::default(),
            order: Vec::new(),
            cursor: Cursor::default(),
            form: None,
            is_outdated: false,
            screen: Rect::default(),
        };
        popup.filter.set(filter);
        popup.load(cx);
        cx.open(popup);
    }

    /// The list that is looked at.
    fn rows(&self) -> &ShelfRows {
        match self.shelf {
            Shelf::Resources => &self.resources,
            Shelf::Prompts => &self.prompts,
        }
    }

    fn rows_mut(&mut self, shelf: Shelf) -> &mut ShelfRows {
        match shelf {
            Shelf::Resources => &mut self.resources,
            Shelf::Prompts => &mut self.prompts,
        }
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&Offer> {
        self.rows().rows.get(*self.order.get(self.cursor.row)?)
    }

    fn load(&mut self, cx: &mut Cx) {
        *self.rows_mut(self.shelf) = ShelfRows { load: ShelfLoad::Running, ..ShelfRows::default() };
        self.is_outdated = false;
        self.arrange();
        let connections = self.connection.iter().cloned().collect();
        cx.start(LoadOffers { shelf: self.shelf, identifier: self.identifier.clone(), connections });
    }

    fn arrange(&mut self) {
        self.order = self.rows().fitting(self.filter.text());
        self.cursor.settle(self.order.len(), self.height());
    }

    fn height(&self) -> usize {
        view::list_rows(self.screen)
    }

    fn switch(&mut self, cx: &mut Cx) {
        self.shelf = match self.shelf {
            Shelf::Resources => Shelf::Prompts,
            Shelf::Prompts => Shelf::Resources,
        };
        self.cursor = Cursor::default();
        match self.rows().load {
            ShelfLoad::Here => self.arrange(),
            // One list is loaded at a time: the other was given up.
            ShelfLoad::Idle | ShelfLoad::Running | ShelfLoad::Failed(_) => self.load(cx),
        }
    }

    /// Reads the row, or asks for its values first.
    fn read(&mut self, cx: &mut Cx) {
        let Some(offer) = self.selected().cloned() else { return };
        match &offer {
            Offer::Resource(Resource { is_template: false, uri, .. }) => {
                ContentPopup::open(offer.seen_by().clone(), Wanted::Resource(uri.clone()), cx);
            }
            Offer::Resource(Resource { uri, .. }) => self.form = Some(ValuesForm::of_template(uri)),
            Offer::Prompt(prompt) => {
                self.form = Some(ValuesForm::of_prompt(prompt));
                if prompt.arguments.is_empty() {
                    self.submit(cx);
                    self.form = None;
                }
            }
        }
    }

    fn submit(&mut self, cx: &mut Cx) {
        let whose = self.selected().map(|offer| offer.seen_by().clone());
        if let (Some(whose), Some(wanted)) = (whose, self.form.as_mut().and_then(ValuesForm::filled_in)) {
            ContentPopup::open(whose, wanted, cx);
        }
    }

    fn back(&mut self) {
        if self.form.take().is_none() {
            self.filter.clear();
            self.arrange();
        }
    }

    fn receive_page(&mut self, OffersPage(shelf, rows): OffersPage) {
        self.rows_mut(shelf).page(rows);
        self.arrange();
    }

    fn receive_end(&mut self, OffersLoaded(shelf, result): OffersLoaded, cx: &mut Cx) {
        cx.jobs.finish(LoadOffers::SLOT);
        self.rows_mut(shelf).load = match result {
            // What came stays, and the list is called incomplete.
            Ok(left_out) => left_out.into_iter().next().map_or(ShelfLoad::Here, ShelfLoad::Failed),
            Err(fault) => ShelfLoad::Failed(fault),
        };
    }
}

impl Component for ServerContentPopup {
    fn context(&self) -> Context {
        match &self.form {
            Some(_) => Context::Values,
            None if self.filter.typing => Context::Filter,
            None => Context::ServerContent,
        }
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        let selected = self.selected().is_some();
        let filters = self.filter.typing || !self.filter.is_empty();
        match (action, &self.form) {
            (Action::Submit | Action::NextField | Action::PreviousField, Some(_)) => Availability::Yes,
            (Action::Back, Some(_)) => Availability::Yes,
            (Action::Back, None) => Availability::here(filters),
            (Action::ReadContent | Action::Copy, None) => Availability::when(selected, NONE_SELECTED),
            (Action::SwitchShelf | Action::Filter, None) => Availability::Yes,
            (Action::AcceptFilter, None) => Availability::here(self.filter.typing),
            (Action::Refresh, None) => {
                Availability::when(!cx.is_running(LoadOffers::SLOT), "The list is being loaded already.")
            }
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match (action, &mut self.form) {
            (Action::Submit, Some(_)) => self.submit(cx),
            (Action::NextField, Some(form)) => form.step(1),
            (Action::PreviousField, Some(form)) => form.step(-1),
            (Action::Back, _) => self.back(),
            (Action::ReadContent, None) => self.read(cx),
            (Action::Copy, None) => {
                let key = self.selected().map(|offer| offer.key().raw().to_owned());
                let what = match self.shelf {
                    Shelf::Resources => "the URI",
                    Shelf::Prompts => "the prompt's name",
                };
                key.into_iter().for_each(|text| cx.send(CopyText { text, what: what.into() }));
            }
            (Action::SwitchShelf, None) => self.switch(cx),
            (Action::Filter, None) => self.filter.typing = true,
            (Action::AcceptFilter, None) => self.filter.typing = false,
            (Action::Refresh, None) => self.load(cx),
            _ => {}
        }
    }

    fn input(&mut self, input: &Input, _cx: &mut Cx) {
        match (input, &mut self.form) {
            (Input::Typed(typed), Some(form)) => form.typed(typed),
            (Input::Click(Target::Entry(row)), Some(form)) => form.at = *row,
            (_, Some(_)) => {}
            (Input::Typed(typed), None) => {
                if self.filter.typing && self.filter.take(typed) {
                    self.cursor = Cursor::default();
                    self.arrange();
                }
            }
            (Input::Step(step), None) => self.cursor.step(*step, self.order.len(), self.height()),
            (Input::Scroll(_, rows), None) => self.cursor.step(Move::By(*rows), self.order.len(), self.height()),
            (Input::Click(Target::Row(Pane::List, row)), None) => {
                self.cursor.go(*row, self.order.len(), self.height());
            }
            (Input::Click(_), None) => {}
        }
    }

    fn line(&self) -> Option<Line> {
        match &self.form {
            Some(form) => form.field().map(|field| field.input.capacity(false)),
            None => self.filter.typing.then(|| self.filter.capacity()),
        }
    }

    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        if message.is::<OffersChanged>() {
            self.is_outdated = true;
            // Who is filling something in keeps the row that it is for.
            if self.form.is_none() && !cx.is_running(LoadOffers::SLOT) {
                self.load(cx);
            }
            return Err(message);
        }
        message
            .take()
            .map(|page: OffersPage| self.receive_page(page))
            .or_else(|message| message.take().map(|end: OffersLoaded| self.receive_end(end, cx)))
    }

    fn layout(&mut self, body: Body, _cx: &Cx) {
        self.screen = body.area;
        self.cursor.settle(self.order.len(), self.height());
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, self);
    }

    fn close(&mut self, cx: &mut Cx) {
        cx.cancel(LoadOffers::SLOT);
    }
}
