//! The words that a setting can be.

use std::str::FromStr;

/// How the screen looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Colours for a dark terminal.
    Dark,
    /// Colours for a light terminal.
    Light,
    /// No colours: bold, dim, underlined, reversed.
    Attributes,
}

impl Look {
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
    Always(Look),
}

impl ThemeChoice {
    /// All of them with their names.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Auto, "auto"),
        (Self::Always(Look::Dark), "dark"),
        (Self::Always(Look::Light), "light"),
        (Self::Always(Look::Attributes), "attributes"),
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

    /// What it is called.
    pub fn name(self) -> &'static str {
        named(&Self::ALL, self)
    }
}

impl FromStr for Look {
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
