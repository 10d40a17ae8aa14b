//! Lock across processes: a file that the operating system unlocks when its holder dies.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::domain::{Fault, FaultKind};

/// Between two tries.
const AGAIN: Duration = Duration::from_millis(20);

/// Time that another process may take for its refresh: an exchange that runs into its time limit, and saving.
const PATIENCE: Duration = Duration::from_secs(60);

/// Held until it is dropped.
#[derive(Debug)]
pub(super) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Waits for the lock of `name` in a folder, which is made where it is missing.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where no file can be locked there, [`FaultKind::TimedOut`] where another process holds it for
    /// too long.
    pub async fn take(folder: &Path, name: &str) -> Result<Self, Fault> {
        let (folder, path) = (folder.to_owned(), folder.join(file_name(name)));
        let opened = tokio::task::spawn_blocking(move || open(&folder, &path)).await;
        let file = match opened {
            Ok(Ok(file)) => file,
            Ok(Err(error)) => return Err(unlocked(error)),
            Err(error) => return Err(Fault::new(FaultKind::Local, "Locking broke off.").caused_by(error)),
        };
        let began = Instant::now();
        // Tried and not waited for: a thread that waits could not be stopped.
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => tokio::time::sleep(AGAIN).await,
                Err(TryLockError::WouldBlock) => {
                    let message = "Another process has been renewing this token for a minute. Try again later.";
                    return Err(Fault::new(FaultKind::TimedOut, message));
                }
                Err(TryLockError::Error(error)) => return Err(unlocked(error)),
            }
        }
    }
}

fn open(folder: &Path, path: &PathBuf) -> io::Result<File> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    crate::files::regular(path)?;
    // Never removed: whoever waits for a removed file holds a lock that nobody else sees.
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)
}

fn unlocked(error: io::Error) -> Fault {
    let message = "The token cannot be locked against other processes, and two that renew it at once could end it.";
    Fault::new(FaultKind::Local, message).because(error)
}

/// Name of a file for any name (FNV-1a, 64 bits). Two names that meet in it wait for each other now and then, no more.
fn file_name(name: &str) -> String {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}.lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_holds_it_at_a_time_and_names_do_not_meet() {
        let folder = tempfile::tempdir().unwrap();
        let held = FileLock::take(folder.path(), "a/b").await.unwrap();
        let other = FileLock::take(folder.path(), "a/c").await.unwrap();
        let (path, name) = (folder.path().to_owned(), "a/b");
        let waiting = tokio::spawn(async move { FileLock::take(&path, name).await });
        tokio::time::sleep(AGAIN * 3).await;
        assert!(!waiting.is_finished());
        drop((held, other));
        waiting.await.unwrap().unwrap();
    }

    #[test]
    fn the_name_of_the_file_stays_the_same() {
        assert_eq!(file_name(""), "cbf29ce484222325.lock");
        assert_eq!(file_name("a"), "af63dc4c8601ec8c.lock");
    }
}
