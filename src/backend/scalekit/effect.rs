//! Whether a tool changes anything: what its definition declares, or else our guess.

use crate::backend::scalekit::wire::tools::Definition;
use crate::domain::{Effect, EffectSource};

/// The effect of a tool, and how we know it. Where a declaration leaves it open or contradicts
/// itself, the graver reading counts.
pub(super) fn effect(definition: &Definition<'_>) -> (Effect, EffectSource) {
    use Effect::{Destroys, Reads, Writes};
    use EffectSource::Declared;
    let hints = definition.annotations.as_ref();
    let (guess, source) = guess(definition);
    match (hints.and_then(|h| h.read_only_hint), hints.and_then(|h| h.destructive_hint)) {
        (_, Some(true)) => (Destroys, Declared),
        (Some(true), _) => (Reads, Declared),
        (Some(false), Some(false)) => (Writes, Declared),
        (Some(false), None) if guess != Destroys => (Writes, Declared),
        (None, Some(false)) if guess == Destroys => (Writes, Declared),
        _ => (guess, source),
    }
}

/// By the HTTP method where it tells; a `POST` may also be a search, so there the name has a say.
fn guess(definition: &Definition<'_>) -> (Effect, EffectSource) {
    use EffectSource::{Method, Name};
    let method = definition.rest_api_info.as_ref().map(|info| info.method.to_ascii_uppercase());
    let by_name = by_name(&definition.name);
    match method.as_deref() {
        Some("GET" | "HEAD") => (Effect::Reads, Method),
        Some("DELETE") => (Effect::Destroys, Method),
        Some("POST") if by_name != Effect::Unknown => (by_name, Name),
        Some("PUT" | "PATCH") if by_name == Effect::Destroys => (Effect::Destroys, Name),
        Some("POST" | "PUT" | "PATCH") => (Effect::Writes, Method),
        _ => (by_name, Name),
    }
}

/// Words that are hardly ever anything but a verb, and decide wherever they stand; the gravest wins.
const VERBS: [(Effect, &[&str]); 3] = [
    (
        Effect::Destroys,
        &["delete", "remove", "archive", "destroy", "purge", "erase", "wipe", "trash", "revoke", "uninstall", "cancel"],
    ),
    (
        Effect::Writes,
        &[
            "create",
            "update",
            "add",
            "send",
            "insert",
            "upsert",
            "edit",
            "modify",
            "move",
            "upload",
            "assign",
            "unassign",
            "invite",
            "publish",
            "unarchive",
            "restore",
            "rename",
            "enable",
            "disable",
            "submit",
            "append",
            "replace",
            "close",
            "reopen",
            "mark",
        ],
    ),
    (
        Effect::Reads,
        &["get", "list", "search", "fetch", "find", "read", "retrieve", "lookup", "describe", "query", "download"],
    ),
];

/// Words that are as often a noun; they count only when no plain verb stands in the name.
const VERBS_OR_NOUNS: [(Effect, &[&str]); 3] = [
    (Effect::Destroys, &["clear", "reset", "drop"]),
    (
        Effect::Writes,
        &[
            "set", "post", "reply", "run", "execute", "start", "stop", "merge", "copy", "share", "import", "generate",
            "schedule", "save", "write", "change",
        ],
    ),
    (Effect::Reads, &["check", "view", "count", "validate", "export", "browse", "show"]),
];

fn by_name(name: &str) -> Effect {
    let words = words(name);
    let verb = |words: &[String]| {
        let found = |verbs: &[&str]| words.iter().any(|word| verbs.contains(&word.as_str()));
        VERBS.iter().chain(&VERBS_OR_NOUNS).find(|(_, verbs)| found(verbs)).map(|(effect, _)| *effect)
    };
    // The first word mostly names the provider.
    words.get(1..).and_then(verb).or_else(|| verb(&words)).unwrap_or(Effect::Unknown)
}

/// The words of `linear_issue_create`, `fetch-docs` or `createIssue`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let starts = !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase());
        if starts && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(definition: &str) -> (Effect, EffectSource) {
        effect(&serde_json::from_str(definition).expect("a definition"))
    }

    #[test]
    fn what_is_declared_counts_first() {
        use Effect::*;
        use EffectSource::*;
        let cases = [
            (r#"{"name":"x_delete","annotations":{"read_only_hint":true}}"#, (Reads, Declared)),
            (r#"{"name":"x_get","annotations":{"destructive_hint":true,"read_only_hint":true}}"#, (Destroys, Declared)),
            (r#"{"name":"x_get","annotations":{"read_only_hint":false}}"#, (Writes, Declared)),
            (r#"{"name":"x_delete","annotations":{"read_only_hint":false}}"#, (Destroys, Name)),
            (
                r#"{"name":"x_delete","annotations":{"read_only_hint":false,"destructive_hint":false}}"#,
                (Writes, Declared),
            ),
            (r#"{"name":"x_get","annotations":{"destructive_hint":false}}"#, (Reads, Name)),
            (r#"{"name":"x_get","annotations":{}}"#, (Reads, Name)),
        ];
        for (definition, expected) in cases {
            assert_eq!(of(definition), expected, "{definition}");
        }
    }

    #[test]
    fn then_the_method() {
        let cases = [
            ("GET", "x_delete", Effect::Reads, EffectSource::Method),
            ("delete", "x_get", Effect::Destroys, EffectSource::Method),
            ("POST", "notion_page_search", Effect::Reads, EffectSource::Name),
            ("POST", "notion_page", Effect::Writes, EffectSource::Method),
            ("PATCH", "notion_page_get", Effect::Writes, EffectSource::Method),
            ("PATCH", "notion_page_archive", Effect::Destroys, EffectSource::Name),
            ("", "notion_page_get", Effect::Reads, EffectSource::Name),
        ];
        for (method, name, effect, source) in cases {
            let definition = format!(r#"{{"name":"{name}","rest_api_info":{{"method":"{method}"}}}}"#);
            assert_eq!(of(&definition), (effect, source), "{method} {name}");
        }
    }

    #[test]
    fn then_the_verb_in_the_name() {
        let cases = [
            ("linear_issue_create", Effect::Writes),
            ("trello_list_create", Effect::Writes),
            ("gmail_fetch_mails", Effect::Reads),
            ("twitter_get_post", Effect::Reads),
            ("twitter_post", Effect::Writes),
            ("asana_task_delete", Effect::Destroys),
            ("c-myapifymcp_fetch-apify-docs", Effect::Reads),
            ("c-jira_deleteIssue", Effect::Destroys),
            ("gitlab_merge_request_get", Effect::Reads),
            ("search", Effect::Reads),
            ("send_email", Effect::Writes),
            ("get_list_item_delete", Effect::Destroys),
            ("acme_frobnicate", Effect::Unknown),
            ("", Effect::Unknown),
        ];
        for (name, expected) in cases {
            assert_eq!(by_name(name), expected, "{name}");
        }
    }
}
