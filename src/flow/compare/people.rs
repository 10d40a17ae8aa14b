//! Everybody who can be compared.

use super::super::{account_resolution, accounts, target};
use crate::backend::{AccountFilter, Backend};
use crate::domain::{ConnectionName, Fault, FaultKind, Identifier, Status, ToolName, human_order};
use crate::order::StableOrder as _;

/// People whose account works, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Everybody {
    /// The first of them.
    pub people: Vec<Identifier>,
    /// Number of those beyond the bound.
    pub left_out: usize,
}

/// Everybody with an active account on `connection`, or on any connection of the tool's provider where none is named;
/// at most `bound` of them.
///
/// # Errors
/// A list cannot be read; [`FaultKind::NotFound`] where there is no such tool, or nobody.
pub async fn everybody(
    backend: &dyn Backend,
    tool: &ToolName,
    connection: Option<&ConnectionName>,
    bound: usize,
) -> Result<Everybody, Fault> {
    let mut found = Vec::new();
    let filter = AccountFilter { identifier: None, connection: connection.cloned() };
    let mismatch = accounts::load(backend, &filter, |page, _| found.extend(page)).await?;
    if let Some(mismatch) = mismatch.filter(|mismatch| mismatch.missing() > 0) {
        return Err(Fault::new(FaultKind::BadAnswer, mismatch.told("account")));
    }
    found.retain(|account| account.status == Status::Active);
    let able: Vec<_> = match connection {
        Some(connection) => found.iter().filter(|account| account.connection == *connection).collect(),
        None => {
            let tool = target::catalogued(backend, None, tool).await?;
            account_resolution::able(&tool, &found).collect()
        }
    };
    let mut people: Vec<_> = able.into_iter().map(|account| account.identifier.clone()).collect();
    people.order_by(|a, b| human_order(a.raw(), b.raw()));
    people.dedup();
    if people.is_empty() {
        let place = connection.map(|connection| format!(" on {connection}")).unwrap_or_default();
        return Err(Fault::new(FaultKind::NotFound, format!("Nobody has an active account{place}.")));
    }
    let left_out = people.len().saturating_sub(bound);
    people.truncate(bound);
    Ok(Everybody { people, left_out })
}
