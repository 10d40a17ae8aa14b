//! Moments in time, in the ways that APIs write them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, fmt};

/// A moment, and how it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Point in time that is meant.
    pub at: Timestamp,
    /// Format in which it was written.
    pub form: MomentFormat,
}

/// A way to write a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MomentFormat {
    /// ISO 8601 with a zone: `2026-03-04T12:00:00Z`.
    Iso,
    /// The same without a zone, so that UTC is a guess.
    IsoWithoutZone,
    /// A day alone; its beginning in UTC is meant here.
    Day,
    /// `Wed, 04 Mar 2026 12:00:00 +0000`, as in mails and headers.
    Mail,
    /// A number of these since 1970.
    Since1970(EpochUnit),
}

/// Unit of a number that counts from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpochUnit {
    /// Seconds, perhaps with a fraction.
    Seconds,
    /// Milliseconds, as in JavaScript.
    Milliseconds,
    /// Microseconds, as in databases.
    Microseconds,
    /// Nanoseconds, as in Go.
    Nanoseconds,
}

impl MomentFormat {
    /// Name of the unit as it is shown.
    pub fn words(self) -> &'static str {
        match self {
            Self::Iso => "ISO 8601",
            Self::IsoWithoutZone => "ISO 8601 without a zone, read as UTC",
            Self::Day => "a day, its beginning in UTC",
            Self::Mail => "a date as in mails (RFC 2822)",
            Self::Since1970(EpochUnit::Seconds) => "seconds since 1970",
            Self::Since1970(EpochUnit::Milliseconds) => "milliseconds since 1970",
            Self::Since1970(EpochUnit::Microseconds) => "microseconds since 1970",
            Self::Since1970(EpochUnit::Nanoseconds) => "nanoseconds since 1970",
        }
    }
}

/// The units by how many of them make a second.
const UNITS: [(EpochUnit, i128); 4] = [
    (EpochUnit::Seconds, 1),
    (EpochUnit::Milliseconds, 1_000),
    (EpochUnit::Microseconds, 1_000_000),
    (EpochUnit::Nanoseconds, 1_000_000_000),
];

/// From 2000 to 2100, in seconds: whatever else is counted is rarely as large as these moments.
const LIKELY: std::ops::Range<i128> = 946_684_800..4_102_444_800;

/// No way to write a moment is longer, in bytes.
const LONGEST: usize = 64;

impl Moment {
    /// The moment that a text stands for, if it stands for one.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST {
            return None;
        }
        let dated = text.as_bytes().get(4) == Some(&b'-');
        let utc = |civil: DateTime| civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
        let iso = || text.parse().ok().map(|at| Self { at, form: MomentFormat::Iso });
        let day = || Some(Self { at: utc(text.parse::<Date>().ok()?.into())?, form: MomentFormat::Day });
        let civil = || Some(Self { at: utc(text.parse::<DateTime>().ok()?)?, form: MomentFormat::IsoWithoutZone });
        let mail =
            || fmt::rfc2822::parse(text).ok().map(|zoned| Self { at: zoned.timestamp(), form: MomentFormat::Mail });
        match dated {
            true if text.len() <= 10 => day(),
            true => iso().or_else(civil),
            false => Self::from_number(text).or_else(mail),
        }
    }

    /// The moment that a number stands for, as JSON writes it, if it likely stands for one.
    pub fn from_number(number: &str) -> Option<Self> {
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() < 9 || whole.len() > 19 || fraction.len() > 9 || !digits(whole) || !digits(fraction) {
            return None;
        }
        let count: i128 = whole.parse().ok()?;
        let (unit, per_second) = UNITS.into_iter().find(|(_, per_second)| LIKELY.contains(&(count / per_second)))?;
        if unit != EpochUnit::Seconds && !fraction.is_empty() {
            return None;
        }
        let part: i128 = format!("{fraction:0<9}").parse().ok()?;
        let at = Timestamp::from_nanosecond(count * (1_000_000_000 / per_second) + part).ok()?;
        Some(Self { at, form: MomentFormat::Since1970(unit) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_known_however_they_are_written() {
        let noon = "2026-03-04T12:00:00Z";
        for (text, form, at) in [
            (noon, MomentFormat::Iso, noon),
            ("2026-03-04T13:00:00.000+01:00", MomentFormat::Iso, noon),
            ("2026-03-04 12:00:00", MomentFormat::IsoWithoutZone, noon),
            ("2026-03-04", MomentFormat::Day, "2026-03-04T00:00:00Z"),
            ("Wed, 04 Mar 2026 12:00:00 +0000", MomentFormat::Mail, noon),
            ("1772625600", MomentFormat::Since1970(EpochUnit::Seconds), noon),
            ("1772625600.250000", MomentFormat::Since1970(EpochUnit::Seconds), "2026-03-04T12:00:00.25Z"),
            ("1772625600000", MomentFormat::Since1970(EpochUnit::Milliseconds), noon),
            ("1772625600000000", MomentFormat::Since1970(EpochUnit::Microseconds), noon),
            ("1772625600000000000", MomentFormat::Since1970(EpochUnit::Nanoseconds), noon),
        ] {
            assert_eq!(Moment::from_text(text), Some(Moment { at: at.parse().expect("a moment"), form }), "{text}");
        }
    }

    #[test]
    fn most_numbers_and_texts_are_no_moments() {
        for text in
            ["12", "204", "123456789", "99999999999999999999", "1772625600000.5", "-1772625600", "1e12", "0x1772625600"]
        {
            assert_eq!(Moment::from_number(text), None, "{text}");
        }
        for text in ["", "ENG-12", "2026-13-45", "2026-03-04T25:00:00Z", "call +4930123456", "tomorrow"] {
            assert_eq!(Moment::from_text(text), None, "{text}");
        }
    }
}
