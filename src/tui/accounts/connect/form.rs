//! A provider being connected: the cells of the form, and what they come to.

use std::collections::BTreeSet;

use crossterm::event::{KeyCode, KeyEvent};
use url::Url;

use crate::domain::{AccountRef, Identifier, Secret, Untrusted, pluralize};
use crate::flow::authorize::Verification;
use crate::flow::connect::{
    ConnectGuide, ConnectRequest, ConnectionAuth, ConnectionDraft, ServerNeeds, UnlockedTools, checked_url,
};
use crate::provider::SecretNeed;
use crate::tui::widgets::typing::line_input::LineInput;

/// Part of the form that takes keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Way of authorization.
    Way,
    /// Authorization server that a person signs in to.
    Issuer,
    /// Resource, by its name there.
    Resource,
    /// Id of one's own app.
    ClientId,
    /// Secret of that app.
    ClientSecret,
    /// Key or token.
    Key,
    /// Identifier of the account.
    Identifier,
    /// Name of the connection.
    Name,
    /// Actor that tokens are for.
    Actor,
    /// One scope, by its place.
    Scope(usize),
}

/// Form for one provider.
pub struct ConnectForm {
    /// Facts about it.
    pub guide: ConnectGuide,
    /// Tools that each scope is enough for.
    unlocked: UnlockedTools,
    /// Place of the chosen way among those of the guide.
    way: usize,
    /// Place of the chosen actor.
    actor: usize,
    /// Scopes that are asked for, by their places.
    pub ticked: BTreeSet<usize>,
    /// Authorization server that a person signs in to.
    pub issuer: LineInput,
    /// Resource, by its name there.
    pub resource: LineInput,
    /// Id of one's own app.
    pub client_id: LineInput,
    /// Secret of that app.
    pub client_secret: LineInput,
    /// Key or token.
    pub key: LineInput,
    /// Identifier of the account.
    pub identifier: LineInput,
    /// Name of the connection.
    pub name: LineInput,
    /// Position of the cell with the keyboard, among the cells.
    at: usize,
    /// Whether the masked cell with the keyboard is shown all the same.
    pub revealed: bool,
    /// What is wrong, beside the cell.
    pub problem: Option<(Cell, &'static str)>,
}

impl ConnectForm {
    /// Form with everything filled in that is known, for an account of this identifier.
    pub fn new(guide: ConnectGuide, unlocked: UnlockedTools, identifier: &Identifier) -> Self {
        let spec = &guide.spec;
        let way = if guide.is_known { guide.ways.iter().position(|way| *way == spec.auth) } else { None };
        let asked = |name: &str| spec.scopes.iter().any(|scope| scope == name);
        let is_ticked = |name: &str, usual: bool| if spec.scopes.is_empty() { usual } else { asked(name) };
        let scopes = guide.scopes.iter().enumerate();
        let ticked = scopes.filter(|(_, scope)| is_ticked(&scope.name, scope.default)).map(|(at, _)| at).collect();
        let actor = spec.actor.as_ref().and_then(|actor| guide.actors.iter().position(|one| one == actor));
        Self {
            way: way.unwrap_or(0),
            actor: actor.unwrap_or(0),
            ticked,
            issuer: LineInput::with(spec.exchange.as_ref().and(spec.issuer.as_deref()).unwrap_or_default()),
            resource: LineInput::with(spec.exchange.as_ref().map(|known| known.resource.as_str()).unwrap_or_default()),
            client_id: LineInput::with(spec.client_id.as_deref().unwrap_or_default()),
            client_secret: LineInput::default(),
            key: LineInput::default(),
            identifier: LineInput::with(identifier.raw()),
            name: LineInput::with(spec.name.raw()),
            at: 0,
            revealed: false,
            problem: None,
            unlocked,
            guide,
        }
    }

    /// Way that is chosen.
    pub fn way(&self) -> ConnectionAuth {
        self.guide.ways.get(self.way).copied().unwrap_or(self.guide.spec.auth)
    }

    /// Actor that is chosen, where there are several.
    pub fn actor(&self) -> Option<&str> {
        self.guide.actors.get(self.actor).filter(|_| self.guide.actors.len() > 1).map(String::as_str)
    }

    /// Cells from top to bottom, as the chosen way has them.
    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        if self.guide.ways.len() > 1 {
            cells.push(Cell::Way);
        }
        let consents = self.way().field().is_none();
        let is_exchange = self.way() == ConnectionAuth::Exchange;
        if is_exchange {
            cells.extend([Cell::Issuer, Cell::Resource]);
        }
        if !consents {
            cells.push(Cell::Key);
        } else if !self.needs_no_app() {
            cells.push(Cell::ClientId);
            if self.secret_need() != SecretNeed::None {
                cells.push(Cell::ClientSecret);
            }
        }
        cells.extend([Cell::Identifier, Cell::Name]);
        if consents && !is_exchange {
            if self.guide.actors.len() > 1 {
                cells.push(Cell::Actor);
            }
            cells.extend((0..self.guide.scopes.len()).map(Cell::Scope));
        }
        cells
    }

