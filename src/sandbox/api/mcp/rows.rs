//! Configurations and instances in their wire forms. Reference: section 3.5.

use serde::Serialize;

use crate::backend::scalekit::words;
use crate::domain::AccountRef;
use crate::sandbox::api::json_body::timestamp;
use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::paths;
use crate::sandbox::world::{AccountRecord, ServerConfigRecord, ServerInstanceRecord, ToolMappingRecord, World};

/// `last_used_at` of an instance that nobody used yet, as an example has it.
const NEVER: &str = "0001-01-01T00:00:00Z";

/// Answer that is one configuration.
#[derive(Serialize)]
pub struct ConfigAnswer {
    config: ConfigRow,
}

/// One configuration.
#[derive(Serialize)]
pub struct ConfigRow {
    id: String,
    name: String,
    description: String,
    connection_tool_mappings: Vec<MappingRow>,
    mcp_server_url: String,
}

/// One mapping. The account is there only where it is known whose is meant.
#[derive(Serialize)]
struct MappingRow {
    connection_id: String,
    connection_name: String,
    provider: String,
    tools: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected_account_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected_account_status: Option<String>,
}

/// Answer that is one instance.
#[derive(Serialize)]
pub struct InstanceAnswer {
    instance: InstanceRow,
}

/// One instance.
#[derive(Serialize)]
pub struct InstanceRow {
    id: String,
    name: String,
    user_identifier: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<ConfigRow>,
    last_used_at: String,
    updated_at: String,
    url: String,
}

impl ConfigAnswer {
    pub fn new(config: &ServerConfigRecord, world: &World, env: &SandboxEnvironment) -> Self {
        Self { config: ConfigRow::new(config, world, env) }
    }
}

impl ConfigRow {
    /// For nobody in particular.
    pub fn new(config: &ServerConfigRecord, world: &World, env: &SandboxEnvironment) -> Self {
        Self::build(config, None, world, env)
    }

    fn build(config: &ServerConfigRecord, identifier: Option<&str>, world: &World, env: &SandboxEnvironment) -> Self {
        let mapping = |mapping: &ToolMappingRecord| {
            let name = &mapping.connection;
            let connection = world.connection(name);
            let account = identifier.and_then(|identifier| account(world, name, identifier));
            MappingRow {
                connection_id: connection.as_ref().map(|known| known.id()).unwrap_or_default(),
                connection_name: name.clone(),
                provider: connection.as_ref().map(|known| known.provider.key().to_owned()).unwrap_or_default(),
                tools: mapping.tools.clone(),
                connected_account_id: account.map(AccountRecord::id),
                connected_account_status: account.map(|account| words::status_word(&account.status).to_owned()),
            }
        };
        Self {
            id: config.id(),
            name: config.name.clone(),
            description: config.description.clone(),
            connection_tool_mappings: config.mappings.iter().map(mapping).collect(),
            mcp_server_url: env.at(&paths::config_server(&config.server_id)),
        }
    }
}

impl InstanceAnswer {
    pub fn new(instance: &ServerInstanceRecord, world: &World, env: &SandboxEnvironment) -> Self {
        Self { instance: InstanceRow::new(instance, world, env) }
    }
}

impl InstanceRow {
    /// With the accounts of its person in the configuration: a guess.
    pub fn new(instance: &ServerInstanceRecord, world: &World, env: &SandboxEnvironment) -> Self {
        let config = world.servers.config_numbered(instance.config);
        Self {
            id: instance.id(),
            name: instance.name.clone(),
            user_identifier: instance.identifier.clone(),
            config: config.map(|config| ConfigRow::build(config, Some(&instance.identifier), world, env)),
            last_used_at: instance.last_used_at.map_or_else(|| NEVER.to_owned(), timestamp),
            updated_at: timestamp(instance.updated_at),
            url: env.at(&paths::instance_server(&instance.key)),
        }
    }
}

/// The account of this person on this connection.
pub fn account<'a>(world: &'a World, connection: &str, identifier: &str) -> Option<&'a AccountRecord> {
    world.account(&AccountRef::Pair(connection.into(), identifier.into()))
}
