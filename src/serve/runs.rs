//! Runs: which calls belong together, and what a person allowed for all of them.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use crate::domain::{ConnectionName, ToolName, Untrusted};
use crate::mcp::server::Peer;

/// Clients without sessions that are told apart, and permissions that are remembered.
const MOST: usize = 1_000;

/// Runs of this server.
#[derive(Debug, Default)]
pub(super) struct Runs(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Labels of clients whose requests stand alone, by name and version.
    stateless: HashMap<(String, String), String>,
    allowed: HashSet<Allowed>,
}

/// Tool that may be called in a run without asking again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Allowed {
    pub run: String,
    pub tool: ToolName,
    pub connection: ConnectionName,
}

impl Runs {
    /// Id of the run that a client's call belongs to: its session; for a client without one, all that a client of this
    /// name and version calls for as long as the server lives.
    pub fn id(&self, peer: &Peer) -> String {
        if let Some(session) = &peer.session {
            return format!("serve-{}", session.raw());
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let client = (peer.name.raw().to_owned(), peer.version.raw().to_owned());
        if known.stateless.len() >= MOST && !known.stateless.contains_key(&client) {
            return "serve-others".to_owned();
        }
        let label = || format!("serve-{:012x}", getrandom::u64().unwrap_or_default() >> 16);
        known.stateless.entry(client).or_insert_with(label).clone()
    }

    /// Whether a person allowed it for the whole run.
    pub fn is_allowed(&self, what: &Allowed) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).allowed.contains(what)
    }

    /// Remembers that a person did.
    pub fn allow(&self, what: Allowed) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.allowed.len() < MOST {
            known.allowed.insert(what);
        }
    }
}

/// Name and version of a client, for the journal and for questions.
pub(super) fn client(peer: &Peer) -> Untrusted {
    let name = peer.name.raw().trim();
    match (name, peer.version.raw().trim()) {
        ("", _) => "unnamed client".into(),
        (name, "") => name.into(),
        (name, version) => format!("{name} {version}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mcp::server::Era;

    #[test]
    fn a_session_is_a_run_and_so_is_a_client_without_sessions() {
        let runs = Runs::default();
        let stateless = Peer::new("a", "1", Era::Stateless);
        let session = Peer { session: Some("abc".into()), ..Peer::new("a", "1", Era::Session) };
        assert_eq!(runs.id(&session), "serve-abc");
        assert_eq!(runs.id(&stateless), runs.id(&stateless.clone()));
        assert_ne!(runs.id(&stateless), runs.id(&Peer::new("a", "2", Era::Stateless)));
    }

    #[test]
    fn what_is_allowed_is_allowed_for_one_tool_with_one_account_in_one_run() {
        let runs = Runs::default();
        let allowed = Allowed { run: "r".into(), tool: "t".into(), connection: "c".into() };
        runs.allow(allowed.clone());
        assert!(runs.is_allowed(&allowed));
        assert!(!runs.is_allowed(&Allowed { run: "s".into(), ..allowed.clone() }));
        assert!(!runs.is_allowed(&Allowed { connection: "d".into(), ..allowed }));
    }

    #[test]
    fn a_client_is_named_by_what_it_says() {
        let name = |name, version| client(&Peer::new(name, version, Era::Session)).to_string();
        assert_eq!(
            [name("claude-code", "2.1"), name("x", ""), name("", "1")],
            ["claude-code 2.1", "x", "unnamed client"]
        );
    }
}
