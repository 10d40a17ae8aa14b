//! People that a run can act as.

use crate::domain::{Identifier, listed};
use crate::order::StableOrder as _;
use crate::tui::core::cx::Cx;

/// Everybody who has an account, each with the names of the connections.
pub(super) fn people(cx: &Cx) -> Vec<(Identifier, String)> {
    let mut people: Vec<Identifier> = cx.accounts.all().iter().map(|account| account.identifier.clone()).collect();
    people.order_by_key(Clone::clone);
    people.dedup();
    let with_connections = people.into_iter().map(|person| {
        let accounts = cx.accounts.all().iter().filter(|account| account.identifier == person);
        let on: Vec<_> = accounts.map(|account| &account.connection).collect();
        let on = listed(&on, ", ");
        (person, on)
    });
    with_connections.collect()
}
