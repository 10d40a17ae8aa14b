//! Files below `.jackfield/` of the folder that the program was started in, and whether they may be used.
//!
//! Like a `.env`, they are found and not named: they may have come with somebody else's project. They are used only
//! once a person has agreed to them, for this folder and this content; anything else in them is a new question.

use std::fs;
use std::path::{Path, PathBuf};

use super::file_trust::{FileQuestion, FileTrust};
use crate::domain::Fault;

/// Folder of a project's own files for this program.
pub const PROJECT: &str = ".jackfield";

/// Bytes of content that can be asked about: it is kept with the answer, so that nothing but the same is the same.
pub const LARGEST: usize = 1 << 20;

/// A folder, and what was answered about the files of all folders. Cheap to clone; the answers are read anew every time.
#[derive(Clone)]
pub struct FolderTrust {
    /// None where this process has no folder that can be named.
    folder: Option<PathBuf>,
    trust: FileTrust,
}

impl FolderTrust {
    /// `folder` by its one true path, with the answers that are kept in the folder `state`.
    pub fn new(folder: Option<PathBuf>, state: &Path) -> Self {
        let folder = folder.and_then(|folder| fs::canonicalize(folder).ok());
        Self { folder, trust: FileTrust::within(state) }
    }

    /// The folder `.jackfield` of this folder, there or not.
    pub fn project(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(PROJECT))
    }

    /// Answer that was given before, for this folder and content of the files in its folder `what`.
    pub fn agreed(&self, what: &str, content: &str) -> Option<bool> {
        self.trust.agreed(&self.project()?.join(what), content).ok()
    }

    /// Keeps an answer, readable by its owner alone. For as long as this program runs it counts in any case.
    ///
    /// # Errors
    /// As [`FileTrust::answer`].
    pub fn answer(&self, what: &str, content: &str, agreed: bool) -> Result<(), Fault> {
        let Some(project) = self.project() else { return Ok(()) };
        let question = FileQuestion { file: project.join(what), text: content.to_owned(), changed: false };
        self.trust.answer(&question, agreed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_for_one_folder_one_subject_and_one_content() {
        let root = tempfile::tempdir().unwrap();
        let place = |name: &str| {
            fs::create_dir_all(root.path().join(name)).unwrap();
            FolderTrust::new(Some(root.path().join(name)), &root.path().join("state"))
        };
        place("a").answer("contracts", "x", true).unwrap();
        place("a").answer("contracts", "y", false).unwrap();
        assert_eq!(place("a").agreed("contracts", "x"), Some(true));
        assert_eq!(place("a").agreed("contracts", "y"), Some(false));
        assert_eq!(place("a").agreed("modifiers", "x"), None);
        assert_eq!(place("b").agreed("contracts", "x"), None);
        for number in 0..20 {
            place("a").answer("contracts", &number.to_string(), true).unwrap();
        }
        assert_eq!(place("a").agreed("contracts", "x"), None, "the oldest are forgotten");
        assert_eq!(place("a").agreed("contracts", "19"), Some(true));
    }

    #[test]
    fn an_answer_that_cannot_be_written_counts_for_this_run() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("state"), "in the way").unwrap();
        let place = FolderTrust::new(Some(root.path().into()), &root.path().join("state"));
        assert!(place.answer("contracts", "x", true).is_err());
        assert_eq!(place.agreed("contracts", "x"), Some(true));
    }
}
