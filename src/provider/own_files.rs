//! Files about providers that a person wrote, as text.

use std::io::ErrorKind;
use std::path::Path;

use crate::domain::{Untrusted, decode_utf8};
use crate::files;
use crate::order::StableOrder as _;

/// Folder of a person's own files, below that of what they may edit.
pub const FOLDER: &str = "providers";

/// Files that are read at most.
const MOST: usize = 1_000;

/// File of a person that does not count, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFileProblem {
    /// Name of the file.
    pub file: Untrusted,
    /// A sentence.
    pub sentence: Untrusted,
}

/// Gives each file below a person's folder of settings to `read`, in the order of their names. The files that cannot be
/// read, and those that `read` finds wrong.
pub fn each_own_file(config: &Path, mut read: impl FnMut(&str) -> Result<(), String>) -> Vec<OwnFileProblem> {
    let folder = config.join(FOLDER);
    let mut found: Vec<_> = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|e| e.path()).collect();
    found.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    found.order();
    let mut problems = Vec::new();
    for path in found.into_iter().take(MOST) {
        let result = match files::read(&path) {
            Ok(bytes) => decode_utf8(&bytes).map_err(|why| why.to_string()).and_then(&mut read),
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => Err(format!("It cannot be read: {error}.")),
        };
        if let Err(sentence) = result {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            problems.push(OwnFileProblem { file: file.as_ref().into(), sentence: sentence.into() });
        }
    }
    problems
}
