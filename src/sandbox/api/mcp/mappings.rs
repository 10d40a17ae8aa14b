//! Connections and tools that a configuration names, held against those that there are.

use serde::Deserialize;

use super::unset;
use crate::backend::scalekit::wire::error::FieldViolation;
use crate::sandbox::error::RpcError;
use crate::sandbox::world::{ToolMappingRecord, World};

/// Most connections of one configuration (section 3.5).
const MOST_MAPPINGS: usize = 25;

/// A mapping as a request has it. What only answers have is not looked at.
#[derive(Debug, Deserialize)]
pub struct MappingRequest {
    #[serde(default, deserialize_with = "unset")]
    connection_name: String,
    #[serde(default, deserialize_with = "unset")]
    tools: Vec<String>,
}

/// The mappings of a configuration. `field` is their path in the request.
///
/// That a connection comes once, and what an unknown one or an unknown tool gets, is a guess.
pub fn accepted(world: &World, field: &str, mappings: Vec<MappingRequest>) -> Result<Vec<ToolMappingRecord>, RpcError> {
    if mappings.len() > MOST_MAPPINGS {
        let description = format!("value must contain no more than {MOST_MAPPINGS} item(s)");
        return Err(RpcError::violation(field, description, "repeated.max_items"));
    }
    let mut accepted: Vec<ToolMappingRecord> = Vec::with_capacity(mappings.len());
    let mut violations = Vec::new();
    for (at, MappingRequest { connection_name, tools }) in mappings.into_iter().enumerate() {
        let mut broken = |part: String, description: String, constraint: &str| {
            let field = format!("{field}[{at}].{part}");
            violations.push(FieldViolation { field, description, constraint: constraint.into() });
        };
        let name = || "connection_name".to_owned();
        if connection_name.is_empty() {
            broken(name(), "value is required".into(), "required");
            continue;
        }
        let Some(connection) = world.connection(&connection_name) else {
            broken(name(), format!("no connection is called {connection_name}"), "connection_name");
            continue;
        };
        if accepted.iter().any(|known| known.connection == connection_name) {
            broken(name(), format!("{connection_name} is mapped more than once"), "repeated.unique");
            continue;
        }
        let catalogue = world.tools()?;
        for (place, tool) in tools.iter().enumerate() {
            let provider = connection.provider.key();
            if catalogue.named(tool).is_none_or(|known| &*known.provider != provider) {
                broken(format!("tools[{place}]"), format!("{provider} has no tool called {tool}"), "tool_name");
            }
        }
        accepted.push(ToolMappingRecord { connection: connection_name, tools: without_repeats(tools) });
    }
    if violations.is_empty() { Ok(accepted) } else { Err(RpcError::violations(violations)) }
}

fn without_repeats(tools: Vec<String>) -> Vec<String> {
    indexmap::IndexSet::<String>::from_iter(tools).into_iter().collect()
}
