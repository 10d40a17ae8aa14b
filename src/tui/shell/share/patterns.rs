//! Values that look personal or secret, by their form or by the name that they stand under.

use std::sync::LazyLock;

use regex::Regex;

use super::known::Known;
use super::mask::{Found, Mask};
use crate::redact;

/// Forms that are looked for.
struct Patterns {
    /// Address, as such or in a URL.
    address: Regex,
    /// URL: its host, and what comes after.
    url: Regex,
    /// Letters and digits that belong together.
    token: Regex,
    /// JSON name with the text or number under it.
    member: Regex,
    /// Name and value of a form's row.
    field: Regex,
}

/// None if one of them cannot be compiled: then everything is masked.
static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    let regex = |pattern: &str| Regex::new(pattern).ok();
    Some(Patterns {
        address: regex(r#"[^\s"'`<>(),;:/=&|@…─]+(?:@|%40)[^\s"'`<>(),;:/=&|─]+"#)?,
        url: regex(r#"(?i)\b[a-z][a-z0-9+.-]*://[^\s"'`<>/?#]*([/?#][^\s"'`<>]*)?"#)?,
        token: regex(r"[A-Za-z0-9][A-Za-z0-9_-]*…?")?,
        member: regex(r#""([^"\s]{1,64})"\s*:\s*(?:"((?:[^"\\]|\\.)+)|(-?[0-9][0-9.eE+-]*))"#)?,
        field: regex(r#"^[▌\s]*([A-Za-z][\w.-]{1,40})\*?\s{2,}"?([^\s"–].*)"#)?,
    })
});

/// Everything in `text` that looks personal or secret.
pub fn find(text: &str, known: &Known, found: &mut Vec<Found>) {
    let Some(patterns) = PATTERNS.as_ref() else {
        found.push(Found { place: 0..text.len(), mask: Mask::Value });
        return;
    };
    // Most lines of a screen have none of these, and the searches below cost more than this.
    if text.contains('@') || text.contains("%40") {
        for address in patterns.address.find_iter(text) {
            let bare = bare(address.as_str());
            let place = address.start()..address.start() + bare.len().max(1);
            found.push(Found { place, mask: known.address(&bare.replace("%40", "@")) });
        }
    }
    if text.contains("://") {
        for url in patterns.url.captures_iter(text) {
            if let Some(rest) = url.get(1).filter(|rest| rest.len() > 1) {
                found.push(Found { place: rest.start() + 1..rest.end(), mask: Mask::Link });
            }
        }
    }
    if text.bytes().any(|byte| byte.is_ascii_digit()) {
        for token in patterns.token.find_iter(text) {
            if let Some(mask) = looks_like_an_id(token.as_str()) {
                found.push(Found { place: token.range(), mask });
            }
        }
    }
    if text.contains("\": ") {
        for member in patterns.member.captures_iter(text) {
            let named = member.get(1).is_some_and(|name| is_personal(name.as_str()) || is_id(name.as_str()));
            if let Some(value) = member.get(2).or_else(|| member.get(3)).filter(|_| named) {
                found.push(Found { place: value.range(), mask: Mask::Value });
            }
        }
    } else if let Some(row) = patterns.field.captures(text)
        && let (Some(name), Some(value)) = (row.get(1), row.get(2))
        && is_personal(name.as_str())
        // The rows of our own popups have such names too, and facts under them.
        && text.contains('"')
    {
        let value = value.as_str().trim_end_matches([' ', '"']).len() + value.start()..;
        found.extend(row.get(2).map(|all| Found { place: all.start()..value.start, mask: Mask::Value }));
    }
    credentials(text, found);
}

/// The addresses in a text.
pub fn addresses(text: &str) -> impl Iterator<Item = &str> {
    PATTERNS
        .as_ref()
        .into_iter()
        .flat_map(|patterns| patterns.address.find_iter(text))
        .map(|found| bare(found.as_str()))
}

/// An address without the marks of the sentence that it stands in.
fn bare(address: &str) -> &str {
    address.trim_end_matches(['.', '…', '!', '?', ']', '}', '\\'])
}

/// Whatever the journal would not keep either.
fn credentials(text: &str, found: &mut Vec<Found>) {
    let shown = redact::text(text);
    if shown == text {
        return;
    }
    let mut at = 0;
    let mut pieces = shown.split(redact::MARK);
    at += pieces.next().map_or(0, str::len);
    for piece in pieces {
        let rest = text.get(at..).unwrap_or_default();
        let taken = if piece.is_empty() { Some(rest.len()) } else { rest.find(piece) };
        let end = at + taken.unwrap_or(rest.len());
        found.push(Found { place: at..end, mask: Mask::Value });
        at = end + piece.len();
    }
}

/// Kinds of ids that the vendor writes, however short.
const KINDS: [&str; 10] = ["ca", "conn", "exec", "org", "usr", "env", "skc", "sks", "req", "evt"];

/// Mask of a word that no person would have chosen: an id with its kind, a UUID, a long number, a random text.
fn looks_like_an_id(token: &str) -> Option<Mask> {
    let (word, is_cut) = token.strip_suffix('…').map_or((token, false), |word| (word, true));
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let (kind, tail) = word.rsplit_once('_').unwrap_or(("", word));
    let is_number = digits == word.len();
    if is_number {
        return (word.len() >= 9 || is_cut && word.len() >= 6).then_some(Mask::Value);
    }
    if digits == 0 {
        return None;
    }
    let tail_digits = tail.bytes().filter(u8::is_ascii_digit).count();
    let is_kind = kind.starts_with(|c: char| c.is_ascii_lowercase()) && kind.len() <= 24;
    let is_tail = !tail.contains('-')
        && (KINDS.contains(&kind) && tail_digits >= 1
            || tail.len() >= 8 && tail_digits >= 2
            || tail.len() >= 4 && tail_digits == tail.len()
            || is_cut && tail.len() >= 3 && tail_digits >= 1);
    if is_kind && is_tail {
        return Some(Mask::id(word));
    }
    let groups: Vec<&str> = word.split('-').collect();
    let is_hex = |group: &&str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid = groups.len() > 1 && groups.first().is_some_and(|first| first.len() == 8) && groups.iter().all(is_hex);
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    let (upper, lower) = (has(u8::is_ascii_uppercase), has(u8::is_ascii_lowercase));
    let run = word.split(['-', '_']).map(|run| (run.len(), run.bytes().filter(u8::is_ascii_digit).count())).max();
    let is_random_run = run.is_some_and(|(length, digits)| length >= 16 && digits >= 2 && digits < length);
    let is_long_hex = word.len() >= 12 && is_hex(&word) && digits >= 2;
    let is_mixed = word.len() >= 20 && upper && lower && digits >= 2 && !word.contains('T');
    let is_slack = word.len() >= 9 && upper && !lower && digits >= 2 && !word.contains(['-', '_']);
    (is_uuid || is_random_run || is_long_hex || is_mixed || is_slack).then_some(Mask::Value)
}

/// Words of a name, in lower case: `userId`, `user_id` and `User-ID` are all `user id`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && was_lower {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a name says that its value is about a person.
fn is_personal(name: &str) -> bool {
    const ALONE: [&str; 24] = [
        "email",
        "emails",
        "mail",
        "phone",
        "mobile",
        "fax",
        "street",
        "zip",
        "postcode",
        "birthday",
        "birthdate",
        "ssn",
        "iban",
        "passport",
        "username",
        "login",
        "nickname",
        "firstname",
        "lastname",
        "fullname",
        "displayname",
        "surname",
        "handle",
        "avatar",
    ];
    const NAMES: [&str; 13] = [
        "first", "last", "full", "display", "real", "given", "family", "middle", "user", "owner", "author", "assignee",
        "creator",
    ];
    let words = words(name);
    let is_named = |pair: &[String]| {
        pair.last().is_some_and(|last| last == "name")
            && NAMES.iter().any(|name| pair.first().is_some_and(|first| first == name))
    };
    words.iter().any(|word| ALONE.contains(&word.as_str())) || words.windows(2).any(is_named)
}

/// Whether a name says that its value is an id.
fn is_id(name: &str) -> bool {
    words(name).last().is_some_and(|last| ["id", "ids", "gid", "uid", "uuid", "guid"].contains(&last.as_str()))
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    /// The parts of `text` that are found, with their masks.
    fn taken(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        find(text, &Known::default(), &mut found);
        let part = |place: Range<usize>| text.get(place).unwrap_or_default().to_owned();
        found.into_iter().map(|found| format!("{}={}", part(found.place), found.mask.words(99))).collect()
    }

    #[test]
    fn addresses_and_links_are_found() {
        let address = |text: &str| taken(text).first().and_then(|found| Some(found.split_once('=')?.0.to_owned()));
        for (text, found) in [
            ("to eve@else.where.", "eve@else.where"),
            ("(eve@else.where)", "eve@else.where"),
            ("eve@el…", "eve@el"),
            ("mail=eve%40else.where&x", "eve%40else.where"),
            ("Eve <eve+x@else.where>", "eve+x@else.where"),
        ] {
            assert_eq!(address(text).as_deref(), Some(found), "{text}");
        }
        assert_eq!(taken("https://acme.dev/link/x?y=1 now"), ["link/x?y=1=•••"]);
        assert_eq!(taken("https://acme.dev and https://acme.dev/"), [""; 0], "a host alone leads nowhere");
        assert_eq!(taken("jq: @csv, 5 @ 3"), [""; 0]);
    }

    #[test]
    fn ids_are_known_by_their_form() {
        for id in [
            "ca_1134536954551518",
            "exec_81f2aa90",
            "exec_81f…",
            "exec_81f2",
            "ca_101",
            "fa138abe-b4a6-4ac7-9cf2-0123456789ab",
            "fa138abe-b4a6-4a…",
            "1209123456789",
            "120912…",
            "U02ABC12345",
            "3f786850e387550fdab836ed7e6dc881de23001b",
            "dGhpcyBpcyBhIHNlY3JldA9x8",
        ] {
            assert!(looks_like_an_id(id).is_some(), "{id}");
        }
        for word in [
            "linear_issue_create",
            "base64",
            "to_base64",
            "ENG-142",
            "2026-03-04",
            "2026-03-04T12",
            "12345678",
            "utf-8",
            "claude-sonnet-4-20250514",
            "F12",
            "oauth2",
            "google_oauth2",
            "v1",
            "110x40",
            "sha256",
            "PENDING_AUTH",
            "asana_me_get",
            "12…",
            "h2…",
            "priority_1",
        ] {
            assert_eq!(looks_like_an_id(word), None, "{word}");
        }
    }

    #[test]
    fn names_tell_what_stands_under_them() {
        assert_eq!(taken(r#"  "displayName": "Eve Else","#), ["Eve Else=•••"]);
        assert_eq!(taken(r#"  "task_gid": "7", "n": 3"#), ["7=•••"]);
        assert_eq!(taken(r#"{"userId": 42}"#), ["42=•••"]);
        assert_eq!(taken(r#"  "name": "Sprint", "valid": "yes""#), [""; 0]);
        assert_eq!(taken(r#"▌ email*      "eve""#), ["eve=•••"]);
        assert_eq!(taken("  phone       – optional"), [""; 0]);
    }

    #[test]
    fn credentials_are_found() {
        let secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
        assert!(taken(&format!("token {secret} here")).iter().any(|found| found.starts_with(secret)));
        assert!(taken(r#""password": "hunter2""#).iter().any(|found| found.starts_with("hunter2")));
    }
}
