//! JSON that is kept as the bytes it came in.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use serde::de::IgnoredAny;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::decode_utf8;
use super::packed::Packed;

/// One well-formed JSON value, byte for byte as it came: numbers of any size, key order, duplicate
/// keys and white space survive. Cheap to clone. Foreign content: format its strings through
/// [`Untrusted`](super::Untrusted) before showing them.
#[derive(Clone)]
pub struct JsonText(Content);

#[derive(Clone)]
enum Content {
    Plain(Bytes),
    Packed(Packed),
}

impl JsonText {
    /// Checks that `bytes` hold exactly one JSON value and keeps them, without a byte order mark.
    ///
    /// # Errors
    /// What is wrong and where, for bytes that are not UTF-8 or text that is not JSON.
    pub fn parse(bytes: impl Into<Bytes>) -> Result<Self, serde_json::Error> {
        let bytes = bytes.into();
        // Skipping over a value does not look inside its strings, so UTF-8 is checked on its own.
        let text = decode_utf8(&bytes).map_err(serde::de::Error::custom)?;
        serde_json::from_str::<IgnoredAny>(text)?;
        Ok(Self::plain(bytes.slice_ref(text.as_bytes())))
    }

    /// Keeps a part of `body` that a parser has already found to be one JSON value, without copying.
    /// `part` must lie inside `body`.
    pub fn within(body: &Bytes, part: &RawValue) -> Self {
        Self::plain(body.slice_ref(part.get().as_bytes()))
    }

    /// Keeps text that a reader has already found to be one JSON value.
    pub fn checked(text: Bytes) -> Self {
        debug_assert!(Self::parse(text.clone()).is_ok(), "it was found to be JSON");
        Self::plain(text)
    }

    fn plain(text: Bytes) -> Self {
        Self(Content::Plain(text))
    }

    /// True for an object.
    pub fn is_object(&self) -> bool {
        self.raw().trim_start().starts_with('{')
    }

    /// Compresses texts that are kept for long and seldom read, together. Until they are closed they are plain as well.
    pub fn pack<'a>(texts: impl IntoIterator<Item = &'a mut Self>) {
        let mut texts: Vec<_> = texts.into_iter().collect();
        let plain: Vec<_> = texts.iter().map(|text| text.bytes().clone()).collect();
        for (text, packed) in texts.iter_mut().zip(Packed::pack(&plain).into_iter().flatten()) {
            text.0 = Content::Packed(packed);
        }
    }

    /// Forgets the plain form of a text that was packed, until somebody reads it.
    pub fn close(&mut self) {
        if let Content::Packed(packed) = &mut self.0 {
            packed.close();
        }
    }

    /// The text with some of its values or names replaced. `parts` come in order, each the bytes of one
    /// whole value or name and the JSON that takes its place; nothing else changes.
    pub fn with(&self, parts: impl IntoIterator<Item = (Range<usize>, impl AsRef<str>)>) -> Self {
        let text = self.bytes();
        let mut out: Vec<u8> = Vec::with_capacity(text.len());
        let mut copied = 0;
        for (range, shown) in parts {
            out.extend(text.get(copied..range.start).unwrap_or_default());
            out.extend(shown.as_ref().as_bytes());
            copied = range.end;
        }
        out.extend(text.get(copied..).unwrap_or_default());
        debug_assert!(Self::parse(out.clone()).is_ok(), "whole values take the place of whole values");
        Self::plain(Bytes::from(out))
    }

    /// The empty object, `{}`.
    pub fn empty_object() -> Self {
        Self::plain(Bytes::from_static(b"{}"))
    }

    /// The bytes as they came.
    pub fn bytes(&self) -> &Bytes {
        match &self.0 {
            Content::Plain(text) => text,
            Content::Packed(packed) => packed.plain(),
        }
    }

    /// The text as it came; empty only if the bytes are not UTF-8, which parsing excludes.
    pub fn raw(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }
}

impl From<Box<RawValue>> for JsonText {
    fn from(value: Box<RawValue>) -> Self {
        Self::plain(Bytes::from(Box::<str>::from(value).into_string()))
    }
}

impl PartialEq for JsonText {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for JsonText {}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonText({} bytes)", self.bytes().len())
    }
}

impl Serialize for JsonText {
    /// Writes the value into a surrounding JSON document unchanged.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: &RawValue = serde_json::from_slice(self.bytes()).map_err(serde::ser::Error::custom)?;
        value.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_goes_out_unchanged() {
        let text = r#"{"b":1.10, "a":123456789012345678901234567890,"b":2}"#;
        let json = JsonText::parse(text).expect("is JSON");
        assert_eq!(serde_json::to_string(&json).expect("serialises"), text);
    }

    #[test]
    fn packed_texts_read_as_before_and_take_little_room() {
        let plain: Vec<_> = (0..100)
            .map(|n| JsonText::parse(format!(r#"{{"type":"object","n":{n},"description":"how many"}}"#)).expect("JSON"))
            .collect();
        let mut packed = plain.clone();
        JsonText::pack(&mut packed);
        assert_eq!(packed, plain);
        packed.iter_mut().for_each(JsonText::close);
        let Content::Packed(one) = &packed[7].0 else { panic!("packed") };
        assert!(one.is_closed() && one.size() < 1_000, "{}", one.size());
        assert_eq!((packed[7].raw(), packed[99].raw()), (plain[7].raw(), plain[99].raw()));
        assert_eq!(packed, plain);
    }

    #[test]
    fn text_that_is_not_json_is_refused() {
        for bad in ["", "{", "nul", "{} {}", "\u{1}"] {
            assert!(JsonText::parse(bad).is_err(), "{bad:?}");
        }
        assert!(JsonText::parse(&b"\"\xff\""[..]).is_err());
    }

    #[test]
    fn a_byte_order_mark_is_not_kept_and_utf_16_is_named() {
        assert_eq!(JsonText::parse("\u{feff}{\"a\":1}").expect("is JSON").raw(), r#"{"a":1}"#);
        let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let refused = JsonText::parse(utf16).expect_err("UTF-16");
        assert_eq!(refused.to_string(), "it is UTF-16; save it as UTF-8");
    }
}
