//! Files below `.jackfield/` of the folder that the program was started in, and whether they may be used.
//!
//! Like a `.env`, they are found and not named: they may have come with somebody else's project. They are used only
//! once a person has agreed to them, for this folder and this content; anything else in them is a new question.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::home::{lock, write_private};
use crate::domain::{Fault, FaultKind};
use crate::files;

/// Folder of a project's own files for this program.
pub const PROJECT: &str = ".jackfield";

/// The name of the file that holds the answers, in the folder of what the program remembers.
pub const FOLDER_ANSWERS: &str = "folder-answers.json";

/// Bytes of content that can be asked about: it is kept with the answer, so that nothing but the same is the same.
pub const LARGEST: usize = 1 << 20;

/// Answers of one folder and subject that are kept: whoever goes back to an older branch is not asked again.
const KEPT: usize = 8;

/// A folder, and what was answered about the files of all folders. Cheap to clone; the answers are read anew every time.
#[derive(Clone)]
pub struct FolderTrust {
    /// None where this process has no folder that can be named.
    folder: Option<PathBuf>,
    file: PathBuf,
    /// Answers of this run: they count even where they could not be written.
    answered: Arc<Mutex<HashMap<(String, String), bool>>>,
}

/// One answer as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct FolderAnswer {
    folder: PathBuf,
    /// Subject of the question: `contracts`.
    what: String,
    content: String,
    #[serde(rename = "use")]
    agreed: bool,
}

impl FolderTrust {
    /// `folder` by its one true path, with the answers that are kept in the folder `state`.
    pub fn new(folder: Option<PathBuf>, state: &Path) -> Self {
        let folder = folder.and_then(|folder| fs::canonicalize(folder).ok());
        Self { folder, file: state.join(FOLDER_ANSWERS), answered: Arc::default() }
    }

    /// The folder `.jackfield` of this folder, there or not.
    pub fn project(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(PROJECT))
    }

    /// Answer that was given before, for this folder and content.
    pub fn agreed(&self, what: &str, content: &str) -> Option<bool> {
        let key = (what.to_owned(), content.to_owned());
        let now = self.answered.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        let folder = self.folder.as_ref()?;
        let fits =
            |answer: &&FolderAnswer| answer.folder == *folder && answer.what == what && answer.content == content;
        now.or_else(|| self.kept().iter().rfind(fits).map(|answer| answer.agreed))
    }

    /// Keeps an answer, readable by its owner alone. For as long as this program runs it counts in any case.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where it could not be written: the next run will ask again.
    pub fn answer(&self, what: &str, content: &str, agreed: bool) -> Result<(), Fault> {
        let key = (what.to_owned(), content.to_owned());
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).insert(key, agreed);
        let Some(folder) = &self.folder else { return Ok(()) };
        let _lock = lock(&self.file);
        let mut kept = self.kept();
        let is_same = |answer: &FolderAnswer| answer.folder == *folder && answer.what == what;
        kept.retain(|answer| !(is_same(answer) && answer.content == content));
        let mut older = kept.iter().filter(|answer| is_same(answer)).count();
        kept.retain(|answer| {
            let goes = is_same(answer) && older >= KEPT;
            older -= usize::from(goes);
            !goes
        });
        let (folder, what, content) = (folder.clone(), what.to_owned(), content.to_owned());
        kept.push(FolderAnswer { folder, what, content, agreed });
        let text = serde_json::to_vec(&kept)
            .map_err(|_| Fault::new(FaultKind::Local, "The name of this folder cannot be written down."))?;
        write_private(&self.file, &text)
    }

    fn kept(&self) -> Vec<FolderAnswer> {
        let text = files::read(&self.file).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
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
