//! Filter over entries: `tool:linear_ status:failed as:ada@ since:2h timeout`.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::record::{CallOutcome, Front};
use crate::domain::human_order;
use crate::filter::{self, Completions, ParsedFilter};
use crate::order::StableOrder as _;

/// Conditions for entries; each part narrows further, several outcomes widen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JournalFilter {
    /// Part of the name.
    pub name: Option<String>,
    /// Outcomes, of which the call has one.
    pub outcomes: Vec<CallOutcome>,
    /// Part of the identifier.
    pub identifier: Option<String>,
    /// Part of the name of the connection; where it holds a capital, its case matters.
    pub connection: Option<String>,
    /// Id of the account.
    pub account: Option<String>,
    /// Part of the environment's URL.
    pub environment: Option<String>,
    /// Name of the environment, all of it, as it is recorded.
    pub made_in: Option<String>,
    /// The run of an agent.
    pub agent_run: Option<String>,
    /// Part of the name and version of the client that a call was served to.
    pub client: Option<String>,
    /// Execution id as the broker gave it.
    pub execution: Option<String>,
    /// Front that the call was made from.
    pub front: Option<Front>,
    /// Whether it only asked who an account is.
    pub probe: Option<bool>,
    /// Earliest time, included.
    pub since: Option<Timestamp>,
    /// Latest time, included.
    pub until: Option<Timestamp>,
    /// Words that stand anywhere in it.
    pub words: Vec<String>,
}

/// A part of a filter that means nothing. Nothing is found by guessing what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError(String);

impl FilterError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Parts of an entry that a term looks in.
#[derive(Clone, Copy, PartialEq)]
enum FilterField {
    Tool,
    Outcome,
    Identifier,
    Connection,
    Account,
    Environment,
    AgentRun,
    Client,
    Execution,
    Front,
    Probe,
    Since,
    Until,
}

const NAMES: [(&str, FilterField); 17] = [
    ("tool", FilterField::Tool),
    ("status", FilterField::Outcome),
    ("as", FilterField::Identifier),
    ("connection", FilterField::Connection),
    ("account", FilterField::Account),
    ("env", FilterField::Environment),
    ("run", FilterField::AgentRun),
    ("client", FilterField::Client),
    ("id", FilterField::Execution),
    ("from", FilterField::Front),
    ("probe", FilterField::Probe),
    ("since", FilterField::Since),
    ("until", FilterField::Until),
    ("on", FilterField::Connection),
    ("identifier", FilterField::Identifier),
    ("connector", FilterField::Connection),
    ("front", FilterField::Front),
];

impl JournalFilter {
    /// Reads a filter as it was typed ([`filter`]). `now` is what `since:2h` is counted from.
    ///
    /// # Errors
    /// A name that is not known, or the first value that means nothing, with what would.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, FilterError> {
        let ParsedFilter { terms, words, unknown } = filter::parse(text, &NAMES);
        if let Some(unknown) = unknown {
            return Err(FilterError(unknown.to_string()));
        }
        let mut filter = Self { words, ..Self::default() };
        for (field, value) in terms {
            // A term without a value is one that somebody is still typing.
            if value.is_empty() {
                continue;
            }
            let some = || Some(value.clone());
            match field {
                FilterField::Tool => filter.name = some(),
                FilterField::Identifier => filter.identifier = some(),
                FilterField::Connection => filter.connection = some(),
                FilterField::Account => filter.account = some(),
                FilterField::Environment => filter.environment = some(),
                FilterField::AgentRun => filter.agent_run = some(),
                FilterField::Client => filter.client = some(),
                FilterField::Execution => filter.execution = some(),
                FilterField::Outcome => {
                    filter.outcomes.extend(begun("A status", &value, CallOutcome::ALL, CallOutcome::word)?)
                }
                FilterField::Front => filter.front = Some(front(&value)?),
                FilterField::Probe => filter.probe = Some(yes_or_no(&value)?),
                FilterField::Since => filter.since = Some(moment("since", &value, now, Day::Begins)?),
                FilterField::Until => filter.until = Some(moment("until", &value, now, Day::Ends)?),
            }
        }
        Ok(filter)
    }

    /// True if every entry is wanted.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Names that a filter may hold in its terms.
