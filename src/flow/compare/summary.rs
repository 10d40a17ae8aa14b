//! One sentence on who sees what.

use super::comparison::Comparison;
use super::run::PersonResult;
use crate::domain::pluralize;
use crate::json::ComparedRecord;

/// Names that are listed; the rest are counted.
const NAMES: usize = 3;

/// Characters of a person's name.
const PERSON: usize = 60;

/// The sentence on the results, and one on those who have none.
pub(super) fn of(comparison: &Comparison) -> String {
    let answered = comparison.answered();
    let results = match answered.as_slice() {
        [] => "Nobody was answered.".to_owned(),
        [only] => format!("Only {} was answered: nothing to compare with.", person(only)),
        people => told(comparison, people),
    };
    let failed: Vec<_> = comparison.failed().collect();
    if failed.is_empty() {
        return results;
    }
    let reason = |failed: &&PersonResult| {
        let headline = failed.fault.as_ref().map(|fault| fault.headline().to_lowercase()).unwrap_or_default();
        format!("{} ({headline})", person(failed))
    };
    format!("{results} No result for {}.", listed(failed.iter().map(reason)))
}

fn told(comparison: &Comparison, people: &[&PersonResult]) -> String {
    let records = &comparison.records;
    let partial: Vec<_> = records.partial().collect();
    if !partial.is_empty() {
        return differing(&partial, people);
    }
    let everybody = match people {
        [one, other] => format!("{} and {} see", person(one), person(other)),
        people => format!("All {} people see", people.len()),
    };
    let changed: Vec<_> = records.changed().collect();
    let count = records.counts.iter().copied().collect::<Option<Vec<_>>>().and_then(|counts| counts.first().copied());
    let same = match count {
        Some(count) => format!("{everybody} the same {}", self::count(count)),
        None if changed.is_empty() && records.elsewhere.is_empty() => format!("{everybody} the same"),
        None => format!("{everybody} different results"),
    };
    if !changed.is_empty() {
        let differ = if changed.len() == 1 { "differs" } else { "differ" };
        return format!("{same}; {} {differ} in values: {}.", changed.len(), names(&changed));
    }
    if records.elsewhere.is_empty() {
        return format!("{same}.");
    }
    let paths = listed(records.elsewhere.iter().map(|field| field.path.to_string()));
    format!("{same}; {} beside them differ{}: {paths}.", values(records.elsewhere.len()), s(records.elsewhere.len()))
}

/// The sentence where not everybody sees the same records.
fn differing(partial: &[&ComparedRecord], people: &[&PersonResult]) -> String {
    let seen_by = |record: &ComparedRecord| record.found.iter().map(Option::is_some).collect::<Vec<_>>();
    let mut groups: Vec<(Vec<bool>, Vec<&ComparedRecord>)> = Vec::new();
    for record in partial {
        let who = seen_by(record);
        match groups.iter_mut().find(|(known, _)| *known == who) {
            Some((_, records)) => records.push(record),
            None => groups.push((who, vec![record])),
        }
    }
    // One group of viewers, or the two sides of one border.
    if groups.len() > 2 || groups.len() == 2 && people.len() > 2 {
        return format!("{} people differ in {}: {}.", people.len(), count(partial.len()), names(partial));
    }
    let clause = |(who, records): &(Vec<bool>, Vec<&ComparedRecord>)| {
        let side = |seen: bool| {
            let of_side = people.iter().zip(who).filter(move |(_, sees)| **sees == seen);
            of_side.map(|(person, _)| *person).collect::<Vec<_>>()
        };
        let (viewers, others) = (side(true), side(false));
        let see = if viewers.len() == 1 { "sees" } else { "see" };
        let not = if others.len() == 1 { "does not" } else { "do not" };
        let (viewers, others) = (group(&viewers), group(&others));
        format!("{viewers} {see} {} that {others} {not}: {}", count(records.len()), names(records))
    };
    format!("{}.", groups.iter().map(clause).collect::<Vec<_>>().join("; "))
}

/// A few people by name, more of them by number.
fn group(people: &[&PersonResult]) -> String {
    match people {
        [one] => person(one),
        [one, other] => format!("{} and {}", person(one), person(other)),
        more => format!("{} people", more.len()),
    }
}

fn person(person: &PersonResult) -> String {
    let name = person.identifier.to_string();
    let mut chars = name.chars();
    let short: String = chars.by_ref().take(PERSON).collect();
    if chars.next().is_some() { format!("{short}…") } else { short }
}

fn names(records: &[&ComparedRecord]) -> String {
    listed(records.iter().map(|record| record.name.to_string()))
}

fn count(records: usize) -> String {
    pluralize(records as u64, "record")
}

fn values(count: usize) -> String {
    pluralize(count as u64, "value")
}

