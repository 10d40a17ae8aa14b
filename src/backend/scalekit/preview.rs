//! A few words out of an answer that is not what we asked for, usually a web page.

use crate::domain::Untrusted;

/// As much as one line of a popup holds.
const MAX_CHARS: usize = 160;
/// Bytes of a page that are looked at; the message of an error page stands near its top.
const MAX_BYTES: usize = 16 * 1024;

/// The beginning of `body` as plain words: without tags, scripts and styles, on one line.
pub(super) fn preview(body: &[u8]) -> Untrusted {
    let text = String::from_utf8_lossy(body.get(..MAX_BYTES).unwrap_or(body));
    let text = if text.trim_start().starts_with('<') { without_tags(&text) } else { text.into_owned() };
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if let Some((end, _)) = words.char_indices().nth(MAX_CHARS) {
            words.truncate(end);
            words.push('…');
            break;
        }
    }
    words.into()
}

/// Text that a browser would show of `html`, roughly.
fn without_tags(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((text, tag)) = rest.split_once('<') {
        out.push_str(text);
        out.push(' ');
        let (tag, after) = tag.split_once('>').unwrap_or((tag, ""));
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
        rest = match name.as_str() {
            // The text in these is not for people.
            "script" | "style" => after
                .split_once(&format!("</{name}"))
                .and_then(|(_, end_tag)| end_tag.split_once('>'))
                .map_or("", |(_, rest)| rest),
            _ => after,
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_page_becomes_its_words() {
        let page = b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title><style>b{color:red}</style>\
            <script>if (a<b) alert('x')</script></head><body><center><h1>nginx</h1></center></body></html>";
        assert_eq!(preview(page).raw(), "502 Bad Gateway nginx");
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let shown = preview("ä".repeat(5000).as_bytes());
        assert_eq!(shown.raw().chars().count(), MAX_CHARS + 1);
        assert!(shown.raw().ends_with('…'));
    }

    #[test]
    fn torn_pages_and_bytes_that_are_no_text_do_no_harm() {
        for body in [&b"<"[..], b"<script", b"<script>x", b"<a", b"\xff\xfe<b>", b""] {
            let _ = preview(body);
        }
        assert_eq!(preview(b"upstream\x1b[2J\n\ndown").to_string(), "upstream␛[2J down");
    }
}
