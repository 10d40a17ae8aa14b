//! What the body of a failure says, whatever form it has.

use serde_json::Value;

use super::ledger::bounded;
use crate::domain::Untrusted;

/// Bytes of words that are kept.
const LONGEST: usize = 400;

/// Members of JSON that hold an error's words, the best ones first.
const WORDS: [&str; 5] = ["error_description", "message", "detail", "error", "title"];

/// Words of a body: those of an error in JSON, the title of a page, or the text as it is. None if it says nothing.
pub(super) fn plain_words(body: &[u8]) -> Option<Untrusted> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    let words = match serde_json::from_str::<Value>(text) {
        Ok(value) => of_json(&value).unwrap_or_default(),
        Err(_) if text.starts_with('<') => of_page(text),
        Err(_) => text.to_owned(),
    };
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    (!words.is_empty()).then(|| bounded(&words, LONGEST).into())
}

fn of_json(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(members) => WORDS.iter().filter_map(|name| members.get(*name)).find_map(of_json),
        _ => None,
    }
}

/// Title of a page, or the text of it.
fn of_page(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|from| {
        let from = from + lower.get(from..)?.find('>')? + 1;
        let to = from + lower.get(from..)?.find("</title")?;
        page.get(from..to).filter(|title| !title.trim().is_empty())
    });
    title.map_or_else(|| without_tags(page), str::to_owned)
}

fn without_tags(page: &str) -> String {
    let mut is_tag = false;
    let shown = page.chars().filter_map(|c| {
        let was_tag = is_tag;
        is_tag = c == '<' || (is_tag && c != '>');
        if c == '<' { Some(' ') } else { (!was_tag).then_some(c) }
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_json_in_pages_and_in_text() {
        let words = |body: &str| plain_words(body.as_bytes()).map(|words| words.raw().to_owned()).unwrap_or_default();
        for (body, expected) in [
            (r#"{"error":"invalid_token","error_description":"It ran out"}"#, "It ran out"),
            (r#"{"jsonrpc":"2.0","error":{"code":-1,"message":"no"}}"#, "no"),
            ("<!DOCTYPE html><HTML><head><TITLE>502 Bad\n Gateway</TITLE></head>", "502 Bad Gateway"),
            ("<h1>Sorry</h1><p>Come back</p>", "Sorry Come back"),
            ("upstream connect error", "upstream connect error"),
            ("", ""),
            ("{}", ""),
            ("<title>", ""),
        ] {
            assert_eq!(words(body), expected, "{body}");
        }
        assert!(words(&"ä".repeat(4_000)).len() <= LONGEST + 4);
    }
}
