//! Reading every connection there is.

use futures_util::{StreamExt as _, pin_mut};

use crate::broker::Broker;
use crate::broker::pages::{self, Tally};
use crate::domain::{self, Connection, Fault};

/// All connections, as far as they came.
pub struct Connections {
    /// Each once.
    pub found: Vec<Connection>,
    /// That the broker says there are more, in a sentence.
    pub missing: Option<String>,
}

/// Reads all connections.
///
/// # Errors
/// The first page that fails.
pub async fn load(broker: &dyn Broker) -> Result<Vec<Connection>, Fault> {
    Ok(counted(broker).await?.found)
}

/// The same, held against the total that the broker states.
///
/// # Errors
/// The first page that fails.
pub async fn counted(broker: &dyn Broker) -> Result<Connections, Fault> {
    let pages = pages::all(|token| async move { broker.connections(token.as_ref()).await });
    pin_mut!(pages);
    let (mut tally, mut found) = (Tally::default(), Vec::new());
    while let Some(page) = pages.next().await {
        let mut page = page?;
        tally.count(&mut page, |connection: &Connection| (connection.id.clone(), connection.name.clone()));
        found.extend(page.items);
    }
    let missing = tally.stated().filter(|_| tally.missing() > 0).map(|stated| {
        format!(
            "The broker speaks of {}, but its pages held only {}.",
            domain::counted(stated, "connection"),
            found.len()
        )
    });
    Ok(Connections { found, missing })
}
