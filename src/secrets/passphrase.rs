//! Passphrase of the vault: where it comes from, and the fault where it does not come.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::{Fault, FaultKind, Secret, Untrusted, decode_utf8};
use crate::files;

/// Variable that names a file with the passphrase.
pub const PASSPHRASE_FILE: &str = "JACKFIELD_VAULT_PASSPHRASE_FILE";

/// Code of a fault that a passphrase mends: a front that can ask for one does so and tries again.
const VAULT_LOCKED: &str = "vault_locked";

/// Asks a person for a passphrase. None where they want no vault, or gave up. Blocks.
pub type AskPassphrase = Arc<dyn Fn(PassphraseQuestion) -> Result<Option<Secret>, Fault> + Send + Sync>;

/// Reason for asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassphraseQuestion {
    /// There is no vault yet: the passphrase is that of a new one.
    New,
    /// There is a vault.
    Open,
    /// There is a vault, and the passphrase before was wrong.
    Again,
}

/// Ways to the passphrase: a file, or a person.
#[derive(Clone, Default)]
pub struct PassphraseSource {
    file: Option<PathBuf>,
    ask: Option<AskPassphrase>,
}

impl fmt::Debug for PassphraseSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PassphraseSource(file: {}, person: {})", self.file.is_some(), self.ask.is_some())
    }
}

impl PassphraseSource {
    /// The file that [`PASSPHRASE_FILE`] names, where it names one; else the person, where one can be asked.
    pub fn new(file: Option<PathBuf>, ask: Option<AskPassphrase>) -> Self {
        Self { file: file.filter(|path| !path.as_os_str().is_empty()), ask }
    }

    /// True if a new vault could get a passphrase.
    pub fn is_there(&self) -> bool {
        self.file.is_some() || self.ask.is_some()
    }

    /// True if another answer may come of asking again.
    pub(super) fn may_ask_again(&self) -> bool {
        self.file.is_none() && self.ask.is_some()
    }

    /// The passphrase; none where a person wants none.
    ///
    /// # Errors
    /// A file that cannot be read or is empty; [`VAULT_LOCKED`] where nobody can be asked.
    pub(super) fn passphrase(&self, question: PassphraseQuestion) -> Result<Option<Secret>, Fault> {
        match (&self.file, &self.ask) {
            (Some(file), _) => from_file(file).map(Some),
            (None, Some(ask)) => ask(question).map(|answer| answer.filter(|passphrase| !passphrase.is_empty())),
            (None, None) => Err(locked("The vault of this environment's secrets is locked.")),
        }
    }
}

/// Fault of a vault that a passphrase would open.
pub(super) fn locked(what: &str) -> Fault {
    let message = format!("{what} {PASSPHRASE_FILE} can name a file with the passphrase.");
    Fault { code: Some(VAULT_LOCKED.into()), ..Fault::new(FaultKind::Local, message) }
}

/// True for a fault that a passphrase mends.
pub fn is_vault_locked(fault: &Fault) -> bool {
    fault.kind == FaultKind::Local && fault.code.as_ref().is_some_and(|code| code.raw() == VAULT_LOCKED)
}

fn from_file(file: &Path) -> Result<Secret, Fault> {
    let odd = |why: &str| {
        let file = Untrusted::from(file.to_string_lossy().as_ref());
        Fault::new(FaultKind::Local, format!("The passphrase of the vault cannot be read from {file}: {why}."))
    };
    let bytes = zeroize::Zeroizing::new(files::read(file).map_err(|error| odd(&error.to_string()))?);
    let text = decode_utf8(&bytes).map_err(|why| odd(&why.to_string()))?.trim_end_matches(['\r', '\n']);
    if text.is_empty() { Err(odd("it is empty")) } else { Ok(Secret::new(text.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_before_a_person_and_its_line_end_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("passphrase");
        std::fs::write(&file, "correct horse \r\n").unwrap();
        let ask: AskPassphrase = Arc::new(|_| panic!("nobody is asked"));
        let source = PassphraseSource::new(Some(file.clone()), Some(ask));
        let given = source.passphrase(PassphraseQuestion::Open).unwrap().unwrap();
        assert_eq!(given.expose(), "correct horse ");
        std::fs::write(&file, "\n").unwrap();
        assert!(source.passphrase(PassphraseQuestion::Open).unwrap_err().message.contains("it is empty"));
    }

    #[test]
    fn where_nobody_can_be_asked_the_fault_says_what_would_help() {
        let fault = PassphraseSource::default().passphrase(PassphraseQuestion::Open).unwrap_err();
        assert!(is_vault_locked(&fault) && fault.message.contains(PASSPHRASE_FILE), "{fault:?}");
        assert!(!is_vault_locked(&Fault::new(FaultKind::Local, "x")));
    }
}
