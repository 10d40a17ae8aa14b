//! Days and times in conditions: written out, or by name (`THIS_MONTH`, `LAST_N_DAYS:30`).

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// The time that a word stands for: its beginning, and the moment after its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// A day or a moment that is written out; a day lasts until the next one.
pub fn written(text: &str) -> Option<Period> {
    if let Ok(day) = text.parse::<Date>()
        && text.len() == 10
    {
        return days(day, day.tomorrow().ok()?);
    }
    // Records write the offset without its colon.
    let usual = text.parse::<Timestamp>().ok();
    let from = usual.or_else(|| jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text).ok()?.to_timestamp().ok())?;
    Some(Period { from, to: from.checked_add(SignedDuration::from_millis(1)).ok()? })
}

/// A word's time, seen from `now`; none for a word that means no time.
pub fn literal(word: &str, now: Timestamp) -> Option<Period> {
    let today = Offset::UTC.to_datetime(now).date();
    let word = word.to_ascii_uppercase();
    if let Some((name, count)) = word.split_once(':') {
        let count: i64 = count.parse().ok().filter(|count| (0..=10_000).contains(count))?;
        let tomorrow = today.tomorrow().ok()?;
        let shifted = |day: Date, span: jiff::Span| day.checked_add(span).ok();
        return match name {
            "LAST_N_DAYS" => days(shifted(today, (-count).days())?, tomorrow),
            "NEXT_N_DAYS" => days(tomorrow, shifted(tomorrow, count.days())?),
            "N_DAYS_AGO" => {
                let day = shifted(today, (-count).days())?;
                days(day, day.tomorrow().ok()?)
            }
            "LAST_N_WEEKS" => steps(week(today)?, (-count).weeks(), 0.weeks()),
            "NEXT_N_WEEKS" => steps(week(today)?, 1.week(), (count + 1).weeks()),
            "LAST_N_MONTHS" => steps(today.first_of_month(), (-count).months(), 0.months()),
            "NEXT_N_MONTHS" => steps(today.first_of_month(), 1.month(), (count + 1).months()),
            "LAST_N_YEARS" => steps(today.first_of_year(), (-count).years(), 0.years()),
            "NEXT_N_YEARS" => steps(today.first_of_year(), 1.year(), (count + 1).years()),
            _ => None,
        };
    }
    let (which, unit) = match word.as_str() {
        "YESTERDAY" => (-1, "DAY"),
        "TODAY" => (0, "DAY"),
        "TOMORROW" => (1, "DAY"),
        "LAST_90_DAYS" => return days(today.checked_add((-90).days()).ok()?, today.tomorrow().ok()?),
        "NEXT_90_DAYS" => return days(today.tomorrow().ok()?, today.checked_add(91.days()).ok()?),
        word => {
            let (which, unit) = word.split_once('_')?;
            let which = match which {
                "LAST" => -1,
                "THIS" => 0,
                "NEXT" => 1,
                _ => return None,
            };
            (which, unit)
        }
    };
    let which = i64::from(which);
    match unit {
        "DAY" => steps(today, which.days(), (which + 1).days()),
        "WEEK" => steps(week(today)?, which.weeks(), (which + 1).weeks()),
        "MONTH" => steps(today.first_of_month(), which.months(), (which + 1).months()),
        "QUARTER" => {
            let into = i64::from((today.month() - 1) % 3);
            let first = today.first_of_month().checked_add((-into).months()).ok()?;
            steps(first, (which * 3).months(), (which * 3 + 3).months())
        }
        "YEAR" => steps(today.first_of_year(), which.years(), (which + 1).years()),
        _ => None,
    }
}

/// The Sunday on which a week begins.
fn week(day: Date) -> Option<Date> {
    day.checked_add(i64::from(-day.weekday().since(Weekday::Sunday)).days()).ok()
}

fn steps(first: Date, from: jiff::Span, to: jiff::Span) -> Option<Period> {
    days(first.checked_add(from).ok()?, first.checked_add(to).ok()?)
}

fn days(from: Date, to: Date) -> Option<Period> {
    let midnight = |day: Date| Offset::UTC.to_timestamp(DateTime::from_parts(day, Time::midnight())).ok();
    Some(Period { from: midnight(from)?, to: midnight(to)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_days() {
        // A Wednesday.
        let now: Timestamp = "2027-02-10T15:00:00Z".parse().expect("a time");
        let span = |word: &str| {
            let Period { from, to } = literal(word, now).unwrap_or_else(|| panic!("{word}"));
            format!("{} {}", from.strftime("%Y-%m-%d"), to.strftime("%Y-%m-%d"))
        };
        for (word, days) in [
            ("TODAY", "2027-02-10 2027-02-11"),
            ("yesterday", "2027-02-09 2027-02-10"),
            ("THIS_WEEK", "2027-02-07 2027-02-14"),
            ("LAST_WEEK", "2027-01-31 2027-02-07"),
            ("THIS_MONTH", "2027-02-01 2027-03-01"),
            ("NEXT_MONTH", "2027-03-01 2027-04-01"),
            ("THIS_QUARTER", "2027-01-01 2027-04-01"),
            ("LAST_QUARTER", "2026-10-01 2027-01-01"),
            ("THIS_YEAR", "2027-01-01 2028-01-01"),
            ("LAST_N_DAYS:7", "2027-02-03 2027-02-11"),
            ("NEXT_N_DAYS:7", "2027-02-11 2027-02-18"),
            ("LAST_N_MONTHS:2", "2026-12-01 2027-02-01"),
            ("N_DAYS_AGO:1", "2027-02-09 2027-02-10"),
            ("NEXT_90_DAYS", "2027-02-11 2027-05-12"),
        ] {
            assert_eq!(span(word), days, "{word}");
        }
        for word in ["SOON", "THIS_CENTURY", "LAST_N_DAYS:x", "SOME_DAY", "LAST_N_DAYS:99999999"] {
            assert_eq!(literal(word, now), None, "{word}");
        }
        assert_eq!(written("2027-02-10"), literal("TODAY", now));
        assert_eq!(written("2027-02-10T15:00:00.000+0000").map(|period| period.from), Some(now));
        assert_eq!(written("tomorrow"), None);
    }
}
