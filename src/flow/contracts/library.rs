//! Contracts of this program, this person and this project.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::contract::{Contract, ContractProblem, FOLDER, built_in};
use crate::domain::{Fault, Provider, ToolName, Untrusted, decode_utf8};
use crate::files;
use crate::profile::{FolderTrust, LARGEST_AGREED, PROJECT};
use crate::provider::{self, ErrorShape, ProviderTable};

/// Files of one folder that are read at most.
const MOST: usize = 1_000;

/// Subject of the question about a project's contracts.
const WHAT: &str = "contracts";

/// Origin of a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContractFolder {
    /// It comes with the program.
    BuiltIn,
    /// It lies in a person's folder of settings.
    Settings,
    /// It lies in the `.jackfield` of a project.
    Project,
}

/// One thing that is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// Name of the file, for people.
    pub file: Untrusted,
    /// Place and reason.
    pub problem: ContractProblem,
}

/// Question to a person about the contracts of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractQuestion {
    /// Folder that they lie in.
    pub folder: PathBuf,
    /// Names of the files.
    pub files: Vec<Untrusted>,
    /// Answer that was given before; none where it is still to be asked.
    pub agreed: Option<bool>,
    content: Arc<str>,
}

impl ContractQuestion {
    /// A question about these files of `folder`; `content` is what is agreed to.
    pub fn new(folder: PathBuf, files: Vec<Untrusted>, content: &str, agreed: Option<bool>) -> Self {
        Self { folder, files, agreed, content: content.into() }
    }
}

/// Contracts as the files were when they were looked at.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// All that are in use; each name and provider once.
    pub contracts: Vec<(ContractFolder, Contract)>,
    /// What is wrong; those files are left out, and only those.
    pub problems: Vec<FileProblem>,
    /// The project's contracts, where there are any.
    pub question: Option<ContractQuestion>,
    /// Providers that are known, a person's own included.
    providers: ProviderTable,
}

impl Shelf {
    /// Those that environments of this kind offer: what comes with the program is for those without tools of their own.
    pub fn offered(&self, with_built_in: bool) -> impl Iterator<Item = &Contract> {
        let fits = move |folder: ContractFolder| with_built_in || folder != ContractFolder::BuiltIn;
        self.contracts.iter().filter(move |(folder, _)| fits(*folder)).map(|(_, contract)| contract)
    }

    /// The contract of this name for this provider.
    pub fn find(&self, name: &ToolName, provider: &Provider, with_built_in: bool) -> Option<&Contract> {
        self.offered(with_built_in).find(|contract| contract.name() == name && contract.is_for(provider))
    }

    /// Shape in which a provider tells of errors; one that finds none where that is not known.
    pub fn errors(&self, provider: &Provider) -> ErrorShape {
        self.providers.get(provider).map(|known| known.errors.clone()).unwrap_or_default()
    }
}

/// Places of contracts, and what was read of them.
pub struct ContractLibrary {
    /// A person's folder of settings.
    config: Option<PathBuf>,
    trust: Option<FolderTrust>,
    read: Mutex<Option<(Stamps, Arc<Shelf>)>>,
    /// The only contracts there are, whatever lies in the folders.
    only: Option<Arc<Shelf>>,
}

/// A folder's files, with what changes when they do.
type Stamps = Vec<(PathBuf, Option<(u64, u64, i64, i64)>)>;

impl ContractLibrary {
    /// Contracts of the program, of the folder `config` and of the project that `trust` is about.
    pub fn new(config: Option<PathBuf>, trust: Option<FolderTrust>) -> Self {
        Self { config, trust, read: Mutex::default(), only: None }
    }

    /// One contract alone, to try it.
    pub fn of(contract: Contract) -> Self {
        let providers = ProviderTable::built_in();
        let shelf = Shelf { contracts: vec![(ContractFolder::Settings, contract)], providers, ..Shelf::default() };
        Self { only: Some(Arc::new(shelf)), ..Self::new(None, None) }
    }

    /// A person's own folder, there or not.
    pub fn folder(&self) -> Option<PathBuf> {
        self.config.as_ref().map(|config| config.join(FOLDER))
    }

