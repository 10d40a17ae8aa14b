//! Reading every connection there is.

use futures_util::TryStreamExt as _;

use super::tally::{Mismatch, Tally};
use crate::backend::{Ability, Backend};
use crate::domain::{Connection, Fault};

/// Reads the connections of the environment, all pages.
///
/// # Errors
/// The first page that fails; [`FaultKind::NotOffered`](crate::domain::FaultKind::NotOffered) where the
/// environment has none.
pub async fn load(backend: &dyn Backend) -> Result<Vec<Connection>, Fault> {
    let mut found = Vec::new();
    counted(backend, |page| found.extend(page)).await?;
    Ok(found)
}

/// The same, page by page, held against the total that the broker states.
///
/// # Errors
/// The first page that fails. What came before it was handed over.
pub async fn counted(
    backend: &dyn Backend,
    mut on_page: impl FnMut(Vec<Connection>),
) -> Result<Option<Mismatch>, Fault> {
    let mut list = backend.connections().ok_or_else(|| Ability::Connections.fault())?.stream();
    let mut tally = Tally::default();
    while let Some(mut batch) = list.try_next().await? {
        tally.count(&mut batch, |connection: &Connection| (connection.id.clone(), connection.name.clone()));
        on_page(batch.items);
        tally.goes_on()?;
    }
    Ok(tally.mismatch())
}