    /// Whether the application has a secret.
    pub fn secret_need(&self) -> SecretNeed {
        // That of an exchange is no provider's.
        if self.way() == ConnectionAuth::Exchange { SecretNeed::Optional } else { self.guide.secret }
    }

    /// Whether nobody has to register an app: a server that registers its clients, or asks for nothing.
    pub fn needs_no_app(&self) -> bool {
        let registers = match &self.guide.server {
            Some(ServerNeeds::Consent { registers_itself, .. }) => *registers_itself,
            Some(ServerNeeds::Nothing { .. } | ServerNeeds::Started) => true,
            Some(ServerNeeds::Unknown(_)) | None => false,
        };
        registers && self.way() == ConnectionAuth::Mcp
    }

    /// Takes a way of authorization, if it is one of those there are.
    pub fn choose_way(&mut self, auth: ConnectionAuth) {
        self.way = self.guide.ways.iter().position(|way| *way == auth).unwrap_or(self.way);
    }

    /// The cell with the keyboard.
    pub fn focus(&self) -> Option<Cell> {
        self.cells().get(self.at).copied()
    }

    /// Moves the keyboard so many cells on, around the ends; what was revealed is masked again.
    pub fn step(&mut self, by: isize) {
        let cells = self.cells().len().max(1);
        self.at = (self.at + cells).saturating_add_signed(by) % cells;
        self.revealed = false;
    }

    /// Moves the keyboard to the cell of this row.
    pub fn go_to(&mut self, row: usize) {
        self.at = row.min(self.cells().len().saturating_sub(1));
        self.revealed = false;
    }

    fn go_to_cell(&mut self, cell: Cell) {
        let at = self.cells().iter().position(|one| *one == cell);
        self.go_to(at.unwrap_or(0));
    }

    /// Whether what has the keyboard is masked unless it is revealed.
    pub fn is_masked(&self) -> bool {
        matches!(self.focus(), Some(Cell::Key | Cell::ClientSecret))
    }

    /// Line of a cell; none where something is chosen.
    pub fn input(&self, cell: Cell) -> Option<&LineInput> {
        match cell {
            Cell::Issuer => Some(&self.issuer),
            Cell::Resource => Some(&self.resource),
            Cell::ClientId => Some(&self.client_id),
            Cell::ClientSecret => Some(&self.client_secret),
            Cell::Key => Some(&self.key),
            Cell::Identifier => Some(&self.identifier),
            Cell::Name => Some(&self.name),
            Cell::Way | Cell::Actor | Cell::Scope(_) => None,
        }
    }

    fn input_mut(&mut self, cell: Cell) -> Option<&mut LineInput> {
        match cell {
            Cell::Issuer => Some(&mut self.issuer),
            Cell::Resource => Some(&mut self.resource),
            Cell::ClientId => Some(&mut self.client_id),
            Cell::ClientSecret => Some(&mut self.client_secret),
            Cell::Key => Some(&mut self.key),
            Cell::Identifier => Some(&mut self.identifier),
            Cell::Name => Some(&mut self.name),
            Cell::Way | Cell::Actor | Cell::Scope(_) => None,
        }
    }

    /// Gives the cell with the keyboard a key.
    pub fn key(&mut self, key: KeyEvent) {
        let Some(cell) = self.focus() else { return };
        if let Some(input) = self.input_mut(cell) {
            if input.key(key) {
                self.problem = None;
            }
            return;
        }
        match (cell, key.code) {
            (Cell::Scope(at), KeyCode::Char(' ')) => self.tick(at),
            (Cell::Way, code) => self.way = turned(self.way, self.guide.ways.len(), code),
            (Cell::Actor, code) => self.actor = turned(self.actor, self.guide.actors.len(), code),
            _ => {}
        }
    }

    /// Asks for a scope, or no longer.
    fn tick(&mut self, at: usize) {
        if !self.ticked.remove(&at) {
            self.ticked.insert(at);
        }
    }

    /// Pastes into the cell with the keyboard.
    pub fn paste(&mut self, text: &Untrusted) {
        if let Some(cell) = self.focus()
            && let Some(input) = self.input_mut(cell)
        {
            input.paste(text, false);
            self.problem = None;
        }
    }

    /// Page on which what is asked for can be had: where an app is registered, or a key is made.
    pub fn page(&self) -> Option<&Url> {
        match self.way() {
            // The application is registered at the zone, wherever that has a page for it.
            ConnectionAuth::Exchange => None,
            way if way.field().is_some() => self.guide.get_key.as_ref(),
            _ => self.guide.register_app.as_ref(),
        }
    }

    /// Meaning of a scope, and the tools that it is enough for.
    pub fn meaning(&self, at: usize) -> String {
        let meaning = self.guide.scopes.get(at).map(|scope| scope.meaning.as_str()).unwrap_or_default();
        let tools = self.unlocked.get(at).map(Vec::as_slice).unwrap_or_default();
        let names: Vec<_> = tools.iter().map(ToString::to_string).collect();
        match names.len() {
            0 => meaning.to_owned(),
            count => format!("{meaning} Unlocks {}: {}.", pluralize(count as u64, "tool"), names.join(", ")),
        }
    }

