//! Text that came from outside, and the only way it may be shown.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::Arc;

/// A string that came from outside: an API answer, a file, a paste, an environment variable.
///
/// `Display` shows it scrubbed: control characters, escape sequences, C1, bidi overrides and
/// zero-width characters become visible marks, so that no foreign text can drive the terminal or
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
    for c in text.chars() {
        match c {
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

    proptest::proptest! {
        #[test]
        fn nothing_hostile_survives(text in proptest::prelude::any::<String>()) {
            let shown = Untrusted::from(text).to_string();
            proptest::prop_assert!(!shown.chars().any(is_hostile));
        }

        #[test]
        fn scrubbing_twice_changes_nothing(text in proptest::prelude::any::<String>()) {
            let once = Untrusted::from(text).to_string();
            proptest::prop_assert_eq!(Untrusted::from(once.clone()).to_string(), once);
        }
    }
}
