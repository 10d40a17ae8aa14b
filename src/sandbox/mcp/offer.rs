//! Tools that a server offers: those of its connections, with whose account each is called.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::access::{ServerAccess, ServerRef};
use super::session_token::AccessLevel;
use crate::domain::{AccountRef, JsonText};
use crate::mcp::server::{OfferedTool, ToolHints};
use crate::sandbox::world::{ConnectionRecord, ToolMappingRecord, ToolRecord, World};

/// Fields of a definition (section 8) that the protocol has too.
#[derive(Deserialize)]
struct DefinitionFields<'a> {
    #[serde(default)]
    display_name: String,
    #[serde(borrow)]
    input_schema: Option<&'a RawValue>,
    #[serde(borrow)]
    output_schema: Option<&'a RawValue>,
    #[serde(default)]
    annotations: DefinitionHints,
}

#[derive(Default, Deserialize)]
struct DefinitionHints {
    #[serde(default)]
    title: String,
    read_only_hint: Option<bool>,
    destructive_hint: Option<bool>,
    idempotent_hint: Option<bool>,
    open_world_hint: Option<bool>,
}

/// Mappings of the server that a request came to; none where it was deleted meanwhile.
pub fn mappings(world: &World, access: &ServerAccess) -> Option<Vec<ToolMappingRecord>> {
    let of_config = |number| world.servers.config_numbered(number).map(|config| config.mappings.clone());
    match &access.server {
        ServerRef::Config(number) => of_config(*number),
        ServerRef::Connection(name) => Some(vec![ToolMappingRecord { connection: name.clone(), tools: Vec::new() }]),
        ServerRef::Instance(number) => {
            let instance = world.servers.instances().find(|instance| instance.number == *number)?;
            of_config(instance.config)
        }
    }
}

/// Account that calls on a connection use. A token names its accounts; an instance has those of its person.
pub fn account(world: &World, access: &ServerAccess, connection: &str) -> Option<u64> {
    let by_pair = || world.account(&AccountRef::Pair(connection.into(), access.identifier.as_str().into()));
    let account = match &access.accounts {
        None => by_pair(),
        Some(ids) => ids
            .iter()
            .filter_map(|id| world.account(&AccountRef::Id(id.as_str().into())))
            .find(|account| account.connection.name == connection),
    };
    account.map(|account| account.number)
}

/// Tools with their connections, in the order of the mappings. A connection that a token has no account on offers
/// none; that of an instance does, so that a call can say what is missing.
pub fn tools(
    world: &World,
    access: &ServerAccess,
    mappings: &[ToolMappingRecord],
) -> Vec<(Arc<ConnectionRecord>, Arc<ToolRecord>)> {
    let Ok(catalogue) = world.tools() else { return Vec::new() };
    let mut offered = Vec::new();
    for mapping in mappings {
        let Some(connection) = world.connection(&mapping.connection) else { continue };
        if access.accounts.is_some() && account(world, access, &connection.name).is_none() {
            continue;
        }
        let theirs = catalogue.of_provider(connection.provider.key());
        let wanted = theirs.filter(|tool| mapping.offers(&tool.name) && permitted(access, tool));
        offered.extend(wanted.map(|tool| (Arc::clone(&connection), Arc::clone(tool))));
    }
    offered
}

/// Whether calls of the tool are allowed at all.
pub fn permitted(access: &ServerAccess, tool: &ToolRecord) -> bool {
    match access.level {
        AccessLevel::Full => true,
        AccessLevel::ReadOnly => tool.only_reads(),
    }
}

/// A tool as the protocol has it.
pub fn described(connection: &ConnectionRecord, tool: &ToolRecord) -> OfferedTool {
    let fields = serde_json::from_str::<DefinitionFields<'_>>(tool.definition.get()).ok();
    let schema = |schema: Option<&RawValue>| schema.and_then(|schema| JsonText::parse(schema.get().to_owned()).ok());
    let hints = fields.as_ref().map(|fields| &fields.annotations);
    let title = fields.as_ref().map(|fields| match fields.annotations.title.as_str() {
        "" => fields.display_name.as_str(),
        title => title,
    });
    OfferedTool {
        name: (&*tool.name).into(),
        group: connection.name.as_str().into(),
        title: title.unwrap_or_default().into(),
        description: (&*tool.description).into(),
        input_schema: schema(fields.as_ref().and_then(|fields| fields.input_schema)),
        output_schema: schema(fields.as_ref().and_then(|fields| fields.output_schema)),
        hints: ToolHints {
            read_only: hints.and_then(|hints| hints.read_only_hint),
            destructive: hints.and_then(|hints| hints.destructive_hint),
            idempotent: hints.and_then(|hints| hints.idempotent_hint),
            open_world: hints.and_then(|hints| hints.open_world_hint),
        },
    }
}
