//! The names nearest to one that does not exist.

use std::fmt::Display;

use super::connections;
use super::explain::control::{people_like, some_accounts};
use crate::backend::{AccountFilter, Backend};
use crate::domain::{Account, AccountRef, Connection, ConnectionName, Fault, FaultKind, Identifier, nearest};

/// Names in a hint at most.
const MAX_NAMED: usize = 3;

/// ` Did you mean this or that?`, or nothing.
pub(super) fn did_you_mean<T: Display>(near: &[T]) -> String {
    let near: Vec<_> = near.iter().map(ToString::to_string).collect();
    if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(" or ")) }
}

/// Reads one account; the fault names similar ones where there is none.
///
/// # Errors
/// As the broker's; [`FaultKind::NotFound`] with the nearest names.
pub async fn account(backend: &dyn Backend, account: &AccountRef) -> Result<Account, Fault> {
    match backend.accounts().get(account).await {
        Err(fault) => Err(explained(backend, account, fault).await),
        found => found,
    }
}

/// Finds one connection; the fault names similar ones where there is none.
///
/// # Errors
/// As the broker's; [`FaultKind::NotFound`] with the nearest names.
pub async fn connection(backend: &dyn Backend, name: &ConnectionName) -> Result<Connection, Fault> {
    let mut connections = connections::load(backend).await?;
    match connections.iter().position(|known| known.name == *name) {
        Some(at) => Ok(connections.swap_remove(at)),
        None => Err(Fault::new(FaultKind::NotFound, no_connection(name, &connections))),
    }
}

fn no_connection(name: &ConnectionName, connections: &[Connection]) -> String {
    let near = nearest(name.raw(), connections.iter().map(|known| &known.name), |name| name.raw());
    format!("There is no connection named {name}.{}", did_you_mean(&near))
}

/// Reason why a list of accounts is empty, in a sentence with the names that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyNone {
    /// Nothing has the name that was asked for.
    NoSuchThing(String),
    /// The name exists, and has no accounts.
    Nothing(String),
}

/// Reason why no accounts match. None where all of them were asked for, or nothing can be said.
pub async fn why_no_accounts(backend: &dyn Backend, filter: &AccountFilter) -> Option<WhyNone> {
    // Without connections to hold the name against, it is only said that nothing is there.
    if let Some(name) = &filter.connection
        && backend.connections().is_some()
        && let Err(fault) = connection(backend, name).await
    {
        return (fault.kind == FaultKind::NotFound).then_some(WhyNone::NoSuchThing(fault.message.into()));
    }
    let Some(identifier) = &filter.identifier else {
        let nothing = |connection| WhyNone::Nothing(format!("There is no account on {connection}."));
        return filter.connection.as_ref().map(nothing);
    };
    let everywhere = AccountFilter { connection: None, identifier: Some(identifier.clone()) };
    if let Some(connection) = &filter.connection
        && !some_accounts(backend, &everywhere).await.is_empty()
    {
        let near = did_you_mean(&accounts_like(backend, connection, identifier).await);
        return Some(WhyNone::Nothing(format!("{identifier} has no account on {connection}.{near}")));
    }
    let near = people_like(backend, identifier, None).await;
    Some(WhyNone::NoSuchThing(format!("{identifier} has no connected account.{}", did_you_mean(&near))))
}

/// Fault about `account` with the names that may be meant instead. Any other fault as it is, and so one for
/// which nothing better is known.
pub async fn explained(backend: &dyn Backend, account: &AccountRef, fault: Fault) -> Fault {
    let fault = naming(account, fault);
    let (FaultKind::NotFound, AccountRef::Pair(connection, identifier)) = (fault.kind, account) else { return fault };
    let Ok(connections) = connections::load(backend).await else { return fault };
    if connections.iter().any(|known| known.name == *connection) {
        let near = did_you_mean(&accounts_like(backend, connection, identifier).await);
        return Fault { message: format!("{}{near}", fault.message).into(), ..fault };
    }
    Fault { message: no_connection(connection, &connections).into(), ..fault }
}

/// Fault that says which account there is not.
fn naming(account: &AccountRef, fault: Fault) -> Fault {
    match fault.message.strip_prefix("There is no such account") {
        Some(rest) if fault.kind == FaultKind::NotFound => {
            Fault { message: format!("There is no account {account}{rest}").into(), ..fault }
        }
        _ => fault,
    }
}

/// Accounts on this connection whose identifier is spelt much the same, then those of the very same
/// identifier elsewhere.
async fn accounts_like(backend: &dyn Backend, connection: &ConnectionName, identifier: &Identifier) -> Vec<String> {
    let here = AccountFilter { connection: Some(connection.clone()), identifier: None };
    let elsewhere = AccountFilter { connection: None, identifier: Some(identifier.clone()) };
    let (here, elsewhere) = (some_accounts(backend, &here).await, some_accounts(backend, &elsewhere).await);
    let here = nearest(identifier.raw(), here, |account| account.identifier.raw());
    here.iter().chain(&elsewhere).map(Account::label).take(MAX_NAMED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_meant_is_asked_in_one_sentence() {
        assert_eq!(did_you_mean(&["one", "other"]), " Did you mean one or other?");
        assert_eq!(did_you_mean::<&str>(&[]), "");
    }
}
