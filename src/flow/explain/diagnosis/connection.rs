//! Whether the connection is there under its name, works, and has the account.

use super::{Examination, MAX_NAMED};
use crate::domain::{Account, Connection, ConnectionName, ConnectionStatus, Identifier, Provider, nearest};
use crate::flow::explain::cause::Cause;
use crate::flow::explain::evidence::Evidence;
use crate::flow::explain::reading::is_same;

impl<'a> Examination<'a> {
    /// Whether the connection exists under this very name, works, and has the account.
    pub(super) fn connection(&mut self) {
        let Some(wanted) = &self.question.connection else { return };
        let asked = "connections of this environment";
        if let Some(known) = self.facts.connections.told() {
            match known.iter().find(|connection| connection.name == *wanted) {
                Some(connection) => {
                    self.evidence.push(Evidence::good(asked, format!("{}, {wanted} among them", known.len())));
                    self.state(connection);
                }
                None => {
                    self.evidence.push(Evidence::bad(asked, format!("{}, none named {wanted}", known.len())));
                    return self.no_such_connection(wanted);
                }
            }
        }
        let has_none = !self.own().is_empty() && !self.own().iter().any(|account| account.connection == *wanted);
        if let Some(identifier) = self.question.identifier.as_ref().filter(|_| has_none) {
            self.not_here(identifier, wanted);
        }
    }

    /// Whether a connection can be used.
    pub(super) fn state(&mut self, connection: &Connection) {
        let name = &connection.name;
        if !connection.enabled {
            self.evidence.push(Evidence::bad(name.to_string(), "switched off"));
            self.causes.push(Cause::ConnectionDisabled(name.clone()));
        }
        let progress = match &connection.status {
            ConnectionStatus::Completed => return,
            ConnectionStatus::InProgress => "configuration in progress".to_owned(),
            ConnectionStatus::Draft => "configuration not begun".to_owned(),
            ConnectionStatus::Other(word) => {
                return self.evidence.push(Evidence::plain(name.to_string(), format!("status {word}")));
            }
        };
        self.evidence.push(Evidence::bad(name.to_string(), progress));
        self.causes.push(Cause::ConnectionIncomplete(name.clone()));
    }

    /// No connection has the name: one in another case is meant, else one to the same provider where the person has
    /// an account, else the nearest.
    fn no_such_connection(&mut self, wanted: &ConnectionName) {
        let identifier = self.question.identifier.clone();
        if let Some(meant) = self.case_twin(wanted).map(|twin| twin.name.clone()) {
            self.tell_nearest(&meant, wanted);
            self.causes.push(Cause::ConnectionCase { wanted: wanted.clone(), meant, identifier });
            return;
        }
        let provider = self.provider_meant(wanted);
        let there = |account: &&Account| provider.as_ref().is_some_and(|provider| is_same(&account.provider, provider));
        if let Some(account) = self.own().iter().find(there) {
            return self.other_connection(wanted, account);
        }
        let known = self.known();
        let near = nearest(wanted.raw(), known.iter().map(|connection| &connection.name), |name| name.raw());
        let of_provider = known.iter().filter(|connection| Some(&connection.provider) == provider.as_ref());
        let mut near: Vec<ConnectionName> =
            of_provider.map(|connection| &connection.name).chain(near).cloned().collect();
        near.dedup();
        near.truncate(MAX_NAMED);
        near.iter().for_each(|name| self.tell_nearest(name, wanted));
        self.causes.push(Cause::ConnectionUnknown { wanted: wanted.clone(), near, identifier });
    }

    /// The connection is there and the account is not: another one may be meant.
    fn not_here(&mut self, identifier: &Identifier, wanted: &ConnectionName) {
        self.evidence.push(Evidence::bad(format!("{identifier} on {wanted}"), "no account"));
        let is_twin = |account: &&Account| is_case_of(&account.connection, wanted);
        if let Some(twin) = self.own().iter().find(is_twin) {
            self.tell_nearest(&twin.connection, wanted);
            let (wanted, meant) = (wanted.clone(), twin.connection.clone());
            return self.causes.push(Cause::ConnectionCase { wanted, meant, identifier: Some(identifier.clone()) });
        }
        let provider = self.known().iter().find(|known| known.name == *wanted).map(|known| &known.provider);
        let there = |account: &&Account| provider.is_some_and(|provider| is_same(&account.provider, provider));
        match self.own().iter().find(there) {
            Some(account) => self.other_connection(wanted, account),
            None => {
                self.causes.push(Cause::AccountMissing { identifier: identifier.clone(), connection: wanted.clone() })
            }
        }
    }

    fn other_connection(&mut self, wanted: &ConnectionName, account: &Account) {
        self.evidence
            .push(Evidence::plain(format!("connection to {}", account.provider), account.connection.to_string()));
        self.tell_account(account);
        let account = Box::new(account.clone());
        self.causes.push(Cause::OtherConnection { wanted: wanted.clone(), account });
    }

    /// Connection of this name in another case; the one with the person's account where several differ so.
    fn case_twin(&self, wanted: &ConnectionName) -> Option<&'a Connection> {
        let twins = || self.known().iter().filter(|connection| is_case_of(&connection.name, wanted));
        let has_account = |twin: &&Connection| self.own().iter().any(|account| account.connection == twin.name);
        twins().find(has_account).or_else(|| twins().next())
    }

    /// Provider that a name which no connection has most likely means: the tool's, else one whose key is in the name.
    fn provider_meant(&self, wanted: &ConnectionName) -> Option<Provider> {
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        let name = plain(wanted.raw());
        let of_tool = self.facts.tool.told().and_then(|found| found.first()).map(|tool| tool.provider.clone());
        let providers = self.known().iter().map(|connection| &connection.provider);
        let named = || {
            providers
                .filter(|key| !key.is_empty() && name.contains(&plain(key.raw())))
                .max_by_key(|key| key.raw().len())
        };
        of_tool.or_else(|| named().cloned())
    }

    fn tell_nearest(&mut self, name: &ConnectionName, wanted: &ConnectionName) {
        self.evidence.push(Evidence::nearest("nearest", &name.to_string(), &wanted.to_string()));
        if let Some(account) = self.own().iter().find(|account| account.connection == *name) {
            self.tell_account(account);
        }
    }
}

fn is_case_of(name: &ConnectionName, wanted: &ConnectionName) -> bool {
    name != wanted && name.raw().to_lowercase() == wanted.raw().to_lowercase()
}
