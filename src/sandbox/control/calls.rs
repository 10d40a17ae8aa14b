//! Calls that were carried out, with their inputs and results, for tests to look at.
//!
//! The log of calls (reference: section 3.6) keeps neither inputs nor results, and does not tell whose account it was.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use crate::sandbox::call_origin::CallOrigin;
use crate::sandbox::people::Persona;
use crate::sandbox::provider::{ProviderData, RestAnswer};
use crate::sandbox::world::Record;

/// Calls that are kept; beyond that the oldest is forgotten.
const MOST_CALLS: usize = 1000;

/// Bytes of inputs, results and other long texts that are kept, all calls together.
const MOST_BYTES: usize = 16 << 20;

/// Bytes of one input or result; a larger one is left out, and its size is told.
const LARGEST: usize = 1 << 20;

/// One call.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Place in the order of all calls, from 1.
    cursor: u64,
    execution_id: String,
    tool_name: String,
    provider: String,
    connection_name: String,
    identifier: String,
    connected_account_id: String,
    /// Person that the provider took the caller for; none where the provider was not asked, or took it for nobody.
    acted_as: Option<ActedAs>,
    source: &'static str,
    agent_run_id: String,
    status: String,
    started_at: String,
    duration_ms: u64,
    /// Of a request to the proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<ProxyRequest>,
    input: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<CallError>,
    /// What is left out because of its size.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<LeftOut>,
}

#[derive(Clone, Debug, Serialize)]
struct ActedAs {
    name: String,
    email: String,
}

#[derive(Clone, Debug, Serialize)]
struct ProxyRequest {
    method: String,
    path: String,
    /// HTTP status of the answer; absent where the broker refused the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<u16>,
}

#[derive(Clone, Debug, Serialize)]
struct CallError {
    code: String,
    message: String,
}

#[derive(Clone, Debug, Serialize)]
struct LeftOut {
    field: &'static str,
    bytes: usize,
}

impl Call {
    /// A call as the log has it.
    pub fn new(record: &Record, origin: CallOrigin, took: Duration) -> Self {
        let row = record.row();
        let failed = !row.error_code.is_empty() || !row.error_message.is_empty();
        Self {
            cursor: 0,
            execution_id: row.execution_id.clone(),
            tool_name: row.tool_name.clone(),
            provider: row.provider.clone(),
            connection_name: row.connection_name.clone(),
            identifier: row.identifier.clone(),
            connected_account_id: row.connected_account_id.clone(),
            acted_as: None,
            source: origin.name(),
            agent_run_id: row.agent_run_id.clone(),
            status: row.status.clone(),
            started_at: format!("{:.6}", record.started_at()),
            duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            request: None,
            input: None,
            result: None,
            error: failed.then(|| CallError { code: row.error_code.clone(), message: row.error_message.clone() }),
            left_out: Vec::new(),
        }
    }

    pub fn of(mut self, input: &Map<String, Value>) -> Self {
        self.input = to_raw_value(input).ok().and_then(|input| self.fitting("input", input));
        self
    }

    pub fn by(mut self, person: Option<Arc<Persona>>) -> Self {
        self.acted_as = person.map(|person| ActedAs { name: person.name.clone(), email: person.email.clone() });
        self
    }

    pub fn gave(mut self, result: Option<&ProviderData>) -> Self {
        let result = result.and_then(|result| to_raw_value(result).ok());
        self.result = result.and_then(|result| self.fitting("result", result));
        self
    }

    /// It was a request to the proxy.
    pub fn to(mut self, method: &str, path: &str) -> Self {
        self.request = Some(ProxyRequest { method: method.into(), path: path.into(), answered: None });
        self
    }

    /// The provider's answer through the proxy: JSON as it is, anything else as a text.
    pub fn answered(mut self, answer: &RestAnswer) -> Self {
        if let Some(request) = &mut self.request {
            request.answered = Some(answer.status);
        }
        let text = String::from_utf8_lossy(&answer.body);
        let result = match serde_json::from_str::<&RawValue>(&text) {
            Ok(json) => Some(json.to_owned()),
            Err(_) if text.is_empty() => None,
            Err(_) => to_raw_value(&text).ok(),
        };
        self.result = result.and_then(|result| self.fitting("result", result));
        self
    }

    fn fitting(&mut self, field: &'static str, json: Box<RawValue>) -> Option<Box<RawValue>> {
        let bytes = json.get().len();
        if bytes > LARGEST {
            self.left_out.push(LeftOut { field, bytes });
            return None;
        }
        Some(json)
    }

    /// Bytes of what may be long.
    fn bytes(&self) -> usize {
        let values = [&self.input, &self.result].into_iter().flatten().map(|json| json.get().len());
        let error = self.error.as_ref().map_or(0, |error| error.message.len());
        let request = self.request.as_ref().map_or(0, |request| request.path.len());
        values.sum::<usize>() + error + request + self.tool_name.len()
    }
}

