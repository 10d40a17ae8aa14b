//! Tools of a world file while it runs: which answer a call gets, and what becomes of collections.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::WorldFile;
use super::answer::{Answer, CollectionReply, Reply, Verb};
use super::collections::{Collections, Shelf, is_same, too_large};
use super::error_answer::BrokerRefusal;
use super::template::{Slot, Values, follow};
use crate::domain::JsonText;
use crate::redact;
use crate::sandbox::ids::Ids;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::{ProviderData, ProviderRefusal, ProviderRefusalKind, RestRequest};
use crate::schema::{CompiledSchema, Validator};

/// Faults of an input that are told at once.
const MOST_PROBLEMS: usize = 5;

/// Tools and routes with their answers.
pub struct MockTools {
    ids: Ids,
    /// Tools by name, routes by method, path and provider.
    scripts: HashMap<String, Script>,
    /// Provider, method and path of the routes, tools among them, and their names.
    routes: Vec<Route>,
    collections: Collections,
    /// Ids given out so far.
    ids_made: u64,
}

struct Route {
    provider: String,
    method: &'static str,
    path: String,
    /// Name in `scripts`.
    script: String,
    /// Name of the tool that it is, where it is one.
    tool: Option<String>,
}

/// Answers of one tool or route.
struct Script {
    answers: Vec<Arc<Answer>>,
    /// Schema of its input, and the same compiled once it is needed.
    schema: Option<JsonText>,
    compiled: OnceLock<CompiledSchema>,
    /// What no answer fits is answered by the provider that is built in.
    is_overlay: bool,
    /// Calls so far.
    calls: u64,
    /// Calls that each answer answered.
    used: Vec<u64>,
}

/// State of all that a file's tools keep.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MockState {
    ids_made: u64,
    /// By name: calls, and those that each answer answered.
    calls: BTreeMap<String, (u64, Vec<u64>)>,
    collections: BTreeMap<String, Shelf>,
}

/// What is known of a call.
#[derive(Clone, Copy)]
pub struct CallFacts<'c> {
    pub identifier: &'c str,
    pub connection: &'c str,
    /// Id of the account, with its prefix.
    pub account: &'c str,
    /// Whoever acts.
    pub person: &'c Persona,
    pub input: &'c Map<String, Value>,
    pub now: Timestamp,
}

/// The answer that was picked for a call.
#[derive(Clone, Debug)]
pub struct Picked {
    /// Absent where no answer fits.
    answer: Option<Arc<Answer>>,
    script: String,
    /// Number of the call.
    call: u64,
    /// Its own id.
    id: String,
}

impl Picked {
    /// Latency of the answer.
    pub fn delay(&self) -> Duration {
        self.answer.as_ref().map(|answer| answer.delay).unwrap_or_default()
    }

    /// HTTP status of a success over the proxy, where the file names one.
    pub fn status(&self) -> Option<u16> {
        self.answer.as_ref().and_then(|answer| answer.status)
    }

    /// The broker's refusal, where the answer is one.
    pub fn broker_refusal(&self, facts: &CallFacts<'_>) -> Option<BrokerRefusal> {
        let Reply::Error(error) = &self.answer.as_ref()?.reply else { return None };
        let scope = Scope::of(facts, self, None);
        error.of_broker(&scope).ok().flatten()
    }
}

/// Values of placeholders in one call.
struct Scope<'s> {
    facts: &'s CallFacts<'s>,
    picked: &'s Picked,
    item: Option<&'s Value>,
    items: Option<&'s Value>,
}

impl<'s> Scope<'s> {
    fn of(facts: &'s CallFacts<'s>, picked: &'s Picked, item: Option<&'s Value>) -> Self {
        Self { facts, picked, item, items: None }
    }
}

impl Values for Scope<'_> {
    fn value(&self, slot: Slot) -> Option<Value> {
        let CallFacts { identifier, connection, account, person, input, now } = self.facts;
        Some(match slot {
            Slot::Input => Value::Object((*input).clone()),
            Slot::Identifier => (*identifier).into(),
            Slot::Person => person.key.as_str().into(),
            Slot::Name => person.name.as_str().into(),
            Slot::Email => person.email.as_str().into(),
            Slot::Connection => (*connection).into(),
            Slot::Account => (*account).into(),
            Slot::Now => format!("{now:.3}").into(),
            Slot::Id => self.picked.id.as_str().into(),
            Slot::Call => self.picked.call.into(),
            Slot::Item => self.item?.clone(),
            Slot::Items => self.items?.clone(),
            Slot::Number => return None,
        })
    }

    fn inside(&self, slot: Slot, path: &[String]) -> Option<Value> {
        match slot {
            Slot::Input => {
                let (first, rest) = path.split_first()?;
                follow(self.facts.input.get(first)?, rest).cloned()
            }
            Slot::Item => follow(self.item?, path).cloned(),
            Slot::Items => follow(self.items?, path).cloned(),
            _ => None,
        }
    }
}

