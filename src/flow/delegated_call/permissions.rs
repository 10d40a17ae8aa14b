//! Permissions that a person gave for the rest of a run.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::domain::{ConnectionName, ToolName};

/// Permissions that are remembered at most.
const MOST: usize = 1_000;

/// Permissions of a person, for as long as the program lives.
#[derive(Debug, Default)]
pub struct Permissions(Mutex<HashSet<Permission>>);

/// Tool that may be called in a run without asking again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Permission {
    /// Id of the run.
    pub run: String,
    /// The tool.
    pub tool: ToolName,
    /// Connection that it is called on.
    pub connection: ConnectionName,
}

impl Permissions {
    /// Whether a person gave it.
    pub fn has(&self, what: &Permission) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(what)
    }

    /// Remembers that a person did.
    pub fn give(&self, what: Permission) {
        let mut given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if given.len() < MOST {
            given.insert(what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_allowed_for_one_tool_with_one_account_in_one_run() {
        let permissions = Permissions::default();
        let given = Permission { run: "r".into(), tool: "t".into(), connection: "c".into() };
        permissions.give(given.clone());
        assert!(permissions.has(&given));
        assert!(!permissions.has(&Permission { run: "s".into(), ..given.clone() }));
        assert!(!permissions.has(&Permission { tool: "u".into(), ..given.clone() }));
        assert!(!permissions.has(&Permission { connection: "d".into(), ..given }));
    }
}
