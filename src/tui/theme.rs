//! Colours by meaning.
//!
//! A colour never carries a meaning alone: status has a glyph and a word, selection a bar and bold.
//! Nothing sets a background, so that light and dark terminals both stay readable.

use ratatui::style::{Color, Modifier, Style};

use crate::domain::{Effect, Status};
use crate::json::Kind;

/// The styles of everything on screen, by what they mean.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Fine.
    pub ok: Style,
    /// Wants attention.
    pub warn: Style,
    /// Broken or dangerous.
    pub bad: Style,
    /// Less important than what stands beside it.
    pub muted: Style,
    /// What the eye should find: the focus, a key, a match.
    pub accent: Style,
    /// Letters that were looked for.
    pub found: Style,
    /// Titles and the row under the cursor.
    pub strong: Style,
    /// Frames of panes.
    pub border: Style,
    /// JSON keys.
    pub json_key: Style,
    /// JSON strings.
    pub json_string: Style,
    /// JSON numbers.
    pub json_number: Style,
    /// JSON `true`, `false`, `null`.
    pub json_literal: Style,
    /// JSON punctuation.
    pub json_punctuation: Style,
}

/// How many colours the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Attributes only.
    None,
    /// The terminal's own sixteen.
    Sixteen,
    /// 24 bits.
    True,
}

impl Depth {
    /// Reads the terminal's promises from the environment: `NO_COLOR`, then `COLORTERM`.
    pub fn detect(var: impl Fn(&str) -> Option<String>) -> Self {
        if var("NO_COLOR").is_some_and(|v| !v.is_empty()) || var("TERM").as_deref() == Some("dumb") {
            return Self::None;
        }
        match var("COLORTERM").as_deref() {
            Some("truecolor" | "24bit") => Self::True,
            _ => Self::Sixteen,
        }
    }
}

impl Theme {
    /// The theme for a terminal of this depth. Without colours nothing but attributes is emitted:
    /// a colour reset would also undo bold and reverse set just before it.
    pub fn new(depth: Depth) -> Self {
        let plain = Style::new();
        let colour = |ansi: Color, rgb: (u8, u8, u8)| match depth {
            Depth::None => plain,
            Depth::Sixteen => plain.fg(ansi),
            Depth::True => plain.fg(Color::Rgb(rgb.0, rgb.1, rgb.2)),
        };
        let muted = match depth {
            Depth::None => plain.add_modifier(Modifier::DIM),
            _ => colour(Color::DarkGray, (124, 132, 146)),
        };
        let bold = Modifier::BOLD;
        Self {
            ok: colour(Color::Green, (76, 175, 106)),
            warn: colour(Color::Yellow, (214, 158, 46)),
            bad: colour(Color::Red, (229, 83, 83)).add_modifier(bold),
            muted,
            accent: colour(Color::Cyan, (56, 163, 196)).add_modifier(bold),
            found: colour(Color::Magenta, (222, 120, 190)).add_modifier(Modifier::UNDERLINED),
            strong: plain.add_modifier(bold),
            border: match depth {
                Depth::None => plain,
                _ => colour(Color::DarkGray, (96, 104, 118)),
            },
            json_key: colour(Color::Blue, (97, 150, 224)),
            json_string: colour(Color::Green, (98, 168, 108)),
            json_number: colour(Color::Magenta, (190, 120, 210)),
            json_literal: colour(Color::Yellow, (214, 158, 46)),
            json_punctuation: muted,
        }
    }

    /// Style of a JSON value.
    pub fn json(&self, kind: Kind) -> Style {
        match kind {
            Kind::String => self.json_string,
            Kind::Number => self.json_number,
            Kind::Bool | Kind::Null => self.json_literal,
            Kind::Object | Kind::Array => self.json_punctuation,
        }
    }

    /// Glyph and style of an account's status.
    pub fn status(&self, status: &Status) -> (&'static str, Style) {
        match status {
            Status::Active => ("●", self.ok),
            Status::Expired => ("✖", self.bad),
            Status::PendingAuth | Status::PendingVerification => ("◐", self.warn),
            Status::Disconnected => ("◌", self.muted),
            Status::Unspecified | Status::Other(_) => ("?", self.warn),
        }
    }

    /// Word and style of what a tool does to the world.
    pub fn effect(&self, effect: Effect) -> (&'static str, Style) {
        match effect {
            Effect::Reads => ("reads", self.ok),
            Effect::Writes => ("writes", self.warn),
            Effect::Destroys => ("destroys", self.bad),
            Effect::Unknown => ("unknown", self.muted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_nothing_but_attributes_is_emitted() {
        let theme = Theme::new(Depth::None);
        for style in [theme.ok, theme.warn, theme.bad, theme.muted, theme.accent, theme.border, theme.json_key] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }

    #[test]
    fn no_color_wins_over_a_capable_terminal() {
        let vars = |no_color: Option<&'static str>| {
            move |name: &str| match name {
                "NO_COLOR" => no_color.map(str::to_owned),
                "COLORTERM" => Some("truecolor".to_owned()),
                _ => None,
            }
        };
        assert_eq!(Depth::detect(vars(Some("1"))), Depth::None);
        assert_eq!(Depth::detect(vars(Some(""))), Depth::True);
        assert_eq!(Depth::detect(vars(None)), Depth::True);
        assert_eq!(Depth::detect(|_| None), Depth::Sixteen);
    }
}
