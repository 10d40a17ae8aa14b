//! MCP servers: configurations of them, and instances for one person each. Reference: section 3.5.

use jiff::{SignedDuration, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use crate::sandbox::ids::Ids;
use crate::sandbox::random;

const DATA: &str = include_str!("../../../assets/sandbox/mcp_servers.json");

/// One configuration as the data file has it; times count from the start.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerConfigData {
    name: String,
    description: String,
    mappings: Vec<ToolMappingRecord>,
    instances: Vec<ServerInstanceData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerInstanceData {
    name: String,
    identifier: String,
    updated: SignedDuration,
    last_used: Option<SignedDuration>,
}

/// Configuration of a server: which tools of which connections it offers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServerConfigRecord {
    /// Its id without the prefix.
    pub number: u64,
    /// Unique; never changes.
    pub name: String,
    pub description: String,
    pub mappings: Vec<ToolMappingRecord>,
    /// Last part of its server's URL. No credential: whoever calls needs a token.
    pub server_id: String,
}

/// Tools of one connection that a configuration offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolMappingRecord {
    /// Name of the connection.
    pub connection: String,
    /// Names of the tools; empty means all that the connection has.
    pub tools: Vec<String>,
}

/// A server of one person, made from a configuration.
#[derive(Clone, Debug)]
pub struct ServerInstanceRecord {
    /// Its id without the prefix.
    pub number: u64,
    pub name: String,
    /// Number of its configuration.
    pub config: u64,
    /// Whom it acts for.
    pub identifier: String,
    /// Last part of its URL: whoever knows it may call.
    pub key: String,
    pub updated_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// All configurations and instances, each in the order of their ids.
#[derive(Debug)]
pub struct ServerTable {
    ids: Ids,
    configs: Vec<ServerConfigRecord>,
    instances: Vec<ServerInstanceRecord>,
    /// Rows made so far, deleted ones included: an id is never given twice.
    configs_made: u64,
    instances_made: u64,
}

/// The table as it is written to a file. Keys of instances are not: they are drawn anew.
#[derive(Serialize, Deserialize)]
pub struct ServerState {
    configs: Vec<ServerConfigRecord>,
    instances: Vec<ServerInstanceState>,
    configs_made: u64,
    instances_made: u64,
}

#[derive(Serialize, Deserialize)]
struct ServerInstanceState {
    number: u64,
    name: String,
    config: u64,
    identifier: String,
    updated_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl ServerConfigRecord {
    /// Id as the wire writes it: `cfg_…`.
    pub fn id(&self) -> String {
        format!("cfg_{}", self.number)
    }
}

impl ToolMappingRecord {
    /// Whether a tool of the connection is among those offered.
    pub fn offers(&self, tool: &str) -> bool {
        self.tools.is_empty() || self.tools.iter().any(|name| name == tool)
    }
}

impl ServerInstanceRecord {
    /// Id as the wire writes it: `inst_…`.
    pub fn id(&self) -> String {
        format!("inst_{}", self.number)
    }
}

impl ServerTable {
    /// No servers.
    pub fn empty(ids: Ids) -> Self {
        Self { ids, configs: Vec::new(), instances: Vec::new(), configs_made: 0, instances_made: 0 }
    }

    pub fn read(ids: Ids, now: Timestamp) -> Result<Self, serde_json::Error> {
        let mut table = Self::empty(ids);
        for data in serde_json::from_str::<Vec<ServerConfigData>>(DATA)? {
            let from_now = |offset: SignedDuration| now.checked_add(offset).map_err(serde_json::Error::custom);
            let config = table.create(&data.name, data.description, data.mappings).number;
            for instance in data.instances {
                let updated_at = from_now(instance.updated)?;
                let key = random::text().map_err(serde_json::Error::custom)?;
                let made = table.create_instance(config, &instance.name, &instance.identifier, key, updated_at);
                made.last_used_at = instance.last_used.map(from_now).transpose()?;
            }
        }
        Ok(table)
    }

    pub fn configs(&self) -> impl Iterator<Item = &ServerConfigRecord> {
        self.configs.iter()
    }

    pub fn instances(&self) -> impl Iterator<Item = &ServerInstanceRecord> {
        self.instances.iter()
    }

    /// The configuration of this wire id.
    pub fn config(&self, id: &str) -> Option<&ServerConfigRecord> {
        let number = id.strip_prefix("cfg_")?.parse().ok()?;
        self.config_numbered(number)
    }

    pub fn config_numbered(&self, number: u64) -> Option<&ServerConfigRecord> {
        self.configs.iter().find(|config| config.number == number)
    }

    /// The configuration of exactly this name.
    pub fn config_named(&self, name: &str) -> Option<&ServerConfigRecord> {
        self.configs.iter().find(|config| config.name == name)
    }

    /// The configuration whose server has this last part in its URL.
    pub fn config_served_at(&self, server_id: &str) -> Option<&ServerConfigRecord> {
        self.configs.iter().find(|config| config.server_id == server_id)
    }

    pub fn create(
        &mut self,
        name: &str,
        description: String,
        mappings: Vec<ToolMappingRecord>,
    ) -> &mut ServerConfigRecord {
        let number = self.ids.snowflake("cfg", self.configs_made);
        let server_id = self.ids.uuid(&format!("mcp_server/{}", self.configs_made));
        self.configs_made += 1;
        self.configs.push_mut(ServerConfigRecord { number, name: name.into(), description, mappings, server_id })
    }

