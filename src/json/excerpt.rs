//! The strings of a document as people read them: escapes decoded, cut to what fits on a line.

use std::str::Chars;

use super::{Document, NodeId, NodeKind};
use crate::domain::Untrusted;

/// The most bytes one character takes in a JSON string: `\ud83d\ude00`.
const LONGEST: usize = 12;

/// The beginning of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Decoded; may hold anything a stranger chose to put in.
    pub text: Untrusted,
    /// True if more follows.
    pub cut: bool,
}

impl Excerpt {
    /// The text on one line, safe to show, with an ellipsis where more follows.
    pub fn shown(&self) -> String {
        format!("{}{}", self.text, if self.cut { "…" } else { "" })
    }
}

/// The first `max_chars` characters of a raw scalar or key: a string without its quotes and with
/// its escapes decoded (half a surrogate pair becomes U+FFFD), anything else as it stands. Looks at
/// no more of the text than that takes, however long it is.
pub fn excerpt(raw: &[u8], max_chars: usize) -> Excerpt {
    let mut text = String::new();
    let cut = !push_excerpt(raw, max_chars, &mut text);
    Excerpt { text: text.into(), cut }
}

/// True if a text without its quotes reads as something else: as nothing, `null`, `true`, a number, an
/// object. Colours tell them apart, but not to everybody.
pub fn is_mistakable(text: &str) -> bool {
    let number = |text: &str| text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && text.parse::<f64>().is_ok();
    text.is_empty()
        || matches!(text, "null" | "true" | "false")
        || text.starts_with(['"', '{', '[', ' '])
        || text.ends_with(' ')
        || number(text)
}

/// Appends a scalar as [`excerpt`] does, a text that could be taken for another value with its quotes;
/// whether that was all of it.
fn push_value(raw: &[u8], max_chars: usize, out: &mut String) -> bool {
    let from = out.len();
    let whole = push_excerpt(raw, max_chars, out);
    if unquoted(raw).is_some() && max_chars > 0 && is_mistakable(out.get(from..).unwrap_or_default()) {
        out.insert(from, '"');
        out.extend(whole.then_some('"'));
    }
    whole
}

/// Appends as [`excerpt`] does; whether that was all of it.
fn push_excerpt(raw: &[u8], max_chars: usize, out: &mut String) -> bool {
    let body = unquoted(raw).unwrap_or(raw);
    let enough = max_chars.saturating_add(1).saturating_mul(LONGEST);
    let mut chars = unescaped(body.get(..enough).unwrap_or(body));
    out.extend(chars.by_ref().take(max_chars));
    chars.next().is_none()
}

impl Document {
    /// The value on one line of about `max_chars` characters: a scalar as by [`excerpt`], but in quotes
    /// where a text [could be taken](is_mistakable) for another value; of an object its first keys, of an
    /// array its first items. Costs what it returns, not what the value holds.
    pub fn display_string(&self, node: NodeId, max_chars: usize) -> Excerpt {
        let ([open, close], members) = match self.kind(node) {
            NodeKind::Object => (['{', '}'], true),
            NodeKind::Array => (['[', ']'], false),
            _ => {
                let mut text = String::new();
                let cut = !push_value(self.raw(node), max_chars, &mut text);
                return Excerpt { text: text.into(), cut };
            }
        };
        // Room for the brackets and the mark that more follows.
        let room = max_chars.saturating_sub(3);
        let mut text = String::from(open);
        let (mut used, mut cut) = (0, false);
        for (n, child) in self.children(node).enumerate() {
            // Counted even between empty texts, so that no number of them makes this walk on.
            if n > 0 {
                text.push_str(", ");
                used += 2;
            }
            let from = text.len();
            let whole = match (members, self.kind(child)) {
                (true, _) => push_excerpt(self.key(child).unwrap_or_default(), room.saturating_sub(used), &mut text),
                (false, kind) if kind.is_container() && self.count(child) > 0 => {
                    push_excerpt(if kind == NodeKind::Object { "{…}" } else { "[…]" }.as_bytes(), 3, &mut text)
                }
                (false, _) => push_value(self.raw(child), room.saturating_sub(used), &mut text),
            };
            used += text.get(from..).unwrap_or_default().chars().count();
            if !whole || (used >= room && self.next_sibling(child).is_some()) {
                cut = true;
                text.push('…');
                break;
            }
        }
        text.push(close);
        Excerpt { text: text.into(), cut }
    }
}

/// Bytes between the quotes of a raw string; none for anything else.
pub(super) fn unquoted(raw: &[u8]) -> Option<&[u8]> {
    raw.strip_prefix(b"\"")?.strip_suffix(b"\"")
}

