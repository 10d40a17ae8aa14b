//! Colours by meaning.
//!
//! A colour never carries a meaning alone: status has a glyph and a word, selection a bar and bold.
//! Nothing sets a background but the row under the cursor, which sets its text as well: light and dark terminals both
//! stay readable, whatever they were taken for.

use ratatui::style::{Color, Modifier, Style};

use crate::domain::{Status, ToolEffect};
use crate::json::NodeKind;
use crate::settings::{ThemeChoice, ThemeVariant};

/// The styles of everything on screen, by what they mean.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Theme that was chosen.
    pub look: ThemeVariant,
    /// Colours of the terminal, which limit the theme.
    pub depth: Depth,
    /// Style of what is in order.
    pub ok: Style,
    /// Style of what wants attention.
    pub warn: Style,
    /// Style of what is broken or dangerous.
    pub bad: Style,
    /// Less important than what stands beside it.
    pub muted: Style,
    /// Style of what the eye should find: the focus, a key, a match.
    pub accent: Style,
    /// Letters that were looked for.
    pub found: Style,
    /// Titles and the row under the cursor.
    pub strong: Style,
    /// Row under the cursor, where the keyboard is and where it is not.
    selection: [Style; 2],
    /// Style of the frames of panes.
    pub border: Style,
    /// Style of JSON keys.
    pub json_key: Style,
    /// Style of JSON strings.
    pub json_string: Style,
    /// Style of JSON numbers.
    pub json_number: Style,
    /// JSON `true`, `false`, `null`.
    pub json_literal: Style,
    /// Style of JSON punctuation.
    pub json_punctuation: Style,
}

/// Number of colours that the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// No colours, attributes alone.
    None,
    /// The terminal's own sixteen.
    Sixteen,
    /// Any colour, in 24 bits.
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

/// The look that `choice` comes to. The terminal is not asked: its answer could be long in coming.
pub fn look(choice: ThemeChoice, var: impl Fn(&str) -> Option<String>) -> ThemeVariant {
    let background = || var("COLORFGBG")?.rsplit(';').next()?.parse::<u8>().ok();
    match choice {
        ThemeChoice::Always(look) => look,
        ThemeChoice::Auto => match background() {
            Some(7 | 9..=15) => ThemeVariant::Light,
            _ => ThemeVariant::Dark,
        },
    }
}

/// Colour in its four shapes: the terminal's own and 24 bits, for a dark and a light terminal.
struct Ink {
    dark: (Color, u32),
    light: (Color, u32),
}

/// Yellow and cyan are too pale for a light terminal, and blue is too deep for a dark one.
const OK: Ink = Ink { dark: (Color::Green, 0x4caf6a), light: (Color::Green, 0x16733a) };
const WARN: Ink = Ink { dark: (Color::Yellow, 0xd69e2e), light: (Color::Magenta, 0x8a5300) };
const BAD: Ink = Ink { dark: (Color::Red, 0xe55353), light: (Color::Red, 0xb81c1c) };
const MUTED: Ink = Ink { dark: (Color::DarkGray, 0x7c8492), light: (Color::DarkGray, 0x5c6470) };
const BORDER: Ink = Ink { dark: (Color::DarkGray, 0x606876), light: (Color::DarkGray, 0x98a0ac) };
const ACCENT: Ink = Ink { dark: (Color::Cyan, 0x38a3c4), light: (Color::Blue, 0x00608a) };
const FOUND: Ink = Ink { dark: (Color::Magenta, 0xde78be), light: (Color::Magenta, 0xa02680) };
const KEY: Ink = Ink { dark: (Color::LightBlue, 0x6196e0), light: (Color::Blue, 0x1c54b4) };
const STRING: Ink = Ink { dark: (Color::Green, 0x62a86c), light: (Color::Green, 0x2a6a34) };
const NUMBER: Ink = Ink { dark: (Color::Magenta, 0xbe78d2), light: (Color::Magenta, 0x7c32a0) };
const LITERAL: Ink = Ink { dark: (Color::Yellow, 0xd69e2e), light: (Color::Red, 0x8a5300) };

/// Text and background of the row under the cursor, with the keyboard and without it. By number, which is written in
/// half the bytes of a colour in 24 bits: they are sent at every step.
const SELECTION_DARK: [(Color, Color); 2] =
    [(Color::Indexed(255), Color::Indexed(237)), (Color::Indexed(252), Color::Indexed(235))];
const SELECTION_LIGHT: [(Color, Color); 2] =
    [(Color::Indexed(232), Color::Indexed(253)), (Color::Indexed(236), Color::Indexed(255))];

