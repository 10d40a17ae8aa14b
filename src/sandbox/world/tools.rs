//! The catalogue of tools and the providers that carry them out.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::sandbox::ids::Ids;
use crate::sandbox::people::People;
use crate::sandbox::provider::{Call, PROVIDERS, Provider, Trouble};

/// One tool.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// Its id without the prefix.
    pub number: u64,
    pub name: &'static str,
    /// The provider's key.
    pub provider: &'static str,
    /// As the data file has it.
    pub definition: &'static RawValue,
}

/// All providers and their tools.
pub struct Catalogue {
    tools: Vec<Tool>,
    providers: Vec<(&'static str, Box<dyn Provider>)>,
}

impl Catalogue {
    pub fn read(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Named {
            name: &'static str,
        }
        let (mut tools, mut providers) = (Vec::new(), Vec::new());
        for entry in PROVIDERS {
            for definition in serde_json::from_str::<Vec<&'static RawValue>>(entry.tools)? {
                let Named { name } = serde_json::from_str(definition.get())?;
                let number = ids.snowflake("tol", tools.len() as u64);
                tools.push(Tool { number, name, provider: entry.key, definition });
            }
            providers.push((entry.key, (entry.open)(ids, people, now)?));
        }
        Ok(Self { tools, providers })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Tool> {
        self.tools.iter()
    }

    /// Carries out a call; none when its provider has no such tool.
    pub fn run(&mut self, tool: &Tool, call: &Call<'_>) -> Option<Result<Value, Trouble>> {
        let (_, provider) = self.providers.iter_mut().find(|(key, _)| *key == tool.provider)?;
        provider.run(tool.name, call)
    }
}

/// A provider's name for people.
pub fn title(provider: &str) -> &str {
    PROVIDERS.iter().find(|entry| entry.key == provider).map_or(provider, |entry| entry.title)
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    #[test]
    fn every_defined_tool_is_carried_out() {
        let people = People::read().expect("people");
        let now = Timestamp::UNIX_EPOCH;
        let mut catalogue = Catalogue::read(Ids::new(1), &people, now).expect("good data");
        let person = people.iter().next().expect("somebody");
        let tools = catalogue.tools.clone();
        for tool in tools {
            let call = Call { person, arguments: &Map::new(), now };
            assert!(catalogue.run(&tool, &call).is_some(), "{}", tool.name);
        }
    }
}
