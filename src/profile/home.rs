//! Directories of our files.

use std::path::PathBuf;

use etcetera::{BaseStrategy as _, choose_base_strategy};

use crate::domain::{Fault, FaultKind};
pub(super) use crate::files::local;
pub use crate::files::{create_private, lock, write_private};

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
}
