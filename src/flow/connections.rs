//! Reading every connection there is.

use futures_util::{StreamExt as _, pin_mut};

use crate::broker::{Broker, pages};
use crate::domain::{Connection, Fault};

/// Reads all connections.
///
/// # Errors
/// The first page that fails.
pub async fn load(broker: &dyn Broker) -> Result<Vec<Connection>, Fault> {
    let pages = pages::all(|token| async move { broker.connections(token.as_ref()).await });
    pin_mut!(pages);
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        found.extend(page?.items);
    }
    Ok(found)
}
