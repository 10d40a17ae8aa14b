//! File with the memory of the full-screen front from one run to the next: where somebody was and what they
//! preferred. Never a credential, and of what was typed only the filter.

use std::sync::{Mutex, PoisonError};

use crate::files;
use crate::profile::{Home, write_private};
use crate::redact;
use crate::tui::core::state::session::Session;

/// The name of the file, in the folder of what the program remembers.
pub const FILE: &str = "session.json";

/// Session that the file below `home` holds; one that is not there or not readable is nothing.
pub fn read(home: &Home) -> Session {
    let text = files::read(&home.state.join(FILE)).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Writes it below `home`, readable by its owner alone. Another copy of the program may write
/// at the same time: the last one counts, whole. A full disk costs only the memory.
pub fn write(session: &Session, home: &Home) {
    // A filter may have been meant for another place: one that holds a credential is not kept, and
    // without it it would find nothing.
    let filter = Some(&session.filter).filter(|filter| redact::text(filter) == filter.as_str()).cloned();
    let kept = Session { filter: filter.unwrap_or_default(), ..session.clone() };
    if let Ok(text) = serde_json::to_vec_pretty(&kept) {
        let _ = write_private(&home.state.join(FILE), &text);
    }
}

/// Session as written last, and as it is to be written: once, by whoever ends the program.
pub struct Noted {
    home: Home,
    sessions: Mutex<(Session, Session)>,
}

impl Noted {
    /// Begins with what is in the file below `home` already.
    pub fn new(home: Home, written: Session) -> Self {
        Self { home, sessions: Mutex::new((written.clone(), written)) }
    }

    /// Takes note of what there is to remember now.
    pub fn note(&self, now: Session) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).1 = now;
    }

    /// Writes what was noted last, if it is anything new.
    pub fn save(&self) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        let (written, noted) = &mut *sessions;
        if written != noted {
            write(noted, &self.home);
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
        let memory = Session { environment: "acme".into(), acting_as: "ada".into(), ..Session::default() };
        write(&memory, &home);
        assert_eq!(read(&home), memory);
        let mode = fs::metadata(home.state.join(FILE)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_filter_with_a_credential_is_not_kept() {
        let (_folder, home) = home();
        for (typed, kept) in [("ada", "ada"), ("ghp_abcdefghijklmnopqrstuvwxyz", ""), ("token=hunter2", "")] {
            write(&Session { filter: typed.into(), ..Session::default() }, &home);
            assert_eq!(read(&home).filter, kept);
        }
    }

    #[test]
    fn a_missing_or_broken_file_is_nothing_remembered() {
        let (_folder, home) = home();
        assert_eq!(read(&home), Session::default());
        write_private(&home.state.join(FILE), b"{\"mouse\": 7").expect("written");
        assert_eq!(read(&home), Session::default());
    }

    #[test]
    fn copies_that_write_at_once_leave_one_whole_memory() {
        let (_folder, home) = home();
        let written: Vec<Session> =
            (0..4).map(|copy| Session { filter: copy.to_string().repeat(4_000), ..Session::default() }).collect();
        write(&written[0], &home);
        std::thread::scope(|scope| {
            for memory in &written {
                scope.spawn(|| (0..10).for_each(|_| write(memory, &home)));
            }
            for _ in 0..40 {
                assert!(written.contains(&read(&home)), "half of one");
            }
        });
        assert_eq!(fs::read_dir(&home.state).expect("a folder").count(), 1, "nothing is left lying about");
    }
}
