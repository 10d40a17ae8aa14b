//! How a request names one account. Reference: section 3.1, "Account selection".

use crate::domain::{AccountRef, ConnectionName, Identifier};
use crate::sandbox::error::RpcError;
use crate::sandbox::limits::{ACCOUNT_ID, CONNECTOR, IDENTIFIER, Rule};

/// The naming fields of a request.
#[derive(Clone, Copy)]
pub struct Selection<'a> {
    pub id: Option<&'a str>,
    pub connector: Option<&'a str>,
    pub identifier: Option<&'a str>,
}

impl<'a> Selection<'a> {
    /// The fields with their rules.
    pub fn rules(self) -> [(&'a str, Option<&'a str>, Rule); 3] {
        [
            ("id", self.id, ACCOUNT_ID),
            ("connector", self.connector, CONNECTOR),
            ("identifier", self.identifier, IDENTIFIER),
        ]
    }

    /// The account that is meant; an id wins over the pair.
    pub fn named(self) -> Result<AccountRef, RpcError> {
        let set = |field: Option<&'a str>| field.filter(|text| !text.is_empty());
        match (set(self.id), set(self.connector), set(self.identifier)) {
            (Some(id), _, _) => Ok(AccountRef::Id(id.into())),
            (None, Some(connector), Some(identifier)) => {
                Ok(AccountRef::Pair(ConnectionName::from(connector), Identifier::from(identifier)))
            }
            _ => Err(RpcError::invalid("either id, or connector and identifier, must be set")),
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
