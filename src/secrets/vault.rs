//! Secrets in one encrypted file, for machines without a keychain.
//!
//! The file holds two texts in age's format: a key that the passphrase opens, and the secrets, which that key opens.
//! Deriving from a passphrase takes a second by design, so it is done once a process; reading and writing after that
//! cost nothing worth mentioning. Every call reads the file anew, for another process may have written it.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use age::secrecy::{ExposeSecret as _, SecretString};
use age::{scrypt, x25519};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::passphrase::{PassphraseQuestion, PassphraseSource, locked};
use super::{SecretKey, SecretStore};
use crate::domain::{Fault, FaultKind, Secret, Untrusted, decode_utf8};
use crate::files;

/// Most work that is done to open a file (log2 of scrypt's N): half a minute.
const MOST_WORK: u8 = 22;

/// Passphrases that a person may try.
const TRIES: u32 = 3;

/// Version of the file's form.
const VERSION: u32 = 1;

/// Secrets in one encrypted file.
pub struct Vault {
    path: PathBuf,
    passphrase: PassphraseSource,
    /// log2 of scrypt's N for a new vault; none for as much as takes a second here.
    work: Option<u8>,
    unlocked: Mutex<Option<Unlocked>>,
    /// Times that a person would not open it.
    declined: AtomicU64,
}

/// Key of the secrets, and the text of the file that it came from.
struct Unlocked {
    identity: x25519::Identity,
    key: String,
}

/// The file.
#[derive(Serialize, Deserialize)]
struct VaultFile {
    jackfield_vault: u32,
    key: String,
    secrets: String,
}

impl Vault {
    /// The vault in this file, which need not be there yet. Touches nothing.
    pub fn new(path: PathBuf, passphrase: PassphraseSource) -> Self {
        Self { path, passphrase, work: None, unlocked: Mutex::default(), declined: AtomicU64::new(0) }
    }

    /// True if there is a file.
    pub fn is_there(&self) -> bool {
        self.path.exists()
    }

    /// True if a new vault could get a passphrase.
    pub fn can_begin(&self) -> bool {
        self.passphrase.is_there()
    }

    /// True if its secrets can be read without a question.
    pub fn is_open(&self) -> bool {
        self.unlocked.try_lock().is_ok_and(|unlocked| unlocked.is_some())
    }

    /// Opens it with this passphrase, for whoever asks by other means.
    ///
    /// # Errors
    /// A wrong passphrase, and a file that cannot be read.
    pub fn unlock(&self, passphrase: &Secret) -> Result<(), Fault> {
        let Some(file) = self.read()? else { return Ok(()) };
        let mut unlocked = self.unlocked();
        *unlocked = Some(self.open(&file, passphrase)?.ok_or_else(|| locked(WRONG))?);
        Ok(())
    }

    fn unlocked(&self) -> MutexGuard<'_, Option<Unlocked>> {
        self.unlocked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// None if the passphrase is wrong.
    fn open(&self, file: &VaultFile, passphrase: &Secret) -> Result<Option<Unlocked>, Fault> {
        let mut identity = scrypt::Identity::new(secret_string(passphrase));
        identity.set_max_work_factor(MOST_WORK);
        let sealed = STANDARD.decode(&file.key).map_err(|error| self.odd().because(error))?;
        let key = match age::decrypt(&identity, &sealed) {
            Ok(key) => Zeroizing::new(key),
            Err(
                age::DecryptError::NoMatchingKeys
                | age::DecryptError::DecryptionFailed
                | age::DecryptError::KeyDecryptionFailed,
            ) => return Ok(None),
            Err(age::DecryptError::ExcessiveWork { .. }) => {
                let message = format!("{} asks for more work to open it than is done.", self.name());
                return Err(Fault::new(FaultKind::Local, message));
            }
            Err(error) => return Err(self.odd().because(error)),
        };
        let text = decode_utf8(&key).map_err(|_| self.odd())?;
        let identity = x25519::Identity::from_str(text).map_err(|_| self.odd())?;
        Ok(Some(Unlocked { identity, key: file.key.clone() }))
    }

