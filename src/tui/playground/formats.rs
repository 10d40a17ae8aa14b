//! Meaning of a text of a certain format, or a hint at how it is meant to look.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};
use url::Url;

use crate::domain::{Identifier, Untrusted};
use crate::tui::widgets::time::relative;

/// Meaning of `typed` as a value of `format`, or what it still lacks; none for formats that speak for themselves
/// and for ones that nobody knows. Safe to show.
pub fn reading(format: &str, typed: &str, now: Timestamp) -> Option<String> {
    Some(match format {
        "date-time" => match typed.parse::<Timestamp>() {
            Ok(moment) => {
                let utc = moment.to_zoned(TimeZone::UTC).strftime("%a %-d %b %Y %H:%M UTC").to_string();
                format!("{utc}, {}", relative(moment, now))
            }
            Err(_) => "as in 2025-01-31T09:00:00Z or 2025-01-31T10:00:00+01:00".into(),
        },
        "date" => match typed.parse::<Date>() {
            Ok(date) => {
                let today = now.to_zoned(TimeZone::system()).date();
                let days = date.since((Unit::Day, today)).map_or(0, |span| span.get_days());
                let far = match days {
                    0 => "today".to_owned(),
                    1 => "tomorrow".to_owned(),
                    -1 => "yesterday".to_owned(),
                    2.. => format!("in {days} days"),
                    _ => format!("{} days ago", -days),
                };
                format!("{}, {far}", date.strftime("%A"))
            }
            Err(_) => "as in 2025-01-31".into(),
        },
        "email" if is_address(typed) => return None,
        "email" => "as in ada@example.com".into(),
        "uri" | "url" => match Url::parse(typed) {
            Ok(url) => match url.host_str() {
                Some(host) => format!("at {}", Untrusted::from(host)),
                None => format!("a {} address", Untrusted::from(url.scheme())),
            },
            Err(_) => "as in https://example.com/".into(),
        },
        "uuid" => {
            let digits = typed.chars().filter(char::is_ascii_hexdigit).count();
            if is_uuid(typed) {
                return None;
            }
            format!("{digits} of 32 digits, as in 123e4567-e89b-12d3-a456-426614174000")
        }
        _ => return None,
    })
}

/// Values of `format` that somebody might mean at this moment, each with what it is.
pub fn offers(format: &str, now: Timestamp, acting_as: &Identifier) -> Vec<(String, String)> {
    let here = now.to_zoned(TimeZone::system());
    let day = |days: i64| here.date().saturating_add(jiff::Span::new().days(days)).to_string();
    let moment = |hours: i64| {
        let later = now.saturating_add(jiff::SignedDuration::from_hours(hours)).unwrap_or(now);
        later.round(Unit::Second).unwrap_or(later).to_string()
    };
    let offer = |value: String, what: &str| (value, what.to_owned());
    match format {
        "date-time" => vec![
            offer(moment(0), "now"),
            offer(moment(1), "in an hour"),
            offer(moment(24), "in a day"),
            offer(moment(24 * 7), "in a week"),
            offer(moment(-24), "a day ago"),
            offer(moment(-24 * 7), "a week ago"),
        ],
        "date" => vec![
            offer(day(0), "today"),
            offer(day(1), "tomorrow"),
            offer(day(7), "in a week"),
            offer(day(-1), "yesterday"),
            offer(day(-7), "a week ago"),
        ],
        "email" if is_address(acting_as.raw()) => vec![offer(acting_as.raw().to_owned(), "the identifier acted as")],
        _ => Vec::new(),
    }
}

/// Whether [`offers`] has any.
pub fn has_offers(format: &str, acting_as: &Identifier) -> bool {
    match format {
        "date-time" | "date" => true,
        "email" => is_address(acting_as.raw()),
        _ => false,
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = groups.iter().map(|group| group.len());
    lengths.eq([8, 4, 4, 4, 12]) && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_back() {
        let now: Timestamp = "2025-03-04T12:00:00Z".parse().unwrap();
        let read = |format, typed| reading(format, typed, now).unwrap_or_default();
        assert_eq!(read("date-time", "2025-03-04T13:00:00+00:00"), "Tue 4 Mar 2025 13:00 UTC, in 1 h");
        assert_eq!(read("date-time", "2025-03-04T13:0"), "as in 2025-01-31T09:00:00Z or 2025-01-31T10:00:00+01:00");
        assert!(read("date", "2025-03-14").starts_with("Friday, in "));
        assert_eq!(read("uri", "https://a.b/c"), "at a.b");
        assert_eq!(read("uri", "mailto:x"), "a mailto address");
        assert_eq!(
            (read("email", "a@b"), read("email", "a@"), read("hostname", "")),
            (String::new(), "as in ada@example.com".into(), String::new())
        );
        assert!(read("uuid", "123e-").starts_with("4 of 32 digits"));
        assert_eq!(read("uuid", "123e4567-e89b-12d3-a456-426614174000"), "");
    }

    #[test]
    fn what_is_offered_fits() {
        let now: Timestamp = "2025-03-04T12:00:00.123Z".parse().unwrap();
        let offered = offers("date-time", now, &"ada".into());
        assert_eq!(offered[1], ("2025-03-04T13:00:00Z".to_owned(), "in an hour".to_owned()));
        for (format, who) in [("date-time", "a"), ("date", "a"), ("email", "a@b"), ("email", "a"), ("uuid", "a@b")] {
            let acting_as = who.into();
            assert_eq!(has_offers(format, &acting_as), !offers(format, now, &acting_as).is_empty(), "{format}");
        }
        for (value, _) in offers("date", now, &"ada".into()) {
            assert!(value.parse::<Date>().is_ok(), "{value}");
        }
        assert_eq!(offers("email", now, &"ada@acme.dev".into())[0].0, "ada@acme.dev");
        assert!(offers("email", now, &"user-7".into()).is_empty());
    }
}
