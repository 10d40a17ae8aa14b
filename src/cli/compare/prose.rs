//! A comparison as a person reads it: who, the sentence, then what differs.

use crate::cli::output::CliOutput;
use crate::cli::style;
use crate::cli::table::{Cell, Table};
use crate::domain::Fault;
use crate::flow::compare::{Comparison, ComparisonRequest, PersonResult};
use crate::json::{ComparedRecord, FieldDifference, FieldValue};

/// Characters of a value that are shown.
const SHOWN: usize = 60;

/// People that are named beside a value; the rest are counted.
const NAMED: usize = 3;

pub(super) fn print(comparison: &Comparison, request: &ComparisonRequest, output: &CliOutput) -> Result<(), Fault> {
    let head = ["identifier", "connection", "records", "differs", "took", "error"];
    let mut table = Table::new(output, "people", head);
    let rows: Vec<_> = (0..comparison.people.len()).collect();
    table.add(&rows, |_| (), |at| row(comparison, *at));
    table.end()?;
    output.print(&format!("\n{}", comparison.summary()))?;
    let answered = comparison.answered();
    for line in differences(comparison, &answered) {
        output.print(&line)?;
    }
    if comparison.people.iter().any(|person| person.sent) {
        output.next(&format!("jackfield history list run:{}", request.label));
    }
    Ok(())
}

fn row(comparison: &Comparison, at: usize) -> [Cell; 6] {
    let none = || "–".to_owned();
    let Some(person) = comparison.people.get(at) else { return [(); 6].map(|()| none().into()) };
    let facts = comparison.facts(at);
    let records = facts.as_ref().and_then(|facts| facts.records).map_or_else(none, |count| count.to_string());
    let connection = person.connection.as_ref().map_or_else(none, ToString::to_string);
    let took = if person.sent { format!("{} ms", person.took.as_millis()) } else { none() };
    let error = person.fault.as_ref().map(|fault| format!("{}: {fault}", fault.headline())).unwrap_or_default();
    [
        person.identifier.to_string().into(),
        connection.into(),
        records.into(),
        facts.map_or_else(none, |facts| facts.words()).into(),
        took.into(),
        Cell { text: error, style: style::BAD },
    ]
}

fn differences(comparison: &Comparison, answered: &[&PersonResult]) -> Vec<String> {
    let records = &comparison.records;
    let partial = records.partial().map(|record| {
        let side = |seen: bool| {
            let of_side = answered.iter().zip(&record.found).filter(|(_, found)| found.is_some() == seen);
            named(of_side.map(|(person, _)| *person))
        };
        format!("± {}: {}; not {}", record.name, side(true), side(false))
    });
    let changed = records.changed().flat_map(|record| {
        let has = |at: usize| record.found.get(at).is_some_and(Option::is_some);
        record.fields.iter().map(move |field| changed(comparison, answered, Some(record), field, has))
    });
    let elsewhere = records.elsewhere.iter().map(|field| changed_value(comparison, answered, field));
    partial.chain(changed).chain(elsewhere).collect()
}

fn changed_value(comparison: &Comparison, answered: &[&PersonResult], field: &FieldDifference) -> String {
    changed(comparison, answered, None, field, |_| true)
}

/// `~ ENG-1 .title: Crash (ada@acme.dev); Slow (linus@acme.dev)`.
fn changed(
    comparison: &Comparison,
    answered: &[&PersonResult],
    record: Option<&ComparedRecord>,
    field: &FieldDifference,
    has: impl Fn(usize) -> bool,
) -> String {
    let mut groups: Vec<(String, Vec<&PersonResult>)> = Vec::new();
    let shown = |value: &Option<FieldValue>| {
        value.map_or_else(|| "not there".to_owned(), |value| comparison.shown(value, SHOWN))
    };
    let having = answered.iter().zip(&field.values).enumerate().filter(|(at, _)| has(*at)).map(|(_, having)| having);
    for (person, value) in having {
        let text = shown(value);
        match groups.iter_mut().find(|(known, _)| *known == text) {
            Some((_, people)) => people.push(person),
            None => groups.push((text, vec![person])),
        }
    }
    let sides = groups.into_iter().map(|(text, people)| format!("{text} ({})", named(people.into_iter())));
    let name = record.map(|record| format!("{} ", record.name)).unwrap_or_default();
    format!("~ {name}{}: {}", field.path, sides.collect::<Vec<_>>().join("; "))
}

fn named<'a>(people: impl Iterator<Item = &'a PersonResult>) -> String {
    let names: Vec<_> = people.map(|person| person.identifier.to_string()).collect();
    match names.get(..NAMED) {
        Some(first) if names.len() > NAMED => format!("{} and {} more", first.join(", "), names.len() - NAMED),
        _ => names.join(", "),
    }
}
