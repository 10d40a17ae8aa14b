//! Texts that stand in a sample where a schema offers none.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use regex::{Regex, RegexBuilder};
use url::Url;

use super::flatten::FlatSchema;
use super::from_pattern::text_matching;
use super::tree::{Tree, TreeKind};

/// Memory for one pattern, in bytes.
const MAX_PATTERN: usize = 1 << 16;

/// Characters of a text that is made.
const MAX_CHARS: usize = 1_000;

/// Distance of the dates in a sample from now: ahead in every time zone.
const AHEAD: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Address that nobody has.
const EMAIL: &str = "ada@example.com";

/// Texts for formats, each a valid value of its format.
const FORMATS: [(&str, &str); 16] = [
    ("time", "09:00:00Z"),
    ("duration", "PT1H"),
    ("email", EMAIL),
    ("idn-email", EMAIL),
    ("hostname", "example.com"),
    ("idn-hostname", "example.com"),
    ("ipv4", "192.0.2.1"),
    ("ipv6", "2001:db8::1"),
    ("uri", "https://example.com/"),
    ("uri-reference", "https://example.com/"),
    ("iri", "https://example.com/"),
    ("iri-reference", "https://example.com/"),
    ("url", "https://example.com/"),
    ("uuid", "123e4567-e89b-12d3-a456-426614174000"),
    ("json-pointer", "/example"),
    ("regex", "^example$"),
];

/// Maker of the text at one place.
pub(super) struct Filler<'f, 't, 'a> {
    pub(super) merged: &'f FlatSchema<'t, 'a>,
    /// Name of the member that it is for, which tells what is meant.
    pub(super) name: &'f str,
    pub(super) now: Timestamp,
    /// Whether nothing is better than something made up.
    pub(super) may_be_empty: bool,
}

impl Filler<'_, '_, '_> {
    /// A text that the schema takes, as far as one is found.
    pub(super) fn text(&self) -> String {
        let limits = TextLimits::new(self.merged);
        let format = self.merged.text("format").unwrap_or_default();
        let of_format = self.of_format(format);
        let empty = self.may_be_empty.then(String::new);
        let of_pattern = || limits.patterns.iter().find_map(|pattern| text_matching(pattern, limits.least));
        let last = || of_format.clone().or_else(of_pattern).unwrap_or_default();
        let named = || limits.cut(&by_name(self.name));
        let tried = of_format.clone().into_iter().chain(empty).chain([named()]).chain(of_pattern());
        tried.into_iter().find(|text| limits.allow(text)).unwrap_or_else(last)
    }

    fn of_format(&self, format: &str) -> Option<String> {
        let day = || self.now.checked_add(AHEAD).unwrap_or(self.now).to_zoned(TimeZone::UTC).date();
        match format {
            "date-time" => Some(format!("{}T09:00:00Z", day())),
            "date" => Some(day().to_string()),
            format => FORMATS.iter().find(|(name, _)| *name == format).map(|(_, text)| (*text).to_owned()),
        }
    }
}

/// A text as somebody would write one under this name.
fn by_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| lower == *word || lower.ends_with(&format!("_{word}")));
    if lower.contains("email") {
        return EMAIL.to_owned();
    }
    if is(&["url", "uri", "link", "href"]) {
        return "https://example.com/".to_owned();
    }
    if is(&["id", "gid"]) || name.ends_with("Id") || name.ends_with("ID") {
        return "1234567890".to_owned();
    }
    if name.is_empty() {
        return "Example".to_owned();
    }
    format!("Example {}", lower.replace(['_', '-'], " "))
}

/// What a schema says of a text.
struct TextLimits<'t> {
    least: usize,
    most: usize,
    patterns: Vec<&'t str>,
    format: &'t str,
}

impl<'t> TextLimits<'t> {
    fn new(merged: &FlatSchema<'t, '_>) -> Self {
        let number = |keyword| merged.number(keyword).map(length);
        Self {
            least: number("minLength").unwrap_or(0).min(MAX_CHARS),
            most: number("maxLength").unwrap_or(usize::MAX),
            patterns: merged.all("pattern").into_iter().filter_map(Tree::text).collect(),
            format: merged.text("format").unwrap_or_default(),
        }
    }

    /// The text in the length that is asked for.
    fn cut(&self, text: &str) -> String {
        let mut text: String = text.chars().take(self.most).collect();
        while text.chars().count() < self.least {
            text.push('x');
        }
        text
    }

    /// Whether the schema takes it. A pattern that cannot be read here stands in nobody's way.
    fn allow(&self, text: &str) -> bool {
        let matches = |pattern: &&str| compile(pattern).is_none_or(|pattern| pattern.is_match(text));
        (self.least..=self.most).contains(&text.chars().count())
            && is_of_format(self.format, text)
            && self.patterns.iter().all(matches)
    }
}

fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).size_limit(MAX_PATTERN).dfa_size_limit(MAX_PATTERN).build().ok()
}

/// Whether a text has a format, as far as that is told at a glance.
fn is_of_format(format: &str, text: &str) -> bool {
    match format {
        "date" => text.len() == 10 && text.parse::<Date>().is_ok(),
        "date-time" => text.contains(['T', 't', ' ']) && text.parse::<Timestamp>().is_ok(),
        "email" | "idn-email" => text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
        "uri" | "url" => Url::parse(text).is_ok(),
        "uuid" => text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
        "time" | "duration" | "hostname" | "ipv4" | "ipv6" => !text.is_empty(),
        _ => true,
    }
}

/// Whether a value that stands in a schema fits what the same schema says of length, pattern, format and size.
pub(super) fn fits_limits(merged: &FlatSchema<'_, '_>, value: &Tree<'_>) -> bool {
    match &value.shape {
        TreeKind::String(text) => TextLimits::new(merged).allow(text),
        TreeKind::Number => {
            let Some(number) = value.number() else { return true };
            let holds = |keyword, fits: fn(f64, f64) -> bool| merged.number(keyword).is_none_or(|n| fits(number, n));
            holds("minimum", |number, least| number >= least)
                && holds("maximum", |number, most| number <= most)
                && holds("exclusiveMinimum", |number, least| number > least)
                && holds("exclusiveMaximum", |number, most| number < most)
        }
        _ => true,
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn length(number: f64) -> usize {
    number as usize
}
