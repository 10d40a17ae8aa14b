//! A new account: on which connection, and for whom.

use crate::domain::{Connection, ConnectionName, Fault, Untrusted};
use crate::tui::matching::holds;
use crate::tui::widgets::filter::Filter;
use crate::tui::widgets::list::{Cursor, Move};

/// The connections there are.
#[derive(Debug)]
pub enum Connections {
    /// Being asked for.
    Loading,
    /// These.
    Here(Vec<Connection>),
    /// They could not be had.
    Failed(Fault),
}

/// The field that keys go into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Choosing the connection.
    Connection,
    /// Typing the identifier.
    Identifier,
}

/// What was filled in so far.
pub struct NewAccount {
    /// The connections to choose from.
    pub connections: Connections,
    /// Narrows the connections down.
    pub connection: Filter,
    /// For whom.
    pub identifier: Filter,
    /// Where keys go.
    pub field: Field,
    /// The connection under the cursor, among those that fit.
    pub cursor: Cursor,
}

impl NewAccount {
    /// An empty form, with the identifier that is likely meant.
    pub fn new(identifier: Option<&Untrusted>) -> Self {
        let mut form = Self {
            connections: Connections::Loading,
            connection: Filter::being_typed(),
            identifier: Filter::being_typed(),
            field: Field::Connection,
            cursor: Cursor::default(),
        };
        if let Some(identifier) = identifier {
            form.identifier.paste(identifier);
        }
        form
    }

    /// The connections that fit what was typed; switched-off ones cannot be authorized.
    pub fn fitting(&self) -> Vec<&Connection> {
        let Connections::Here(connections) = &self.connections else { return Vec::new() };
        let wanted = self.connection.text().to_lowercase();
        let fits = |connection: &&Connection| {
            let name = connection.name.raw();
            wanted.split_whitespace().all(|word| holds(name, word) || holds(connection.provider.raw(), word))
        };
        connections.iter().filter(|connection| connection.enabled).filter(fits).collect()
    }

    /// The connection that is chosen.
    pub fn chosen(&self) -> Option<ConnectionName> {
        self.fitting().get(self.cursor.row).map(|connection| connection.name.clone())
    }

    /// The field that keys go into.
    pub fn typed(&mut self) -> &mut Filter {
        match self.field {
            Field::Connection => &mut self.connection,
            Field::Identifier => &mut self.identifier,
        }
    }

    /// What was typed has changed: the cursor goes back to the best fit.
    pub fn changed(&mut self) {
        if self.field == Field::Connection {
            self.cursor = Cursor::default();
        }
    }

    /// Moves among the connections.
    pub fn step(&mut self, step: Move, height: usize) {
        let rows = self.fitting().len();
        self.cursor.step(step, rows, height);
    }
}
