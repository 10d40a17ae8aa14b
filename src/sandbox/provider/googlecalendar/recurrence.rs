//! When a repeated event takes place: one rule of RFC 5545, by days, weeks, months or years.

use jiff::ToSpan as _;
use jiff::civil::{DateTime, Weekday};

/// Periods that are looked at, so that a rule without an end has one.
const MOST_PERIODS: i64 = 4000;

/// A rule as an event has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// As it is written.
    pub text: String,
    frequency: Frequency,
    interval: i64,
    count: Option<usize>,
    until: Option<DateTime>,
    /// Days of the week, of rules by days and weeks.
    days: Vec<Weekday>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

const FREQUENCIES: [(&str, Frequency); 4] = [
    ("DAILY", Frequency::Daily),
    ("WEEKLY", Frequency::Weekly),
    ("MONTHLY", Frequency::Monthly),
    ("YEARLY", Frequency::Yearly),
];

const DAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

impl Rule {
    /// Reads `RRULE:FREQ=…`.
    ///
    /// # Errors
    /// The part that makes no sense, or that only the real provider knows.
    pub fn read(text: &str) -> Result<Self, String> {
        let parts = text.strip_prefix("RRULE:").ok_or_else(|| text.to_owned())?;
        let mut frequency = None;
        let mut rule = Self {
            text: text.into(),
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            days: Vec::new(),
        };
        for part in parts.split(';').filter(|part| !part.is_empty()) {
            let bad = || part.to_owned();
            let (name, value) = part.split_once('=').ok_or_else(bad)?;
            match name {
                "FREQ" => {
                    frequency = Some(FREQUENCIES.iter().find(|(known, _)| *known == value).ok_or_else(bad)?.1);
                }
                "INTERVAL" => rule.interval = value.parse().ok().filter(|n| (1..=1000).contains(n)).ok_or_else(bad)?,
                "COUNT" => rule.count = Some(value.parse().ok().filter(|count| *count > 0).ok_or_else(bad)?),
                "UNTIL" => rule.until = Some(moment(value).ok_or_else(bad)?),
                "BYDAY" => {
                    let day = |name| DAYS.iter().find(|(known, _)| *known == name).map(|(_, day)| *day);
                    rule.days = value.split(',').map(day).collect::<Option<_>>().ok_or_else(bad)?;
                }
                "WKST" => {}
                _ => return Err(bad()),
            }
        }
        rule.frequency = frequency.ok_or_else(|| text.to_owned())?;
        if !rule.days.is_empty() && matches!(rule.frequency, Frequency::Monthly | Frequency::Yearly) {
            return Err("BYDAY".into());
        }
        Ok(rule)
    }

    /// Beginnings of all occurrences, the first one included, up to the horizon.
    pub fn starts(&self, first: DateTime, horizon: DateTime) -> Vec<DateTime> {
        let mut starts = Vec::new();
        let last = self.until.map_or(horizon, |until| until.min(horizon));
        for period in 0..MOST_PERIODS {
            let Some(base) = self.base(first, period) else { break };
            if self.earliest(base, first) > last {
                break;
            }
            for start in self.within(base, first).into_iter().filter(|start| *start >= first) {
                if start > last || self.count.is_some_and(|count| starts.len() >= count) {
                    return starts;
                }
                starts.push(start);
            }
        }
        starts
    }

    /// The day and time that a period begins with; none after the end of time.
    fn base(&self, first: DateTime, period: i64) -> Option<DateTime> {
        let step = self.interval.checked_mul(period)?;
        let span = match self.frequency {
            Frequency::Daily => 1.day(),
            Frequency::Weekly => 1.week(),
            Frequency::Monthly => 1.month(),
            Frequency::Yearly => 1.year(),
        };
        first.checked_add(span.checked_mul(step).ok()?).ok()
    }

    fn earliest(&self, base: DateTime, first: DateTime) -> DateTime {
        self.within(base, first).into_iter().min().unwrap_or(base)
    }

    /// Occurrences in the period of a day, in order.
    fn within(&self, base: DateTime, first: DateTime) -> Vec<DateTime> {
        match self.frequency {
            Frequency::Daily if self.days.is_empty() || self.days.contains(&base.weekday()) => vec![base],
            Frequency::Daily => Vec::new(),
            Frequency::Weekly if !self.days.is_empty() => {
                let monday = i64::from(base.weekday().to_monday_zero_offset());
                let day = |offset: i64| base.checked_add((offset - monday).days()).ok();
                let days = (0..7).filter_map(day).filter(|day| self.days.contains(&day.weekday()));
                days.collect()
            }
            // There is no 31st of February.
            Frequency::Monthly | Frequency::Yearly if base.day() != first.day() => Vec::new(),
            _ => vec![base],
        }
    }
}

/// `20270131` or `20270131T120000Z`.
fn moment(text: &str) -> Option<DateTime> {
    match text.split_once('T') {
        None => Some(jiff::civil::Date::strptime("%Y%m%d", text).ok()?.at(23, 59, 59, 0)),
        Some(_) => DateTime::strptime("%Y%m%dT%H%M%S", text.trim_end_matches('Z')).ok(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn days(rule: &str) -> Vec<String> {
        // A Wednesday.
        let first = date(2027, 1, 6).at(9, 30, 0, 0);
        let starts = Rule::read(rule).expect("good").starts(first, date(2027, 3, 31).at(0, 0, 0, 0));
        starts.iter().map(|start| start.strftime("%m-%d").to_string()).collect()
    }

    #[test]
    fn rules_say_when() {
        assert_eq!(days("RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3"), ["01-06", "01-08", "01-10"]);
        assert_eq!(days("RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4"), ["01-06", "01-11", "01-13", "01-18"]);
        assert_eq!(days("RRULE:FREQ=DAILY;BYDAY=FR;UNTIL=20270115"), ["01-08", "01-15"]);
        assert_eq!(days("RRULE:FREQ=WEEKLY;UNTIL=20270120T093000Z"), ["01-06", "01-13", "01-20"]);
        assert_eq!(days("RRULE:FREQ=MONTHLY"), ["01-06", "02-06", "03-06"]);
        assert_eq!(days("RRULE:FREQ=YEARLY;WKST=MO"), ["01-06"]);
        let last = Rule::read("RRULE:FREQ=MONTHLY;COUNT=3").expect("good");
        let starts = last.starts(date(2027, 1, 31).at(8, 0, 0, 0), date(2028, 1, 1).at(0, 0, 0, 0));
        let months: Vec<_> = starts.iter().map(|start| (start.month(), start.day())).collect();
        assert_eq!(months, [(1, 31), (3, 31), (5, 31)]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (rule, part) in [
            ("EXDATE:20270106", "EXDATE:20270106"),
            ("RRULE:COUNT=2", "RRULE:COUNT=2"),
            ("RRULE:FREQ=HOURLY", "FREQ=HOURLY"),
            ("RRULE:FREQ=DAILY;COUNT=0", "COUNT=0"),
            ("RRULE:FREQ=DAILY;INTERVAL=x", "INTERVAL=x"),
            ("RRULE:FREQ=WEEKLY;BYDAY=XX", "BYDAY=XX"),
            ("RRULE:FREQ=MONTHLY;BYDAY=MO", "BYDAY"),
            ("RRULE:FREQ=DAILY;UNTIL=soon", "UNTIL=soon"),
            ("RRULE:FREQ=DAILY;BYSETPOS=1", "BYSETPOS=1"),
        ] {
            assert_eq!(Rule::read(rule), Err(part.into()));
        }
    }
}