impl MockTools {
    /// Tools of a file, not yet called.
    pub fn new(ids: Ids, file: &WorldFile) -> Self {
        let mut scripts = HashMap::new();
        let mut routes = Vec::new();
        for tool in &file.tools {
            let schema = tool.definition.as_ref().map(|definition| definition.input_schema.clone());
            let script = Script::new(&tool.answers, schema, tool.definition.is_none());
            scripts.insert(tool.name.clone(), script);
            if let Some((method, path)) = tool.definition.as_ref().and_then(|definition| definition.rest.as_ref()) {
                let (script, tool_name) = (tool.name.clone(), Some(tool.name.clone()));
                routes.push(Route {
                    provider: tool.provider.clone(),
                    method,
                    path: path.clone(),
                    script,
                    tool: tool_name,
                });
            }
        }
        for route in &file.routes {
            // No tool has a blank in its name.
            let name = format!("{} {} {}", route.method, route.path, route.provider);
            scripts.entry(name.clone()).or_insert_with(|| Script::new(&route.answers, None, false));
            let (provider, path) = (route.provider.clone(), route.path.clone());
            routes.push(Route { provider, method: route.method, path, script: name, tool: None });
        }
        Self { ids, scripts, routes, collections: Collections::new(&file.collections), ids_made: 0 }
    }

    /// What is kept of it.
    pub fn state(&self) -> MockState {
        let calls = self.scripts.iter().filter(|(_, script)| script.calls > 0);
        MockState {
            ids_made: self.ids_made,
            calls: calls.map(|(name, script)| (name.clone(), (script.calls, script.used.clone()))).collect(),
            collections: self.collections.state().clone(),
        }
    }

    /// Takes what was kept.
    pub fn restore(&mut self, state: MockState) {
        let MockState { ids_made, calls, collections } = state;
        self.ids_made = ids_made;
        for (name, (calls, used)) in calls {
            if let Some(script) = self.scripts.get_mut(&name) {
                script.calls = calls;
                script.used.iter_mut().zip(used).for_each(|(count, used)| *count = used);
            }
        }
        self.collections.restore(collections);
    }

    /// Picks the answer to a call of a tool; none where the tool is not one of the file's, or leaves this call to the
    /// provider that is built in.
    pub fn pick(&mut self, tool: &str, identifier: &str, input: &Map<String, Value>) -> Option<Picked> {
        let script = self.scripts.get_mut(tool)?;
        let number = script.calls + 1;
        let is_input = !script.has_schema() || script.problems(input).is_empty();
        let found = script.answers.iter().zip(&script.used).position(|(answer, used)| {
            is_input && answer.times.is_none_or(|times| *used < times) && answer.fits(identifier, input)
        });
        if found.is_none() && script.is_overlay {
            return None;
        }
        script.calls = number;
        if let Some(used) = found.and_then(|at| script.used.get_mut(at)) {
            *used += 1;
        }
        let answer = found.and_then(|at| script.answers.get(at)).cloned();
        self.ids_made += 1;
        let id = self.ids.uuid(&format!("world_file/{}", self.ids_made));
        Some(Picked { answer, script: tool.to_owned(), call: number, id })
    }

    /// The script, and the tool where it is one, that a request over the proxy amounts to, and its input.
    pub fn route(
        &self,
        provider: &str,
        request: &RestRequest<'_>,
    ) -> Option<(String, Option<String>, Map<String, Value>)> {
        let matching = self.routes.iter().filter(|route| route.provider == provider && route.method == request.method);
        let fits =
            matching.filter_map(|route| request.fits(&route.path).map(|(literals, input)| (literals, route, input)));
        let (_, route, input) = fits.max_by_key(|(literals, ..)| *literals)?;
        Some((route.script.clone(), route.tool.clone(), input))
    }

