//! File with the certificates that clients of the sandbox trust.
//!
//! It is there for as long as the sandbox runs. One that was killed leaves its file behind; the next one removes it, and
//! tells by the lock that each process holds on its own: numbers of processes mean nothing to another container that
//! shares the folder.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::domain::{Fault, FaultKind, Untrusted};
use crate::files;
use crate::profile::Home;

/// What the names of these files begin and end with.
const PREFIX: &str = "sandbox-roots-";
const SUFFIX: &str = ".pem";

/// Files that one start looks at.
const MOST: usize = 1_000;

/// The file; removed when dropped.
pub(super) struct RootsFile {
    _file: NamedTempFile,
    name: String,
}

impl RootsFile {
    /// Writes it, and removes those of sandboxes that are gone. With a port that was asked for it is called after that,
    /// so that the next sandbox on it has a file of the same name.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: no folder for it, or no room.
    pub fn write(text: &str, port: Option<u16>) -> Result<Self, Fault> {
        Self::write_in(&folder(|name| env::var_os(name))?, text, port)
    }

    fn write_in(folder: &Path, text: &str, port: Option<u16>) -> Result<Self, Fault> {
        private(folder)?;
        // Ours has its lock before anybody else looks for what was left behind.
        let turn = files::lock(&folder.join(PREFIX));
        if turn.is_some() {
            remove_left_behind(folder);
        }
        let any = || tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder);
        let of_port = |port: u16| {
            let name = format!("{PREFIX}{port}");
            tempfile::Builder::new().prefix(&name).suffix(SUFFIX).rand_bytes(0).tempfile_in(folder)
        };
        let write = || {
            // Another container that shares the folder may have one of this name.
            let mut file = port.map_or_else(any, |port| of_port(port).or_else(|_| any()))?;
            // A file system without locks keeps what is left behind.
            let _ = file.as_file().try_lock();
            file.write_all(text.as_bytes())?;
            Ok(file)
        };
        let file = write().map_err(|error| files::local("write a file of certificates in", folder, &error))?;
        let name = file.path().to_str().filter(|name| Untrusted::from(*name).to_string() == **name);
        let name = name.map(str::to_owned).ok_or_else(|| {
            let folder = Untrusted::from(folder.to_string_lossy().as_ref());
            let message = format!("The name of the folder {folder}, for a file of certificates, cannot be printed.");
            Fault::new(FaultKind::Local, message)
        })?;
        Ok(Self { _file: file, name })
    }

    /// Its path.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Folder of these files: of this program where it has been moved, else of this user for as long as the machine runs.
fn folder(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, Fault> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(moved) = set("JACKFIELD_HOME") {
        return Ok(Home::resolve(Some(moved))?.state.join("run"));
    }
    if let Some(runtime) = set("XDG_RUNTIME_DIR").filter(|path| path.is_absolute() && path.is_dir()) {
        return Ok(runtime.join("jackfield"));
    }
    Ok(env::temp_dir().join(format!("jackfield-{}", rustix::process::geteuid().as_raw())))
}

/// Makes the folder, for its owner alone. In a folder of everybody's, somebody else may have made one of that name.
fn private(folder: &Path) -> Result<(), Fault> {
    let is_ours = || match fs::symlink_metadata(folder) {
        Ok(found) => Some(found.is_dir() && found.uid() == rustix::process::geteuid().as_raw()),
        Err(_) => None,
    };
    if is_ours() != Some(false) {
        files::create_private(folder)?;
        if is_ours() == Some(true) {
            return Ok(());
        }
    }
    let folder = Untrusted::from(folder.to_string_lossy().as_ref());
    Err(Fault::new(FaultKind::Local, format!("{folder}, for a file of certificates, is no folder of yours.")))
}

