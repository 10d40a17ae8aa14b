//! Whether a tool changes anything: what its definition declares, or else our guess.

use crate::backend::scalekit::wire::tools::Definition;
use crate::domain::{EffectSource, ToolEffect};

/// The effect of a tool, and how we know it. Where a declaration leaves it open or contradicts
/// itself, the graver reading counts.
pub(super) fn effect(definition: &Definition<'_>) -> (ToolEffect, EffectSource) {
    use EffectSource::Declared;
    use ToolEffect::{Destroys, Reads, Writes};
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
fn guess(definition: &Definition<'_>) -> (ToolEffect, EffectSource) {
    use EffectSource::{Method, Name};
    let method = definition.rest_api_info.as_ref().map(|info| info.method.to_ascii_uppercase());
    let by_name = by_name(&definition.name);
    match method.as_deref() {
        Some("GET" | "HEAD") => (ToolEffect::Reads, Method),
        Some("DELETE") => (ToolEffect::Destroys, Method),
        Some("POST") if by_name != ToolEffect::Unknown => (by_name, Name),
        Some("PUT" | "PATCH") if by_name == ToolEffect::Destroys => (ToolEffect::Destroys, Name),
        Some("POST" | "PUT" | "PATCH") => (ToolEffect::Writes, Method),
        _ => (by_name, Name),
    }
}

/// Words that are hardly ever anything but a verb, and decide wherever they stand; the gravest wins.
const VERBS: [(ToolEffect, &[&str]); 3] = [
    (
        ToolEffect::Destroys,
        &["delete", "remove", "archive", "destroy", "purge", "erase", "wipe", "trash", "revoke", "uninstall", "cancel"],
    ),
    (
        ToolEffect::Writes,
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
        ToolEffect::Reads,
        &["get", "list", "search", "fetch", "find", "read", "retrieve", "lookup", "describe", "query", "download"],
    ),
];

/// Words that are as often a noun; they count only when no plain verb stands in the name.
const VERBS_OR_NOUNS: [(ToolEffect, &[&str]); 3] = [
    (ToolEffect::Destroys, &["clear", "reset", "drop"]),
    (
        ToolEffect::Writes,
        &[
            "set", "post", "reply", "run", "execute", "start", "stop", "merge", "copy", "share", "import", "generate",
            "schedule", "save", "write", "change",
        ],
    ),
    (ToolEffect::Reads, &["check", "view", "count", "validate", "export", "browse", "show"]),
];

fn by_name(name: &str) -> ToolEffect {
    let words = words(name);
    let verb = |words: &[String]| {
        let found = |verbs: &[&str]| words.iter().any(|word| verbs.contains(&word.as_str()));
        VERBS.iter().chain(&VERBS_OR_NOUNS).find(|(_, verbs)| found(verbs)).map(|(effect, _)| *effect)
    };
    // The first word mostly names the provider.
    words.get(1..).and_then(verb).or_else(|| verb(&words)).unwrap_or(ToolEffect::Unknown)
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

    fn of(definition: &str) -> (ToolEffect, EffectSource) {
        effect(&serde_json::from_str(definition).expect("a definition"))
    }

    #[test]
    fn what_is_declared_counts_first() {
        use EffectSource::*;
        use ToolEffect::*;
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
            ("GET", "x_delete", ToolEffect::Reads, EffectSource::Method),
            ("delete", "x_get", ToolEffect::Destroys, EffectSource::Method),
            ("POST", "notion_page_search", ToolEffect::Reads, EffectSource::Name),
            ("POST", "notion_page", ToolEffect::Writes, EffectSource::Method),
            ("PATCH", "notion_page_get", ToolEffect::Writes, EffectSource::Method),
            ("PATCH", "notion_page_archive", ToolEffect::Destroys, EffectSource::Name),
            ("", "notion_page_get", ToolEffect::Reads, EffectSource::Name),
        ];
        for (method, name, effect, source) in cases {
            let definition = format!(r#"{{"name":"{name}","rest_api_info":{{"method":"{method}"}}}}"#);
            assert_eq!(of(&definition), (effect, source), "{method} {name}");
        }
    }

    #[test]
    fn then_the_verb_in_the_name() {
        let cases = [
            ("linear_issue_create", ToolEffect::Writes),
            ("trello_list_create", ToolEffect::Writes),
            ("gmail_fetch_mails", ToolEffect::Reads),
            ("twitter_get_post", ToolEffect::Reads),
            ("twitter_post", ToolEffect::Writes),
            ("asana_task_delete", ToolEffect::Destroys),
            ("c-myapifymcp_fetch-apify-docs", ToolEffect::Reads),
            ("c-jira_deleteIssue", ToolEffect::Destroys),
            ("gitlab_merge_request_get", ToolEffect::Reads),
            ("search", ToolEffect::Reads),
            ("send_email", ToolEffect::Writes),
            ("get_list_item_delete", ToolEffect::Destroys),
            ("acme_frobnicate", ToolEffect::Unknown),
            ("", ToolEffect::Unknown),
        ];
        for (name, expected) in cases {
            assert_eq!(by_name(name), expected, "{name}");
        }
    }
}
