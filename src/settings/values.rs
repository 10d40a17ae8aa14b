//! The words that a setting can be.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;

/// How the screen looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThemeVariant {
    /// Colours for a dark terminal.
    Dark,
    /// Colours for a light terminal.
    Light,
    /// No colours: bold, dim, underlined, reversed.
    Attributes,
}

impl ThemeVariant {
    /// All of them with their names.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Dark, "dark"), (Self::Light, "light"), (Self::Attributes, "attributes")];

    /// What it is called.
    pub fn name(self) -> &'static str {
        named(&Self::ALL, self)
    }
}

/// What is set about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the terminal says it is: light if `COLORFGBG` says so, else dark.
    #[default]
    Auto,
    /// Always this one.
    Always(ThemeVariant),
}

impl ThemeChoice {
    /// All of them with their names.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Auto, "auto"),
        (Self::Always(ThemeVariant::Dark), "dark"),
        (Self::Always(ThemeVariant::Light), "light"),
        (Self::Always(ThemeVariant::Attributes), "attributes"),
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        named(&Self::ALL, self)
    }
}

/// How much is logged; each level holds those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// Nothing, and no file.
    #[default]
    Off,
    /// What broke inside.
    Error,
    /// What went wrong.
    Warn,
    /// What the program was about.
    Info,
    /// Every request, without anything secret.
    Debug,
}

impl LogLevel {
    /// All of them with their names.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Off, "off"),
        (Self::Error, "error"),
        (Self::Warn, "warn"),
        (Self::Info, "info"),
        (Self::Debug, "debug"),
    ];

    /// The same without their names.
    pub const EACH: [Self; 5] = [Self::Off, Self::Error, Self::Warn, Self::Info, Self::Debug];

    /// What it is called.
    pub fn name(self) -> &'static str {
        named(&Self::ALL, self)
    }
}

/// How long something may take: a time such as `90s`, `5m` or `1h30m`, a number of seconds, or `none`,
/// which is also what zero means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimit(pub Option<Duration>);

impl FromStr for TimeLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "none" {
            return Ok(Self(None));
        }
        let seconds = text.parse().ok().map(Duration::from_secs);
        let written = || text.parse().ok().and_then(|time: SignedDuration| Duration::try_from(time).ok());
        let time = seconds.or_else(written).ok_or_else(|| "a time such as 90s, 5m or 1h, or none".to_owned())?;
        Ok(Self((!time.is_zero()).then_some(time)))
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.map(SignedDuration::try_from) {
            Some(Ok(time)) => write!(f, "{time:#}"),
            _ => f.write_str("none"),
        }
    }
}

impl FromStr for ThemeVariant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parsed(&Self::ALL, text)
    }
}

impl FromStr for ThemeChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parsed(&Self::ALL, text)
    }
}

impl FromStr for LogLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parsed(&Self::ALL, text)
    }
}

fn named<T: Copy + PartialEq>(all: &[(T, &'static str)], one: T) -> &'static str {
    all.iter().find(|(other, _)| *other == one).map_or("", |(_, name)| name)
}

/// The error lists what it could have been.
fn parsed<T: Copy>(all: &[(T, &'static str)], text: &str) -> Result<T, String> {
    all.iter().find(|(_, name)| *name == text).map(|(one, _)| *one).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|(_, name)| *name).collect();
        format!("one of {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_as_people_write_it() {
        let cases = [("5m", 300), ("90s", 90), ("1h30m", 5_400), ("1.5m", 90), ("2 minutes", 120), (" 95 ", 95)];
        for (text, seconds) in cases {
            assert_eq!(text.parse(), Ok(TimeLimit(Some(Duration::from_secs(seconds)))), "{text}");
        }
        for text in ["none", "0", "0s"] {
            assert_eq!(text.parse(), Ok(TimeLimit(None)), "{text}");
        }
        for text in ["", "soon", "-5m", "5x", "5m ago", "m", "-1", "None at all"] {
            assert!(text.parse::<TimeLimit>().is_err(), "{text}");
        }
    }

    #[test]
    fn it_is_shown_as_it_could_be_written() {
        for text in ["none", "1m", "1m 30s", "2h"] {
            let limit: TimeLimit = text.parse().expect(text);
            assert_eq!(limit.to_string(), text);
        }
    }
}
