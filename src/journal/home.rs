//! Programs that write to the journal, so that entries of a running one are not taken for abandoned.
//!
//! Each program holds a lock on a file of its own for as long as it lives; the system lets go of it
//! however the program ends. An open entry whose program's lock is free was left behind.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::domain::{Fault, FaultKind, Untrusted};
use crate::files;

/// This program's name among those that write to the journal, held for as long as this lives.
pub(super) struct Presence {
    name: String,
    path: PathBuf,
    _lock: File,
}

impl Presence {
    /// Takes a name that no other program has.
    pub(super) fn take(folder: &Path) -> Result<Self, Fault> {
        let mut random = [0; 6];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string())).map_err(broken(folder))?;
        let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = place(folder, &name);
        let lock = private().create_new(true).open(&path).map_err(broken(&path))?;
        lock.try_lock().map_err(|error| io::Error::other(error.to_string())).map_err(broken(&path))?;
        Ok(Self { name, path, _lock: lock })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// True if the program of this name is gone. Where that cannot be told, it is not.
    pub(super) fn is_gone(&self, folder: &Path, name: &str) -> bool {
        if name == self.name {
            return false;
        }
        let path = place(folder, name);
        match files::regular(&path).and_then(|()| File::open(&path)) {
            Err(error) => error.kind() == io::ErrorKind::NotFound,
            Ok(file) => match file.try_lock() {
                Ok(()) => {
                    // What is left of it; nobody takes that name again.
                    let _ = fs::remove_file(&path);
                    true
                }
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
            },
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Names come back from the file of entries: nothing but letters and digits makes a path.
fn place(folder: &Path, name: &str) -> PathBuf {
    let safe: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    folder.join(format!("{safe}.alive"))
}

/// Files that their owner alone may read, from their first moment on.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

pub(super) fn broken(path: &Path) -> impl FnOnce(io::Error) -> Fault {
    let path = Untrusted::from(path.to_string_lossy().as_ref());
    move |error| Fault::new(FaultKind::Local, format!("The journal cannot use {path}: {error}."))
}
