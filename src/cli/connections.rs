//! `jackfield connections list`.

use super::output::CliOutput;
use super::table::Table;
use crate::backend::Backend;
use crate::domain::{Connection, ConnectionStatus, Fault};
use crate::flow::connections;

pub(super) async fn list(backend: &dyn Backend, output: &CliOutput) -> Result<u8, Fault> {
    let head = ["CONNECTION", "PROVIDER", "AUTHORIZATION", "STATUS", "ENABLED", "ID"];
    let mut table = Table::new(output, "connections", head);
    let over = table.over();
    let on_page = |page: Vec<Connection>| table.add(&page, |connection| connection.raw.clone(), row);
    let read = tokio::select! {
        biased;
        read = connections::counted(backend, on_page) => read,
        () = over.cancelled() => return table.end().map(|()| 0),
    };
    table.end_as(read, "connection")?;
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
