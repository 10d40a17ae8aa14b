//! Scopes that a provider's refusal says are missing.

use std::sync::LazyLock;

use regex::Regex;

/// `scope`, as a word or behind an underscore, as in `missing_scope`.
static NAMES_A_SCOPE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)(?:\b|_)scopes?\b").ok());

/// Words of a refusal beside a scope, so that a scope that is merely mentioned is none.
static LACKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)insufficient|missing|requires?\b|required|needed|needs\b|lacks?\b|not (?:been )?granted|not have")
        .ok()
});

/// The names behind a `scope:` or a `needed:`.
static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = "[A-Za-z][A-Za-z0-9_:./-]*";
    let lead = r#"(?:scopes?(?:\s+(?:is|are|required|needed|missing))*|needed|required)["']?\s*[:=]"#;
    // As in `insufficient_scope: scope="…"`.
    let leads = format!(r#"(?:{lead}\s*["'\[`]*)+"#);
    Regex::new(&format!(r#"(?i){leads}({name}(?:["'`]?\s*[,|]\s*["'`]?{name})*)"#)).ok()
});

/// Scopes that are named at most.
const MOST: usize = 8;

/// The scopes that `said` says are missing: none where it says nothing of scopes, an empty list where it names none.
pub(super) fn missing(said: &str) -> Option<Vec<String>> {
    let is = |regex: &LazyLock<Option<Regex>>| regex.as_ref().is_some_and(|regex| regex.is_match(said));
    if !is(&NAMES_A_SCOPE) || !is(&LACKS) {
        return None;
    }
    let found = NAMES.as_ref().and_then(|regex| regex.captures(said)).and_then(|found| found.get(1));
    let split = |found: regex::Match<'_>| -> Vec<String> {
        // A name with a colon behind it begins something else.
        let after = said.get(found.end()..).unwrap_or_default().trim_start_matches(['"', '\'', '`', ' ']);
        let mut names: Vec<&str> = found.as_str().split([',', '|']).map(str::trim).collect();
        if after.starts_with([':', '=']) && names.len() > 1 {
            names.pop();
        }
        let names = names.into_iter().take_while(|name| !name.ends_with(':'));
        let names = names.map(|name| name.trim_matches(['"', '\'', '`']).trim_end_matches('.').to_owned());
        names.filter(|name| !name.is_empty()).take(MOST).collect()
    };
    Some(found.map(split).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_says_of_scopes_is_understood() {
        for (said, scopes) in [
            ("missing scope: write", &["write"][..]),
            ("Insufficient scope", &[]),
            ("Request had insufficient authentication scopes.", &[]),
            ("missing_scope, needed: chat:write, provided: channels:history", &["chat:write"]),
            (r#"{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"x"}"#, &["chat:write"]),
            ("This token lacks the required scopes: repo, read:user.", &["repo", "read:user"]),
            (
                "insufficient_scope: scope=\"https://www.googleapis.com/auth/gmail.send\"",
                &["https://www.googleapis.com/auth/gmail.send"],
            ),
        ] {
            assert_eq!(
                missing(said).as_deref(),
                Some(scopes.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>().as_slice()),
                "{said}"
            );
        }
    }

    #[test]
    fn other_refusals_are_none_of_scopes() {
        for said in ["", "You may not do that", "The telescope is missing", "The scope of this issue is large"] {
            assert_eq!(missing(said), None, "{said}");
        }
    }
}