    /// The contracts, read again where a file is another than it was. Blocks for as long as the disk does.
    pub fn current(&self) -> Arc<Shelf> {
        if let Some(only) = &self.only {
            return Arc::clone(only);
        }
        let own = self.folder();
        let project = self.trust.as_ref().and_then(FolderTrust::project).map(|folder| folder.join(FOLDER));
        let providers = self.config.as_ref().map(|config| config.join(provider::FOLDER));
        let (own, project) = (list(own.as_deref()), list(project.as_deref()));
        let files = own.iter().chain(&project).cloned().chain(list(providers.as_deref()));
        let stamps: Stamps = files.map(|path| (path.clone(), stamp(&path))).collect();
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, shelf)) = read.as_ref().filter(|(known, _)| *known == stamps) {
            return Arc::clone(shelf);
        }
        let shelf = Arc::new(self.shelf(&own, &project));
        *read = Some((stamps, Arc::clone(&shelf)));
        shelf
    }

    /// Keeps the answer about a project's contracts.
    ///
    /// # Errors
    /// As [`FolderTrust::answer`].
    pub fn answer(&self, question: &ContractQuestion, agreed: bool) -> Result<(), Fault> {
        let kept = self.trust.as_ref().map_or(Ok(()), |trust| trust.answer(WHAT, &question.content, agreed));
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = None;
        kept
    }

    fn shelf(&self, own: &[PathBuf], project: &[PathBuf]) -> Shelf {
        let providers = match &self.config {
            Some(config) => ProviderTable::read(config).0,
            None => ProviderTable::built_in(),
        };
        let mut shelf = Shelf { providers, ..Shelf::default() };
        let mut places: HashMap<(String, String), usize> = HashMap::new();
        for contract in built_in() {
            shelf.put(&mut places, ContractFolder::BuiltIn, contract.clone());
        }
        for path in own {
            match read(path) {
                Ok(text) => shelf.take(&mut places, ContractFolder::Settings, &name(path), &text),
                Err(sentence) => shelf.problem(&name(path), ContractProblem::of_file(sentence)),
            }
        }
        let texts: Vec<_> = project.iter().map(|path| (format!("{PROJECT}/{}", name(path)), read(path))).collect();
        let Some(trust) = self.trust.as_ref().filter(|_| !texts.is_empty()) else { return shelf };
        let content: String = texts.iter().filter_map(|(file, text)| Some(framed(file, text.as_ref().ok()?))).collect();
        if content.len() > LARGEST_AGREED {
            let sentence = format!("The project's contracts are larger than {} KB together.", LARGEST_AGREED >> 10);
            shelf.problem(PROJECT, ContractProblem::of_file(sentence));
            return shelf;
        }
        let agreed = trust.agreed(WHAT, &content);
        if agreed == Some(true) {
            for (file, text) in &texts {
                match text {
                    Ok(text) => shelf.take(&mut places, ContractFolder::Project, file, text),
                    Err(sentence) => shelf.problem(file, ContractProblem::of_file(sentence.as_str())),
                }
            }
        }
        let folder = project.first().and_then(|path| path.parent()).unwrap_or(Path::new(PROJECT)).to_owned();
        let files = texts.iter().map(|(file, _)| file.as_str().into()).collect();
        shelf.question = Some(ContractQuestion::new(folder, files, &content, agreed));
        shelf
    }
}

impl Shelf {
    fn problem(&mut self, file: &str, problem: ContractProblem) {
        self.problems.push(FileProblem { file: file.into(), problem });
    }

    fn take(&mut self, places: &mut Places, folder: ContractFolder, file: &str, text: &str) {
        match Contract::parse(text, file) {
            Ok(contract) => self.put(places, folder, contract),
            Err(problems) => problems.into_iter().for_each(|problem| self.problem(file, problem)),
        }
    }

    /// What lies nearer to the person takes the place of what lies farther; of two in one folder the first counts.
    fn put(&mut self, places: &mut Places, folder: ContractFolder, contract: Contract) {
        let key = (contract.name().raw().to_owned(), contract.provider().raw().to_ascii_lowercase());
        let known = places.get(&key).and_then(|at| self.contracts.get_mut(*at));
        match known {
            Some((other, before)) if *other == folder => {
                let sentence = format!("{} has the same name for the same provider, and counts.", before.file());
                let file = contract.file().raw().to_owned();
                self.problem(&file, ContractProblem::of_file(sentence));
            }
            Some(known) => *known = (folder, contract),
            None => {
                places.insert(key, self.contracts.len());
                self.contracts.push((folder, contract));
            }
        }
    }
}

/// Places on the shelf by name and provider.
type Places = HashMap<(String, String), usize>;

/// A file as a part of the content that is agreed to: neither names nor lengths can be mistaken.
fn framed(file: &str, text: &str) -> String {
    format!("{} {} {file}\n{text}\n", file.len(), text.len())
}

fn list(folder: Option<&Path>) -> Vec<PathBuf> {
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries.map(|entry| entry.path()).collect();
    found.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    found.sort();
    found.truncate(MOST);
    found
}

fn stamp(path: &Path) -> Option<(u64, u64, i64, i64)> {
    let data = std::fs::metadata(path).ok()?;
    Some((data.ino(), data.len(), data.mtime(), data.mtime_nsec()))
}

fn read(path: &Path) -> Result<String, String> {
    let bytes = files::read(path).map_err(|error| format!("It cannot be read: {error}."))?;
    decode_utf8(&bytes).map(str::to_owned).map_err(|why| why.to_string())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
