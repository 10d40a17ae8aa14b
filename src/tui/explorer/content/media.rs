//! Names and kinds of pictures, sounds and other bytes.

use crate::domain::Untrusted;

/// Endings of files by media type.
const ENDINGS: [(&str, &str); 16] = [
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/svg+xml", "svg"),
    ("audio/mpeg", "mp3"),
    ("audio/wav", "wav"),
    ("audio/x-wav", "wav"),
    ("audio/ogg", "ogg"),
    ("audio/flac", "flac"),
    ("video/mp4", "mp4"),
    ("application/pdf", "pdf"),
    ("application/zip", "zip"),
    ("application/json", "json"),
    ("text/markdown", "md"),
    ("text/csv", "csv"),
];

/// Ending for a media type: a known one, so that no server chooses what a file is opened with.
pub(super) fn ending(media_type: &Untrusted) -> &'static str {
    let kind = media_type.raw().split(';').next().unwrap_or_default().trim();
    let found = ENDINGS.iter().find(|(known, _)| known.eq_ignore_ascii_case(kind));
    found.map_or(if kind.starts_with("text/") { "txt" } else { "bin" }, |(_, ending)| ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_endings_are_proposed() {
        let cases = [
            ("image/png", "png"),
            ("IMAGE/PNG; charset=x", "png"),
            ("text/html", "txt"),
            ("application/x-desktop", "bin"),
            ("../../x", "bin"),
            ("", "bin"),
        ];
        for (media_type, expected) in cases {
            assert_eq!(ending(&media_type.into()), expected, "{media_type}");
        }
    }
}
