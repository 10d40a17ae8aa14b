//! Times as callers write them: in the tools' arguments, and in the objects of the API.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::event::Moment;
use super::input;
use crate::sandbox::provider::arguments::Arguments;
use crate::sandbox::provider::call::ProviderRefusal;

/// Length of an event whose length nobody gave.
const USUAL: SignedDuration = SignedDuration::from_mins(30);

/// The first of these names that holds an instant.
pub fn instant(arguments: &Arguments<'_>, names: [&str; 2]) -> Result<Option<Timestamp>, ProviderRefusal> {
    for name in names {
        if let Some(text) = arguments.text(name)? {
            let bad = || input(format!("{name}: Bad Request: {text} is not an RFC 3339 time"));
            // In a query a plus sign may have become a space on the way.
            let text = if text.contains('T') { text.replace(' ', "+") } else { text.to_owned() };
            let parsed = text.parse::<Timestamp>().ok();
            let parsed = parsed.or_else(|| TimeZone::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok());
            return parsed.map(Some).ok_or_else(bad);
        }
    }
    Ok(None)
}

/// A moment that an argument or an object of the API gives; `at` names the one, `object` the other.
pub fn moment(arguments: &Arguments<'_>, at: &str, object: &str) -> Result<Option<Moment>, ProviderRefusal> {
    let zone = arguments.text("timezone")?;
    if let Some(text) = arguments.text(at)? {
        return timed(at, text, zone).map(Some);
    }
    let Some(Value::Object(fields)) = arguments.map.get(object) else { return Ok(None) };
    let inner = Arguments { map: fields, complain: arguments.complain };
    if let Some(day) = inner.text("date")? {
        let day = day.parse::<Date>().map_err(|_| input(format!("{object}.date: Invalid value: {day}")))?;
        return Ok(Some(Moment::Day(day)));
    }
    let zone = inner.text("timeZone")?.or(zone);
    timed(object, inner.required_text("dateTime")?, zone).map(Some)
}

fn timed(name: &str, text: &str, zone: Option<&str>) -> Result<Moment, ProviderRefusal> {
    let zone = match zone {
        None => TimeZone::UTC,
        Some(zone) => {
            TimeZone::get(zone).map_err(|_| input(format!("Invalid time zone definition for {name}: {zone}")))?
        }
    };
    let zoned = match text.parse::<Timestamp>() {
        Ok(at) => Some(at.to_zoned(zone)),
        Err(_) => text.parse::<DateTime>().ok().and_then(|at| zone.to_zoned(at).ok()),
    };
    zoned.map(Moment::At).ok_or_else(|| input(format!("{name}: Invalid value: {text} is not an RFC 3339 time")))
}

/// End of an event: as it is given, or after the hours and minutes given; none when neither is.
pub fn end(arguments: &Arguments<'_>, start: &Moment) -> Result<Option<Moment>, ProviderRefusal> {
    let end = match moment(arguments, "end_datetime", "end")? {
        Some(end) => Some(end),
        None => match (arguments.number("event_duration_hour")?, arguments.number("event_duration_minutes")?) {
            (None, None) => None,
            (hours, minutes) => {
                let small = |number: Option<i64>| number.unwrap_or(0).clamp(0, 100_000);
                let length = SignedDuration::from_mins(small(hours) * 60 + small(minutes));
                Some(later(start, length)?)
            }
        },
    };
    match &end {
        Some(end) if end.instant() <= start.instant() => Err(input("The specified time range is empty.")),
        Some(Moment::Day(_)) if matches!(start, Moment::At(_)) => {
            Err(input("Start and end times must either both be date or both be dateTime."))
        }
        Some(Moment::At(_)) if matches!(start, Moment::Day(_)) => {
            Err(input("Start and end times must either both be date or both be dateTime."))
        }
        _ => Ok(end),
    }
}

/// End of an event of the usual length.
pub fn usual_end(start: &Moment) -> Result<Moment, ProviderRefusal> {
    match start {
        Moment::Day(_) => later(start, SignedDuration::from_hours(24)),
        Moment::At(_) => later(start, USUAL),
    }
}

pub fn later(start: &Moment, duration: SignedDuration) -> Result<Moment, ProviderRefusal> {
    start.later_by(duration).ok_or_else(|| input("The event ends too late."))
}