    /// Does `with` with the key of a file that is there, which is asked for where it is not known.
    fn with_key<T>(&self, file: &VaultFile, with: impl FnOnce(&Unlocked) -> Result<T, Fault>) -> Result<T, Fault> {
        self.with_key_unless_declined_since(self.declined.load(Ordering::Relaxed), file, with)
    }

    /// The same for somebody who began to wait when it had been declined so many times: many wait where many secrets are
    /// read at once, and whoever waited while a person said no takes that for an answer.
    fn with_key_unless_declined_since<T>(
        &self,
        declined: u64,
        file: &VaultFile,
        with: impl FnOnce(&Unlocked) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut unlocked = self.unlocked();
        if let Some(known) = unlocked.as_ref().filter(|known| known.key == file.key) {
            return with(known);
        }
        if self.declined.load(Ordering::Relaxed) != declined {
            return Err(locked(STAYS_LOCKED));
        }
        let mut question = PassphraseQuestion::Open;
        for _ in 0..TRIES {
            let Some(passphrase) = self.passphrase.passphrase(question)? else {
                self.declined.fetch_add(1, Ordering::Relaxed);
                return Err(locked(STAYS_LOCKED));
            };
            if let Some(opened) = self.open(file, &passphrase)? {
                return with(unlocked.insert(opened));
            }
            if !self.passphrase.may_ask_again() {
                break;
            }
            question = PassphraseQuestion::Again;
        }
        Err(locked(WRONG))
    }

    /// The file; none if there is none.
    fn read(&self) -> Result<Option<VaultFile>, Fault> {
        let bytes = match files::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(files::local("read", &self.path, &error)),
        };
        let file: VaultFile = serde_json::from_slice(&bytes).map_err(|error| self.odd().because(error))?;
        if file.jackfield_vault != VERSION {
            let message = format!("{} was written by another version of jackfield.", self.name());
            return Err(Fault::new(FaultKind::Local, message));
        }
        Ok(Some(file))
    }

    fn secrets(&self, file: &VaultFile, key: &Unlocked) -> Result<BTreeMap<String, Secret>, Fault> {
        let sealed = STANDARD.decode(&file.secrets).map_err(|error| self.odd().because(error))?;
        let open = Zeroizing::new(age::decrypt(&key.identity, &sealed).map_err(|error| self.odd().because(error))?);
        serde_json::from_slice(&open).map_err(|_| self.odd())
    }

    fn write(&self, secrets: &BTreeMap<String, Secret>, key: &Unlocked) -> Result<(), Fault> {
        let plain: BTreeMap<_, _> = secrets.iter().map(|(name, secret)| (name, secret.expose())).collect();
        let failed = |error: &dyn std::fmt::Display| {
            Fault::new(FaultKind::Local, format!("{} could not be written: {error}.", self.name()))
        };
        let plain = Zeroizing::new(serde_json::to_vec(&plain).map_err(|error| failed(&error))?);
        let sealed = age::encrypt(&key.identity.to_public(), &plain).map_err(|error| failed(&error))?;
        let file = VaultFile { jackfield_vault: VERSION, key: key.key.clone(), secrets: STANDARD.encode(sealed) };
        let text = serde_json::to_vec(&file).map_err(|error| failed(&error))?;
        files::write_private(&self.path, &text)
    }

    /// A key of a new vault.
    fn new_key(&self, passphrase: &Secret) -> Result<Unlocked, Fault> {
        let identity = x25519::Identity::generate();
        let mut recipient = scrypt::Recipient::new(secret_string(passphrase));
        if let Some(work) = self.work {
            recipient.set_work_factor(work);
        }
        let sealed = age::encrypt(&recipient, identity.to_string().expose_secret().as_bytes());
        let sealed =
            sealed.map_err(|error| Fault::new(FaultKind::Local, "The vault could not be made.").because(error))?;
        Ok(Unlocked { identity, key: STANDARD.encode(sealed) })
    }

    /// Changes the secrets, in turn with other processes. A vault that is not there begins with a passphrase.
    ///
    /// # Errors
    /// A locked vault where no passphrase is given.
    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, Secret>)) -> Result<(), Fault> {
        // A person may take their time: nobody else waits for that.
        let begun = match self.read()? {
            Some(file) => self.with_key(&file, |_| Ok(None))?,
            None => {
                let passphrase = self.passphrase.passphrase(PassphraseQuestion::New)?;
                let passphrase =
                    passphrase.ok_or_else(|| locked("There is no vault for this environment's secrets."))?;
                Some(self.new_key(&passphrase)?)
            }
        };
        let _lock = files::lock(&self.path);
        match (self.read()?, begun) {
            (Some(file), _) => self.with_key(&file, |key| {
                let mut secrets = self.secrets(&file, key)?;
                change(&mut secrets);
                self.write(&secrets, key)
            }),
            (None, Some(key)) => {
                let mut secrets = BTreeMap::new();
                change(&mut secrets);
                self.write(&secrets, &key)?;
                *self.unlocked() = Some(key);
                Ok(())
            }
            (None, None) => Err(Fault::new(FaultKind::Local, format!("{} was removed meanwhile.", self.name()))),
        }
    }

    fn name(&self) -> Untrusted {
        name(&self.path)
    }

    fn odd(&self) -> Fault {
        Fault::new(FaultKind::Local, format!("{} is no vault, or is damaged.", self.name()))
    }
}

