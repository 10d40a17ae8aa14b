//! What the full-screen front remembers from one run to the next: small preferences, never anything
//! typed and never a credential.

use std::fs;

use serde::{Deserialize, Serialize};

use super::screens::accounts::Order;
use crate::domain::Identifier;
use crate::profile::{Home, write_private};

const FILE: &str = "session.json";

/// What is remembered. Fields that a file lacks, or that make no sense any more, are as at first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The environment that `acting_as` belongs to: its name.
    pub environment: String,
    /// As whom the program acted there; empty for nobody.
    pub acting_as: String,
    /// What accounts are ordered by.
    pub order: String,
    /// Whether the mouse is ours.
    pub mouse: bool,
}

impl Default for Memory {
    fn default() -> Self {
        let order = Order::default().name().to_owned();
        Self { environment: String::new(), acting_as: String::new(), order, mouse: true }
    }
}

impl Memory {
    /// What is remembered below `home`; a file that is not there or not readable is nothing.
    pub fn read(home: &Home) -> Self {
        let text = fs::read(home.state.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Remembers it below `home`, readable by its owner alone. Another copy of the program may write
    /// at the same time: the last one counts, whole. A full disk costs only the memory.
    pub fn write(&self, home: &Home) {
        if let Ok(text) = serde_json::to_vec_pretty(self) {
            let _ = write_private(&home.state.join(FILE), &text);
        }
    }

    /// The order, if it is still one.
    pub fn order(&self) -> Order {
        let order = Order::ALL.into_iter().find(|(_, name)| *name == self.order);
        order.map(|(order, _)| order).unwrap_or_default()
    }

    /// As whom the program acted in the environment of this name.
    pub fn acting_as(&self, environment: &str) -> Option<Identifier> {
        let known = self.environment == environment && !self.acting_as.is_empty();
        known.then(|| Identifier::from(self.acting_as.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::resolve(Some(folder.path().to_owned())).expect("a home");
        (folder, home)
    }

    #[test]
    fn what_is_written_is_read_again_and_belongs_to_its_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, home) = home();
        let memory = Memory { environment: "acme".into(), acting_as: "ada".into(), ..Memory::default() };
        memory.write(&home);
        assert_eq!(Memory::read(&home), memory);
        let mode = fs::metadata(home.state.join(FILE)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_missing_or_broken_file_is_nothing_remembered() {
        let (_folder, home) = home();
        assert_eq!(Memory::read(&home), Memory::default());
        write_private(&home.state.join(FILE), b"{\"mouse\": 7").expect("written");
        assert_eq!(Memory::read(&home), Memory::default());
    }

    #[test]
    fn a_person_is_remembered_for_their_own_environment_only() {
        let memory = Memory { environment: "acme".into(), acting_as: "ada".into(), ..Memory::default() };
        assert_eq!(memory.acting_as("acme"), Some("ada".into()));
        assert_eq!(memory.acting_as("sandbox"), None);
    }
}
