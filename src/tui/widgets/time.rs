//! Moments and durations as people say them.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Distance of a moment from `now`: `in 41 min`, `2 h ago`, `now`.
pub fn relative(moment: Timestamp, now: Timestamp) -> String {
    let seconds = moment.as_second() - now.as_second();
    let size = span(seconds.unsigned_abs());
    match seconds {
        -4..=4 => "now".to_owned(),
        5.. => format!("in {size}"),
        _ => format!("{size} ago"),
    }
}

/// Time since a moment, without the word "ago": `3 min`, `never` for none.
pub fn since(moment: Option<Timestamp>, now: Timestamp) -> String {
    moment.map_or_else(|| "never".to_owned(), |moment| relative(moment, now).trim_end_matches(" ago").to_owned())
}

/// A number of seconds in its largest fitting unit.
fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        172_800..5_184_000 => format!("{} d", seconds / 86_400),
        5_184_000..63_072_000 => format!("{} months", seconds / 2_592_000),
        _ => format!("{} years", seconds / 31_536_000),
    }
}

/// The moment itself, in this machine's time zone.
pub fn absolute(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The time of day, in this machine's time zone: `13:52`.
pub fn of_day(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::system()).strftime("%H:%M").to_string()
}

/// A running time: `0.2 s`, `14 s`, `2:05`.
pub fn elapsed(duration: Duration) -> String {
    match duration.as_secs() {
        0..10 => format!("{:.1} s", duration.as_secs_f32()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => clock(seconds),
    }
}

/// A finished call's time: `0.6 ms`, `412 ms`, `3.2 s`.
pub fn took(duration: Duration) -> String {
    match duration.as_millis() {
        0..10 => format!("{:.1} ms", duration.as_secs_f64() * 1e3),
        millis @ 10..1_000 => format!("{millis} ms"),
        _ => format!("{:.1} s", duration.as_secs_f32()),
    }
}

/// Minutes and seconds: `0:46`.
pub fn clock(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a moment")
    }

    #[test]
    fn moments_are_told_in_their_largest_unit() {
        let now = at(1_000_000);
        let told: Vec<_> = [3, 41 * 60, -7_200, -3 * 86_400, 100 * 86_400, -50_000]
            .into_iter()
            .map(|offset| relative(at(1_000_000 + offset), now))
            .collect();
        assert_eq!(told, ["now", "in 41 min", "2 h ago", "3 d ago", "in 3 months", "13 h ago"]);
        assert_eq!(since(None, now), "never");
        assert_eq!(since(Some(at(999_000)), now), "16 min");
    }

    #[test]
    fn running_times() {
        assert_eq!(elapsed(Duration::from_millis(240)), "0.2 s");
        assert_eq!(elapsed(Duration::from_secs(14)), "14 s");
        assert_eq!(elapsed(Duration::from_secs(125)), "2:05");
        assert_eq!(took(Duration::from_micros(640)), "0.6 ms");
        assert_eq!(took(Duration::from_millis(412)), "412 ms");
        assert_eq!(took(Duration::from_millis(3_210)), "3.2 s");
    }
}