#[derive(Debug, Default)]
pub struct FilterNames {
    /// Names of tools.
    pub tools: Vec<String>,
    /// Identifiers.
    pub identifiers: Vec<String>,
    /// Names of connections.
    pub connections: Vec<String>,
    /// Names of environments, as they are recorded.
    pub environments: Vec<String>,
}

/// Number of values of one kind that are offered at most while somebody types.
const OFFERED: usize = 200;

/// Ways to go on with a filter over past calls; `names` is asked only where names are offered.
pub fn completions(text: &str, names: impl FnOnce() -> FilterNames) -> Completions {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    filter::complete(text, &NAMES, |field, typed| {
        let mut values = match field {
            FilterField::Outcome => return CallOutcome::ALL.iter().map(|outcome| outcome.word().to_owned()).collect(),
            FilterField::Front => return words(&Front::ALL.map(|(_, word)| word)),
            FilterField::Probe => return words(&["yes", "no"]),
            FilterField::Since | FilterField::Until => return words(&["30m", "2h", "1d", "1w"]),
            FilterField::Account | FilterField::AgentRun | FilterField::Client | FilterField::Execution => {
                return Vec::new();
            }
            FilterField::Tool => names().tools,
            FilterField::Identifier => names().identifiers,
            FilterField::Connection => names().connections,
            FilterField::Environment => names().environments,
        };
        values.retain(|value| value.to_lowercase().contains(typed));
        values.order_by(|a, b| human_order(a, b));
        values.dedup();
        values.truncate(OFFERED);
        values
    })
}

/// Those of a set of words that begin with `value`; `what` they are is said where none does.
pub(super) fn begun<T: Copy>(
    what: &str,
    value: &str,
    all: &[T],
    word: fn(T) -> &'static str,
) -> Result<Vec<T>, FilterError> {
    let value = value.to_lowercase();
    let meant: Vec<T> = all.iter().copied().filter(|one| !value.is_empty() && word(*one).starts_with(&value)).collect();
    if meant.is_empty() {
        let words: Vec<&str> = all.iter().map(|one| word(*one)).collect();
        return Err(FilterError(format!("{what} is one of {}.", words.join(", "))));
    }
    Ok(meant)
}

fn front(value: &str) -> Result<Front, FilterError> {
    match value {
        "screen" | "tui" => Ok(Front::Screen),
        "cli" => Ok(Front::CommandLine),
        "serve" | "server" => Ok(Front::Server),
        _ => Err(FilterError("from: is screen, cli or serve.".into())),
    }
}

fn yes_or_no(value: &str) -> Result<bool, FilterError> {
    match value {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(FilterError("probe: is yes or no.".into())),
    }
}

/// Moment of a day that is meant where only the day is said.
#[derive(Clone, Copy)]
pub(super) enum Day {
    Begins,
    Ends,
}

