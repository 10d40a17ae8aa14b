//! Moments as people read them: this machine's local time with its offset. Programs read UTC, as RFC 3339.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment in local time, to the second, with its offset from UTC.
pub(super) fn local(moment: Timestamp) -> String {
    in_zone(moment, TimeZone::system())
}

/// The same, or a hyphen where there is none.
pub(super) fn local_or_none(moment: Option<Timestamp>) -> String {
    moment.map_or_else(|| "-".to_owned(), local)
}

fn in_zone(moment: Timestamp, zone: TimeZone) -> String {
    moment.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::tz::Offset;

    use super::*;

    #[test]
    fn a_moment_says_how_far_its_clock_is_from_utc() {
        let moment: Timestamp = "2026-11-28T20:30:00.75Z".parse().unwrap();
        assert_eq!(in_zone(moment, Offset::constant(9).to_time_zone()), "2026-11-29 05:30:00 +09:00");
        assert_eq!(in_zone(moment, TimeZone::UTC), "2026-11-28 20:30:00 +00:00");
        assert_eq!(local_or_none(None), "-");
    }
}