/// Conditions on calls; all of them must hold.
#[derive(Debug, Default)]
pub struct CallFilter<'a> {
    pub tool: Option<&'a str>,
    pub connection: Option<&'a str>,
    pub identifier: Option<&'a str>,
    pub run: Option<&'a str>,
    pub source: Option<&'a str>,
    pub status: Option<&'a str>,
    /// Only calls behind this place.
    pub since: u64,
}

impl CallFilter<'_> {
    fn fits(&self, call: &Call) -> bool {
        let is = |wanted: Option<&str>, value: &str| wanted.is_none_or(|wanted| wanted == value);
        call.cursor > self.since
            && is(self.tool, &call.tool_name)
            && is(self.connection, &call.connection_name)
            && is(self.identifier, &call.identifier)
            && is(self.run, &call.agent_run_id)
            && is(self.source, call.source)
            && is(self.status, &call.status)
    }
}

/// Some calls, oldest first, and where they stand among all.
#[derive(Debug, Serialize)]
pub struct CallPage {
    pub calls: Vec<Call>,
    /// Place of the newest call that was looked at: `since` of the next question.
    pub cursor: u64,
    /// Whether more calls fit than were asked for.
    pub more: bool,
    /// Calls that were forgotten for want of room.
    pub forgotten: u64,
}

/// The newest calls.
#[derive(Debug, Default)]
pub struct CallLog(Mutex<Calls>);

#[derive(Debug, Default)]
struct Calls {
    rows: VecDeque<Call>,
    bytes: usize,
    made: u64,
    forgotten: u64,
}

impl CallLog {
    pub fn add(&self, mut call: Call) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.made += 1;
        call.cursor = calls.made;
        calls.bytes += call.bytes();
        calls.rows.push_back(call);
        while calls.rows.len() > MOST_CALLS || calls.bytes > MOST_BYTES {
            let Some(oldest) = calls.rows.pop_front() else { break };
            calls.bytes -= oldest.bytes();
            calls.forgotten += 1;
        }
    }

    /// The oldest `limit` calls that fit.
    pub fn find(&self, filter: &CallFilter<'_>, limit: usize) -> CallPage {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut fitting = calls.rows.iter().filter(|call| filter.fits(call));
        let found: Vec<_> = fitting.by_ref().take(limit).cloned().collect();
        let more = fitting.next().is_some();
        let cursor = match found.last() {
            Some(last) if more => last.cursor,
            _ => calls.made,
        };
        CallPage { calls: found, cursor, more, forgotten: calls.forgotten }
    }

    /// Forgets all calls; places go on counting. Returns how many there were.
    pub fn clear(&self) -> usize {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (calls.bytes, calls.forgotten) = (0, 0);
        std::mem::take(&mut calls.rows).len()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn call(tool: &str, input: usize) -> Call {
        let record = Record::begin("API", tool, "run-1", Timestamp::UNIX_EPOCH);
        let input = Map::from_iter([("text".to_owned(), Value::from("x".repeat(input)))]);
        Call::new(&record, CallOrigin::Rest, Duration::from_millis(3)).of(&input)
    }

    #[test]
    fn calls_are_kept_up_to_a_number_and_a_size() {
        let log = CallLog::default();
        for _ in 0..MOST_CALLS + 5 {
            log.add(call("small", 1));
        }
        let page = log.find(&CallFilter::default(), usize::MAX);
        assert_eq!((page.calls.len(), page.forgotten, page.calls[0].cursor), (MOST_CALLS, 5, 6));

        for _ in 0..20 {
            log.add(call("large", LARGEST - 100));
        }
        let page = log.find(&CallFilter::default(), usize::MAX);
        let bytes: usize = page.calls.iter().map(Call::bytes).sum();
        assert!(bytes <= MOST_BYTES && page.calls.len() < 20, "{bytes} in {}", page.calls.len());
        assert_eq!(page.calls.last().unwrap().cursor, MOST_CALLS as u64 + 25);
        assert_eq!(log.clear(), page.calls.len());
        assert_eq!(log.find(&CallFilter::default(), 10).cursor, MOST_CALLS as u64 + 25, "places go on");
    }

    #[test]
    fn what_is_too_large_is_left_out_and_said() {
        let call = call("huge", LARGEST);
        assert!(call.input.is_none());
        let row = serde_json::to_value(&call).unwrap();
        assert_eq!(row["left_out"], serde_json::json!([{"field": "input", "bytes": LARGEST + r#"{"text":""}"#.len()}]));
    }

    #[test]
    fn a_page_ends_where_the_next_begins() {
        let log = CallLog::default();
        for tool in ["a", "b", "a", "a", "b"] {
            log.add(call(tool, 1));
        }
        let filter = |since| CallFilter { tool: Some("a"), since, ..CallFilter::default() };
        let places = |page: &CallPage| page.calls.iter().map(|call| call.cursor).collect::<Vec<_>>();
        let first = log.find(&filter(0), 2);
        assert_eq!((places(&first), first.cursor, first.more), (vec![1, 3], 3, true));
        let rest = log.find(&filter(first.cursor), 2);
        assert_eq!((places(&rest), rest.cursor, rest.more), (vec![4], 5, false));
    }
}
