//! A comparison as programs read it.

use serde::Serialize;
use serde_json::Value;

use crate::cli::output::fault_document;
use crate::domain::JsonText;
use crate::flow::compare::{Comparison, ComparisonRequest, PersonResult};
use crate::json::{ComparedRecord, FieldDifference, FieldValue};

#[derive(Serialize)]
pub(super) struct ComparisonJson<'a> {
    tool: &'a str,
    agent_run_id: &'a str,
    same: bool,
    summary: String,
    people: Vec<PersonJson<'a>>,
    /// Records that somebody lacks, or that differ.
    records: Vec<RecordJson<'a>>,
    /// Values outside of records that differ.
    elsewhere: Vec<FieldJson<'a>>,
    /// Number of people who were not compared.
    left_out: usize,
}

#[derive(Serialize)]
struct PersonJson<'a> {
    identifier: &'a str,
    connection: Option<&'a str>,
    connected_account_id: Option<&'a str>,
    outcome: &'static str,
    records: Option<usize>,
    lacks: Vec<String>,
    changed: usize,
    error: Option<Value>,
    took_ms: Option<u64>,
    execution_id: Option<&'a str>,
}

#[derive(Serialize)]
struct RecordJson<'a> {
    name: &'a str,
    list: &'a str,
    seen_by: Vec<&'a str>,
    not_seen_by: Vec<&'a str>,
    fields: Vec<FieldJson<'a>>,
}

#[derive(Serialize)]
struct FieldJson<'a> {
    path: &'a str,
    values: Vec<ValueJson<'a>>,
}

/// A value, and everybody who has it. Absent where it is not there for them.
#[derive(Serialize)]
struct ValueJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<JsonText>,
    identifiers: Vec<&'a str>,
}

pub(super) fn of<'a>(
    comparison: &'a Comparison,
    request: &'a ComparisonRequest,
    left_out: usize,
) -> ComparisonJson<'a> {
    let answered = comparison.answered();
    let differs = |record: &&ComparedRecord| !record.is_shared() || !record.fields.is_empty();
    ComparisonJson {
        tool: request.tool.raw(),
        agent_run_id: request.label.raw(),
        same: comparison.is_same(),
        summary: comparison.summary(),
        people: comparison.people.iter().enumerate().map(|(at, row)| person(comparison, at, row)).collect(),
        records: comparison.records.records.iter().filter(differs).map(|row| record(&answered, row)).collect(),
        elsewhere: comparison.records.elsewhere.iter().map(|row| field(&answered, row, |_| true)).collect(),
        left_out,
    }
}

fn person<'a>(comparison: &Comparison, at: usize, person: &'a PersonResult) -> PersonJson<'a> {
    let facts = comparison.facts(at).unwrap_or_default();
    PersonJson {
        identifier: person.identifier.raw(),
        connection: person.connection.as_ref().map(|connection| connection.raw()),
        connected_account_id: person.account.as_ref().map(|account| account.raw()),
        outcome: match (person.answer(), person.sent) {
            (Some(_), _) => "answered",
            (None, true) => "failed",
            (None, false) => "not_sent",
        },
        records: facts.records,
        lacks: facts.lacks.iter().map(|name| name.raw().to_owned()).collect(),
        changed: facts.changed,
        error: person.fault.as_ref().map(fault_document),
        took_ms: person.sent.then(|| u64::try_from(person.took.as_millis()).unwrap_or(u64::MAX)),
        execution_id: person.execution.as_ref().map(|id| id.raw()),
    }
}

fn record<'a>(answered: &[&'a PersonResult], record: &'a ComparedRecord) -> RecordJson<'a> {
    let side = |seen: bool| {
        let of_side = answered.iter().zip(&record.found).filter(move |(_, found)| found.is_some() == seen);
        of_side.map(|(person, _)| person.identifier.raw()).collect()
    };
    let has = |at: usize| record.found.get(at).is_some_and(Option::is_some);
    RecordJson {
        name: record.name.raw(),
        list: record.list.raw(),
        seen_by: side(true),
        not_seen_by: side(false),
        fields: record.fields.iter().map(|row| field(answered, row, has)).collect(),
    }
}

fn field<'a>(answered: &[&'a PersonResult], field: &'a FieldDifference, has: impl Fn(usize) -> bool) -> FieldJson<'a> {
    let text = |value: &Option<FieldValue>| {
        let FieldValue { result, node } = (*value)?;
        let document = answered.get(result)?.answer()?;
        JsonText::parse(document.raw(node).to_vec()).ok()
    };
    let mut values: Vec<ValueJson<'a>> = Vec::new();
    let having = answered.iter().zip(&field.values).enumerate().filter(|(at, _)| has(*at)).map(|(_, having)| having);
    for (person, value) in having {
        let value = text(value);
        match values.iter_mut().find(|known| known.value == value) {
            Some(known) => known.identifiers.push(person.identifier.raw()),
            None => values.push(ValueJson { value, identifiers: vec![person.identifier.raw()] }),
        }
    }
    FieldJson { path: field.path.raw(), values }
}
