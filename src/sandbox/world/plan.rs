//! What is decided of a call before it is made: how long it takes, and which answer of a world file it gets.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::from_file::refusal_body;
use super::tools::ToolRecord;
use super::{AccountRecord, Forwarded, World, acting, missing_scope};
use crate::sandbox::people::Persona;
use crate::sandbox::provider::{PROVIDERS, ProviderRefusal, RestAnswer, RestRequest, usual_status};
use crate::sandbox::world_file::{BrokerRefusal, CallFacts, Picked};

/// A call that is about to be made.
#[derive(Debug, Default)]
pub struct CallPlan {
    /// Its latency.
    pub takes: Duration,
    /// Refusal that the broker was told to give; the call is not made then.
    pub refusal: Option<BrokerRefusal>,
    /// Answer of a world file.
    pub(super) picked: Option<Picked>,
    /// What a request over the proxy amounts to there.
    pub(super) route: Option<PlannedRoute>,
}

/// A request over the proxy that a world file answers.
#[derive(Debug)]
pub struct PlannedRoute {
    tool: Option<String>,
    input: Map<String, Value>,
}

impl World {
    /// Decides on a call of a tool.
    pub fn plan(&mut self, account: u64, tool: &ToolRecord, input: &Map<String, Value>, now: Timestamp) -> CallPlan {
        let takes = self.throttling.takes(&tool.name);
        if missing_scope(&self.accounts, account, tool).is_some() {
            return CallPlan { takes, ..CallPlan::default() };
        }
        let plan = self.pick(account, &tool.name, input, now);
        CallPlan { takes: plan.takes.max(takes), ..plan }
    }

    /// Decides on a request over the proxy.
    pub fn plan_request(&mut self, account: u64, request: &RestRequest<'_>, now: Timestamp) -> CallPlan {
        let Some((_, mock)) = &self.mock else { return CallPlan::default() };
        let Some(record) = self.accounts.find(account) else { return CallPlan::default() };
        let provider = record.connection.provider.key().to_owned();
        let base = record.connection.provider.listed.proxy_url.clone();
        match mock.route(&provider, request) {
            Some((script, tool, input)) => {
                let plan = self.pick(account, &script, &input, now);
                CallPlan { route: Some(PlannedRoute { tool, input }), ..plan }
            }
            None => match self.tools().ok().and_then(|tools| tools.at(&provider, &request.clone().below(&base))) {
                Some((tool, input)) => self.plan(account, &tool, &input, now),
                None => CallPlan::default(),
            },
        }
    }

    /// Nobody acts with an account whose token is refused, so that no answer is used up.
    fn pick(&mut self, account: u64, script: &str, input: &Map<String, Value>, now: Timestamp) -> CallPlan {
        let (Some((_, mock)), Some(record)) = (&mut self.mock, self.accounts.find(account)) else {
            return CallPlan::default();
        };
        let Ok(person) = acting(&self.accounts, account) else { return CallPlan::default() };
        let Some(picked) = mock.pick(script, &record.identifier, input) else { return CallPlan::default() };
        let id = record.id();
        let refusal = picked.broker_refusal(&facts(record, &id, person, input, now));
        CallPlan { takes: picked.delay(), refusal, picked: Some(picked), route: None }
    }

    /// Answer of a world file to a planned request; none where it has none to this one.
    pub(super) fn forward_mock(&mut self, account: u64, plan: &CallPlan, now: Timestamp) -> Option<Forwarded> {
        let route = plan.route.as_ref()?;
        let tool = route.tool.as_ref().and_then(|name| self.tools().ok()?.named(name).cloned());
        let id = self.next_execution();
        let record = self.accounts.find(account)?;
        let key = record.connection.provider.key().to_owned();
        let acted_as = acting(&self.accounts, account).ok().cloned();
        let outcome = match acting(&self.accounts, account) {
            Err(trouble) => Err(trouble),
            Ok(person) => {
                let missing = tool.as_ref().and_then(|tool| missing_scope(&self.accounts, account, tool));
                let number = record.id();
                match (missing, &plan.picked, &mut self.mock) {
                    (Some(scope), ..) => Err(ProviderRefusal::missing_scope(&scope)),
                    (None, Some(picked), Some((_, mock))) => {
                        mock.perform(picked, &facts(record, &number, person, &route.input, now))
                    }
                    _ => return None,
                }
            }
        };
        let headers = PROVIDERS.iter().find(|entry| entry.key == key).map_or(&[][..], |entry| entry.headers);
        let status = plan.picked.as_ref().and_then(Picked::status);
        Some(match outcome {
            Ok(data) => {
                let answer = RestAnswer::from_data(status.unwrap_or(200), &data);
                Forwarded { id, tool, answer: RestAnswer { headers, ..answer }, refused: None, person: acted_as }
            }
            Err(trouble) => Forwarded { id, tool, person: acted_as, ..refused(&key, trouble) },
        })
    }
}

/// A refusal as its provider words it.
pub(super) fn refused(provider: &str, trouble: ProviderRefusal) -> Forwarded {
    let entry = PROVIDERS.iter().find(|entry| entry.key == provider);
    let (status, body) = match entry {
        Some(entry) => (entry.refusal)(&trouble),
        None => (usual_status(trouble.kind), refusal_body(trouble.code, &trouble.message)),
    };
    let headers = entry.map_or(&[][..], |entry| entry.headers);
    let answer = RestAnswer { headers, retry_after: trouble.wait(), ..RestAnswer::json(status, &body) };
    Forwarded { id: String::new(), tool: None::<Arc<ToolRecord>>, answer, refused: Some(trouble), person: None }
}

/// What is known of a call.
pub(super) fn facts<'c>(
    account: &'c AccountRecord,
    id: &'c str,
    person: &'c Persona,
    input: &'c Map<String, Value>,
    now: Timestamp,
) -> CallFacts<'c> {
    CallFacts { identifier: &account.identifier, connection: &account.connection.name, account: id, person, input, now }
}
