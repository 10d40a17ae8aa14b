//! Floor 0: files that should be this program's own, whatever lies in their place.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

use crate::domain::{Fault, FaultKind, Untrusted};

/// Larger ones were not written by this program, nor by a person; in bytes.
pub const LARGEST: u64 = 4 << 20;

/// Contents of a file. A pipe, a device or a folder in its place is not waited for.
///
/// # Errors
/// [`ErrorKind::NotFound`], as of [`regular`], and [`ErrorKind::FileTooLarge`] beyond [`LARGEST`].
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    regular(path)?;
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {} MB", LARGEST >> 20)));
    }
    Ok(bytes)
}

/// Refuses a file that cannot be opened without waiting for somebody, such as a pipe. A regular file
/// passes, and so does a path with nothing there yet.
///
/// # Errors
/// [`ErrorKind::InvalidInput`] for anything else.
pub fn regular(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(io::Error::new(ErrorKind::InvalidInput, "it is no regular file")),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
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
pub fn local(what: &str, path: &Path, error: &io::Error) -> Fault {
    let path = Untrusted::from(path.to_string_lossy().as_ref());
    Fault::new(FaultKind::Local, format!("Cannot {what} {path}: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_a_pipe_or_reads_a_device() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for odd in [&pipe, &link, &folder.path().to_owned()] {
            assert_eq!(read(odd).unwrap_err().kind(), ErrorKind::InvalidInput, "{odd:?}");
        }
    }

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        assert_eq!(read(&file).unwrap_err().kind(), ErrorKind::NotFound);
        fs::write(&file, "text").unwrap();
        assert_eq!(read(&file).unwrap(), b"text");
        File::create(&file).unwrap().set_len(LARGEST + 1).unwrap();
        assert_eq!(read(&file).unwrap_err().kind(), ErrorKind::FileTooLarge);
        assert!(regular(&file).is_ok() && regular(&folder.path().join("none")).is_ok());
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
