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

//! # More than can be looked at
//!
//! No screen has room for a name of a megabyte, and scrubbing it for every frame would cost more than the
//! frame. So a text on one line is cut after [`LONGEST`] characters before anything else is done with it.
//! Marks upon marks are cut as well: a fifth combining mark on one cell, and every one after it, is counted
//! in their place, or they would paint over the lines above.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use icu_properties::props::{DefaultIgnorableCodePoint, ExtendedPictographic, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_width::UnicodeWidthChar as _;

/// Characters of a line that are shown: more than any screen has columns, and than any path or address that
/// works has letters.
pub const LONGEST: usize = 4_096;

/// Combining marks that one cell holds.
pub(crate) const MARKS: usize = 4;

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

    /// True if the text has no characters, hostile ones counted too.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text on one line, safe to show, with an ellipsis in the place of what comes after
    /// [`LONGEST`] characters. Borrows when there is nothing to mark.
    pub fn scrubbed(&self) -> Cow<'_, str> {
        scrub(&self.0, LONGEST)
    }

    /// The text line by line, each safe to show and cut like one; for prose that may hold honest line
    /// breaks.
    pub fn scrubbed_lines(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.lines().map(|line| scrub(line, LONGEST))
    }

    /// All of the text, line by line, each safe to print.
    pub fn whole_lines(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.lines().map(|line| scrub(line, usize::MAX))
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

/// Texts of a long list that stand in it again and again, each kept once.
#[derive(Default)]
pub struct SharedTexts(HashSet<Untrusted>);

impl SharedTexts {
    /// Puts the text that reads the same in the place of this one, if there was one.
    pub fn share(&mut self, text: &mut Untrusted) {
        match self.0.get(text) {
            Some(known) => *text = known.clone(),
            None => {
                self.0.insert(text.clone());
            }
        }
    }
}

/// Replaces every character that could steer a terminal or hide from a reader by a visible mark. Of more than
/// `longest` characters, marks included, the last one that is left is an ellipsis.
pub(crate) fn scrub(text: &str, longest: usize) -> Cow<'_, str> {
    let whole = head(text, longest);
    let looked_at = whole.unwrap_or(text);
    let clean = looked_at.bytes().all(|b| (0x20..0x7f).contains(&b)) || !has_anything_to_mark(looked_at);
    if clean && whole.is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = if clean { looked_at.to_owned() } else { marked(looked_at) };
    if let Some(shown) = head(&out, longest).or(whole.is_some().then_some(&out)) {
        let end = shown.char_indices().next_back().map_or(0, |(last, _)| last);
        out.truncate(end);
        out.push('…');
    }
    Cow::Owned(out)
}

/// The first characters of a text that has more than so many.
fn head(text: &str, longest: usize) -> Option<&str> {
    // No character is less than a byte.
    let (end, _) = (text.len() > longest).then(|| text.char_indices().nth(longest)).flatten()?;
    text.get(..end)
}

fn has_anything_to_mark(text: &str) -> bool {
    let mut upon = 0;
    text.chars().any(|c| {
        upon = if is_combining(c) { upon + 1 } else { 0 };
        upon > MARKS || is_hostile(c)
    })
}

fn marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut upon = 0_usize;
    // Writing to a String cannot fail.
    let count = |out: &mut String, upon: usize| match upon.saturating_sub(MARKS) {
        0 => {}
        more => drop(write!(out, "‹+{more}›")),
    };
    for (at, c) in text.char_indices() {
        if is_combining(c) && !is_hostile(c) {
            upon += 1;
            if upon <= MARKS {
                out.push(c);
            }
            continue;
        }
        count(&mut out, std::mem::take(&mut upon));
        match c {
            SELECTOR_15 | SELECTOR_16 | JOINER if is_of_a_picture(text, at, c) => {}
            // The control pictures are one cell wide and say which character stood there.
            '\u{00}'..='\u{1f}' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
            '\u{7f}' => out.push('\u{2421}'),
            c if is_hostile(c) => drop(write!(out, "‹{:04X}›", c as u32)),
            c => out.push(c),
        }
    }
    count(&mut out, upon);
    out
}

/// True if `c` stands in the cell of the character before it.
pub(crate) fn is_combining(c: char) -> bool {
    !c.is_ascii() && c.width() == Some(0)
}

/// Asks for the character before it as text.
const SELECTOR_15: char = '\u{fe0e}';

/// Asks for the character before it as a picture.
const SELECTOR_16: char = '\u{fe0f}';

/// Joins pictures to one.
const JOINER: char = '\u{200d}';