    /// Replaces what may change.
    pub fn update(
        &mut self,
        number: u64,
        description: String,
        mappings: Vec<ToolMappingRecord>,
    ) -> Option<&ServerConfigRecord> {
        let config = self.configs.iter_mut().find(|config| config.number == number)?;
        (config.description, config.mappings) = (description, mappings);
        Some(config)
    }

    /// Deletes a configuration and its instances.
    pub fn delete(&mut self, number: u64) {
        self.configs.retain(|config| config.number != number);
        self.instances.retain(|instance| instance.config != number);
    }

    /// The instance of this wire id.
    pub fn instance(&self, id: &str) -> Option<&ServerInstanceRecord> {
        let number: u64 = id.strip_prefix("inst_")?.parse().ok()?;
        self.instances.iter().find(|instance| instance.number == number)
    }

    /// The instance that all three name.
    pub fn instance_of(&self, config: u64, name: &str, identifier: &str) -> Option<&ServerInstanceRecord> {
        self.instances
            .iter()
            .find(|instance| instance.config == config && instance.name == name && instance.identifier == identifier)
    }

    pub fn create_instance(
        &mut self,
        config: u64,
        name: &str,
        identifier: &str,
        key: String,
        now: Timestamp,
    ) -> &mut ServerInstanceRecord {
        let number = self.ids.snowflake("inst", self.instances_made);
        self.instances_made += 1;
        self.instances.push_mut(ServerInstanceRecord {
            number,
            name: name.into(),
            config,
            identifier: identifier.into(),
            key,
            updated_at: now,
            last_used_at: None,
        })
    }

    pub fn instance_numbered(&mut self, number: u64) -> Option<&mut ServerInstanceRecord> {
        self.instances.iter_mut().find(|instance| instance.number == number)
    }

    pub fn delete_instance(&mut self, number: u64) {
        self.instances.retain(|instance| instance.number != number);
    }

    pub fn state(&self) -> ServerState {
        let instances = self.instances.iter().cloned();
        ServerState {
            configs: self.configs.clone(),
            instances: instances
                .map(|ServerInstanceRecord { number, name, config, identifier, key: _, updated_at, last_used_at }| {
                    ServerInstanceState { number, name, config, identifier, updated_at, last_used_at }
                })
                .collect(),
            configs_made: self.configs_made,
            instances_made: self.instances_made,
        }
    }

    /// The table as it was written.
    ///
    /// # Errors
    /// No random bytes for new keys, or an instance without its configuration.
    pub fn restore(ids: Ids, state: ServerState) -> Result<Self, serde_json::Error> {
        let ServerState { configs, instances, configs_made, instances_made } = state;
        let instances = instances.into_iter().map(|instance| {
            let ServerInstanceState { number, name, config, identifier, updated_at, last_used_at } = instance;
            if !configs.iter().any(|known| known.number == config) {
                return Err(serde_json::Error::custom(format_args!("there is no configuration {config}")));
            }
            let key = random::text().map_err(serde_json::Error::custom)?;
            Ok(ServerInstanceRecord { number, name, config, identifier, key, updated_at, last_used_at })
        });
        let instances = instances.collect::<Result<_, _>>()?;
        Ok(Self { ids, configs, instances, configs_made, instances_made })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::World;

    fn world() -> World {
        World::new(Ids::new(1), Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1000)).expect("good data")
    }

    #[test]
    fn what_a_configuration_begins_with_exists() {
        let world = world();
        let tools = world.tools().expect("tools");
        assert!(world.servers.instances().count() > 0);
        for mapping in world.servers.configs().flat_map(|config| &config.mappings) {
            let connection = world.connection(&mapping.connection).expect("a connection");
            for tool in &mapping.tools {
                let tool = tools.named(tool).unwrap_or_else(|| panic!("no {tool}"));
                assert_eq!(&*tool.provider, connection.provider.key());
            }
        }
    }

    #[test]
    fn a_configuration_takes_its_instances_along_and_no_id_comes_twice() {
        let mut table = world().servers;
        let (number, server) = table.configs().map(|config| (config.number, config.server_id.clone())).next().unwrap();
        table.delete(number);
        assert_eq!((table.configs().count(), table.instances().count()), (0, 0));
        let again = table.create("morning-digest", String::new(), Vec::new());
        assert!(again.number > number && again.server_id != server);
    }

    #[test]
    fn the_key_of_an_instance_is_not_written_and_is_another_one_afterwards() {
        let table = world().servers;
        let key = table.instances().next().unwrap().key.clone();
        let text = serde_json::to_string(&table.state()).unwrap();
        assert!(!text.contains(&key), "{text}");
        let back = ServerTable::restore(Ids::new(1), serde_json::from_str(&text).unwrap()).unwrap();
        let instance = back.instances().next().unwrap();
        assert!(instance.key != key && !instance.key.is_empty());
        assert_eq!(instance.identifier, "ada@acme.dev");
        let orphan = text.replace(r#""config":"#, r#""config":1"#);
        assert!(ServerTable::restore(Ids::new(1), serde_json::from_str(&orphan).unwrap()).is_err());
    }
}
