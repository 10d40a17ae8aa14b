//! Statements of whose an account is, held against what the account says of itself.

use crate::domain::{Account, AccountId, AccountRef, ConnectionName, Fault, FaultKind, Identifier, ToolCall};

/// Statement of whose an account is.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Side that makes the claim: the caller, or a saved row.
    pub by: Claimant,
    /// The account, where it is named by its id.
    pub account: Option<AccountId>,
    /// The person it is said to belong to.
    pub identifier: Identifier,
    /// The connection it is said to be on, where that is said.
    pub connection: Option<ConnectionName>,
}

/// Source of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimant {
    /// The person who calls.
    Caller,
    /// A row of the tools that one person may call.
    ToolList,
    /// A call of the past.
    History,
    /// The line on screen that says as whom a tool runs.
    Screen,
}

impl Claim {
    /// The claim on which a tool call rests.
    pub fn from_call(call: &ToolCall, by: Claimant) -> Self {
        Self {
            by,
            account: Some(call.account.clone()),
            identifier: call.identifier.clone(),
            connection: Some(call.connection.clone()),
        }
    }

    /// Holds the claim against what `witness` (a noun in the singular, with its article) says of the account.
    ///
    /// # Errors
    /// [`FaultKind::OtherAccount`], with what each of them says.
    pub fn check(&self, account: &Account, witness: &str) -> Result<(), Fault> {
        let is_meant = self.account.as_ref().is_none_or(|id| *id == account.id)
            && self.identifier == account.identifier
            && self.connection.as_ref().is_none_or(|connection| *connection == account.connection);
        // What names nobody agrees with nobody.
        let is_named = [account.id.raw(), account.identifier.raw(), account.connection.raw()];
        if is_meant && is_named.iter().all(|name| !name.is_empty()) {
            return Ok(());
        }
        let whose = whose(&account.identifier, Some(&account.connection));
        let it = match &self.account {
            Some(id) if *id == account.id => whose,
            _ if account.id.is_empty() => format!("an account without an id, {whose}"),
            _ => format!("{}, {whose}", account.id),
        };
        let message = format!("{}; {witness} says it is {it}. Nothing was sent.", self.words());
        let fault = Fault::new(FaultKind::OtherAccount, message);
        Err(if account.id.is_empty() { fault } else { fault.about(AccountRef::Id(account.id.clone())) })
    }

    fn words(&self) -> String {
        let whose = whose(&self.identifier, self.connection.as_ref());
        let it = self.account.as_ref().map_or_else(|| "it".to_owned(), ToString::to_string);
        match self.by {
            Claimant::Caller if self.account.is_none() => format!("You asked for an account that is {whose}"),
            Claimant::Caller => format!("You asked for {it} as {whose}"),
            Claimant::ToolList => format!("The tool list says {it} is {whose}"),
            Claimant::History => format!("The history says {it} was {whose}"),
            Claimant::Screen => format!("The screen says {it} is {whose}"),
        }
    }
}

/// Owner in words: `ada@acme.dev's on linear`.
fn whose(identifier: &Identifier, connection: Option<&ConnectionName>) -> String {
    let who = if identifier.is_empty() { "nobody's".to_owned() } else { format!("{identifier}'s") };
    match connection {
        None => who,
        Some(connection) if connection.is_empty() => format!("{who} on no connection"),
        Some(connection) => format!("{who} on {connection}"),
    }
}
