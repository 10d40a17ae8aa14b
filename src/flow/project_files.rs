//! Files of a project that change what this program does: what is broken in them, and what a person still has to say.

use super::contracts::ContractQuestion;
use super::environment::Opened;
use super::modifiers::shown;
use super::record::blocking;
use crate::domain::{Fault, Untrusted};
use crate::profile::{FileQuestion, PROJECT};

/// Files that a person has not agreed to yet, and not refused either.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectQuestion {
    /// Contracts of the project.
    pub contracts: Option<ContractQuestion>,
    /// Modifiers of the project.
    pub modifiers: Option<FileQuestion>,
}

/// State of the files of contracts and modifiers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectFiles {
    /// Mistakes in files that count otherwise, each a sentence with its file and line, safe to show.
    pub broken: Vec<String>,
    /// Question that is still open.
    pub question: Option<ProjectQuestion>,
}

impl ProjectQuestion {
    /// Folder that the files lie in, safe to show.
    pub fn folder(&self) -> String {
        let contracts = self.contracts.as_ref().and_then(|question| question.folder.parent());
        let modifiers = self.modifiers.as_ref().and_then(|question| question.file.parent());
        contracts.or(modifiers).map_or_else(|| PROJECT.to_owned(), shown)
    }

    /// Names of the files in that folder.
    pub fn files(&self) -> Vec<Untrusted> {
        let contracts = self.contracts.iter().flat_map(|question| {
            question.files.iter().map(|file| {
                let name = file.raw().rsplit('/').next().unwrap_or_default();
                Untrusted::from(format!("contracts/{name}"))
            })
        });
        let name = |question: &FileQuestion| {
            let name = question.file.file_name().unwrap_or_default();
            Untrusted::from(name.to_string_lossy().as_ref())
        };
        contracts.chain(self.modifiers.iter().map(name)).collect()
    }

    /// Whether another text of a file was asked about before.
    pub fn is_changed(&self) -> bool {
        self.modifiers.as_ref().is_some_and(|question| question.changed)
    }
}

impl Opened {
    /// Looks at the files of contracts and modifiers, the person's own and the project's.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local) if that breaks down.
    pub async fn project_files(&self) -> Result<ProjectFiles, Fault> {
        let (library, modifiers) = (self.contracts.clone(), self.modifiers.clone());
        blocking(move || {
            let shelf = library.current();
            let of_contracts =
                |found: &super::contracts::FileProblem| format!("Contract {}, {}", found.file, found.problem);
            let mut broken: Vec<String> = shelf.problems.iter().map(of_contracts).collect();
            let listed = modifiers.as_ref().map(|files| files.list()).unwrap_or_default();
            for file in listed.iter().filter(|file| file.agreed == Some(true)) {
                let sentence = |problem| format!("{}, {problem}", shown(&file.path));
                broken.extend(file.file.problems.iter().map(sentence));
            }
            let is_open = listed.iter().any(|file| file.agreed.is_none());
            let question = ProjectQuestion {
                contracts: shelf.question.clone().filter(|question| question.agreed.is_none()),
                modifiers: modifiers.as_ref().filter(|_| is_open).and_then(|files| files.question()),
            };
            let is_asked = question.contracts.is_some() || question.modifiers.is_some();
            Ok(ProjectFiles { broken, question: is_asked.then_some(question) })
        })
        .await
    }

    /// Keeps the answer to a question about the project's files. It counts for this run in any case.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local) where it could not be written: the next run asks again.
    pub async fn answer_project(&self, question: ProjectQuestion, agreed: bool) -> Result<(), Fault> {
        let library = self.contracts.clone();
        let ProjectQuestion { contracts, modifiers } = question;
        let of_contracts =
            blocking(move || contracts.map_or(Ok(()), |contracts| library.answer(&contracts, agreed))).await;
        let of_modifiers = match (&self.modifiers, modifiers) {
            (Some(files), Some(question)) => files.answer(question, agreed).await,
            _ => Ok(()),
        };
        of_contracts.and(of_modifiers)
    }
}
