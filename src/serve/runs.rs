//! Runs: which calls belong together.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::Untrusted;
use crate::mcp::server::Peer;

/// Clients without sessions that are told apart.
const MOST: usize = 1_000;

/// Runs of this server.
#[derive(Debug, Default)]
pub(super) struct Runs(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Labels of clients whose requests stand alone, by name and version.
    stateless: HashMap<(String, String), String>,
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
        let mut session = Peer::new("a", "1", Era::Session);
        session.session = Some("abc".into());
        assert_eq!(runs.id(&session), "serve-abc");
        assert_eq!(runs.id(&stateless), runs.id(&stateless.clone()));
        assert_ne!(runs.id(&stateless), runs.id(&Peer::new("a", "2", Era::Stateless)));
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