    /// Carries out what was picked.
    pub fn perform(&mut self, picked: &Picked, facts: &CallFacts<'_>) -> Result<ProviderData, ProviderRefusal> {
        let Some(answer) = &picked.answer else {
            let problems = self.scripts.get(&picked.script).map(|script| script.problems(facts.input));
            return Err(unanswered(picked, &problems.unwrap_or_default()));
        };
        let scope = Scope::of(facts, picked, None);
        match &answer.reply {
            Reply::Result(template) => Ok(template.fill(&scope).map_err(too_large)?.unwrap_or_default().into()),
            Reply::Error(error) => Err(error.of_provider(&scope).map_err(too_large)?),
            Reply::Collection(reply) => self.change(reply, picked, facts).map(ProviderData::from),
        }
    }

    fn change(
        &mut self,
        reply: &CollectionReply,
        picked: &Picked,
        facts: &CallFacts<'_>,
    ) -> Result<Value, ProviderRefusal> {
        let CollectionReply { collection: name, verb, key, item, filter, result } = reply;
        let person = facts.person;
        let id = || match facts.input.get(key).filter(|id| !id.is_null()) {
            Some(id) => Ok(id.clone()),
            None => Err(wrong_input(format!("“{key}” is missing."))),
        };
        let members = |old: Option<&Value>| -> Result<Map<String, Value>, ProviderRefusal> {
            let filled = match item {
                Some(item) => item.fill(&Scope::of(facts, picked, old)).map_err(too_large)?.unwrap_or_default(),
                None => Value::Object(facts.input.clone()),
            };
            let Value::Object(mut members) = filled else { return Ok(Map::new()) };
            // The member that says which item is meant is none of the item's.
            if old.is_some() && item.is_none() {
                members.remove(key);
            }
            Ok(members)
        };
        let one = match verb {
            Verb::List => {
                let wanted = |item: &&Value| {
                    filter.iter().all(|name| match facts.input.get(name).filter(|wanted| !wanted.is_null()) {
                        Some(wanted) => item.get(name).is_some_and(|value| is_same(value, wanted)),
                        None => true,
                    })
                };
                let items: Value = self.collections.items(name, person).iter().filter(wanted).cloned().collect();
                let Some(result) = result else { return Ok(Value::from_iter([(name.clone(), items)])) };
                let scope = Scope { facts, picked, item: None, items: Some(&items) };
                return Ok(result.fill(&scope).map_err(too_large)?.unwrap_or_default());
            }
            Verb::Create => {
                let new = members(None)?;
                self.collections.create(name, person, new, &Scope::of(facts, picked, None))?
            }
            Verb::Get => self.collections.get(name, person, &id()?)?.clone(),
            Verb::Update => {
                let id = id()?;
                let new = members(Some(self.collections.get(name, person, &id)?))?;
                self.collections.update(name, person, &id, new)?
            }
            Verb::Delete => self.collections.delete(name, person, &id()?)?,
        };
        match result {
            Some(result) => {
                Ok(result.fill(&Scope::of(facts, picked, Some(&one))).map_err(too_large)?.unwrap_or_default())
            }
            None => Ok(one),
        }
    }
}

impl Script {
    fn new(answers: &[Arc<Answer>], schema: Option<JsonText>, is_overlay: bool) -> Self {
        let used = vec![0; answers.len()];
        Self { answers: answers.to_vec(), schema, compiled: OnceLock::new(), is_overlay, calls: 0, used }
    }

    fn has_schema(&self) -> bool {
        self.schema.is_some()
    }

    /// What is wrong with an input by the schema.
    fn problems(&self, input: &Map<String, Value>) -> Vec<String> {
        let Some(schema) = &self.schema else { return Vec::new() };
        let compiled = self.compiled.get_or_init(|| Validator::compile(schema));
        let Ok(input) = JsonText::parse(Value::Object(input.clone()).to_string()) else { return Vec::new() };
        let problems = compiled.check(&input).problems;
        problems.iter().take(MOST_PROBLEMS).map(|problem| problem.to_string()).collect()
    }
}

impl MockState {
    /// The same without what looks like a credential.
    pub fn without_credentials(&self) -> Self {
        let clean = || {
            let text = JsonText::parse(serde_json::to_string(&self.collections).ok()?).ok()?;
            serde_json::from_str(redact::json(&text).json.raw()).ok()
        };
        Self { collections: clean().unwrap_or_default(), ids_made: self.ids_made, calls: self.calls.clone() }
    }
}

fn unanswered(picked: &Picked, problems: &[String]) -> ProviderRefusal {
    match problems {
        [] => wrong_input(format!("The world file has no answer for this call of {}.", picked.script)),
        problems => wrong_input(format!("The input does not fit: {}.", problems.join("; "))),
    }
}

fn wrong_input(message: String) -> ProviderRefusal {
    ProviderRefusal { kind: ProviderRefusalKind::Input, code: "INVALID_INPUT", message }
}
