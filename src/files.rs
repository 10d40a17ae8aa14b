//! Floor 0: files that should be this program's own, whatever lies in their place.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

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
}
