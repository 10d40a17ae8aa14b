//! What the full-screen front remembers from one run to the next: where somebody was and what they
//! preferred. Never a credential, and of what was typed only the filter.

use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::domain::Identifier;
use crate::files;
use crate::profile::{Home, write_private};
use crate::redact;
use crate::tui::accounts::order::{Group, Order};
use crate::tui::input::tabs::Tab;

/// The name of the file, in the folder of what the program remembers.
pub const FILE: &str = "session.json";

/// What is remembered. Fields that a file lacks, or that make no sense any more, are as at first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The environment that what follows belongs to, up to `account`: its name.
    pub environment: String,
    /// As whom the program acted there; empty for nobody.
    pub acting_as: String,
    /// Which screen was shown.
    pub tab: String,
    /// The filter over the accounts.
    pub filter: String,
    /// The only status that was shown, by its name; empty for all.
    pub status: String,
    /// The account that the cursor was put on; empty if it was not moved.
    pub account: String,
    /// What accounts are ordered by.
    pub order: String,
    /// What accounts are grouped by.
    pub group: String,
    /// Whether inputs are filled in as forms.
    pub form: bool,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// The look that was chosen; empty if none was.
    pub theme: String,
}

impl Default for Memory {
    fn default() -> Self {
        let empty = String::new;
        Self {
            environment: empty(),
            acting_as: empty(),
            tab: empty(),
            filter: empty(),
            status: empty(),
            account: empty(),
            order: Order::default().name().to_owned(),
            group: Group::default().name().to_owned(),
            form: false,
            mouse: true,
            theme: empty(),
        }
    }
}

impl Memory {
    /// What is remembered below `home`; a file that is not there or not readable is nothing.
    pub fn read(home: &Home) -> Self {
        let text = files::read(&home.state.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Remembers it below `home`, readable by its owner alone. Another copy of the program may write
    /// at the same time: the last one counts, whole. A full disk costs only the memory.
    pub fn write(&self, home: &Home) {
        // A filter may have been meant for another place: one that holds a credential is not kept, and
        // without it it would find nothing.
        let filter = Some(&self.filter).filter(|filter| redact::text(filter) == filter.as_str()).cloned();
        let kept = Self { filter: filter.unwrap_or_default(), ..self.clone() };
        if let Ok(text) = serde_json::to_vec_pretty(&kept) {
            let _ = write_private(&home.state.join(FILE), &text);
        }
    }

    /// The order, if it is still one.
    pub fn order(&self) -> Order {
        let order = Order::ALL.into_iter().find(|(_, name)| *name == self.order);
        order.map(|(order, _)| order).unwrap_or_default()
    }

    /// The grouping, if it is still one.
    pub fn group(&self) -> Group {
        let group = Group::ALL.into_iter().find(|(_, name)| *name == self.group);
        group.map(|(group, _)| group).unwrap_or_default()
    }

    /// As whom the program acted.
    pub fn acting_as(&self) -> Option<Identifier> {
        (!self.acting_as.is_empty()).then(|| Identifier::from(self.acting_as.as_str()))
    }

    /// The screen to begin on. What was tried is not remembered, so nobody is led to an empty
    /// playground.
    pub fn tab(&self) -> Tab {
        match Tab::ALL.into_iter().find(|(_, name)| *name == self.tab) {
            Some((Tab::Tools | Tab::Playground, _)) => Tab::Tools,
            Some((Tab::Activity, _)) => Tab::Activity,
            _ => Tab::Accounts,
        }
    }
}

/// What was remembered last, and what is to be: written once, by whoever ends the program.
pub struct Noted {
    home: Home,
    memories: Mutex<(Memory, Memory)>,
}

impl Noted {
    /// Begins with what is in the file below `home` already.
    pub fn new(home: Home, written: Memory) -> Self {
        Self { home, memories: Mutex::new((written.clone(), written)) }
    }

    /// Takes note of what there is to remember now.
    pub fn note(&self, now: Memory) {
        self.memories.lock().unwrap_or_else(PoisonError::into_inner).1 = now;
    }

    /// Writes what was noted last, if it is anything new.
    pub fn save(&self) {
        let mut memories = self.memories.lock().unwrap_or_else(PoisonError::into_inner);
        let (written, noted) = &mut *memories;
        if written != noted {
            noted.write(&self.home);
            written.clone_from(noted);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

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
    fn a_filter_with_a_credential_is_not_kept() {
        let (_folder, home) = home();
        for (typed, kept) in [("ada", "ada"), ("ghp_abcdefghijklmnopqrstuvwxyz", ""), ("token=hunter2", "")] {
            Memory { filter: typed.into(), ..Memory::default() }.write(&home);
            assert_eq!(Memory::read(&home).filter, kept);
        }
    }

    #[test]
    fn a_missing_or_broken_file_is_nothing_remembered() {
        let (_folder, home) = home();
        assert_eq!(Memory::read(&home), Memory::default());
        write_private(&home.state.join(FILE), b"{\"mouse\": 7").expect("written");
        assert_eq!(Memory::read(&home), Memory::default());
    }

    #[test]
    fn copies_that_write_at_once_leave_one_whole_memory() {
        let (_folder, home) = home();
        let written: Vec<Memory> =
            (0..4).map(|copy| Memory { filter: copy.to_string().repeat(4_000), ..Memory::default() }).collect();
        written[0].write(&home);
        std::thread::scope(|scope| {
            for memory in &written {
                scope.spawn(|| (0..10).for_each(|_| memory.write(&home)));
            }
            for _ in 0..40 {
                assert!(written.contains(&Memory::read(&home)), "half of one");
            }
        });
        assert_eq!(fs::read_dir(&home.state).expect("a folder").count(), 1, "nothing is left lying about");
    }

    #[test]
    fn nobody_is_led_to_an_empty_playground() {
        let tab = |tab: &str| Memory { tab: tab.to_owned(), ..Memory::default() }.tab();
        assert_eq!(
            [tab("Accounts"), tab("Tools"), tab("Playground"), tab("x")],
            [Tab::Accounts, Tab::Tools, Tab::Tools, Tab::Accounts]
        );
    }
}
