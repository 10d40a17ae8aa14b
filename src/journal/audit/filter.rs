//! Filter over the audit: `as:ada@ event:refresh outcome:denied since:2h`, in the grammar of the journal's.

use jiff::Timestamp;

use super::line::moment;
use crate::domain::{CredentialEvent, CredentialOutcome};
use crate::filter::{self, ParsedFilter};
use crate::journal::filter::{Day, FilterError, begun, moment as read_moment};
use crate::journal::query::{SqlCondition, liked};

/// Conditions for lines; each part narrows further, several outcomes or events widen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuditFilter {
    /// Parts of texts, with the column that each is looked for in.
    parts: Vec<(&'static str, String)>,
    /// Texts that a column holds as a whole.
    whole: Vec<(&'static str, String)>,
    events: Vec<CredentialEvent>,
    outcomes: Vec<CredentialOutcome>,
    call: Option<i64>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    words: Vec<String>,
}

/// Parts of a line that a term looks in.
#[derive(Clone, Copy, PartialEq)]
enum AuditField {
    /// Part of the text in this column.
    Part(&'static str),
    /// All of it.
    Whole(&'static str),
    Event,
    Outcome,
    Call,
    Since,
    Until,
}

const NAMES: [(&str, AuditField); 19] = [
    ("tool", AuditField::Part("tool")),
    ("status", AuditField::Outcome),
    ("event", AuditField::Event),
    ("as", AuditField::Part("person")),
    ("connection", AuditField::Part("connection")),
    ("application", AuditField::Part("application")),
    ("resource", AuditField::Part("resource")),
    ("account", AuditField::Whole("account")),
    ("env", AuditField::Part("environment")),
    ("run", AuditField::Whole("run")),
    ("call", AuditField::Call),
    ("token", AuditField::Whole("token")),
    ("since", AuditField::Since),
    ("until", AuditField::Until),
    ("on", AuditField::Part("connection")),
    ("before", AuditField::Until),
    ("outcome", AuditField::Outcome),
    ("identifier", AuditField::Part("person")),
    ("client", AuditField::Part("application")),
];

impl AuditFilter {
    /// Reads a filter as it was typed ([`filter`]). `now` is what `since:2h` is counted from.
    ///
    /// # Errors
    /// A name that is not known, or the first value that means nothing, with what would.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, FilterError> {
        let ParsedFilter { terms, words, unknown } = filter::parse(text, &NAMES);
        if let Some(unknown) = unknown {
            return Err(FilterError::new(unknown.to_string()));
        }
        let mut filter = Self { words, ..Self::default() };
        for (field, value) in terms.into_iter().filter(|(_, value)| !value.is_empty()) {
            match field {
                AuditField::Part(column) => filter.parts.push((column, value)),
                AuditField::Whole(column) => filter.whole.push((column, value)),
                AuditField::Event => {
                    filter.events.extend(begun("An event", &value, CredentialEvent::ALL, CredentialEvent::word)?);
                }
                AuditField::Outcome => {
                    let all = CredentialOutcome::ALL;
                    filter.outcomes.extend(begun("A status", &value, all, CredentialOutcome::word)?);
                }
                AuditField::Call => {
                    let number = value.parse().map_err(|_| FilterError::new("call: is the number of a call."));
                    filter.call = Some(number?);
                }
                AuditField::Since => filter.since = Some(read_moment("since", &value, now, Day::Begins)?),
                AuditField::Until => filter.until = Some(read_moment("until", &value, now, Day::Ends)?),
            }
        }
        Ok(filter)
    }

    pub(super) fn condition(&self) -> SqlCondition {
        let mut condition = SqlCondition::default();
        for (column, text) in &self.parts {
            condition.and(&format!("{column} LIKE ? ESCAPE '\\'"), liked(text).into());
        }
        for (column, text) in &self.whole {
            condition.and(&format!("{column} = ?"), text.clone().into());
        }
        if !self.events.is_empty() {
            condition.and_one_of("event", self.events.iter().map(|event| event.word()));
        }
        if !self.outcomes.is_empty() {
            condition.and_one_of("outcome", self.outcomes.iter().map(|outcome| outcome.word()));
        }
        if let Some(call) = self.call {
            condition.and("call = ?", call.into());
        }
        if let Some(since) = self.since {
            condition.and("at >= ?", moment(since).into());
        }
        if let Some(until) = self.until {
            condition.and("at <= ?", moment(until).into());
        }
        for word in &self.words {
            condition.and("document LIKE ? ESCAPE '\\'", liked(word).into());
        }
        condition
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_nothing_is_said() {
        for (text, said) in [
            ("who:ada", "There is no who: filter."),
            ("event:exch", ""),
            ("event:theft", "An event is one of exchange, refresh"),
            ("outcome:bad", "A status is one of success, denied"),
            ("call:x", "call: is the number of a call."),
            ("since:soon", "since: wants 30m"),
        ] {
            let read = AuditFilter::parse(text, Timestamp::UNIX_EPOCH);
            match read {
                Ok(_) => assert_eq!(said, "", "{text}"),
                Err(error) => assert!(!said.is_empty() && error.to_string().contains(said), "{error}"),
            }
        }
    }
}
