//! A new account: on which connection, and for whom.

use std::collections::{BTreeSet, HashMap};

use crate::domain::{
    Account, AuthorizationType, Connection, ConnectionName, Fault, Identifier, Provider, Status, Untrusted,
};
use crate::order::StableOrder as _;
use crate::tui::input::typed::Typed;
use crate::tui::widgets::list::{Cursor, Move};
use crate::tui::widgets::matching::{holds, searched};
use crate::tui::widgets::typing::filter::Filter;

/// Connections of the environment.
#[derive(Debug)]
pub enum ConnectionList {
    /// The connections are being read.
    Loading,
    /// All connections; those that cannot be chosen come last.
    Here(Vec<ConnectionChoice>),
    /// The connections could not be read.
    Failed(Fault),
}

/// Connection to choose from.
#[derive(Debug)]
pub struct ConnectionChoice {
    /// Connection that is offered.
    pub connection: Connection,
    /// Another one whose name differs in case alone.
    pub twin: Option<ConnectionName>,
}

/// Connection that was chosen. Nothing but its name is known where that was typed blindly.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Name of the connection.
    pub connection: ConnectionName,
    /// Provider of the connection; empty where it is not known.
    pub provider: Provider,
    /// Way its accounts authorize.
    pub authorization: AuthorizationType,
}

/// The field that keys go into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// List of connections, with its filter.
    Connection,
    /// Line for the identifier.
    Identifier,
}

/// Person who has accounts in this environment already.
#[derive(Debug)]
pub struct Person {
    /// Identifier of the person.
    pub identifier: Identifier,
    /// The state of their account on the chosen connection, if they have one.
    pub here: Option<Status>,
}

/// People who are suggested at most: more letters find the rest.
const SUGGESTED: usize = 50;

/// State of the form.
pub struct NewAccount {
    /// The connections to choose from.
    pub connections: ConnectionList,
    /// Narrows the connections down.
    pub connection: Filter,
    /// Identifier that the account is for.
    pub identifier: Filter,
    /// Field that takes the keys.
    pub field: Field,
    /// The connection under the cursor, among those that fit.
    pub cursor: Cursor,
    /// Everybody who has an account.
    known: Vec<Identifier>,
    /// People among them who fit what was typed.
    pub people: Vec<Person>,
    /// The one under the cursor, once it is among them.
    pub person: Option<usize>,
    /// The account that this pair has already.
    pub already: Option<Status>,
    /// Identifier that differs in case alone.
    pub twin: Option<Identifier>,
    /// Rows of the connections, or people, that are seen.
    pub(super) height: usize,
}

impl ConnectionList {
    /// Connections that were read, or the reason why there are none.
    pub fn of(result: Result<Vec<Connection>, Fault>) -> Self {
        let mut connections = match result {
            Ok(connections) => connections,
            Err(fault) => return Self::Failed(fault),
        };
        let mut spelled: HashMap<String, Vec<ConnectionName>> = HashMap::new();
        let small = |name: &ConnectionName| searched(name.raw()).to_lowercase();
        for connection in &connections {
            spelled.entry(small(&connection.name)).or_default().push(connection.name.clone());
        }
        // What cannot be chosen comes last.
        connections.order_by_key(|connection| !connection.enabled);
        let offer = |connection: Connection| {
            let alike = spelled.get(&small(&connection.name));
            let twin = alike.and_then(|alike| alike.iter().find(|other| **other != connection.name)).cloned();
            ConnectionChoice { connection, twin }
        };
        Self::Here(connections.into_iter().map(offer).collect())
    }
}

impl ConnectionChoice {
    /// Reason why it cannot be chosen.
    pub fn obstacle(&self) -> Option<&'static str> {
        (!self.connection.enabled).then_some("switched off in this environment")
    }
}

impl NewAccount {
    /// An empty form, with the identifier that is likely meant; the accounts there are know who else
    /// may be.
    pub fn new(identifier: Option<&Identifier>, accounts: &[Account]) -> Self {
        // A name that cannot be typed cannot be completed either.
        let typeable = |who: &&Identifier| !who.raw().chars().any(char::is_control);
        let known: BTreeSet<&Identifier> =
            accounts.iter().map(|account| &account.identifier).filter(typeable).collect();
        let mut form = Self {
            connections: ConnectionList::Loading,
            connection: Filter::being_typed(),
            identifier: Filter::being_typed(),
            field: Field::Connection,
            cursor: Cursor::default(),
            known: known.into_iter().cloned().collect(),
            people: Vec::new(),
            person: None,
            already: None,
            twin: None,
            height: 0,
        };
        if let Some(identifier) = identifier {
            form.identifier.paste(&Untrusted::from(identifier.raw()));
        }
        form
    }

