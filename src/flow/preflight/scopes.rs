//! Scopes that an account was granted, held against those that a tool needs.

use crate::domain::{Account, Tool, Untrusted, listed};

/// Member of an account's own document that lists what was asked for.
pub const ASKED: &str = "scopes_asked";

/// Member of an account's own document that lists what was granted.
pub const GRANTED: &str = "scopes_granted";

/// Scopes of an account, as its environment tells of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountScopes {
    /// Scopes that were asked for.
    pub asked: Vec<Untrusted>,
    /// Scopes that were granted; none before the first consent.
    pub granted: Option<Vec<Untrusted>>,
}

impl AccountScopes {
    /// Scopes of `account`; none where the environment does not tell.
    pub fn of(account: &Account) -> Option<Self> {
        let document: serde_json::Value = serde_json::from_slice(account.raw.bytes()).ok()?;
        let list = |name: &str| {
            let list = document.get(name)?.as_array()?;
            Some(list.iter().filter_map(|scope| scope.as_str()).map(Untrusted::from).collect::<Vec<_>>())
        };
        let (asked, granted) = (list(ASKED), list(GRANTED));
        (asked.is_some() || granted.is_some()).then(|| Self { asked: asked.unwrap_or_default(), granted })
    }

    /// Whether a scope was asked for and not granted.
    pub fn is_missing(&self, scope: &Untrusted) -> bool {
        self.granted.as_ref().is_some_and(|granted| !granted.contains(scope))
    }
}

/// Scopes that an account was granted; none where the environment does not tell, and where it tells of none.
pub fn granted_scopes(account: &Account) -> Option<Vec<Untrusted>> {
    AccountScopes::of(account)?.granted.filter(|granted| !granted.is_empty())
}

/// Sentence on the scopes that a tool needs and its account lacks, safe to show; none where it lacks nothing.
pub fn lacks(tool: &Tool, granted: &[Untrusted]) -> Option<String> {
    scopes_to_ask(tool, granted)?;
    Some(format!("lacks scope {}", listed(&tool.scopes, " or ")))
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
    use crate::domain::{AuthorizationType, JsonText, Status};

    fn account(raw: serde_json::Value) -> Account {
        Account {
            id: "la_1".into(),
            identifier: "me".into(),
            connection: "linear".into(),
            connection_id: "".into(),
            provider: "LINEAR".into(),
            status: Status::Active,
            authorization: AuthorizationType::unknown(),
            token_expires_at: None,
            updated_at: None,
            last_used_at: None,
            org_wide: false,
            raw: JsonText::parse(raw.to_string()).unwrap(),
        }
    }

    #[test]
    fn what_was_granted_is_what_the_environment_says_was_granted() {
        let granted = |raw| granted_scopes(&account(raw));
        let some = serde_json::json!({"scopes_asked": ["read", "write"], "scopes_granted": ["read"]});
        assert_eq!(granted(some.clone()), Some(vec!["read".into()]));
        assert_eq!(granted(serde_json::json!({"scopes_asked": ["read"]})), None, "before the first consent");
        assert_eq!(granted(serde_json::json!({"scopes_granted": []})), None);
        assert_eq!(granted(serde_json::json!({"scopes": ["read"]})), None, "a list of somebody else's");
        let scopes = AccountScopes::of(&account(some)).unwrap();
        assert!(!scopes.is_missing(&"read".into()) && scopes.is_missing(&"write".into()));
    }

    #[test]
    fn one_of_the_scopes_is_enough_and_none_is_lost() {
        let tool = Tool { scopes: vec!["a".into(), "b".into()], ..Tool::unknown("x") };
        assert_eq!(scopes_to_ask(&tool, &["b".into()]), None);
        assert_eq!(scopes_to_ask(&tool, &["c".into()]), Some(vec!["c".into(), "a".into()]));
        assert_eq!(scopes_to_ask(&Tool::unknown("x"), &["c".into()]), None);
    }
}
