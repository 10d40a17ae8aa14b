//! The catalogue of tools and the providers that carry them out.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::catalog_file::CatalogTool;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::{People, Persona};
use crate::sandbox::provider::{
    BuiltInProvider, MockProvider, PROVIDERS, ProviderCall, ProviderData, ProviderRefusal, RestAnswer, RestRequest,
};
use crate::sandbox::world_file::ToolEntry;

/// Tool of the catalogue.
#[derive(Debug)]
pub struct ToolRecord {
    /// Its id without the prefix.
    pub number: u64,
    pub name: Cow<'static, str>,
    /// Key of the provider: `LINEAR`.
    pub provider: Arc<str>,
    pub description: Cow<'static, str>,
    /// As it is served.
    pub definition: Cow<'static, RawValue>,
    /// Belongs to a custom MCP server, so that only its accounts have it.
    pub custom: bool,
    /// The REST call behind it.
    rest: Option<Rest>,
    /// Its definition says that it changes nothing.
    reads: bool,
    pub tags: Vec<String>,
    /// Part of the catalogue that everybody starts with.
    pub is_default: bool,
    /// Scopes that an account needs for it.
    pub scopes: Vec<String>,
}

impl ToolRecord {
    /// Whether calls of it change nothing.
    pub fn only_reads(&self) -> bool {
        self.reads
    }
}

/// `rest_api_info` of a definition. Reference: section 8.
#[derive(Debug, Deserialize)]
struct Rest {
    method: Cow<'static, str>,
    path_template: Cow<'static, str>,
}

/// Fields of a definition that are read here.
#[derive(Deserialize)]
struct DefinitionHead {
    name: String,
    description: String,
    rest_api_info: Option<Rest>,
    #[serde(default)]
    annotations: Annotations,
}

#[derive(Default, Deserialize)]
struct Annotations {
    #[serde(default)]
    read_only_hint: bool,
}

/// All tools, and the providers that carry them out.
pub struct Catalogue {
    /// In the order of their ids, which puts those of one provider together.
    tools: Vec<Arc<ToolRecord>>,
    by_name: HashMap<Cow<'static, str>, usize>,
    by_provider: HashMap<Arc<str>, Vec<Range<usize>>>,
    providers: Vec<(&'static BuiltInProvider, Box<dyn MockProvider>)>,
}

impl Catalogue {
    pub fn read(ids: Ids, people: &People, now: Timestamp) -> Result<Self, serde_json::Error> {
        Self::read_some(ids, people, now, &|_| true, &[])
    }

    /// Only those of some providers, and first of all tools that take the place of theirs.
    pub fn read_some(
        ids: Ids,
        people: &People,
        now: Timestamp,
        wanted: &dyn Fn(&str) -> bool,
        own: &[ToolEntry],
    ) -> Result<Self, serde_json::Error> {
        let mut catalogue = Self {
            tools: Vec::new(),
            by_name: HashMap::new(),
            by_provider: HashMap::new(),
            providers: Vec::with_capacity(PROVIDERS.len()),
        };
        for tool in own {
            catalogue.extend_with(ids, tool);
        }
        for entry in PROVIDERS.iter().filter(|entry| wanted(entry.key)) {
            let key: Arc<str> = entry.key.into();
            for definition in (entry.tools)()? {
                let DefinitionHead { name, description, rest_api_info, annotations } =
                    serde_json::from_str(definition.get())?;
                let tool = ToolRecord {
                    number: 0,
                    name: name.into(),
                    provider: Arc::clone(&key),
                    description: description.into(),
                    definition,
                    custom: entry.custom,
                    rest: rest_api_info,
                    reads: annotations.read_only_hint,
                    tags: Vec::new(),
                    is_default: true,
                    scopes: Vec::new(),
                };
                catalogue.add(ids, tool);
            }
            catalogue.providers.push((entry, (entry.open)(ids, people, now)?));
        }
        Ok(catalogue)
    }

    /// Adds the tools of a catalog file, which come sorted by connector. Names that are there
    /// already stay what they are.
    pub fn extend(&mut self, ids: Ids, lines: Vec<CatalogTool>) {
        let mut key: Arc<str> = "".into();
        for CatalogTool { connector, name, description, definition } in lines {
            let provider = connector.to_uppercase();
            if *key != *provider {
                key = provider.into();
            }
            let tool = ToolRecord {
                number: 0,
                name: name.into(),
                provider: Arc::clone(&key),
                description: description.into(),
                definition: Cow::Owned(definition),
                custom: false,
                rest: None,
                // It repeats what it was asked.
                reads: true,
                tags: Vec::new(),
                is_default: true,
                scopes: Vec::new(),
            };
            self.add(ids, tool);
        }
    }

    /// Adds a tool of a world file. One that is built in and only answered otherwise comes from its provider.
    fn extend_with(&mut self, ids: Ids, tool: &ToolEntry) {
        let Some(definition) = &tool.definition else { return };
        let rest = definition.rest.as_ref();
        let tool = ToolRecord {
            number: 0,
            name: tool.name.clone().into(),
            provider: tool.provider.as_str().into(),
            description: definition.description.clone().into(),
            definition: Cow::Owned(definition.served.clone()),
            custom: false,
            rest: rest.map(|(method, path)| Rest { method: (*method).into(), path_template: path.clone().into() }),
            reads: definition.only_reads,
            tags: definition.tags.clone(),
            is_default: definition.is_default,
            scopes: definition.scopes.clone(),
        };
        self.add(ids, tool);
    }