/// Closes the sequence of a key with a digit on it.
const KEYCAP: char = '\u{20e3}';

/// True if the selector or joiner `c` at `at` belongs to pictures: a selector follows one, or makes a digit
/// a key; a joiner stands between two.
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

/// True if `c` is a picture: only such a one is held together with its like by a joiner.
fn is_picture(c: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(c)
}

/// Characters that move the cursor, reorder text, take no room, or break lines behind our back: all that
/// Unicode calls controls, formats and separators of lines, and all that it lets a program ignore.
pub(crate) fn is_hostile(c: char) -> bool {
    use GeneralCategory::{Format, LineSeparator, ParagraphSeparator};
    // Nothing but the controls below the soft hyphen; nothing at all among European letters, pictures, and in
    // most of what China, Japan and Korea write.
    c.is_control()
        || !matches!(c, '\0'..='\u{ac}' | '\u{ae}'..='\u{34e}' | '\u{3400}'..='\u{d7a3}' | '\u{1f000}'..='\u{1faff}')
            && (matches!(
                CodePointMapData::<GeneralCategory>::new().get(c),
                Format | LineSeparator | ParagraphSeparator
            ) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c))
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

            /// Shares the text with every other that reads the same.
            pub fn share(&mut self, texts: &mut SharedTexts) {
                texts.share(&mut self.0);
            }

            /// On one line and safe to show.
            pub fn scrubbed(&self) -> Cow<'_, str> {
                self.0.scrubbed()
            }

            /// True if the text has no characters.
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
    /// A connection's id.
    ConnectionId,
    /// A connected account's id; opaque.
    AccountId,
    /// A provider's key in the broker's catalogue, upper case in practice: `LINEAR`.
    Provider,
    /// A tool's name as it is called: `linear_issue_create`.
    ToolName,
    /// Broker's id for one execution; no stated shape.
    ExecutionId,
    /// Id of a provisioned server's configuration; opaque.
    ServerConfigId,
    /// Name of a provisioned server's configuration.
    ServerConfigName,
    /// Id of one person's provisioned server; opaque.
    ServerInstanceId,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

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

    #[test]
    fn whatever_unicode_calls_a_format_or_ignorable_is_marked() {
        let hidden = r"[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Cc}]";
        let hidden = regex_syntax::Parser::new().parse(hidden).expect("a class");
        let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(hidden)) = hidden.kind() else {
            panic!("a class of characters");
        };
        let hidden: HashSet<char> = hidden.iter().flat_map(|range| range.start()..=range.end()).collect();
        let wrong: Vec<_> = ('\0'..=char::MAX).filter(|c| is_hostile(*c) != hidden.contains(c)).collect();
        assert!(wrong.is_empty() && hidden.len() > 4_000, "{wrong:?}");
        for c in ['\u{600}', '\u{70f}', '\u{110bd}', '\u{13430}', '\u{1bca0}', '\u{2065}', '\u{fff5}'] {
            assert_eq!(Untrusted::from(format!("a{c}b")).to_string(), format!("a‹{:04X}›b", c as u32));
        }
    }

    #[test]
    fn a_cell_holds_four_marks_and_the_others_are_counted() {
        let marks = |count: usize| "\u{301}".repeat(count);
        for (text, shown) in [
            (format!("e{}!", marks(4)), format!("e{}!", marks(4))),
            (format!("e{}!", marks(300)), format!("e{}‹+296›!", marks(4))),
            (format!("{}e{}", marks(5), marks(5)), format!("{}‹+1›e{}‹+1›", marks(4), marks(4))),
            (format!("e{}\u{200d}{}", marks(5), marks(5)), format!("e{}‹+1›‹200D›{}‹+1›", marks(4), marks(4))),
        ] {
            assert_eq!(Untrusted::from(text).to_string(), shown);
        }
    }

    #[test]
    fn of_a_long_text_the_beginning_is_shown() {
        for one in ["a", "日", "\u{202e}", "e\u{301}\u{301}\u{301}\u{301}\u{301}", "\u{1f469}\u{200d}\u{1f4bb}"] {
            let text = Untrusted::from(one.repeat(1_000_000 / one.len()));
            let shown = text.to_string();
            assert!(shown.chars().count() <= LONGEST && shown.ends_with('…'), "{one}");
            assert_eq!(Untrusted::from(shown.as_str()).to_string(), shown, "it is not cut again");
            assert!(!text.whole_lines().any(|line| line.ends_with('…')));
        }
        let fits = "日".repeat(LONGEST);
        assert_eq!(Untrusted::from(fits.as_str()).to_string(), fits);
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
            proptest::prop_assume!(!shown.contains("‹+"));
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