const STAYS_LOCKED: &str = "The vault of this environment's secrets stays locked.";

const WRONG: &str = "The passphrase of the vault is wrong.";

fn name(path: &Path) -> Untrusted {
    path.to_string_lossy().as_ref().into()
}

fn secret_string(secret: &Secret) -> SecretString {
    SecretString::from(secret.expose().to_owned())
}

impl SecretStore for Vault {
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault> {
        let Some(file) = self.read()? else { return Ok(None) };
        self.with_key(&file, |unlocked| Ok(self.secrets(&file, unlocked)?.remove(key.as_str())))
    }

    fn set(&self, key: &SecretKey, secret: &Secret) -> Result<(), Fault> {
        self.change(|secrets| drop(secrets.insert(key.as_str().to_owned(), secret.clone())))
    }

    fn delete(&self, key: &SecretKey) -> Result<(), Fault> {
        if !self.is_there() {
            return Ok(());
        }
        self.change(|secrets| drop(secrets.remove(key.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::is_vault_locked;
    use super::*;

    fn answering(answers: &[&str]) -> (PassphraseSource, Arc<AtomicU32>) {
        let asked = Arc::new(AtomicU32::new(0));
        let (count, answers) = (Arc::clone(&asked), answers.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>());
        let ask = move |_| {
            let nth = count.fetch_add(1, Ordering::Relaxed) as usize;
            Ok(answers.get(nth).map(|text| Secret::new(text.clone())))
        };
        (PassphraseSource::new(None, Some(Arc::new(ask))), asked)
    }

    fn vault(path: &Path, answers: &[&str]) -> (Vault, Arc<AtomicU32>) {
        let (source, asked) = answering(answers);
        (Vault { work: Some(4), ..Vault::new(path.to_owned(), source) }, asked)
    }

    fn key(name: &str) -> SecretKey {
        SecretKey::key("LINEAR", name)
    }

    fn read(vault: &Vault, name: &str) -> Option<String> {
        vault.get(&key(name)).unwrap().map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn secrets_outlive_the_process_and_are_asked_for_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own/vault.age");
        let (one, asked) = vault(&path, &["correct horse"]);
        assert_eq!(read(&one, "a"), None);
        assert_eq!(asked.load(Ordering::Relaxed), 0, "nobody is asked for what is not there");
        one.set(&key("a"), &Secret::new("lin_api_hunter2".into())).unwrap();
        one.set(&key("b"), &Secret::new("other".into())).unwrap();
        one.delete(&key("b")).unwrap();
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        let (again, asked) = vault(&path, &["correct horse"]);
        assert_eq!((read(&again, "a").as_deref(), read(&again, "b")), (Some("lin_api_hunter2"), None));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        // Another process's change is seen.
        one.set(&key("a"), &Secret::new("new".into())).unwrap();
        assert_eq!(read(&again, "a").as_deref(), Some("new"));

        use std::os::unix::fs::PermissionsExt as _;
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("hunter2") && !text.contains("LINEAR") && !text.contains("horse"), "{text}");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_wrong_passphrase_is_said_and_may_be_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.age");
        vault(&path, &["right"]).0.set(&key("a"), &Secret::new("s".into())).unwrap();
        let (patient, asked) = vault(&path, &["wrong", "right"]);
        assert_eq!(read(&patient, "a").as_deref(), Some("s"));
        assert_eq!(asked.load(Ordering::Relaxed), 2);
        let fault = vault(&path, &["1", "2", "3", "right"]).0.get(&key("a")).unwrap_err();
        assert!(is_vault_locked(&fault) && fault.message.contains("is wrong"), "{fault}");
        let fault = vault(&path, &[]).0.set(&key("a"), &Secret::new("t".into())).unwrap_err();
        assert!(is_vault_locked(&fault), "{fault}");

        let screen = Vault { work: Some(4), ..Vault::new(path.clone(), PassphraseSource::default()) };
        assert!(is_vault_locked(&screen.get(&key("a")).unwrap_err()));
        assert!(is_vault_locked(&screen.unlock(&Secret::new("wrong".into())).unwrap_err()));
        screen.unlock(&Secret::new("right".into())).unwrap();
        assert_eq!(read(&screen, "a").as_deref(), Some("s"));
    }

    #[test]
    fn a_no_counts_for_everybody_who_waited_for_it_and_for_nobody_later() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.age");
        vault(&path, &["right"]).0.set(&key("a"), &Secret::new("s".into())).unwrap();
        let (vault, asked) = vault(&path, &[]);
        let (before, file) = (vault.declined.load(Ordering::Relaxed), vault.read().unwrap().unwrap());
        assert!(is_vault_locked(&vault.get(&key("a")).unwrap_err()));
        let waited = vault.with_key_unless_declined_since(before, &file, |_| Ok(()));
        assert!(is_vault_locked(&waited.unwrap_err()));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        assert!(vault.get(&key("a")).is_err());
        assert_eq!(asked.load(Ordering::Relaxed), 2, "asked again when it is needed again");
    }

    #[test]
    fn what_is_no_vault_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.age");
        for text in ["", "{}", r#"{"jackfield_vault":2,"key":"","secrets":""}"#, "age-encryption.org/v1"] {
            std::fs::write(&path, text).unwrap();
            let (vault, asked) = vault(&path, &["x"]);
            assert!(vault.set(&key("a"), &Secret::new("s".into())).is_err(), "{text}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            assert_eq!(asked.load(Ordering::Relaxed), 0, "{text}");
        }
    }

    #[test]
    fn two_that_write_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.age");
        vault(&path, &["x"]).0.set(&key("first"), &Secret::new("s".into())).unwrap();
        let threads: Vec<_> = (0..4)
            .map(|nth| {
                let path = path.clone();
                std::thread::spawn(move || {
                    let vault = vault(&path, &["x"]).0;
                    for row in 0..5 {
                        vault.set(&key(&format!("{nth}-{row}")), &Secret::new("s".into())).unwrap();
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        let vault = vault(&path, &["x"]).0;
        for nth in 0..4 {
            for row in 0..5 {
                assert!(read(&vault, &format!("{nth}-{row}")).is_some(), "{nth}-{row}");
            }
        }
    }
}
