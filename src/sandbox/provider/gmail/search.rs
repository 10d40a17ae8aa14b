//! Queries, as Gmail's search box takes them. All words must fit; a minus in front turns one round.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::mailbox::{Copy, OwnLabel};

/// Words of a query.
pub struct Terms(Vec<(bool, Term)>);

enum Term {
    From(String),
    To(String),
    Subject(String),
    /// Id of a label.
    Label(String),
    Attachment,
    File(String),
    After(Timestamp),
    Before(Timestamp),
    Word(String),
}

impl Terms {
    /// Reads a query; ages count back from `now`, and labels go by name.
    pub fn read(query: &str, now: Timestamp, labels: &[&OwnLabel]) -> Self {
        let read = |word: String| match word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
            Some(rest) => (false, Term::read(rest, now, labels)),
            None => (true, Term::read(&word, now, labels)),
        };
        Self(words(query).into_iter().map(read).collect())
    }

    pub fn fit(&self, copy: &Copy) -> bool {
        self.0.iter().all(|(wanted, term)| term.fits(copy) == *wanted)
    }

    /// Whether a label is asked for by name.
    pub fn ask_for(&self, label: &str) -> bool {
        self.0.iter().any(|(wanted, term)| *wanted && matches!(term, Term::Label(known) if known == label))
    }
}

/// Words of a query; quotes and brackets keep words together.
fn words(query: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for sign in query.chars() {
        match sign {
            '"' => quoted = !quoted,
            '(' | ')' if !quoted => {}
            sign if sign.is_whitespace() && !quoted => words.push(std::mem::take(&mut word)),
            sign => word.push(sign),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

impl Term {
    fn read(word: &str, now: Timestamp, labels: &[&OwnLabel]) -> Self {
        let plain = || Self::Word(word.to_lowercase());
        let Some((field, value)) = word.split_once(':') else { return plain() };
        let age = || now.checked_sub(age(value)?).ok();
        match field.to_ascii_lowercase().as_str() {
            "from" => Self::From(value.to_lowercase()),
            "to" | "cc" => Self::To(value.to_lowercase()),
            "subject" => Self::Subject(value.to_lowercase()),
            "label" | "in" | "is" | "category" => {
                let own = labels.iter().find(|label| label.name.replace(' ', "-").eq_ignore_ascii_case(value));
                Self::Label(own.map_or_else(|| value.to_uppercase(), |label| label.id.clone()))
            }
            "has" if value == "attachment" => Self::Attachment,
            "filename" => Self::File(value.to_lowercase()),
            "after" | "newer" => day(value).map_or_else(plain, Self::After),
            "before" | "older" => day(value).map_or_else(plain, Self::Before),
            "newer_than" => age().map_or_else(plain, Self::After),
            "older_than" => age().map_or_else(plain, Self::Before),
            _ => plain(),
        }
    }

    fn fits(&self, copy: &Copy) -> bool {
        let message = &copy.message;
        let mut named = message.to.iter().chain(&message.cc);
        match self {
            Self::From(who) => message.from.to_lowercase().contains(who),
            Self::To(who) => named.any(|to| to.to_lowercase().contains(who)),
            Self::Subject(text) => message.subject.to_lowercase().contains(text),
            Self::Label(label) => match label.as_str() {
                "ANYWHERE" => true,
                "READ" => !copy.has("UNREAD"),
                label => copy.has(label),
            },
            Self::Attachment => !message.attachments.is_empty(),
            Self::File(name) => message.attachments.iter().any(|file| file.name.to_lowercase().contains(name)),
            Self::After(than) => message.sent_at >= *than,
            Self::Before(than) => message.sent_at < *than,
            Self::Word(word) => {
                format!("{} {} {}", message.from, message.subject, message.body).to_lowercase().contains(word)
            }
        }
    }
}

/// A day as `2026/11/30` or `2026-11-30`, or a number of seconds since 1970.
fn day(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse() {
        return Timestamp::from_second(seconds).ok();
    }
    let date: Date = text.replace('/', "-").parse().ok()?;
    date.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
}

/// An age such as `2d`, `3m` or `1y`; months and years are counted in days. Gmail knows no hours; we do.
fn age(text: &str) -> Option<SignedDuration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let hours = match unit {
        "h" => 1,
        "d" => 24,
        "m" => 24 * 30,
        "y" => 24 * 365,
        _ => return None,
    };
    let number: i64 = number.parse().ok().filter(|number| (0..10_000).contains(number))?;
    Some(SignedDuration::from_hours(number * hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_quotes_stay_together() {
        assert_eq!(
            words(r#"from:ada "two words" subject:(a b) -in:sent"#),
            ["from:ada", "two words", "subject:a", "b", "-in:sent"]
        );
        assert!(words("  ").is_empty());
    }

    #[test]
    fn days_and_ages_are_read() {
        assert_eq!(day("1970/01/02"), day("1970-01-02"));
        assert_eq!(day("86400"), day("1970/01/02"));
        assert_eq!(day("soon"), None);
        assert_eq!(age("2d"), Some(SignedDuration::from_hours(48)));
        for bad in ["", "d", "2", "2w", "-1d", "99999999d", "\u{e9}"] {
            assert_eq!(age(bad), None, "{bad}");
        }
    }
}
