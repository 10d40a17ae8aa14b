//! What looks like a credential is replaced before it is written anywhere: by the name it stands
//! under, by header, by its own look.
//!
//! Redaction errs towards replacing: an argument can be typed again, a token on disk cannot be
//! taken back.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Document, Kind, NodeId};
use crate::domain::{JsonText, Untrusted};

/// What stands in a credential's place.
pub const MARK: &str = "[redacted]";

/// A value with its credentials replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Redacted {
    /// The value; the same bytes where nothing was replaced.
    pub json: JsonText,
    /// Which values were replaced, whole or in part, as JSON Pointers in document order.
    pub hidden: Vec<Untrusted>,
}

impl Redacted {
    /// The value to begin with: empty texts where credentials were.
    pub fn to_fill_in(&self) -> JsonText {
        emptied(&self.json, &self.hidden)
    }
}

/// Replaces credentials in a JSON value. Everything else keeps its bytes.
pub fn json(value: &JsonText) -> Redacted {
    let untouched = || Redacted { json: value.clone(), hidden: Vec::new() };
    let Ok(document) = Document::index(value.clone()) else { return untouched() };
    let mut out: Vec<u8> = Vec::new();
    let mut copied = 0;
    let mut hidden = Vec::new();
    let mut judged: HashMap<&[u8], bool> = HashMap::new();
    let mut next = Some(document.root());
    while let Some(node) = next {
        // The same few names stand in every element of a list.
        let named = |key| *judged.entry(key).or_insert_with(|| names_a_credential(&decoded(key)));
        let named = document.key(node).is_some_and(named);
        let replacement = match document.kind(node) {
            Kind::Null | Kind::Bool => None,
            Kind::Object | Kind::Array if document.count(node) == 0 => None,
            _ if named => Some(quoted(MARK)),
            Kind::String => match text(&decoded(document.raw(node))) {
                Cow::Owned(shown) => Some(quoted(&shown)),
                Cow::Borrowed(_) => None,
            },
            _ => None,
        };
        next = match replacement {
            None => after(&document, node, true),
            Some(shown) => {
                let range = document.range(node);
                out.extend(value.bytes().get(copied..range.start).unwrap_or_default());
                out.extend(shown.as_bytes());
                copied = range.end;
                hidden.push(document.pointer(node));
                after(&document, node, false)
            }
        };
    }
    if hidden.is_empty() {
        return untouched();
    }
    out.extend(value.bytes().get(copied..).unwrap_or_default());
    match JsonText::parse(out) {
        Ok(json) => Redacted { json, hidden },
        // Cannot be, since whole values were replaced by whole values; then rather nothing at all.
        Err(_) => Redacted { json: JsonText::empty_object(), hidden: vec!["".into()] },
    }
}

/// The value with empty texts where credentials were replaced.
pub fn emptied(value: &JsonText, hidden: &[Untrusted]) -> JsonText {
    hidden.iter().fold(value.clone(), |value, pointer| {
        let Ok(document) = Document::index(value.clone()) else { return value };
        let Some(node) = document.at_pointer(pointer.raw()) else { return value };
        let range = document.range(node);
        let bytes = value.bytes();
        let parts = [bytes.get(..range.start), Some(&b"\"\""[..]), bytes.get(range.end..)];
        JsonText::parse(parts.map(Option::unwrap_or_default).concat()).unwrap_or(value)
    })
}

/// The value after `node` in document order, into it or past it.
fn after(document: &Document, node: NodeId, into: bool) -> Option<NodeId> {
    if into && let Some(child) = document.first_child(node) {
        return Some(child);
    }
    let mut node = node;
    loop {
        if let Some(next) = document.next_sibling(node) {
            return Some(next);
        }
        node = document.parent(node)?;
    }
}