/// `2h` is that long before `now`; else a date, which is the whole day, or a date and time, in this
/// machine's zone.
pub(super) fn moment(name: &str, value: &str, now: Timestamp, day: Day) -> Result<Timestamp, FilterError> {
    let unclear = || FilterError(format!("{name}: wants 30m, 2h, 3d, 1w, or a date such as 2026-11-20."));
    let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if let (Ok(count), Some(unit)) = (digits.parse::<i64>(), value.get(digits.len()..)) {
        let seconds = match unit {
            "s" => 1,
            "m" | "min" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return Err(unclear()),
        };
        let back = count.checked_mul(seconds).map(SignedDuration::from_secs);
        return back.and_then(|back| now.checked_sub(back).ok()).ok_or_else(unclear);
    }
    if let Ok(exact) = value.parse::<Timestamp>() {
        return Ok(exact);
    }
    let zone = jiff::tz::TimeZone::system();
    let zoned = match (value.parse::<jiff::civil::Date>(), value.parse::<jiff::civil::DateTime>()) {
        // A time may follow the date, which is then read as well.
        (Ok(date), _) if !value.contains([':', 'T', 't', ' ']) => match day {
            Day::Begins => date.to_zoned(zone),
            Day::Ends => date.tomorrow().and_then(|next| next.to_zoned(zone)),
        }
        .map(|zoned| match day {
            Day::Begins => zoned.timestamp(),
            Day::Ends => zoned.timestamp() - SignedDuration::from_nanos(1),
        }),
        (_, Ok(time)) => time.to_zoned(zone).map(|zoned| zoned.timestamp()),
        _ => return Err(unclear()),
    };
    zoned.map_err(|_| unclear())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn every_part_is_read() {
        let text = r#"tool:linear_ status:failed status:unknown as:ada@acme.dev since:2h "two words" login"#;
        let filter = JournalFilter::parse(text, now()).unwrap();
        let expected = JournalFilter {
            name: Some("linear_".into()),
            outcomes: vec![CallOutcome::Failed, CallOutcome::Unknown],
            identifier: Some("ada@acme.dev".into()),
            since: Some("2026-11-20T10:00:00Z".parse().unwrap()),
            words: vec!["two words".into(), "login".into()],
            ..JournalFilter::default()
        };
        assert_eq!(filter, expected);
        assert!(JournalFilter::parse("  ", now()).unwrap().is_empty());
    }

    #[test]
    fn names_and_outcomes_may_be_short() {
        let filter = JournalFilter::parse("stat:fail STATUS:re conn:linear identifier:ada", now()).unwrap();
        let outcomes = vec![CallOutcome::Failed, CallOutcome::Reported];
        let (identifier, connection) = (Some("ada".into()), Some("linear".into()));
        assert_eq!(filter, JournalFilter { outcomes, identifier, connection, ..JournalFilter::default() });
    }

    #[test]
    fn calls_of_an_agent_are_found_by_front_client_and_run() {
        let filter = JournalFilter::parse("front:serve client:claude run:r1", now()).unwrap();
        let (client, agent_run) = (Some("claude".into()), Some("r1".into()));
        assert_eq!(filter, JournalFilter { front: Some(Front::Server), client, agent_run, ..JournalFilter::default() });
    }

    #[test]
    fn a_date_is_the_whole_day() {
        let local = |text: &str| {
            let civil: jiff::civil::DateTime = text.parse().unwrap();
            Some(civil.to_zoned(jiff::tz::TimeZone::system()).unwrap().timestamp())
        };
        let bounds = |text: &str| {
            let filter = JournalFilter::parse(text, now()).unwrap();
            (filter.since, filter.until)
        };
        let day = (local("2026-11-28T00:00:00"), local("2026-11-28T23:59:59.999999999"));
        assert_eq!(bounds("since:2026-11-28 until:2026-11-28"), day);
        let noon = local("2026-11-28T12:00:00");
        assert_eq!(bounds("since:2026-11-28T12:00 until:2026-11-28T12:00:00"), (noon, noon));
        let exact = Some("2026-11-28T12:00:00Z".parse().unwrap());
        assert_eq!(bounds("until:2026-11-28T12:00:00Z"), (None, exact));
    }

    #[test]
    fn what_means_nothing_is_said() {
        for (text, said) in [
            ("tol:x", "There is no tol: filter. Did you mean tool:?"),
            ("user:ada", "There is no user: filter. There are tool: status: as: connection:"),
            ("status:bad", "A status is one of running, ok"),
            ("since:yesterday", "since: wants 30m"),
            ("since:99999999999999999d", "since: wants"),
            ("from:mars", "from: is screen, cli or serve."),
        ] {
            let unclear = JournalFilter::parse(text, now()).unwrap_err().to_string();
            assert!(unclear.contains(said), "{unclear}");
        }
    }

    #[test]
    fn a_url_or_a_time_is_just_words() {
        let filter = JournalFilter::parse("https://x.example 12:30", now()).unwrap();
        assert_eq!(filter.words, ["https://x.example", "12:30"]);
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_it(text in ".{0,40}") {
            let _ = JournalFilter::parse(&text, now());
        }
    }
}