/// The characters that the inside of a raw string stands for, up to where it stops being UTF-8.
pub(super) fn unescaped(body: &[u8]) -> Unescaped<'_> {
    Unescaped(body.utf8_chunks().next().map_or("", |chunk| chunk.valid()).chars())
}

/// Iterator behind [`unescaped`].
pub(super) struct Unescaped<'a>(Chars<'a>);

impl Iterator for Unescaped<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self.0.next()? {
            '\\' => self.escape(),
            plain => Some(plain),
        }
    }
}

impl Unescaped<'_> {
    fn escape(&mut self) -> Option<char> {
        Some(match self.0.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let unit = hex(&mut self.0)?;
                self.surrogate_pair(unit).or(char::from_u32(unit)).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            itself => itself,
        })
    }

    /// Takes the second half along if `high` is a first half and a second one follows.
    fn surrogate_pair(&mut self, high: u32) -> Option<char> {
        let mut ahead = self.0.clone();
        if !(0xd800..0xdc00).contains(&high) || ahead.next() != Some('\\') || ahead.next() != Some('u') {
            return None;
        }
        let low = hex(&mut ahead).filter(|low| (0xdc00..0xe000).contains(low))?;
        self.0 = ahead;
        char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    }
}

fn hex(chars: &mut Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit << 4 | chars.next()?.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::JsonText;
    use crate::json::strategy::string;

    fn shown(text: &str, max_chars: usize) -> (String, bool) {
        let doc = Document::index(JsonText::parse(text.to_owned()).expect("JSON")).expect("indexed");
        let Excerpt { text, cut } = doc.display_string(doc.root(), max_chars);
        (text.raw().to_owned(), cut)
    }

    #[test]
    fn long_strings_are_cut_and_say_so() {
        let long = format!("\"{}\"", r"\ud83d\ude00".repeat(1_000_000));
        assert_eq!(shown(&long, 3), ("😀😀😀".into(), true));
        assert_eq!(shown(r#""abc""#, 3), ("abc".into(), false));
        assert_eq!(shown(r#""abc""#, 0), (String::new(), true));
        assert_eq!(shown(&"9".repeat(99), 5), ("99999".into(), true));
    }

    #[test]
    fn half_a_pair_is_marked() {
        assert_eq!(shown(r#""\ud83dx\ude00\ud83d\ud83d\ude00""#, 9), ("\u{fffd}x\u{fffd}\u{fffd}😀".into(), false));
    }

    #[test]
    fn containers_show_what_is_in_them_first() {
        assert_eq!(shown(r#"{"id":1,"ti\u0074le":[2]}"#, 40), ("{id, title}".into(), false));
        assert_eq!(
            shown(r#"[1, "two", {"a":1}, [2], [], {}, null]"#, 60),
            (r#"[1, two, {…}, […], [], {}, null]"#.into(), false)
        );
        assert_eq!(shown(r#"{"alpha":1,"beta":2,"gamma":3}"#, 12), ("{alpha, be…}".into(), true));
        assert_eq!(shown("[]", 0), ("[]".into(), false));
        assert_eq!(shown(&format!("[{}0]", r#""","#.repeat(9_999)), 9), (r#"["", ""…]"#.into(), true));
        let (line, cut) = shown(&format!("[{}0]", "1,".repeat(100_000)), 30);
        assert!(line.chars().count() <= 33 && line.ends_with("…]") && cut, "{line}");
    }

    #[test]
    fn a_text_is_told_from_the_value_that_it_spells() {
        for text in ["", "null", "true", "false", "1", "-1.5e3", "{}", "[1]", " a"] {
            assert_eq!(shown(&format!("\"{text}\""), 20), (format!("\"{text}\""), false));
        }
        for text in ["nil", "True", "1a", "inf", "2026-03-04", "a{}"] {
            assert_eq!(shown(&format!("\"{text}\""), 20), (text.into(), false));
        }
        assert_eq!(shown(r#"["1", 1, "null", null, "a"]"#, 60), (r#"["1", 1, "null", null, a]"#.into(), false));
        assert_eq!(shown(&format!("\"{}\"", "9".repeat(99)), 5), ("\"99999".into(), true));
    }

    proptest! {
        #[test]
        fn decoding_agrees_with_serde(raw in string(), max in 0usize..12) {
            let whole: String = serde_json::from_str(&raw).expect("a string");
            let shown = |max| {
                let Excerpt { text, cut } = excerpt(raw.as_bytes(), max);
                (text.raw().to_owned(), cut)
            };
            prop_assert_eq!(shown(usize::MAX), (whole.clone(), false));
            let (start, cut) = shown(max);
            prop_assert_eq!(&start, &whole.chars().take(max).collect::<String>());
            prop_assert_eq!(cut, whole.chars().count() > max);
        }
    }
}
