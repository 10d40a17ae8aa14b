//! One program at a time drives a run.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::RunNumber;
use crate::domain::{Fault, FaultKind};
use crate::files;
use crate::journal::home::{broken, private};

/// Hold on a run, until it is dropped or its program ends, however it does.
#[derive(Debug)]
pub struct RunLock {
    path: PathBuf,
    _file: File,
}

impl RunLock {
    /// Takes hold of a run, whose lock is a file in this folder.
    ///
    /// # Errors
    /// [`FaultKind::Conflict`]: somebody has it. [`FaultKind::Local`]: the file cannot be used.
    pub(super) fn take(folder: &Path, run: RunNumber) -> Result<Self, Fault> {
        let path = folder.join(format!("{}.run", run.0));
        loop {
            files::regular(&path).map_err(broken(&path))?;
            let file = private().create(true).truncate(false).open(&path).map_err(broken(&path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let message = "This run is under way in another window or program. It can go on in one at a time.";
                    return Err(Fault::new(FaultKind::Conflict, message));
                }
                Err(TryLockError::Error(error)) => return Err(broken(&path)(error)),
            }
            // Whoever held it before may have taken the file away in between: then nobody else sees this lock.
            if is_the_same(&file, &path).map_err(broken(&path))? {
                return Ok(Self { path, _file: file });
            }
        }
    }
}

fn is_the_same(file: &File, path: &Path) -> io::Result<bool> {
    let held = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (held.dev(), held.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
