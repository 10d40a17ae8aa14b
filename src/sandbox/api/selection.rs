//! Selection of one account by a request. Reference: section 3.1, "Account selection".

use crate::domain::{AccountRef, ConnectionName, Identifier};
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{ACCOUNT_ID, CONNECTOR, IDENTIFIER, ORGANIZATION_ID, Rule, USER_ID};

/// The naming fields of a request.
#[derive(Clone, Copy, Default)]
pub struct AccountSelection<'a> {
    pub id: Option<&'a str>,
    pub connector: Option<&'a str>,
    pub identifier: Option<&'a str>,
    pub organization_id: Option<&'a str>,
    pub user_id: Option<&'a str>,
}

impl<'a> AccountSelection<'a> {
    /// The fields by their names.
    pub fn from_fields(field: impl Fn(&'static str) -> Option<&'a str>) -> Self {
        Self {
            id: field("id"),
            connector: field("connector"),
            identifier: field("identifier"),
            organization_id: field("organization_id"),
            user_id: field("user_id"),
        }
    }

    /// The fields with their rules.
    pub fn rules(self) -> [(&'static str, Option<&'a str>, Rule); 5] {
        [
            ("id", self.id, ACCOUNT_ID),
            ("connector", self.connector, CONNECTOR),
            ("identifier", self.identifier, IDENTIFIER),
            ("organization_id", self.organization_id, ORGANIZATION_ID),
            ("user_id", self.user_id, USER_ID),
        ]
    }

    /// The account that is meant; an id wins over the pair. No account of this world belongs to an
    /// organization or a user of one, so that naming either finds nothing.
    pub fn named(self) -> Result<AccountRef, RpcError> {
        let set = |field: Option<&'a str>| field.filter(|text| !text.is_empty());
        let named = match (set(self.id), set(self.connector), set(self.identifier)) {
            (Some(id), _, _) => AccountRef::Id(id.into()),
            (None, Some(connector), Some(identifier)) => {
                AccountRef::Pair(ConnectionName::from(connector), Identifier::from(identifier))
            }
            _ => return Err(RpcError::invalid("either id, or connector and identifier, must be set")),
        };
        match set(self.organization_id).or(set(self.user_id)) {
            Some(_) => Err(no_account()),
            None => Ok(named),
        }
    }
}

/// The refusal when there is no such account.
pub fn no_account() -> RpcError {
    RpcError::not_found("connected account not found")
}

/// The refusal when a connector names no connection.
pub fn no_connection(connector: &str) -> RpcError {
    RpcError::not_found(format!("no connection is called {connector}"))
}

/// The refusal when a connection is switched off: a guess.
pub fn switched_off(connector: &str) -> RpcError {
    RpcError::precondition(format!("connection is disabled: {connector}"))
}