    /// The connections that fit what was typed.
    pub fn fitting(&self) -> Vec<&ConnectionChoice> {
        let ConnectionList::Here(offers) = &self.connections else { return Vec::new() };
        let wanted = self.connection.text().to_lowercase();
        let fits = |offer: &&ConnectionChoice| {
            let Connection { name, provider, .. } = &offer.connection;
            wanted.split_whitespace().all(|word| holds(name.raw(), word) || holds(provider.raw(), word))
        };
        offers.iter().filter(fits).collect()
    }

    /// The connection under the cursor.
    pub fn pointed_at(&self) -> Option<&ConnectionChoice> {
        self.fitting().get(self.cursor.row).copied()
    }

    /// The connection that is chosen: the one under the cursor, if it can be; a name as it was typed
    /// where the connections could not be had.
    pub fn chosen(&self) -> Option<Chosen> {
        if let ConnectionList::Failed(_) = self.connections {
            let name = self.connection.text().trim();
            return (!name.is_empty()).then(|| Chosen {
                connection: name.into(),
                provider: name.into(),
                authorization: AuthorizationType::unknown(),
            });
        }
        let Connection { name, provider, authorization, .. } =
            &self.pointed_at().filter(|offer| offer.obstacle().is_none())?.connection;
        Some(Chosen { connection: name.clone(), provider: provider.clone(), authorization: authorization.clone() })
    }

    /// The field that keys go into.
    pub fn typed(&self) -> &Filter {
        match self.field {
            Field::Connection => &self.connection,
            Field::Identifier => &self.identifier,
        }
    }

    /// Takes what is typed.
    pub fn take(&mut self, typed: &Typed, accounts: &[Account]) {
        let field = match self.field {
            Field::Connection => &mut self.connection,
            Field::Identifier => &mut self.identifier,
        };
        if field.take(typed) {
            self.changed(accounts);
        }
    }

    /// Follows a change of the text: the cursor goes back to the best fit.
    pub fn changed(&mut self, accounts: &[Account]) {
        match self.field {
            Field::Connection => self.cursor = Cursor::default(),
            Field::Identifier => self.look_around(accounts),
        }
    }

    /// Looks who is meant, and whether they have an account on this connection already.
    pub fn look_around(&mut self, accounts: &[Account]) {
        let chosen = self.chosen().map(|chosen| chosen.connection);
        let on_it = accounts.iter().filter(|account| Some(&account.connection) == chosen.as_ref());
        let here: HashMap<&Identifier, &Status> = on_it.map(|account| (&account.identifier, &account.status)).collect();
        let typed = self.identifier.text().trim().to_owned();
        let wanted = typed.to_lowercase();
        let small = |who: &Identifier| searched(who.raw()).to_lowercase();
        let begins = |who: &&Identifier| small(who).starts_with(&wanted);
        let within = |who: &&Identifier| !begins(who) && holds(who.raw(), &wanted);
        let others = self.known.iter().filter(|who| who.raw() != typed);
        let fitting = others.clone().filter(begins).chain(others.filter(within));
        let person =
            |who: &Identifier| Person { identifier: who.clone(), here: here.get(who).map(|status| (*status).clone()) };
        self.people = fitting.take(SUGGESTED).map(person).collect();
        self.person = None;
        self.already = here.get(&Identifier::from(typed.as_str())).map(|status| (*status).clone());
        let exact = self.known.iter().any(|who| who.raw() == typed);
        let twin = self.known.iter().find(|who| who.raw() != typed && small(who) == wanted);
        self.twin = twin.filter(|_| !exact && !typed.is_empty()).cloned();
    }

    /// Takes the person under the cursor; whether there was one.
    pub fn take_person(&mut self, accounts: &[Account]) -> bool {
        let Some(person) = self.person.and_then(|row| self.people.get(row)) else { return false };
        let text = Untrusted::from(person.identifier.raw());
        self.identifier = Filter::being_typed();
        self.identifier.paste(&text);
        self.look_around(accounts);
        true
    }

    /// Points at a connection, or at a person.
    pub fn point_at(&mut self, row: usize) {
        match self.field {
            Field::Connection => self.cursor.row = row,
            Field::Identifier => self.person = Some(row),
        }
    }

    /// Moves among the connections, or among the people.
    pub fn step(&mut self, step: Move) {
        let height = self.height;
        if self.field == Field::Connection {
            let rows = self.fitting().len();
            return self.cursor.step(step, rows, height);
        }
        match (self.person, step) {
            (Some(0), Move::By(..0)) => self.person = None,
            (Some(row), step) => {
                let mut cursor = Cursor { row, top: row };
                cursor.step(step, self.people.len(), height);
                self.person = Some(cursor.row);
            }
            (None, Move::By(1..)) if !self.people.is_empty() => self.person = Some(0),
            (None, _) => {}
        }
    }
}