    /// Number of the tools that a scope is enough for.
    pub fn unlocks(&self, at: usize) -> usize {
        self.unlocked.get(at).map_or(0, Vec::len)
    }

    /// Whether the app's secret is kept already.
    pub fn has_client_secret(&self) -> bool {
        let spec = &self.guide.spec;
        let same_app = spec.client_id.as_deref() == Some(self.client_id.raw().trim());
        same_app && (spec.is_confidential || spec.client_secret.is_some())
    }

    /// The first cell that lacks something, and what.
    fn shortfall(&self) -> Option<(Cell, &'static str)> {
        let name = self.name.raw().trim();
        self.cells().into_iter().find_map(|cell| {
            let problem = match cell {
                Cell::Issuer if checked_url("issuer", self.issuer.raw().trim()).is_err() => {
                    "Enter the URL of the authorization server: https, or http on this machine."
                }
                Cell::Resource if self.resource.is_blank() => {
                    "Enter the resource by the name that it has at the issuer, such as https://api.example.com."
                }
                Cell::ClientId if self.client_id.is_blank() => "Register an app first, and enter its client id.",
                Cell::ClientSecret
                    if self.client_secret.is_blank()
                        && self.secret_need() == SecretNeed::Required
                        && !self.has_client_secret() =>
                {
                    "Apps of this provider have a client secret: enter it."
                }
                Cell::Key if self.key.is_blank() => "Paste the key.",
                Cell::Identifier if self.identifier.is_blank() => "Name the user: any name of your own will do.",
                Cell::Name if name.is_empty() || name.contains('/') => "A connection needs a name without “/”.",
                _ => return None,
            };
            Some((cell, problem))
        })
    }

    /// Everything as filled in. Where something is missing, that is said beside its cell, which gets the keyboard.
    pub fn filled_in(&mut self) -> Option<ConnectRequest> {
        self.problem = self.shortfall();
        if let Some((cell, _)) = self.problem {
            self.go_to_cell(cell);
            return None;
        }
        let mut spec = self.guide.spec.clone();
        let client_id = self.client_id.raw().trim().to_owned();
        let (mut client_secret, mut typed) = (None, None);
        match self.way() {
            ConnectionAuth::Exchange => spec.exchange_at(self.issuer.raw().trim(), self.resource.raw().trim()),
            way => spec.authorize_by(way),
        }
        spec.name = self.name.raw().trim().into();
        if let Some(server) = &spec.server {
            // A program is known by the name of its connection.
            spec.provider = server.provider(spec.name.raw());
        }
        if spec.auth.field().is_some() {
            spec.key = None;
            typed = Some(trimmed(&self.key));
        } else if !self.needs_no_app() {
            if spec.client_id.as_ref() != Some(&client_id) {
                // Another app, and so another secret.
                spec.forget_application();
            }
            spec.client_id = Some(client_id);
            client_secret = (!self.client_secret.is_blank()).then(|| trimmed(&self.client_secret));
        }
        if spec.auth.field().is_none() && spec.auth != ConnectionAuth::Exchange && !self.needs_no_app() {
            spec.actor = self.actor().map(str::to_owned);
            if !self.guide.scopes.is_empty() {
                // Scopes that are asked for and not described here stay.
                let described = |name: &String| self.guide.scopes.iter().any(|scope| scope.name == *name);
                spec.scopes.retain(|name| !described(name));
                spec.scopes.extend(self.ticked.iter().filter_map(|at| Some(self.guide.scopes.get(*at)?.name.clone())));
            }
        }
        Some(ConnectRequest {
            draft: ConnectionDraft { spec, client_secret },
            identifier: self.identifier.raw().trim().into(),
            typed,
            verification: Verification::ThisMachine(None),
        })
    }

    /// The account that is being connected.
    pub fn account(&self) -> AccountRef {
        AccountRef::Pair(self.name.raw().trim().into(), self.identifier.raw().trim().into())
    }

    /// Whether something was typed that would be lost.
    pub fn holds_input(&self) -> bool {
        let known = self.guide.spec.client_id.as_deref().unwrap_or_default();
        let exchange = self.guide.spec.exchange.as_ref();
        let resource = exchange.map(|known| known.resource.as_str()).unwrap_or_default();
        let is_exchange = self.way() == ConnectionAuth::Exchange;
        let exchanges = is_exchange && self.resource.raw() != resource;
        exchanges || !self.key.is_blank() || !self.client_secret.is_blank() || self.client_id.raw() != known
    }
}

fn trimmed(input: &LineInput) -> Secret {
    Secret::new(input.secret().expose().trim().to_owned())
}

/// The place that a key leads to among so many.
fn turned(at: usize, of: usize, code: KeyCode) -> usize {
    let of = of.max(1);
    match code {
        KeyCode::Right | KeyCode::Char(' ') => (at + 1) % of,
        KeyCode::Left => (at + of - 1) % of,
        _ => at,
    }
}
