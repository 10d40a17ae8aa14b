//! Text that came from outside, and the only way it may be shown.
//!
//! # Emoji of several characters
//!
//! A heart in colour is U+2764 with a variation selector, a woman at a computer is two pictures with a
//! joiner between them. Marks in there would spoil honest text, but neither can be printed as it is: how
//! many columns such a sequence takes is another number in every second terminal, and one who counts more
//! than we do overwrites what stands beside it, by as much as a stranger likes to join. So a selector or a
//! joiner is left out where it belongs to pictures, which are then seen as in a program that does not know
//! such sequences: plain, and side by side. Anywhere else both are marked like everything that hides.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation as _;

/// A string that came from outside: an API answer, a file, a paste, an environment variable.
///
/// `Display` shows it scrubbed: control characters, escape sequences, C1, bidi overrides and
/// zero-width characters become visible marks (or go, within an emoji), so that no foreign text can drive the terminal or
/// pass for another. The bytes as they came leave only through [`Untrusted::raw`], which exists
/// for sending them back where they came from and for explicit export.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Untrusted(Arc<str>);

impl Untrusted {
    /// Takes foreign text as it is.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text exactly as it came. Never hand this to a screen, a log or an error message.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Whether nothing came at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text on one line, safe to show. Borrows when there is nothing to mark.
    pub fn scrubbed(&self) -> Cow<'_, str> {
        scrub(&self.0)
    }

    /// The text line by line, each safe to show; for prose that may hold honest line breaks.
    pub fn scrubbed_lines(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.lines().map(scrub)
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.scrubbed())
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.scrubbed())
    }
}

impl From<&str> for Untrusted {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Untrusted {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// Replaces every character that could steer a terminal or hide from a reader by a visible mark.
fn scrub(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) || !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        match c {
            SELECTOR_15 | SELECTOR_16 | JOINER if is_of_a_picture(text, at, c) => {}
            // The control pictures are one cell wide and say which character stood there.
            '\u{00}'..='\u{1f}' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
            '\u{7f}' => out.push('\u{2421}'),
            c if is_hostile(c) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "‹{:04X}›", c as u32);
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Asks for the character before it as text.
const SELECTOR_15: char = '\u{fe0e}';

/// Asks for the character before it as a picture.
const SELECTOR_16: char = '\u{fe0f}';

/// Joins pictures to one.
const JOINER: char = '\u{200d}';

/// Closes the sequence of a key with a digit on it.
const KEYCAP: char = '\u{20e3}';

/// Whether the selector or joiner `c` at `at` belongs to pictures: a selector follows one, or makes a
/// digit a key; a joiner stands between two.
fn is_of_a_picture(text: &str, at: usize, c: char) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let next = text.get(at + c.len_utf8()..).and_then(|after| after.chars().next());
    let follows = |before: &str| before.chars().next_back().is_some_and(is_picture);
    if c == JOINER {
        // Between a picture and its joiner may stand how it is to look.
        let bare = before.strip_suffix(|c| matches!(c, SELECTOR_15 | SELECTOR_16 | '\u{1f3fb}'..='\u{1f3ff}'));
        return follows(bare.unwrap_or(before)) && next.is_some_and(is_picture);
    }
    follows(before) || next == Some(KEYCAP) && before.ends_with(|c: char| matches!(c, '0'..='9' | '#' | '*'))
}

/// Whether `c` is a picture by Unicode's `Extended_Pictographic`: only such a one is held together with
/// its like by a joiner.
fn is_picture(c: char) -> bool {
    let is_one = |text: String| text.graphemes(true).nth(1).is_none();
    is_one(format!("{c}{JOINER}{c}")) && !is_one(format!("a{c}"))
}

/// Characters that move the cursor, reorder text, take no room, or break lines behind our back.
pub(crate) fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Named texts: the same guarantees, but one cannot be passed where another is meant.
macro_rules! named_text {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        pub struct $name(Untrusted);

        impl $name {
            /// Takes the text as it is.
            pub fn new(text: impl Into<Untrusted>) -> Self {
                Self(text.into())
            }

            /// Exactly as it came: for the wire, never for a screen.
            pub fn raw(&self) -> &str {
                self.0.raw()
            }

            /// On one line and safe to show.
            pub fn scrubbed(&self) -> Cow<'_, str> {
                self.0.scrubbed()
            }

            /// Whether nothing came at all.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }
    )+};
}

named_text! {
    /// The application's own user id, by which the broker knows whose account is meant.
    Identifier,
    /// A connection's name, the wire's `key_id`; case matters.
    ConnectionName,
    /// A connection's id, `conn_…`.
    ConnectionId,
    /// A connected account's id, `ca_…`.
    AccountId,
    /// A provider's key in the broker's catalogue, upper case in practice: `LINEAR`.
    Provider,
    /// A tool's name as it is called: `linear_issue_create`.
    ToolName,
    /// What the broker calls one execution; no stated shape.
    ExecutionId,
}