fn decoded(raw: &[u8]) -> String {
    serde_json::from_slice(raw).unwrap_or_else(|_| String::from_utf8_lossy(raw).into_owned())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether what stands under this name is a credential: `client_secret`, `X-Api-Key`,
/// `accessToken`, `Authorization`. A `next_page_token` is none.
pub fn names_a_credential(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [.., before, "token" | "tokens"] => !HARMLESS_BEFORE_TOKEN.contains(before),
        [
            ..,
            "api" | "access" | "private" | "secret" | "signing" | "encryption" | "account" | "master",
            "key" | "keys",
        ] => true,
        [.., last] => NAMES.contains(last),
        [] => false,
    }
}

const HARMLESS_BEFORE_TOKEN: [&str; 16] = [
    "page",
    "next",
    "previous",
    "prev",
    "cursor",
    "sync",
    "continuation",
    "max",
    "min",
    "total",
    "input",
    "output",
    "prompt",
    "completion",
    "count",
    "reset",
];

const NAMES: [&str; 22] = [
    "token",
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "secrets",
    "apikey",
    "accesskey",
    "privatekey",
    "authorization",
    "cookie",
    "cookies",
    "credential",
    "credentials",
    "bearer",
    "jwt",
    "otp",
    "assertion",
    "clientsecret",
    "accesstoken",
];

/// `X-Api-Key`, `apiKey` and `API_KEY` are all `api key`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let small_next = chars.peek().is_some_and(|next| next.is_lowercase());
        let starts =
            c.is_uppercase() && (before.is_lowercase() || before.is_numeric() || (before.is_uppercase() && small_next));
        if !c.is_alphanumeric() || starts {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Replaces what looks like a credential in a text: bearer tokens, JSON Web Tokens, keys of known
/// shapes, private keys, passwords and tokens in URLs. The rest of the text stays.
pub fn text(text: &str) -> Cow<'_, str> {
    let Some(looks) = LOOKS.as_ref() else { return Cow::Borrowed(MARK) };
    looks.replace_all(text, |found: &Captures<'_>| {
        let kept = |name| found.name(name).map_or("", |part| part.as_str());
        [kept("before"), kept("scheme"), kept("field"), MARK, kept("at")].concat()
    })
}

