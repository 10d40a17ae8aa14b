//! What came of it: who sees what.

use super::run::PersonResult;
use super::summary;
use crate::background;
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::json::{ComparedRecord, FieldDifference, FieldValue, RecordComparison};

/// Everybody's outcome, and how the results differ.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Everybody, in the order in which they were named.
    pub people: Vec<PersonResult>,
    /// Differences between the results of those who were answered.
    pub records: RecordComparison,
    /// Number of each person's result among those that are compared; none for those who were not answered.
    pub places: Vec<Option<usize>>,
}

/// How one person's result stands to the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowFacts {
    /// Number of records; none where the result has no list.
    pub records: Option<usize>,
    /// Names of the records that others see and this person does not.
    pub lacks: Vec<Untrusted>,
    /// Number of records in which a value differs from what the first person has who sees them.
    pub changed: usize,
    /// Whether values outside of records differ from those of the first person.
    pub elsewhere: bool,
}

impl Comparison {
    /// Compares the results, on a thread for such work.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: it broke down.
    pub async fn new(people: Vec<PersonResult>) -> Result<Self, Fault> {
        let compared = background::blocking(move || Self::compare(people)).await;
        compared.map_err(|_| Fault::new(FaultKind::Local, "The results could not be compared."))
    }

    /// The same on this thread. Takes a few times as long as reading the results.
    pub fn compare(people: Vec<PersonResult>) -> Self {
        let mut next = 0..;
        let places = people.iter().map(|person| person.answer().and_then(|_| next.next())).collect();
        let answers: Vec<_> = people.iter().filter_map(PersonResult::answer).collect();
        let records = RecordComparison::new(&answers);
        Self { people, records, places }
    }

    /// Those who were answered, by the number of their result.
    pub fn answered(&self) -> Vec<&PersonResult> {
        self.people.iter().filter(|person| person.answer().is_some()).collect()
    }

    /// Those who were not.
    pub fn failed(&self) -> impl Iterator<Item = &PersonResult> {
        self.people.iter().filter(|person| person.answer().is_none())
    }

    /// Whether everybody was answered, and with the same.
    pub fn is_same(&self) -> bool {
        self.failed().next().is_none() && self.records.is_same()
    }

    /// The one sentence that says it all, safe to show.
    pub fn summary(&self) -> String {
        summary::of(self)
    }

    /// How the result of the person of this number stands to the others; none for those who were not answered.
    pub fn facts(&self, person: usize) -> Option<RowFacts> {
        let place = self.places.get(person).copied().flatten()?;
        let has = |record: &&ComparedRecord| record.found.get(place).is_some_and(Option::is_some);
        let differs = |field: &FieldDifference, first: usize| value(field, place) != value(field, first);
        let is_changed = |record: &&ComparedRecord| {
            let first = record.found.iter().position(Option::is_some).unwrap_or_default();
            has(record) && record.fields.iter().any(|field| differs(field, first))
        };
        Some(RowFacts {
            records: self.records.counts.get(place).copied().flatten(),
            lacks: self.records.partial().filter(|record| !has(record)).map(|record| record.name.clone()).collect(),
            changed: self.records.changed().filter(is_changed).count(),
            elsewhere: self.records.elsewhere.iter().any(|field| differs(field, 0)),
        })
    }

    /// A value as it stands in a result, on one line of about so many characters, safe to show.
    pub fn shown(&self, value: FieldValue, max_chars: usize) -> String {
        let answered = self.answered();
        let document = answered.get(value.result).and_then(|person| person.answer());
        document.map(|document| document.display_string(value.node, max_chars).shown()).unwrap_or_default()
    }
}

fn value(field: &FieldDifference, place: usize) -> Option<FieldValue> {
    field.values.get(place).copied().flatten()
}

impl RowFacts {
    /// Differences in a few words: `lacks 1, 2 changed`, or `same`.
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        if !self.lacks.is_empty() {
            words.push(format!("lacks {}", self.lacks.len()));
        }
        if self.changed > 0 {
            words.push(format!("{} changed", self.changed));
        }
        if words.is_empty() && self.elsewhere {
            words.push("other values".to_owned());
        }
        if words.is_empty() { "–".to_owned() } else { words.join(", ") }
    }
}