#[cfg(test)]
mod tests {
    use proptest::strategy::Strategy as _;

    use super::*;

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(Untrusted::from("ada@acme.dev").scrubbed(), Cow::Borrowed(_)));
        assert!(matches!(Untrusted::from("Grüße, 日本").scrubbed(), Cow::Borrowed(_)));
    }

    #[test]
    fn everything_that_steers_a_terminal_becomes_a_mark() {
        let hostile = "a\x1b[31mb\u{9b}0mc\u{202e}d\u{200b}e\rf\ng\u{7f}h\u{e0041}";
        let shown = Untrusted::from(hostile).to_string();
        assert_eq!(shown, "a␛[31mb‹009B›0mc‹202E›d‹200B›e␍f␊g␡h‹E0041›");
    }

    #[test]
    fn debug_is_scrubbed_too() {
        let shown = format!("{:?}", Identifier::from("a\x1b]0;x\x07\u{202e}"));
        assert!(!shown.contains('\x1b') && !shown.contains('\u{202e}'), "{shown}");
    }

    #[test]
    fn honest_lines_survive_as_lines() {
        let text = Untrusted::from("one\r\ntwo\x1b\nthree");
        let lines: Vec<_> = text.scrubbed_lines().collect();
        assert_eq!(lines, ["one", "two␛", "three"]);
    }

    #[test]
    fn pictures_are_shown_plain_and_side_by_side() {
        for (text, shown) in [
            ("I \u{2764}\u{fe0f} it \u{26a0}\u{fe0e}!", "I \u{2764} it \u{26a0}!"),
            ("\u{1f469}\u{200d}\u{1f4bb}", "\u{1f469}\u{1f4bb}"),
            ("\u{1f937}\u{1f3fd}\u{200d}\u{2642}\u{fe0f}", "\u{1f937}\u{1f3fd}\u{2642}"),
            ("\u{2764}\u{fe0f}\u{200d}\u{1f525}", "\u{2764}\u{1f525}"),
            ("1\u{fe0f}\u{20e3}", "1\u{20e3}"),
            ("\u{a9}\u{fe0f}", "\u{a9}"),
        ] {
            assert_eq!(Untrusted::from(text).to_string(), shown);
        }
    }

    #[test]
    fn what_joins_or_selects_elsewhere_is_marked() {
        for (text, shown) in [
            ("a\u{fe0f}", "a‹FE0F›"),
            ("1\u{fe0f}", "1‹FE0F›"),
            ("\u{fe0f}\u{20e3}", "‹FE0F›\u{20e3}"),
            ("日\u{fe0f}", "日‹FE0F›"),
            ("\u{2764}\u{fe00}", "\u{2764}‹FE00›"),
            ("\u{2764}\u{fe0f}\u{fe0f}", "\u{2764}‹FE0F›"),
            ("a\u{200d}b", "a‹200D›b"),
            ("e\u{301}\u{200d}\u{301}", "e\u{301}‹200D›\u{301}"),
            ("\u{1f469}\u{200d}", "\u{1f469}‹200D›"),
            ("\u{200d}\u{1f469}", "‹200D›\u{1f469}"),
            ("\u{1f469}\u{200d}\u{200d}\u{1f4bb}", "\u{1f469}‹200D›‹200D›\u{1f4bb}"),
            ("\u{1f469}\u{200d}x", "\u{1f469}‹200D›x"),
            ("\u{1f1e9}\u{200d}\u{1f1ea}", "\u{1f1e9}‹200D›\u{1f1ea}"),
        ] {
            assert_eq!(Untrusted::from(text).to_string(), shown);
        }
    }

    /// Texts in which pictures, what joins them, and other characters meet often.
    fn pictures() -> impl proptest::strategy::Strategy<Value = String> {
        let pieces = vec!["\u{2764}", "\u{1f469}", "\u{1f3fd}", "\u{fe0f}", "\u{200d}", "\u{20e3}", "1", "e\u{301}"];
        proptest::collection::vec(proptest::sample::select(pieces), 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest::proptest! {
        #[test]
        fn nothing_hostile_survives(text in proptest::prelude::any::<String>()) {
            let shown = Untrusted::from(text).to_string();
            proptest::prop_assert!(!shown.chars().any(is_hostile));
        }

        #[test]
        fn of_pictures_nothing_is_lost_but_what_joins_and_selects(text in pictures()) {
            let shown = Untrusted::from(text.as_str()).to_string();
            proptest::prop_assert!(!shown.chars().any(is_hostile));
            let visible = |text: &str| text.replace([SELECTOR_16, JOINER], "");
            proptest::prop_assert_eq!(shown.replace("‹FE0F›", "").replace("‹200D›", ""), visible(&text));
        }

        #[test]
        fn scrubbing_twice_changes_nothing(text in proptest::prelude::any::<String>()) {
            let once = Untrusted::from(text).to_string();
            proptest::prop_assert_eq!(Untrusted::from(once.clone()).to_string(), once);
        }
    }
}
