//! Texts that lie in a file for as long as another program has them: below the state folder, readable by
//! their owner alone. What a killed program left of them goes at a later start. And the person's own programs that they are
//! lent to.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::process;
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::files;
use crate::profile::{Home, lock};

/// Folder of all such texts, below the state folder.
const FOLDER: &str = "texts";

/// A text in a file; both go when this is dropped.
pub struct LentText {
    path: PathBuf,
    folder: TempDir,
    /// Tells others that the folder is in use.
    lock: Option<File>,
}

impl LentText {
    /// Writes `text` into a file of its own; a user without a home has it among the temporary files.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(text: &str, home: Option<&Home>) -> io::Result<Self> {
        let all = home.map(|home| home.state.join(FOLDER));
        // Nobody sweeps between the birth of the folder and its lock.
        let _turn = all.as_ref().and_then(|all| lock(&all.join("any")));
        let mut builder = tempfile::Builder::new();
        let builder = builder.prefix("jackfield-").permissions(fs::Permissions::from_mode(0o700));
        let folder = match &all {
            Some(all) => builder.tempdir_in(all)?,
            None => builder.tempdir()?,
        };
        let lock = File::open(folder.path()).ok().filter(|lock| lock.try_lock().is_ok());
        let path = folder.path().join("text.json");
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(text.as_bytes())?;
        Ok(Self { path, folder, lock })
    }

    /// Path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text as it is now.
    ///
    /// # Errors
    /// It is gone, too large or no text.
    pub fn read(&self) -> io::Result<String> {
        String::from_utf8(files::read(&self.path)?).map_err(|_| io::Error::other("it is not UTF-8 text"))
    }

    /// Leaves it where it is until a start after the end of this program. Returns the place.
    pub fn keep(self) -> PathBuf {
        // Locked for the life of the process.
        std::mem::forget(self.lock);
        let _ = self.folder.keep();
        self.path
    }
}

/// Removes what programs that are gone have left.
pub fn sweep(home: &Home) {
    let all = home.state.join(FOLDER);
    let Ok(found) = fs::read_dir(&all) else { return };
    let _lock = lock(&all.join("any"));
    for folder in found.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()) {
        match File::open(&folder).map(|file| file.try_lock()) {
            Ok(Err(TryLockError::WouldBlock)) | Err(_) => {}
            Ok(_) => drop(fs::remove_dir_all(&folder)),
        }
    }
}

/// Command line of a program of the person, and the variable that it came from, if one is set.
pub struct NamedProgram {
    line: String,
    /// Variable that names it.
    pub variable: Option<&'static str>,
}

impl NamedProgram {
    /// Program that the first of these variables names; the usual one where none does.
    pub fn from(variables: &[&'static str], usual: &str) -> Self {
        let set = |name: &&'static str| Some((*name, std::env::var(name).ok().filter(|line| !line.trim().is_empty())?));
        match variables.iter().find_map(set) {
            Some((variable, line)) => Self { line, variable: Some(variable) },
            None => Self { line: usual.to_owned(), variable: None },
        }
    }

    /// The person's editor.
    pub fn editor() -> Self {
        Self::from(&["VISUAL", "EDITOR"], "vi")
    }

    /// The program with this text, to be started by [`process::spawn`].
    ///
    /// # Errors
    /// [`FaultKind::Local`]: it is no command line.
    pub fn command(&self, text: &LentText) -> Result<Command, Fault> {
        let open = || {
            let message = format!("{} is no command line: a quote in it is left open.", self.source());
            Fault::new(FaultKind::Local, message)
        };
        let mut words = process::words(&self.line).ok_or_else(open)?.into_iter();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).arg(text.path());
        Ok(command)
    }

    /// The line, safe to show.
    pub fn shown(&self) -> String {
        Untrusted::from(self.line.trim()).to_string()
    }

    /// The line, after the variable that it is from.
    pub fn source(&self) -> String {
        match self.variable {
            Some(variable) => format!("“{}” of {variable}", self.shown()),
            None => self.shown(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::resolve(Some(folder.path().to_owned())).unwrap();
        (folder, home)
    }

    #[test]
    fn a_text_is_its_owners_and_goes_with_whoever_lent_it() {
        let (_folder, home) = home();
        let text = LentText::write("{}", Some(&home)).unwrap();
        assert!(text.path().starts_with(&home.state));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let all = home.state.join(FOLDER);
        assert_eq!((mode(&all), mode(text.path().parent().unwrap()), mode(text.path())), (0o700, 0o700, 0o600));
        fs::write(text.path(), "{\"a\":1}").unwrap();
        assert_eq!(text.read().unwrap(), "{\"a\":1}");
        drop(text);
        assert_eq!(fs::read_dir(&all).unwrap().count(), 0);
    }

    #[test]
    fn only_what_nobody_has_any_more_is_swept() {
        let (_folder, home) = home();
        sweep(&home);
        let lent = LentText::write("1", Some(&home)).unwrap();
        let kept = LentText::write("2", Some(&home)).unwrap().keep();
        let left = home.state.join(FOLDER).join("jackfield-left");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("text.json"), "3").unwrap();
        sweep(&home);
        assert!(lent.path().exists() && kept.exists() && !left.exists());
    }
}
