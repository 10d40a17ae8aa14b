//! `jackfield connections list`.

use super::listing::Listing;
use super::output::Output;
use crate::broker::Broker;
use crate::domain::{Connection, ConnectionStatus, Fault};
use crate::flow::connections::{self, Connections};

pub(super) async fn list(broker: &dyn Broker, output: &Output) -> Result<u8, Fault> {
    let head = ["CONNECTION", "PROVIDER", "AUTHORIZES BY", "STATUS", "ENABLED", "ID"];
    let mut listing = Listing::new(output, "connections", head);
    let Connections { found, missing } = connections::counted(broker).await?;
    if let Some(missing) = missing {
        output.warning(&missing);
    }
    listing.add(&found, |connection| connection.raw.clone(), row);
    listing.end()?;
    Ok(0)
}

fn row(connection: &Connection) -> [String; 6] {
    [
        connection.name.to_string(),
        connection.provider.to_string(),
        connection.authorization.to_string(),
        match &connection.status {
            ConnectionStatus::Completed => "complete".into(),
            ConnectionStatus::InProgress => "in progress".into(),
            ConnectionStatus::Draft => "draft".into(),
            ConnectionStatus::Other(word) => word.to_string(),
        },
        if connection.enabled { "yes" } else { "no" }.into(),
        connection.id.to_string(),
    ]
}
