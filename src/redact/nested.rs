//! Texts that hold another text: JSON, and bytes in Base64.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, NO_PAD, PAD};

use super::document::replaced as in_document;
use super::text::Scanner;
use crate::domain::JsonText;
use crate::json::Document;

/// A text in a text in a text: so deep they are opened. Deeper ones are searched as they are written.
const DEEPEST: usize = 4;

/// Shorter texts hold nothing that is worth opening, in bytes.
const SHORTEST: usize = 12;

/// No credential stands in a shorter text with what announces it, `pwd=x`, in bytes.
const LEAST: usize = 5;

impl Scanner {
    /// The text with its credentials replaced, those in texts within it as well; none if there are none.
    pub(super) fn text(&mut self, text: &[u8], depth: usize) -> Option<Vec<u8>> {
        if text.len() < LEAST {
            return None;
        }
        if depth < DEEPEST && text.len() >= SHORTEST {
            if let Some(json) = as_json(text) {
                let document = Document::index(json).ok()?;
                let changed = in_document(self, &document, depth + 1);
                return (!changed.hidden.is_empty()).then(|| changed.json.bytes().to_vec());
            }
            let (head, body) = data_url(text);
            if let Some((engine, bytes)) = as_base64(body) {
                let shown = self.text(&bytes, depth + 1).map(|shown| engine.encode(shown));
                if let Some(shown) = shown {
                    return Some([head, shown.as_bytes()].concat());
                }
            }
        }
        match self.replaced(text) {
            Cow::Owned(shown) => Some(shown),
            Cow::Borrowed(_) => None,
        }
    }
}

fn as_json(text: &[u8]) -> Option<JsonText> {
    let begins = *text.trim_ascii_start().first()?;
    let ends = *text.trim_ascii_end().last()?;
    let is_like_it = matches!((begins, ends), (b'{', b'}') | (b'[', b']') | (b'"', b'"'));
    if is_like_it { JsonText::parse(text.to_vec()).ok() } else { None }
}

/// `data:image/png;base64,` and what follows.
fn data_url(text: &[u8]) -> (&[u8], &[u8]) {
    let comma = text.starts_with(b"data:").then(|| memchr::memchr(b',', text)).flatten();
    text.split_at(comma.map_or(0, |comma| comma + 1))
}

/// The bytes of a text that is Base64 as a whole, lines and all, and how to write such a text.
fn as_base64(text: &[u8]) -> Option<(&'static GeneralPurpose, Vec<u8>)> {
    let is_one = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=' | b'\n' | b'\r');
    // The many checksums and ids would only be opened in vain.
    let is_id = text.len() <= 64 && text.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-');
    if text.len() < SHORTEST || is_id || !text.iter().all(is_one) {
        return None;
    }
    let lines: Cow<'_, [u8]> = match memchr::memchr2(b'\n', b'\r', text) {
        None => text.into(),
        Some(_) => text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect(),
    };
    let is_padded = lines.last() == Some(&b'=') || lines.len().is_multiple_of(4);
    let engine = match (memchr::memchr2(b'-', b'_', &lines).is_some(), is_padded) {
        (false, true) => &STANDARD_PADDED,
        (false, false) => &STANDARD_BARE,
        (true, true) => &URL_PADDED,
        (true, false) => &URL_BARE,
    };
    Some((engine, engine.decode(&lines).ok()?))
}

const fn lenient(config: GeneralPurposeConfig) -> GeneralPurposeConfig {
    config.with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true)
}

static STANDARD_PADDED: GeneralPurpose = GeneralPurpose::new(&STANDARD, lenient(PAD));
static STANDARD_BARE: GeneralPurpose = GeneralPurpose::new(&STANDARD, lenient(NO_PAD));
static URL_PADDED: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, lenient(PAD));
static URL_BARE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, lenient(NO_PAD));
