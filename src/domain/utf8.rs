//! From the bytes of a file, of standard input or of an answer to text.

use std::fmt;

/// Reason why bytes are no text. `Display` goes on after a colon: `it is UTF-16; save it as UTF-8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotText {
    /// It is UTF-16, which editors and shells on Windows write.
    Utf16,
    /// It is no UTF-8 either.
    NotUtf8,
}

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16 => "it is UTF-16; save it as UTF-8",
            Self::NotUtf8 => "it is not UTF-8 text",
        })
    }
}

/// The text in `bytes`, without the byte order mark that may stand before it.
///
/// # Errors
/// Bytes that are not UTF-8, and UTF-16, with its mark or without one.
pub fn decode_utf8(bytes: &[u8]) -> Result<&str, NotText> {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(NotText::Utf16),
        // ASCII in UTF-16. It is UTF-8 as well, but no text begins with a NUL or has one in its second place.
        [0, 0x01..=0x7f, ..] | [0x01..=0x7f, 0, ..] => Err(NotText::Utf16),
        _ => std::str::from_utf8(strip_bom(bytes)).map_err(|_| NotText::NotUtf8),
    }
}

/// The same bytes without one UTF-8 byte order mark at their beginning.
pub fn strip_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_order_mark_is_not_part_of_the_text() {
        for (bytes, text) in [("a", "a"), ("", ""), ("\u{feff}{}", "{}"), ("\u{feff}", ""), ("a\u{feff}", "a\u{feff}")]
        {
            assert_eq!(decode_utf8(bytes.as_bytes()), Ok(text), "{bytes:?}");
        }
        assert_eq!(decode_utf8("\u{feff}\u{feff}x".as_bytes()), Ok("\u{feff}x"));
    }

    #[test]
    fn utf_16_is_told_from_bytes_that_are_no_text_at_all() {
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        for text in ["\u{feff}{\"grüße\":1}", "{\"a\":1}"] {
            assert_eq!(decode_utf8(&utf16(text, u16::to_le_bytes)), Err(NotText::Utf16), "{text:?}");
            assert_eq!(decode_utf8(&utf16(text, u16::to_be_bytes)), Err(NotText::Utf16), "{text:?}");
        }
        assert_eq!(decode_utf8(b"gr\xfc\xdfe"), Err(NotText::NotUtf8));
    }
}
