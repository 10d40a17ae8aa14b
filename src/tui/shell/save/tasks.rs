//! Files that are saved: which name is free, and writing it.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use async_trait::async_trait;

use crate::domain::{Fault, FaultKind, Untrusted};
use crate::flow::record::blocking;
use crate::json::{TableExport, TableFormat};
use crate::tui::core::message::Message;
use crate::tui::core::messages::SaveFile;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Names that are tried before giving up.
const NAMES: u32 = 10_000;

/// Write a file that was not there before: a table in the format that the name asks for, if there is one.
#[derive(Debug)]
pub struct WriteFile(pub SaveFile, pub Option<TableExport>);

/// A file was saved, or could not be.
#[derive(Debug)]
pub struct FileSaved(pub Result<SavedFile, Fault>);

/// File that was saved.
#[derive(Debug)]
pub struct SavedFile {
    /// Name that it has.
    pub name: Untrusted,
    /// Folder that it is in.
    pub folder: Untrusted,
    /// Name that it should have had, where that was taken.
    pub taken: Option<Untrusted>,
}

/// Find out what a name that is typed comes to.
#[derive(Debug)]
pub struct LookUpName(pub String);

/// Findings about a name.
#[derive(Debug)]
pub struct NameLookedUp {
    /// Name as it was typed.
    pub asked: String,
    /// What saving it would come to.
    pub result: Result<FoundName, Fault>,
}

/// Name under which a file would be saved now.
#[derive(Debug)]
pub struct FoundName {
    /// Folder that it would be in.
    pub folder: Untrusted,
    /// Name that it would get instead, where the one that was typed is taken.
    pub instead: Option<Untrusted>,
}

/// Place of a file: its folder, and its name as stem and ending.
struct Place {
    folder: PathBuf,
    stem: String,
    ending: String,
}

impl Place {
    /// Place that a name means: below the folder the program was started in, unless it says otherwise.
    fn of(name: &str) -> Result<Self, Fault> {
        let refuse = |why: String| Fault::new(FaultKind::InvalidInput, why);
        let path = match (name.strip_prefix("~/"), std::env::home_dir()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(name),
        };
        let here = std::env::current_dir()
            .map_err(|error| Fault::new(FaultKind::Local, "The current folder cannot be read.").because(error))?;
        let path = here.join(path);
        let file = path.file_name().filter(|_| !name.ends_with('/')).and_then(OsStr::to_str);
        let Some(file) = file else { return Err(refuse("This is a folder: add a file name.".to_owned())) };
        if path.is_dir() {
            return Err(refuse("This is a folder: add a file name.".to_owned()));
        }
        let folder = path.parent().unwrap_or(&here).to_owned();
        if !folder.is_dir() {
            return Err(refuse(format!("There is no folder {}.", shown(&folder))));
        }
        let (stem, ending) = match file.rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem.to_owned(), format!(".{ending}")),
            _ => (file.to_owned(), String::new()),
        };
        Ok(Self { folder, stem, ending })
    }

    /// Names to try, the one that was asked for first.
    fn names(&self) -> impl Iterator<Item = String> + '_ {
        (1..NAMES).map(|n| match n {
            1 => format!("{}{}", self.stem, self.ending),
            n => format!("{}-{n}{}", self.stem, self.ending),
        })
    }
}

fn shown(path: &Path) -> Untrusted {
    path.to_string_lossy().into_owned().into()
}

impl LookUpName {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("file name").of_program();

    fn look_up(name: &str) -> Result<FoundName, Fault> {
        let place = Place::of(name)?;
        let free = place.names().enumerate().find(|(_, name)| place.folder.join(name).symlink_metadata().is_err());
        let instead = free.filter(|(at, _)| *at > 0).map(|(_, name)| name.into());
        Ok(FoundName { folder: shown(&place.folder), instead })
    }
}

#[async_trait]
impl Task for LookUpName {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(NameLookedUp { asked: self.0.clone(), result: Err(fault) })
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        let asked = self.0.clone();
        let result = match asked.is_empty() {
            true => Err(Fault::new(FaultKind::InvalidInput, "Type a file name.")),
            false => blocking(move || Self::look_up(&self.0)).await,
        };
        reporter.send(NameLookedUp { asked, result });
    }
}

impl WriteFile {
    /// Place of the file that is being written.
    pub const SLOT: Slot = Slot::new("save").of_program();

    fn write(&self) -> Result<SavedFile, Fault> {
        let Self(SaveFile { name, bytes }, table) = self;
        let place = Place::of(name)?;
        let text = table.as_ref().zip(TableFormat::of_file(name));
        let text = text.map(|(table, format)| table.write(format, &AtomicBool::new(false)));
        let content = text.as_ref().map_or(bytes.as_ref(), String::as_bytes);
        let mut taken = None;
        for name in place.names() {
            let path = place.folder.join(&name);
            let mut options = OpenOptions::new();
            // What came back from a provider is nobody else's business.
            options.write(true).create_new(true).mode(0o600);
            match options.open(&path).and_then(|mut file| file.write_all(content)) {
                Ok(()) => return Ok(SavedFile { name: name.into(), folder: shown(&place.folder), taken }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => taken = taken.or(Some(name.into())),
                Err(error) => {
                    let message = format!("{} could not be saved in {}.", Untrusted::from(name), shown(&place.folder));
                    return Err(Fault::new(FaultKind::Local, message).because(error));
                }
            }
        }
        Err(Fault::new(FaultKind::Local, "Every name for it is taken already."))
    }
}

#[async_trait]
impl Task for WriteFile {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(FileSaved(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(FileSaved(blocking(move || self.write()).await));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> SaveFile {
        SaveFile { name: name.to_owned(), bytes: "{}".into() }
    }

    #[test]
    fn nothing_is_overwritten_and_the_name_that_was_taken_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.b.json").to_str().expect("UTF-8").to_owned();
        let first = WriteFile(file(&path), None).write().expect("saved");
        assert_eq!((first.name.raw(), first.taken), ("a.b.json", None));
        let found = LookUpName::look_up(&path).expect("found");
        assert_eq!(found.instead.expect("another name").raw(), "a.b-2.json");
        let second = WriteFile(file(&path), None).write().expect("saved");
        assert_eq!((second.name.raw(), second.taken.expect("told").raw()), ("a.b-2.json", "a.b.json"));
        assert_eq!(second.folder.raw(), folder.path().to_str().expect("UTF-8"));
    }

    #[test]
    fn a_name_that_cannot_be_one_says_why() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
        let wrong = |name: &str| LookUpName::look_up(name).expect_err("refused").to_string();
        assert!(wrong(&path("no/x.json")).starts_with("There is no folder "), "{}", wrong(&path("no/x.json")));
        assert_eq!(wrong(&path("")), "This is a folder: add a file name.");
        assert_eq!(wrong(&format!("{}/", path("x"))), "This is a folder: add a file name.");
    }
}