impl Theme {
    /// The theme for this look on a terminal of this depth. Without colours nothing but attributes is
    /// emitted: a colour reset would also undo bold and reverse set just before it.
    pub fn new(look: ThemeVariant, depth: Depth) -> Self {
        let plain = Style::new();
        let light = look == ThemeVariant::Light;
        let shown = if look == ThemeVariant::Attributes { Depth::None } else { depth };
        let ink = |ink: Ink| {
            let (own, rgb) = if light { ink.light } else { ink.dark };
            match shown {
                Depth::None => plain,
                Depth::Sixteen => plain.fg(own),
                Depth::True => plain.fg(Color::from_u32(rgb)),
            }
        };
        let muted = if shown == Depth::None { plain.add_modifier(Modifier::DIM) } else { ink(MUTED) };
        let bold = Modifier::BOLD;
        Self {
            look,
            depth,
            ok: ink(OK),
            warn: ink(WARN),
            bad: ink(BAD).add_modifier(bold),
            muted,
            accent: ink(ACCENT).add_modifier(bold),
            found: ink(FOUND).add_modifier(Modifier::UNDERLINED),
            strong: plain.add_modifier(bold),
            selection: match (shown, light) {
                (Depth::True, false) => SELECTION_DARK.map(|(fg, bg)| plain.fg(fg).bg(bg)),
                (Depth::True, true) => SELECTION_LIGHT.map(|(fg, bg)| plain.fg(fg).bg(bg)),
                // Among sixteen colours there is none that every other can be read on.
                _ => [plain.add_modifier(Modifier::REVERSED), plain.add_modifier(bold)],
            },
            border: ink(BORDER),
            json_key: ink(KEY),
            json_string: ink(STRING),
            json_number: ink(NUMBER),
            json_literal: ink(LITERAL),
            json_punctuation: muted,
        }
    }

    /// The theme after this one: dark, light, attributes, and around.
    #[must_use]
    pub fn next(&self) -> Self {
        let look = match self.look {
            ThemeVariant::Dark => ThemeVariant::Light,
            ThemeVariant::Light => ThemeVariant::Attributes,
            ThemeVariant::Attributes => ThemeVariant::Dark,
        };
        Self::new(look, self.depth)
    }

    /// Style of the row under the cursor, in the pane with the keyboard or in another.
    pub fn selection(&self, focused: bool) -> Style {
        let [with_keyboard, without] = self.selection;
        if focused { with_keyboard } else { without }
    }

    /// Style of a JSON value.
    pub fn json(&self, kind: NodeKind) -> Style {
        match kind {
            NodeKind::String => self.json_string,
            NodeKind::Number => self.json_number,
            NodeKind::Bool | NodeKind::Null => self.json_literal,
            NodeKind::Object | NodeKind::Array => self.json_punctuation,
        }
    }

    /// Glyph and style of an account's status.
    pub fn status(&self, status: &Status) -> (&'static str, Style) {
        match status {
            Status::Active => ("●", self.ok),
            Status::Expired | Status::KeyRefused => ("✖", self.bad),
            Status::PendingAuth | Status::PendingVerification => ("◐", self.warn),
            Status::Disconnected => ("◌", self.muted),
            Status::Unspecified | Status::Other(_) => ("?", self.warn),
        }
    }

    /// Style of what a tool does to the world.
    pub fn effect(&self, effect: ToolEffect) -> Style {
        match effect {
            ToolEffect::Reads => self.ok,
            ToolEffect::Writes => self.warn,
            ToolEffect::Destroys => self.bad,
            ToolEffect::Unknown => self.muted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_nothing_but_attributes_is_emitted() {
        let themes = [Theme::new(ThemeVariant::Dark, Depth::None), Theme::new(ThemeVariant::Attributes, Depth::True)];
        for theme in themes.into_iter().chain([Theme::new(ThemeVariant::Light, Depth::None)]) {
            for style in [theme.ok, theme.warn, theme.bad, theme.muted, theme.accent, theme.border, theme.json_key] {
                assert_eq!((style.fg, style.bg), (None, None));
            }
        }
    }

    /// Relative luminance, as the accessibility guidelines of the web define it.
    fn luminance(rgb: u32) -> f64 {
        let channel = |shift: u32| {
            let c = f64::from(rgb >> shift & 0xff) / 255.0;
            if c <= 0.03928 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    }

    fn contrast(a: u32, b: u32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_what_it_was_made_for() {
        for (look, background) in [(ThemeVariant::Dark, 0x101216), (ThemeVariant::Light, 0xfdf6e3)] {
            let t = Theme::new(look, Depth::True);
            let text = [
                t.ok,
                t.warn,
                t.bad,
                t.muted,
                t.accent,
                t.found,
                t.json_key,
                t.json_string,
                t.json_number,
                t.json_literal,
            ];
            for style in text {
                let Some(Color::Rgb(r, g, b)) = style.fg else { panic!("{style:?}") };
                let contrast = contrast(u32::from_be_bytes([0, r, g, b]), background);
                assert!(contrast >= 4.5, "{look:?} {style:?}: {contrast:.1}");
            }
        }
    }

    #[test]
    fn the_terminal_says_whether_it_is_light_unless_something_was_chosen() {
        let says = |text: Option<&'static str>| move |_: &str| text.map(str::to_owned);
        for (text, expected) in [
            (None, ThemeVariant::Dark),
            (Some("15;0"), ThemeVariant::Dark),
            (Some("0;15"), ThemeVariant::Light),
            (Some("0;default;7"), ThemeVariant::Light),
            (Some("7;8"), ThemeVariant::Dark),
            (Some("default;default"), ThemeVariant::Dark),
            (Some(""), ThemeVariant::Dark),
        ] {
            assert_eq!(look(ThemeChoice::Auto, says(text)), expected, "{text:?}");
            assert_eq!(look(ThemeChoice::Always(ThemeVariant::Light), says(text)), ThemeVariant::Light);
        }
    }

    #[test]
    fn themes_come_around() {
        let first = Theme::new(ThemeVariant::Dark, Depth::Sixteen);
        let looks = [first.next().look, first.next().next().look, first.next().next().next().look];
        assert_eq!(looks, [ThemeVariant::Light, ThemeVariant::Attributes, ThemeVariant::Dark]);
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
