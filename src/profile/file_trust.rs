//! Agreement to files of a project that change what this program does.
//!
//! Such a file is found, not named: it may have come with somebody else's project. A person is asked once for each
//! file and each of its texts; a text that differs in anything is a new question.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::home::{Home, lock, write_private};
use crate::domain::{Fault, FaultKind};
use crate::files;

/// Name of the file that holds the answers, in the folder of what the program remembers.
pub const FILE_ANSWERS: &str = "file-answers.json";

/// Answers that are kept for a file, so that going back to an earlier text asks nothing.
const KEPT: usize = 8;

/// Question to a person about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileQuestion {
    /// Path of the file, by which the answer is kept.
    pub file: PathBuf,
    /// All of its text.
    pub text: String,
    /// Whether another text of this file was asked about before.
    pub changed: bool,
}

/// Answers about files of projects. Cheap to clone; they are read anew every time.
#[derive(Clone, Debug)]
pub struct FileTrust {
    file: PathBuf,
    /// Answers of this run: they count even where they could not be written.
    answered: Arc<Mutex<HashMap<(PathBuf, String), bool>>>,
}

/// One answer as it is kept. The whole text is: a shorter sign of it could be that of another one too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FileAnswer {
    file: PathBuf,
    text: String,
    #[serde(rename = "use")]
    agreed: bool,
}

impl FileTrust {
    /// The answers that are kept below `home`, not read yet.
    pub fn new(home: &Home) -> Self {
        Self::within(&home.state)
    }

    /// The same, kept in the folder `state`.
    pub(super) fn within(state: &Path) -> Self {
        Self { file: state.join(FILE_ANSWERS), answered: Arc::default() }
    }

    /// Answer about this text of a file, else the question.
    ///
    /// # Errors
    /// The question is the error: somebody has to answer it first.
    pub fn agreed(&self, file: &Path, text: &str) -> Result<bool, FileQuestion> {
        let key = (file.to_owned(), text.to_owned());
        let now = self.answered.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        if let Some(agreed) = now {
            return Ok(agreed);
        }
        let mut kept = self.kept();
        kept.retain(|answer| answer.file == file);
        let answer = kept.iter().rfind(|answer| answer.text == text).map(|answer| answer.agreed);
        let question = || FileQuestion { file: file.to_owned(), text: text.to_owned(), changed: !kept.is_empty() };
        answer.ok_or_else(question)
    }

    /// Keeps the answer to `question`, readable by its owner alone, in the place of an earlier one. For as long as this
    /// program runs it counts in any case.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where it could not be written: the next run will ask again.
    pub fn answer(&self, question: &FileQuestion, agreed: bool) -> Result<(), Fault> {
        let FileQuestion { file, text, .. } = question;
        let key = (file.clone(), text.clone());
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).insert(key, agreed);
        let _lock = lock(&self.file);
        let mut kept = self.kept();
        kept.retain(|answer| (&answer.file, &answer.text) != (file, text));
        kept.push(FileAnswer { file: file.clone(), text: text.clone(), agreed });
        let of_this = kept.iter().filter(|answer| answer.file == *file).count();
        let mut too_many = of_this.saturating_sub(KEPT);
        kept.retain(|answer| {
            let goes = too_many > 0 && answer.file == *file;
            too_many -= usize::from(goes);
            !goes
        });
        let text = serde_json::to_vec_pretty(&kept)
            .map_err(|_| Fault::new(FaultKind::Local, "The name of this folder cannot be written down."))?;
        write_private(&self.file, &text)
    }

    /// Answers in the file; one that is not there or makes no sense holds none, so that a person is asked again.
    fn kept(&self) -> Vec<FileAnswer> {
        let text = files::read(&self.file).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(root: &tempfile::TempDir) -> Home {
        Home::resolve(Some(root.path().join("home"))).unwrap()
    }

    #[test]
    fn it_is_asked_once_for_a_file_and_a_text() {
        let root = tempfile::tempdir().unwrap();
        let trust = || FileTrust::new(&home(&root));
        let (one, other) = (Path::new("/a/modifiers.toml"), Path::new("/b/modifiers.toml"));
        let question = trust().agreed(one, "x").unwrap_err();
        assert_eq!((question.file.as_path(), question.text.as_str(), question.changed), (one, "x", false));
        trust().answer(&question, true).unwrap();
        assert_eq!(trust().agreed(one, "x"), Ok(true));
        assert!(trust().agreed(one, "y").unwrap_err().changed, "another text");
        assert!(!trust().agreed(other, "x").unwrap_err().changed, "another folder");
        trust().answer(&question, false).unwrap();
        assert_eq!(trust().agreed(one, "x"), Ok(false), "a mind can be changed");
    }

    #[test]
    fn the_answers_about_a_file_are_bounded_and_others_stay() {
        let root = tempfile::tempdir().unwrap();
        let trust = FileTrust::new(&home(&root));
        let question = |file: &str, text: &str| FileQuestion { file: file.into(), text: text.into(), changed: false };
        trust.answer(&question("/b", "x"), true).unwrap();
        for n in 0..=KEPT {
            trust.answer(&question("/a", &n.to_string()), true).unwrap();
        }
        let anew = FileTrust::new(&home(&root));
        assert!(anew.agreed(Path::new("/a"), "0").is_err(), "the oldest is forgotten");
        assert_eq!((anew.agreed(Path::new("/a"), "1"), anew.agreed(Path::new("/b"), "x")), (Ok(true), Ok(true)));
    }

    #[test]
    fn an_answer_that_cannot_be_written_counts_for_this_run() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().unwrap();
        let trust = FileTrust::new(&home(&root));
        let question = trust.agreed(Path::new("/a"), "x").unwrap_err();
        trust.answer(&question, true).unwrap();
        let mode = std::fs::metadata(&trust.file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "it is the owner's alone");
        std::fs::remove_dir_all(root.path().join("home")).unwrap();
        std::fs::write(root.path().join("home"), "in the way").unwrap();
        let question = trust.agreed(Path::new("/b"), "x").unwrap_err();
        assert_eq!(trust.answer(&question, false).unwrap_err().kind, FaultKind::Local);
        assert_eq!(trust.agreed(Path::new("/b"), "x"), Ok(false));
        assert!(FileTrust::new(&home(&root)).agreed(Path::new("/b"), "x").is_err());
    }
}
