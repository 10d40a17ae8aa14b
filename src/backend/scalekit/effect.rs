//! Effect of a tool: what its definition declares, or else our guess.

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
    let by_name = ToolEffect::from_name(&definition.name);
    match method.as_deref() {
        Some("GET" | "HEAD") => (ToolEffect::Reads, Method),
        Some("DELETE") => (ToolEffect::Destroys, Method),
        Some("POST") if by_name != ToolEffect::Unknown => (by_name, Name),
        Some("PUT" | "PATCH") if by_name == ToolEffect::Destroys => (ToolEffect::Destroys, Name),
        Some("POST" | "PUT" | "PATCH") => (ToolEffect::Writes, Method),
        _ => (by_name, Name),
    }
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
}
