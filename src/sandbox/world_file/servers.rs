//! `[[mcp_servers]]`: which tools of which connections a server offers.

use super::base::Base;
use super::connections::ConnectionEntry;
use super::fields::{Fields, unknown};
use super::tools::ToolEntry;
use crate::domain::nearest_name;

/// A server as the file has it.
#[derive(Clone, Debug)]
pub struct ServerEntry {
    pub name: String,
    pub description: String,
    /// Connections, each with its tools; none means all.
    pub mappings: Vec<(String, Vec<String>)>,
}

/// Reads the servers.
pub fn read(root: &Fields<'_>, base: &Base, connections: &[ConnectionEntry], tools: &[ToolEntry]) -> Vec<ServerEntry> {
    let own = connections.iter().map(|known| (known.name.as_str(), known.provider.as_str()));
    let theirs = base.connections.iter().map(|known| (known.name.as_str(), known.provider.as_str()));
    let connections: Vec<_> = own.chain(theirs).collect();
    let mut servers: Vec<ServerEntry> = Vec::new();
    for row in root.rows("mcp_servers") {
        let name = row.required_text("name").unwrap_or_default().to_owned();
        if !name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'_' | b'-')) {
            row.tell("name", "A server's “name” has small letters, digits, _ and -.");
        }
        if servers.iter().any(|known| known.name == name) {
            row.tell("name", format!("There is a server “{name}” already."));
        }
        let description = row.text("description").unwrap_or_default().to_owned();
        row.required("mappings");
        let mut mappings: Vec<(String, Vec<String>)> = Vec::new();
        for mapping in row.rows("mappings") {
            let connection = mapping.required_text("connection").unwrap_or_default();
            let provider = connections.iter().find(|(known, _)| *known == connection).map(|(_, provider)| *provider);
            if provider.is_none() && !connection.is_empty() {
                let known: Vec<_> = connections.iter().map(|(name, _)| *name).collect();
                let meant = nearest_name(connection, known.iter().copied());
                mapping.tell("connection", unknown(&format!("There is no connection “{connection}”"), meant, &known));
            }
            if mappings.iter().any(|(known, _)| known == connection) {
                mapping.tell("connection", format!("“{connection}” is mapped already."));
            }
            let names = mapping.texts("tools").unwrap_or_default();
            for name in &names {
                let own = tools.iter().map(|tool| (tool.name.as_str(), tool.provider.as_str()));
                let theirs = base.tools.iter().map(|(name, provider)| (name.as_str(), provider.as_str()));
                let offered = own.chain(theirs).filter(|(_, theirs)| Some(*theirs) == provider);
                let offered: Vec<_> = offered.map(|(name, _)| name).collect();
                if provider.is_some() && !offered.contains(name) {
                    let meant = nearest_name(name, offered.iter().copied());
                    mapping.tell("tools", unknown(&format!("“{connection}” has no tool “{name}”"), meant, &offered));
                }
            }
            mapping.end();
            mappings.push((connection.to_owned(), names.into_iter().map(str::to_owned).collect()));
        }
        row.end();
        servers.push(ServerEntry { name, description, mappings });
    }
    servers
}