/// None only if the pattern could not be built, which a test excludes; then everything is replaced.
static LOOKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let looks = [
        r"(?P<before>(?i:\b(?:bearer|basic|token)\s+))[A-Za-z0-9+/=._~-]{12,}",
        r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
        r"(?P<scheme>\b[a-z][a-z0-9+.-]*://[^/\s:@]*:)[^/\s@]+(?P<at>@)",
        r"(?P<field>[?&#;](?i:[a-z0-9_.-]*(?:token|secret|password|passwd|api[_-]?key|signature|sig|assertion|code))=)[^&#;\s]+",
        r"\b(?:gh[opusr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{20,})",
        r"\b(?:xox[abeprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|xoxe\.[A-Za-z0-9-]{10,})",
        r"\b(?:sk|rk|pk)[-_](?:live|test|proj|ant)[-_A-Za-z0-9]{10,}|\bsk-[A-Za-z0-9_-]{16,}|\bsks_[A-Za-z0-9_-]{12,}",
        r"\blin_(?:api|oauth)_[A-Za-z0-9]{16,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[A-Za-z0-9_-]{30,}|\bya29\.[A-Za-z0-9_-]{10,}",
        r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{16,}|\bntn_[A-Za-z0-9]{16,}|\bsecret_[A-Za-z0-9]{20,}",
    ];
    Regex::new(&looks.join("|")).ok()
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";

    fn redacted(text: &str) -> (String, Vec<String>) {
        let Redacted { json, hidden } = json(&JsonText::parse(text.to_owned()).unwrap());
        (json.raw().to_owned(), hidden.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn names_of_credentials_are_known_however_they_are_written() {
        for name in [
            "password",
            "clientSecret",
            "client_secret",
            "X-Api-Key",
            "apiKey",
            "APIKey",
            "Authorization",
            "Set-Cookie",
            "access_token",
            "refreshToken",
            "X-Auth-Token",
            "aws_secret_access_key",
            "private-key",
            "token",
            "bot_tokens",
        ] {
            assert!(names_a_credential(name), "{name}");
        }
        for name in [
            "next_page_token",
            "pageToken",
            "max_tokens",
            "title",
            "key",
            "primary_key",
            "monkey",
            "author",
            "tokenize",
            "secretary",
            "total_tokens",
            "",
            "__",
        ] {
            assert!(!names_a_credential(name), "{name}");
        }
    }

    #[test]
    fn what_stands_under_such_a_name_is_replaced_and_the_rest_keeps_its_bytes() {
        let text = r#"{ "a": 1.10, "api_key":"k", "in": [{"Token": {"x": [1]}, "z":2}], "password": null, "a":0}"#;
        let (shown, hidden) = redacted(text);
        let expected =
            r#"{ "a": 1.10, "api_key":"[redacted]", "in": [{"Token": "[redacted]", "z":2}], "password": null, "a":0}"#;
        assert_eq!((shown.as_str(), hidden), (expected, vec!["/api_key".to_owned(), "/in/0/Token".to_owned()]));
    }

    #[test]
    fn what_was_replaced_can_be_emptied() {
        let Redacted { json, hidden } = json(&JsonText::parse(r#"{"token":"x","a":[{"api_key":"y"}]}"#).unwrap());
        assert_eq!(emptied(&json, &hidden).raw(), r#"{"token":"","a":[{"api_key":""}]}"#);
    }

    #[test]
    fn credentials_are_known_by_their_look() {
        for (text, shown) in [
            ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer [redacted]"),
            ("see ghp_abcdefghijklmnopqrstuvwxyz0123456789 there", "see [redacted] there"),
            ("postgres://ada:hunter2@db.example/x", "postgres://ada:[redacted]@db.example/x"),
            ("https://x.example/cb?access_token=abc&n=1", "https://x.example/cb?access_token=[redacted]&n=1"),
            (
                "https://x.example/a?n=1&X-Amz-Signature=00ff#top",
                "https://x.example/a?n=1&X-Amz-Signature=[redacted]#top",
            ),
            ("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\n.", "[redacted]\n."),
            ("xoxb-123456789012-abcdef", "[redacted]"),
        ] {
            assert_eq!(super::text(text), shown);
        }
        assert_eq!(super::text(&format!("id {JWT}.")), "id [redacted].");
        for plain in
            ["The bearer of this letter", "basic training", "https://x.example/a?b=c", "sk-short", "ada@acme.dev"]
        {
            assert!(matches!(super::text(plain), Cow::Borrowed(_)), "{plain}");
        }
    }

    #[test]
    fn escapes_hide_nothing() {
        let escaped: String = JWT.chars().map(|c| format!("\\u{:04x}", c as u32)).collect();
        let (shown, hidden) = redacted(&format!("[\"{escaped}\"]"));
        assert_eq!((shown.as_str(), hidden), ("[\"[redacted]\"]", vec!["/0".to_owned()]));
        assert_eq!(redacted(r#"{"pass\u0077ord":"x"}"#).0, r#"{"pass\u0077ord":"[redacted]"}"#);
    }

    #[test]
    fn nesting_of_any_depth_is_walked_without_recursion() {
        let deep = format!("{}{{\"token\":\"x\"}}{}", "[".repeat(100), "]".repeat(100));
        assert!(redacted(&deep).0.contains(MARK));
    }

    proptest! {
        #[test]
        fn a_planted_credential_never_survives(
            before in "[a-z {}:,.\\\\\"]{0,20}",
            after in "[ ,;\"}]{0,5}",
            secret in "ghp_[A-Za-z0-9]{30}",
            depth in 0_usize..5,
        ) {
            let mut value = serde_json::json!(format!("{before} {secret}{after}"));
            for n in 0..depth {
                value = if n % 2 == 0 { serde_json::json!([1, value]) } else { serde_json::json!({"a b": value}) };
            }
            let (shown, hidden) = redacted(&value.to_string());
            prop_assert!(!shown.contains(&secret) && hidden.len() == 1, "{shown}");
        }
    }
}