/// Removes the files that no process holds any more.
fn remove_left_behind(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let is_named = |name: &OsStr| name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
    for entry in entries.flatten().filter(|entry| is_named(&entry.file_name())).take(MOST) {
        let path = entry.path();
        let is_free = || -> std::io::Result<bool> {
            files::regular(&path)?;
            Ok(File::open(&path)?.try_lock().is_ok())
        };
        if is_free().unwrap_or_default() {
            let _ = fs::remove_file(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn files_in(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn it_is_there_for_as_long_as_it_lives_and_its_owner_alone_reads_it() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("run");
        let (one, other) =
            (RootsFile::write_in(&folder, "one", None).unwrap(), RootsFile::write_in(&folder, "two", None).unwrap());
        assert_eq!(fs::read_to_string(one.name()).unwrap(), "one");
        assert_eq!(fs::metadata(one.name()).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        drop(one);
        assert_eq!(fs::read_to_string(other.name()).unwrap(), "two");
        drop(other);
        assert_eq!(files_in(&folder), 0);
    }

    #[test]
    fn what_nobody_holds_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let held = RootsFile::write_in(folder.path(), "held", None).unwrap();
        for name in ["sandbox-roots-gone.pem", "notes.pem", "sandbox-roots-notes"] {
            fs::write(folder.path().join(name), "left").unwrap();
        }
        let new = RootsFile::write_in(folder.path(), "new", None).unwrap();
        assert!(!folder.path().join("sandbox-roots-gone.pem").exists());
        assert_eq!(files_in(folder.path()), 4);
        assert_eq!(fs::read_to_string(held.name()).unwrap(), "held");
        assert_eq!(fs::read_to_string(new.name()).unwrap(), "new");
    }

    #[test]
    fn somebody_elses_folder_and_one_that_cannot_be_printed_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let (link, target) = (home.path().join("link"), home.path().join("target"));
        fs::create_dir(&target).unwrap();
        symlink(&target, &link).unwrap();
        let fault = RootsFile::write_in(&link, "x", None).err().unwrap();
        assert!(fault.message.ends_with("is no folder of yours."), "{fault}");
        assert_eq!(files_in(&target), 0);
        let odd = home.path().join("a\u{202e}b");
        assert!(RootsFile::write_in(&odd, "x", None).err().unwrap().message.contains("cannot be printed"));
        assert_eq!(files_in(&odd), 0);
    }

    #[test]
    fn it_lies_where_short_lived_files_of_this_user_lie() {
        let place = |variables: &'static [(&str, &str)]| {
            let found = folder(move |name| Some(variables.iter().find(|(own, _)| *own == name)?.1.into()));
            found.unwrap()
        };
        assert_eq!(place(&[("XDG_RUNTIME_DIR", "/")]), Path::new("/jackfield"));
        assert_eq!(place(&[("XDG_RUNTIME_DIR", "/"), ("JACKFIELD_HOME", "/moved")]), Path::new("/moved/state/run"));
        let temporary = place(&[("XDG_RUNTIME_DIR", "/no/such/folder")]);
        assert!(temporary.starts_with(env::temp_dir()), "{}", temporary.display());
        assert_eq!(temporary, place(&[("XDG_RUNTIME_DIR", "relative"), ("JACKFIELD_HOME", "")]));
    }

    #[test]
    fn one_for_a_port_has_the_same_name_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let write = |text: &str| RootsFile::write_in(folder.path(), text, Some(4871)).unwrap();
        let first = write("one");
        let name = first.name().to_owned();
        assert!(name.ends_with("sandbox-roots-4871.pem"), "{name}");
        let beside = write("beside");
        assert_ne!(beside.name(), name, "it is taken");
        drop((first, beside));
        assert_eq!((write("two").name(), files_in(folder.path())), (name.as_str(), 1));
        fs::write(&name, "of one that was killed").unwrap();
        let next = write("three");
        assert_eq!((next.name(), fs::read_to_string(&name).unwrap().as_str()), (name.as_str(), "three"));
    }
}
