//! The words that a setting can be.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;
use strum::{EnumString, IntoStaticStr, VariantArray, VariantNames};

/// Colours of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum ThemeVariant {
    /// Colours for a dark terminal.
    Dark,
    /// Colours for a light terminal.
    Light,
    /// No colours: bold, dim, underlined, reversed.
    Attributes,
}

impl ThemeVariant {
    /// Name in the settings.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Words for a message.
    pub fn words(self) -> &'static str {
        match self {
            Self::Attributes => "no colour",
            other => other.name(),
        }
    }
}

/// Theme as the settings file names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the terminal says it is: light if `COLORFGBG` says so, else dark.
    #[default]
    Auto,
    /// This one, whatever the terminal says.
    Always(ThemeVariant),
}

impl ThemeChoice {
    /// Name in the settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => AUTO,
            Self::Always(variant) => variant.name(),
        }
    }
}

const AUTO: &str = "auto";

/// Amount of logging; each level holds those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", parse_err_ty = String, parse_err_fn = unknown_level)]
pub enum LogLevel {
    /// Nothing, and no file.
    #[default]
    Off,
    /// Defects of this program.
    Error,
    /// Failures that a person was told of, or that were made up for.
    Warn,
    /// Milestones: what was opened, sent, saved.
    Info,
    /// Every request, without anything secret.
    Debug,
}

impl LogLevel {
    /// All levels.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Name in the settings.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Way in which the terminal is asked for a notification on the desktop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase", parse_err_ty = String, parse_err_fn = unknown_notify)]
pub enum NotifyChoice {
    /// Never.
    #[default]
    Off,
    /// By OSC 9, which iTerm2, WezTerm, Ghostty, Windows Terminal and kitty know.
    Osc9,
    /// By OSC 777, which foot, urxvt, Ghostty and terminals of VTE know.
    Osc777,
}

impl NotifyChoice {
    /// Name in the settings.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

fn unknown_notify(_: &str) -> String {
    one_of(NotifyChoice::VARIANTS.iter().copied().map(NotifyChoice::name))
}

fn unknown_level(_: &str) -> String {
    one_of(LogLevel::ALL.iter().copied().map(LogLevel::name))
}

fn one_of(names: impl Iterator<Item = &'static str>) -> String {
    format!("one of {}", names.collect::<Vec<_>>().join(", "))
}

/// Longest time that something may take: `90s`, `5m` or `1h30m`, a number of seconds, or `none`, which is
/// also what zero means.
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

/// Time after which the screen reads again what is visible: `30s`, `5m`, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshInterval(pub Option<Duration>);

/// Shortest time between two readings.
const SHORTEST: Duration = Duration::from_secs(5);

impl Default for RefreshInterval {
    fn default() -> Self {
        Self(Some(Duration::from_secs(60)))
    }
}

impl FromStr for RefreshInterval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == OFF {
            return Ok(Self(None));
        }
        let time = text.parse::<TimeLimit>().ok().and_then(|limit| limit.0).filter(|time| *time >= SHORTEST);
        time.map(|time| Self(Some(time)))
            .ok_or_else(|| "a time of 5 seconds or more such as 30s or 5m, or off".to_owned())
    }
}

impl fmt::Display for RefreshInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(_) => TimeLimit(self.0).fmt(f),
            None => f.write_str(OFF),
        }
    }
}

const OFF: &str = "off";

impl FromStr for ThemeChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == AUTO {
            return Ok(Self::Auto);
        }
        let unknown = |_| one_of([AUTO].into_iter().chain(ThemeVariant::VARIANTS.iter().copied()));
        text.parse().map(Self::Always).map_err(unknown)
    }
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
