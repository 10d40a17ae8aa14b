//! Reading every connection there is.

use futures_util::{StreamExt as _, pin_mut};

use crate::backend::tally::{Mismatch, Tally};
use crate::backend::{Backend, pages};
use crate::domain::{Connection, Fault};

/// Reads the connections of the environment, all pages.
///
/// # Errors
/// The first page that fails.
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
    let pages = pages::all(|token| async move { backend.connections(token.as_ref()).await });
    pin_mut!(pages);
    let mut tally = Tally::default();
    while let Some(page) = pages.next().await {
        let mut page = page?;
        tally.count(&mut page, |connection: &Connection| (connection.id.clone(), connection.name.clone()));
        on_page(page.items);
        tally.goes_on()?;
    }
    Ok(tally.mismatch())
}
