//! Directories of our files, readable by their owner alone.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use etcetera::{BaseStrategy as _, choose_base_strategy};

use crate::domain::{Fault, FaultKind, Untrusted};

/// The two directories that hold every file of this program. Neither need exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Directory of files that a person may edit.
    pub config: PathBuf,
    /// Directory of files that the program remembers things in.
    pub state: PathBuf,
}

impl Home {
    /// Directories below `moved` (the variable `JACKFIELD_HOME`) if it is given, else where the platform
    /// wants them (XDG on Unix).
    ///
    /// # Errors
    /// [`FaultKind::Local`] if this user has no home directory.
    pub fn resolve(moved: Option<PathBuf>) -> Result<Self, Fault> {
        if let Some(moved) = moved.filter(|path| !path.as_os_str().is_empty()) {
            let moved = std::path::absolute(&moved).map_err(|error| local("find", &moved, &error))?;
            return Ok(Self { config: moved.join("config"), state: moved.join("state") });
        }
        let base = choose_base_strategy().map_err(|_| {
            Fault::new(FaultKind::Local, "This user has no home directory. JACKFIELD_HOME can name one.")
        })?;
        Ok(Self {
            config: base.config_dir().join("jackfield"),
            state: base.state_dir().unwrap_or_else(|| base.data_dir()).join("jackfield"),
        })
    }
}

/// Creates `dir` and what is missing above it for the owner alone, and closes it to everybody else
/// if it was there already.
///
/// # Errors
/// [`FaultKind::Local`] when that is not possible.
pub fn create_private(dir: &Path) -> Result<(), Fault> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).and_then(|()| close(dir)).map_err(|error| local("create", dir, &error))
}

fn close(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(dir)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(dir, fs::Permissions::from_mode(mode & 0o700))
}

/// Writes a file that its owner alone may read, whole or not at all, into a directory as of
/// [`create_private`]. A link is followed, and what it points to replaced.
///
/// # Errors
/// [`FaultKind::Local`] when that is not possible; the file is then as it was.
pub fn write_private(file: &Path, content: &[u8]) -> Result<(), Fault> {
    create_private(parent(file))?;
    let target = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let write = || -> io::Result<()> {
        // Born readable by the owner alone, on every platform that knows owners.
        let mut new = tempfile::NamedTempFile::new_in(parent(&target))?;
        new.write_all(content)?;
        new.as_file().sync_all()?;
        new.persist(&target)?;
        Ok(())
    };
    write().map_err(|error| local("write", file, &error))
}

/// One's turn to read a file, change something in it and write it back: other copies of the program that
/// ask for theirs wait until this is dropped. None where the file system knows no locks, or nothing can be
/// written; what is written whole is still whole then.
#[must_use]
pub fn lock(file: &Path) -> Option<fs::File> {
    create_private(parent(file)).ok()?;
    // The folder stays where it is, while the file is replaced each time.
    let folder = fs::File::open(parent(file)).ok()?;
    folder.lock().ok().map(|()| folder)
}

fn parent(file: &Path) -> &Path {
    file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A fault of this machine about one file.
pub(super) fn local(what: &str, path: &Path, error: &io::Error) -> Fault {
    let path = Untrusted::from(path.to_string_lossy().as_ref());
    Fault::new(FaultKind::Local, format!("Cannot {what} {path}: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_variable_moves_everything() {
        let home = Home::resolve(Some("/tmp/elsewhere".into())).expect("a home");
        assert!(home.config.starts_with("/tmp/elsewhere") && home.state.starts_with("/tmp/elsewhere"));
        assert_ne!(home.config, home.state);
        assert!(Home::resolve(Some("here".into())).expect("a home").config.is_absolute());
    }

    #[test]
    fn an_empty_variable_moves_nothing() {
        assert_eq!(Home::resolve(Some("".into())), Home::resolve(None));
    }

    #[test]
    fn files_and_directories_are_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
        let root = tempfile::tempdir().expect("a directory");
        let dir = root.path().join("a/b");
        let file = dir.join("f.toml");
        write_private(&file, b"one").expect("written");
        assert_eq!((mode(&root.path().join("a")), mode(&dir), mode(&file)), (0o700, 0o700, 0o600));

        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("opened");
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).expect("opened");
        write_private(&file, b"two").expect("written");
        assert_eq!((mode(&dir), mode(&file)), (0o700, 0o600));
        assert_eq!(fs::read(&file).expect("read"), b"two");
        assert_eq!(fs::read_dir(&dir).expect("listed").count(), 1, "nothing is left lying about");
    }

    #[test]
    fn a_linked_file_stays_linked() {
        let root = tempfile::tempdir().expect("a directory");
        let (real, link) = (root.path().join("real"), root.path().join("ours/link"));
        fs::write(&real, "one").expect("written");
        create_private(parent(&link)).expect("created");
        std::os::unix::fs::symlink(&real, &link).expect("linked");
        write_private(&link, b"two").expect("written");
        assert!(fs::symlink_metadata(&link).expect("is there").is_symlink());
        assert_eq!(fs::read(&real).expect("read"), b"two");
    }

    #[test]
    fn what_cannot_be_written_is_said() {
        let root = tempfile::tempdir().expect("a directory");
        let file = root.path().join("file");
        fs::write(&file, "x").expect("written");
        let fault = write_private(&file.join("below"), b"x").expect_err("a file is no directory");
        assert_eq!(fault.kind, FaultKind::Local);
        assert!(fault.message.contains("file"), "{fault}");
    }
}