    /// Adds a tool and numbers it.
    fn add(&mut self, ids: Ids, tool: ToolRecord) {
        let at = self.tools.len();
        if self.by_name.contains_key(&tool.name) {
            return;
        }
        self.by_name.insert(tool.name.clone(), at);
        let ranges = self.by_provider.entry(Arc::clone(&tool.provider)).or_default();
        match ranges.last_mut().filter(|range| range.end == at) {
            Some(range) => range.end += 1,
            None => ranges.push(at..at + 1),
        }
        self.tools.push(Arc::new(ToolRecord { number: ids.snowflake("tol", at as u64), ..tool }));
    }

    /// In the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<ToolRecord>> {
        self.tools.iter()
    }

    /// Those of one provider, in the order of their ids.
    pub fn of_provider(&self, provider: &str) -> impl Iterator<Item = &Arc<ToolRecord>> {
        let ranges = self.by_provider.get(provider).map(Vec::as_slice).unwrap_or_default();
        ranges.iter().flat_map(|range| self.tools.get(range.clone()).unwrap_or_default())
    }

    pub fn named(&self, name: &str) -> Option<&Arc<ToolRecord>> {
        self.by_name.get(name).and_then(|at| self.tools.get(*at))
    }

    /// Carries out a call. A tool that only a catalog file brought has no provider behind it; it
    /// repeats what it was asked.
    pub fn run(&mut self, tool: &ToolRecord, call: &ProviderCall<'_>) -> Result<ProviderData, ProviderRefusal> {
        let provider = self.providers.iter_mut().find(|(entry, _)| entry.key == &*tool.provider);
        let answer = provider.and_then(|(_, provider)| provider.run(&tool.name, call));
        answer.unwrap_or_else(|| Ok(json!({"tool": tool.name, "arguments": call.arguments}).into()))
    }

    /// The tool that a REST request to `provider` amounts to, and its arguments.
    pub fn at(&self, provider: &str, request: &RestRequest<'_>) -> Option<(Arc<ToolRecord>, Map<String, Value>)> {
        let matches = |tool: &Arc<ToolRecord>| {
            let rest = tool.rest.as_ref().filter(|rest| rest.method == request.method)?;
            let (literals, arguments) = request.fits(&rest.path_template)?;
            Some((literals, Arc::clone(tool), arguments))
        };
        // `/issues/comments` also fits `/issues/{number}`: the most literal template is meant.
        let best = self.of_provider(provider).filter_map(matches).max_by_key(|(literals, ..)| *literals);
        best.map(|(_, tool, arguments)| (tool, arguments))
    }

    /// Answer of the provider to a REST request that no tool stands for.
    pub fn rest(
        &mut self,
        provider: &str,
        person: &Arc<Persona>,
        request: &RestRequest<'_>,
        now: Timestamp,
    ) -> Option<RestAnswer> {
        let (_, provider) = self.providers.iter_mut().find(|(entry, _)| entry.key == provider)?;
        provider.rest(person, request, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> (Catalogue, People) {
        let people = People::read().expect("people");
        (Catalogue::read(Ids::new(1), &people, Timestamp::UNIX_EPOCH).expect("good data"), people)
    }

    #[test]
    fn every_defined_tool_is_carried_out() {
        let (mut catalogue, people) = catalogue();
        let person = people.iter().next().expect("somebody");
        let tools = catalogue.tools.clone();
        for tool in tools {
            let call = ProviderCall { person, arguments: &Map::new(), now: Timestamp::UNIX_EPOCH };
            let (_, provider) = catalogue.providers.iter_mut().find(|(e, _)| e.key == &*tool.provider).expect("one");
            assert!(provider.run(&tool.name, &call).is_some(), "{}", tool.name);
        }
    }

    #[test]
    fn a_request_finds_the_most_literal_tool() {
        let (catalogue, _) = catalogue();
        let find = |method, path| {
            let request = RestRequest { method, path, ..RestRequest::default() };
            catalogue.at("GITHUB", &request).map(|(tool, arguments)| (tool.name.clone(), arguments))
        };
        let (name, arguments) = find("GET", "/repos/acme/storefront/issues/3").expect("a tool");
        assert_eq!(name, "github_issue_get");
        assert_eq!(arguments.get("issue_number"), Some(&"3".into()));
        assert_eq!(
            find("DELETE", "/repos/acme/storefront/issues/comments/7").expect("one").0,
            "github_issue_comment_delete"
        );
        assert!(find("PUT", "/repos/acme/storefront/issues/3").is_none());
        assert!(find("GET", "/nothing").is_none());
    }

    #[test]
    fn a_file_adds_tools_and_changes_none() {
        let (mut catalogue, _) = catalogue();
        let count = catalogue.tools.len();
        let line = |connector: &str, name: &str| CatalogTool {
            connector: connector.into(),
            name: name.into(),
            description: String::new(),
            definition: RawValue::from_string("{}".into()).expect("JSON"),
        };
        let lines =
            vec![line("linear", "linear_viewer_get"), line("linear", "linear_cycle_get"), line("zoom", "zoom_x")];
        catalogue.extend(Ids::new(1), lines);
        assert_eq!(catalogue.tools.len(), count + 2);
        assert!(catalogue.named("linear_viewer_get").expect("kept").description.contains("acts as"));
        assert_eq!(catalogue.of_provider("LINEAR").last().expect("the new one").name, "linear_cycle_get");
        assert_eq!(catalogue.of_provider("ZOOM").count(), 1);
        assert!(catalogue.tools.is_sorted_by_key(|tool| tool.number));
    }
}