fn s(count: usize) -> &'static str {
    if count == 1 { "s" } else { "" }
}

/// The first few, and how many more there are.
fn listed(mut names: impl ExactSizeIterator<Item = String>) -> String {
    let all = names.len();
    let first: Vec<_> = names.by_ref().take(NAMES).collect();
    let more = if all > NAMES { format!(" and {} more", all - NAMES) } else { String::new() };
    format!("{}{more}", first.join(", "))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;
    use crate::domain::{Fault, FaultKind, JsonText};
    use crate::json::Document;

    fn person(name: &str, result: Option<Value>) -> PersonResult {
        let fault = result.is_none().then(|| Fault::new(FaultKind::NeedsAuthorization, "It is expired."));
        let document = |value: Value| Document::index(JsonText::parse(value.to_string()).unwrap()).unwrap();
        PersonResult {
            identifier: name.into(),
            connection: None,
            account: None,
            result: result.map(document),
            fault,
            sent: true,
            took: Duration::ZERO,
            execution: None,
            unrecorded: None,
        }
    }

    fn boards(names: &[&str]) -> Option<Value> {
        Some(json!({"data": names.iter().map(|name| json!({"gid": *name, "name": *name})).collect::<Vec<_>>()}))
    }

    fn summary(people: Vec<(&str, Option<Value>)>) -> String {
        Comparison::compare(people.into_iter().map(|(name, result)| person(name, result)).collect()).summary()
    }

    #[test]
    fn one_sentence_says_who_sees_what() {
        let (few, all) = (boards(&["A", "B"]), boards(&["A", "B", "Leadership"]));
        assert_eq!(
            summary(vec![("ada", all.clone()), ("linus", few.clone())]),
            "ada sees 1 record that linus does not: Leadership."
        );
        assert_eq!(
            summary(vec![("ada", boards(&["A", "C"])), ("linus", boards(&["A", "B", "D"]))]),
            "ada sees 1 record that linus does not: C; linus sees 2 records that ada does not: B, D."
        );
        assert_eq!(
            summary(vec![("ada", all.clone()), ("linus", few.clone()), ("ken", few.clone()), ("dennis", few.clone())]),
            "ada sees 1 record that 3 people do not: Leadership."
        );
        assert_eq!(
            summary(vec![("a", boards(&["1"])), ("b", boards(&["2"])), ("c", boards(&["3", "4", "5"]))]),
            "3 people differ in 5 records: 1, 2, 3 and 2 more."
        );
        assert_eq!(
            summary(vec![("ada", few.clone()), ("linus", few.clone())]),
            "ada and linus see the same 2 records."
        );
        assert_eq!(
            summary(vec![("a", few.clone()), ("b", few.clone()), ("c", few.clone())]),
            "All 3 people see the same 2 records."
        );
    }

    #[test]
    fn values_and_failures_have_their_words() {
        let issue =
            |title: &str, total: u8| Some(json!({"items": [{"id": 1, "key": "ENG-1", "note": title}], "total": total}));
        assert_eq!(
            summary(vec![("a", issue("x", 1)), ("b", issue("y", 1))]),
            "a and b see the same 1 record; 1 differs in values: ENG-1."
        );
        assert_eq!(
            summary(vec![("a", issue("x", 1)), ("b", issue("x", 2))]),
            "a and b see the same 1 record; 1 value beside them differs: .total."
        );
        assert_eq!(
            summary(vec![("a", Some(json!({"ok": 1}))), ("b", Some(json!({"ok": 1})))]),
            "a and b see the same."
        );
        assert_eq!(
            summary(vec![("a", issue("x", 1)), ("b", None)]),
            "Only a was answered: nothing to compare with. No result for b (needs authorization)."
        );
        assert_eq!(summary(vec![("a", None)]), "Nobody was answered. No result for a (needs authorization).");
    }

    #[test]
    fn each_row_says_what_it_lacks() {
        let people = vec![person("a", boards(&["A", "B"])), person("b", None), person("c", boards(&["A"]))];
        let comparison = Comparison::compare(people);
        assert_eq!(comparison.places, [Some(0), None, Some(1)]);
        assert!(!comparison.is_same() && comparison.facts(1).is_none());
        assert_eq!(comparison.facts(0).unwrap().words(), "–");
        let facts = comparison.facts(2).unwrap();
        assert_eq!((facts.words(), facts.records, facts.lacks[0].raw()), ("lacks 1".to_owned(), Some(1), "B"));
    }

    #[test]
    fn hostile_names_stay_on_their_line() {
        let text = summary(vec![("a\u{1b}[2J", boards(&["x\u{202e}y\nz"])), ("b", boards(&[]))]);
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\n']), "{text:?}");
    }
}
