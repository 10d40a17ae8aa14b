//! Scopes that an account was granted, held against those that a tool needs.

use crate::domain::{Account, Tool, Untrusted};

/// Member of an account's own document that lists what was granted.
const GRANTED: &str = "/scopes_granted";

/// Scopes that an account was granted; none where the environment does not tell, and where it tells of none.
pub fn granted_scopes(account: &Account) -> Option<Vec<Untrusted>> {
    let document: serde_json::Value = serde_json::from_slice(account.raw.bytes()).ok()?;
    let granted = document.pointer(GRANTED)?.as_array()?;
    let granted: Vec<Untrusted> = granted.iter().filter_map(|scope| scope.as_str()).map(Untrusted::from).collect();
    (!granted.is_empty()).then_some(granted)
}

/// Scopes to ask for, so that an account that lacks them may run the tool and keeps what it has; none where it lacks
/// nothing.
pub fn scopes_to_ask(tool: &Tool, granted: &[Untrusted]) -> Option<Vec<Untrusted>> {
    let first = tool.scopes.first()?;
    let lacks = !tool.scopes.iter().any(|scope| granted.contains(scope));
    lacks.then(|| granted.iter().chain([first]).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_the_scopes_is_enough_and_none_is_lost() {
        let tool = Tool { scopes: vec!["a".into(), "b".into()], ..Tool::unknown("x") };
        assert_eq!(scopes_to_ask(&tool, &["b".into()]), None);
        assert_eq!(scopes_to_ask(&tool, &["c".into()]), Some(vec!["c".into(), "a".into()]));
        assert_eq!(scopes_to_ask(&Tool::unknown("x"), &["c".into()]), None);
    }
}
