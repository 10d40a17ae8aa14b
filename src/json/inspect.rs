//! Second readings of a text or a number: a link, a moment, JSON, bytes.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use url::Url;

use super::excerpt::{unescaped, unquoted};
use super::moment::Moment;
use super::{Document, NodeId, NodeKind};
use crate::domain::JsonText;

/// One way to look at a value.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// True if it was hidden in base64.
    pub decoded: bool,
    /// Value that was found.
    pub what: InspectionKind,
}

/// Second reading of a value.
#[derive(Clone, Debug)]
pub enum InspectionKind {
    /// A text of one or more lines.
    Text(Bytes),
    /// The address of a page.
    Link(Url),
    /// A moment in time.
    Moment(Moment),
    /// JSON document, indexed.
    Json(Document),
    /// Bytes that are no text, and what they seem to be.
    Bytes(Bytes, Option<&'static str>),
}

/// The most JSON that is looked for in a text, in bytes.
const LARGEST_JSON: usize = 64 << 20;

/// Every way to look at a value, the most telling first; none for objects, arrays, `true` and `null`.
/// Takes a while for large texts.
pub fn inspect(document: &Document, node: NodeId) -> Vec<Inspection> {
    let plain = |what| Inspection { decoded: false, what };
    let text: String = match document.kind(node) {
        NodeKind::String => unescaped(unquoted(document.raw(node)).unwrap_or_default()).collect(),
        NodeKind::Number => {
            return number(document.raw(node))
                .into_iter()
                .map(|moment| plain(InspectionKind::Moment(moment)))
                .collect();
        }
        _ => return Vec::new(),
    };
    let mut inspections = Vec::new();
    inspections.extend(json(text.as_bytes()).map(InspectionKind::Json).map(plain));
    inspections.extend(Moment::from_text(&text).map(InspectionKind::Moment).map(plain));
    inspections.extend(link(&text).map(InspectionKind::Link).map(plain));
    inspections.extend(base64(&text).map(|what| Inspection { decoded: true, what }));
    inspections.push(plain(InspectionKind::Text(text.into())));
    inspections
}

/// True if [`inspect`] would find anything. O(1).
pub fn can_inspect(document: &Document, node: NodeId) -> bool {
    match document.kind(node) {
        NodeKind::String => true,
        NodeKind::Number => number(document.raw(node)).is_some(),
        _ => false,
    }
}

fn number(raw: &[u8]) -> Option<Moment> {
    Moment::from_number(std::str::from_utf8(raw.get(..raw.len().min(32))?).ok()?)
}

/// An object or an array that a text consists of.
fn json(text: &[u8]) -> Option<Document> {
    let begins = text.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{' | b'['));
    if !begins || text.len() > LARGEST_JSON {
        return None;
    }
    Document::index(JsonText::parse(text.to_vec()).ok()?).ok()
}

/// The longest address that browsers take.
const LONGEST_LINK: usize = 1 << 16;

fn link(text: &str) -> Option<Url> {
    let text = text.trim();
    if text.len() > LONGEST_LINK || text.contains(char::is_whitespace) {
        return None;
    }
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Fewer letters than this are a word as likely as anything.
const FEWEST: usize = 12;

/// Letters in both cases, with digits among them, that are hardly a word any more.
const MANY: usize = 40;

/// Value behind a text in either base64 alphabet, in lines or in one, padded or not.
fn base64(text: &str) -> Option<InspectionKind> {
    let text = text.trim();
    let declared = text.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,")).map(|(_, data)| data);
    let letters: Vec<u8> = declared.unwrap_or(text).bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let in_alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
    if letters.len() < FEWEST || !letters.iter().all(in_alphabet) {
        return None;
    }
    let url_safe = letters.iter().any(|byte| b"-_".contains(byte));
    let alphabet = if url_safe { alphabet::URL_SAFE } else { alphabet::STANDARD };
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = GeneralPurpose::new(&alphabet, config).decode(&letters).ok()?;
    if let Some(document) = json(&bytes) {
        return Some(InspectionKind::Json(document));
    }
    let kind = kind_of(&bytes);
    let is_text = kind.is_none() && std::str::from_utf8(&bytes).is_ok_and(is_prose);
    let varied = [u8::is_ascii_uppercase, u8::is_ascii_lowercase, u8::is_ascii_digit];
    let looks_encoded = letters.len() >= MANY && varied.iter().all(|test| letters.iter().any(test));
    match is_text {
        true => Some(InspectionKind::Text(bytes.into())),
        false if kind.is_some() || looks_encoded || declared.is_some() => {
            Some(InspectionKind::Bytes(bytes.into(), kind))
        }
        false => None,
    }
}

fn is_prose(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Magic bytes that files begin with.
const BEGINNINGS: [(&[u8], &str); 14] = [
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive, or a document made of one"),
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"ID3", "MP3 sound"),
    (b"OggS", "Ogg sound"),
    (b"\x00\x00\x00\x18ftyp", "an MP4 film"),
    (b"\x00\x00\x00\x20ftyp", "an MP4 film"),
    (b"SQLite format 3\x00", "an SQLite database"),
];

fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let known = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)).map(|(_, kind)| *kind);
    known.or(webp.then_some("a WebP picture"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ways to look at a JSON value, in short.
    fn told(json: &str) -> Vec<String> {
        let document = Document::index(JsonText::parse(json.to_owned()).expect("JSON")).expect("indexed");
        let root = document.root();
        let inspections = inspect(&document, root);
        assert_eq!(can_inspect(&document, root), !inspections.is_empty(), "{json}");
        let tell = |look: &Inspection| {
            let decoded = if look.decoded { "base64 " } else { "" };
            match &look.what {
                InspectionKind::Text(text) => format!("{decoded}text {}", String::from_utf8_lossy(text)),
                InspectionKind::Link(url) => format!("link {}", url.host_str().unwrap_or_default()),
                InspectionKind::Moment(moment) => format!("moment {}", moment.at),
                InspectionKind::Json(document) => format!("{decoded}json {}", document.len()),
                InspectionKind::Bytes(bytes, kind) => {
                    format!("{decoded}bytes {} {}", bytes.len(), kind.unwrap_or("unknown"))
                }
            }
        };
        inspections.iter().map(tell).collect()
    }

    #[test]
    fn texts_are_known_for_what_they_are() {
        assert_eq!(told(r#""one\ntwo""#), ["text one\ntwo"]);
        assert_eq!(told(r#""https://acme.dev/a?b=c""#)[0], "link acme.dev");
        assert_eq!(told(r#""https://acme.dev@evil.test/""#)[0], "link evil.test");
        assert_eq!(told(r#""{\"a\":[1,2]}""#)[0], "json 4");
        assert_eq!(told(r#""2026-03-04T12:00:00Z""#)[0], "moment 2026-03-04T12:00:00Z");
        assert_eq!(told("1772625600"), ["moment 2026-03-04T12:00:00Z"]);
        for plain in
            [r#""javascript:alert(1)""#, r#""see https://acme.dev now""#, r#""{not json}""#, r#""file:///etc""#]
        {
            assert_eq!(told(plain).len(), 1, "{plain}");
        }
        for nothing in ["12", "true", "null", "{}", "[1]"] {
            assert_eq!(told(nothing), [""; 0], "{nothing}");
        }
    }

    #[test]
    fn base64_is_opened_where_something_is_in_it() {
        assert_eq!(told(r#""SGVsbG8gQWRhLCB0aGlzIGlzIGEgbm90ZS4=""#)[0], "base64 text Hello Ada, this is a note.");
        assert_eq!(told(r#""SGVsbG8gQWRhLCB0\r\naGlzIGlzIGEgbm90ZS4""#)[0], "base64 text Hello Ada, this is a note.");
        assert_eq!(told(r#""eyJhIjpbMSwyXX0""#)[0], "base64 json 4");
        assert_eq!(told(r#""iVBORw0KGgoAAAANSUhEUg==""#)[0], "base64 bytes 16 a PNG picture");
        assert_eq!(told(r#""data:image/x-odd;base64,AAECAwQFBgcICQ==""#)[0], "base64 bytes 10 unknown");
    }

    #[test]
    fn words_and_ids_are_not_taken_for_base64() {
        for word in [
            "linear_issue_create",
            "internationalization",
            "8f14e45f-ceea-467f-9d6b-0cbd32f4a1c5",
            "exec_81f2",
            "d41d8cd98f00b204e9800998ecf8427e",
        ] {
            assert_eq!(told(&format!("\"{word}\"")).len(), 1, "{word}");
        }
    }

    #[test]
    fn half_a_pair_and_depth_are_no_danger() {
        assert_eq!(told(r#""\ud83d""#), ["text \u{fffd}"]);
        let deep = format!("\"{}{}\"", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(told(&deep)[0], "json 100000");
    }
}
