//! Choice of a store: the keychain if there is one, else the vault if there is a passphrase for it, else memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{MemoryStore, SecretKey, SecretStore, Vault, is_vault_locked};
use crate::domain::{Fault, Secret};

/// Place that new secrets go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// The keychain of the operating system.
    Keychain,
    /// The encrypted file.
    Vault,
    /// Nowhere but memory: they are gone when the program ends.
    Memory,
}

/// The keychain, else the vault, else memory. One that is locked, or fails, is there all the same: what would lie in two
/// places is not found again.
pub struct FallbackStore {
    keychain: Arc<dyn SecretStore>,
    vault: Vault,
    memory: MemoryStore,
    /// Whoever was asked wanted no vault.
    declined: AtomicBool,
}

impl FallbackStore {
    /// A store over these two. Touches neither yet.
    pub fn new(keychain: Arc<dyn SecretStore>, vault: Vault) -> Self {
        Self { keychain, vault, memory: MemoryStore::default(), declined: AtomicBool::new(false) }
    }

    /// Place that new secrets go to. May block.
    pub fn kind(&self) -> StoreKind {
        if !self.keychain.is_missing() {
            StoreKind::Keychain
        } else if self.vault.is_there() || (self.vault.can_begin() && !self.declined.load(Ordering::Relaxed)) {
            StoreKind::Vault
        } else {
            StoreKind::Memory
        }
    }

    /// Opens the vault with this passphrase.
    ///
    /// # Errors
    /// As [`Vault::unlock`].
    pub fn unlock(&self, passphrase: &Secret) -> Result<(), Fault> {
        self.vault.unlock(passphrase)
    }
}

impl FallbackStore {
    /// Opens or begins the vault, where secrets go there, before anything waits for it. Blocks on a person.
    ///
    /// # Errors
    /// As [`SecretStore::set`].
    pub fn open_ahead(&self) -> Result<(), Fault> {
        if self.kind() != StoreKind::Vault || self.vault.is_open() {
            return Ok(());
        }
        let key = SecretKey::key("vault", "opened");
        self.set(&key, &Secret::new("opened".to_owned()))?;
        self.delete(&key)
    }
}

impl SecretStore for FallbackStore {
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault> {
        if let Some(secret) = self.memory.get(key)? {
            return Ok(Some(secret));
        }
        if !self.keychain.is_missing()
            && let Some(secret) = self.keychain.get(key)?
        {
            return Ok(Some(secret));
        }
        // It may have been kept while there was no keychain, such as over SSH.
        self.vault.get(key)
    }

    fn set(&self, key: &SecretKey, secret: &Secret) -> Result<(), Fault> {
        match self.kind() {
            StoreKind::Keychain => {
                self.keychain.set(key, secret)?;
                // One that lay in the vault is out of date now, and must not be taken for the secret later.
                if self.vault.is_open() { self.vault.delete(key) } else { Ok(()) }
            }
            StoreKind::Vault => match self.vault.set(key, secret) {
                Err(fault) if is_vault_locked(&fault) && !self.vault.is_there() => {
                    self.declined.store(true, Ordering::Relaxed);
                    self.memory.set(key, secret)
                }
                kept => kept,
            },
            StoreKind::Memory => self.memory.set(key, secret),
        }
    }

    fn delete(&self, key: &SecretKey) -> Result<(), Fault> {
        self.memory.delete(key)?;
        if !self.keychain.is_missing() && self.keychain.get(key)?.is_some() {
            self.keychain.delete(key)?;
            // Nobody is asked for a passphrase over what need not be there.
            return if self.vault.is_open() { self.vault.delete(key) } else { Ok(()) };
        }
        self.vault.delete(key)
    }
}

#[cfg(test)]
mod tests {
    use super::super::PassphraseSource;
    use super::*;
    use crate::domain::FaultKind;

    /// No keychain, or one that nobody opens.
    struct Absent {
        locked: bool,
    }

    impl Absent {
        fn fault(&self) -> Fault {
            assert!(self.locked, "one that is not there is not asked");
            Fault::new(FaultKind::Local, "The keychain is locked, and nobody opened it.")
        }
    }

    impl SecretStore for Absent {
        fn get(&self, _: &SecretKey) -> Result<Option<Secret>, Fault> {
            Err(self.fault())
        }

        fn set(&self, _: &SecretKey, _: &Secret) -> Result<(), Fault> {
            Err(self.fault())
        }

        fn delete(&self, _: &SecretKey) -> Result<(), Fault> {
            Err(self.fault())
        }

        fn is_missing(&self) -> bool {
            !self.locked
        }
    }

    fn key() -> SecretKey {
        SecretKey::key("LINEAR", "la_1")
    }

    fn secret() -> Secret {
        Secret::new("s".into())
    }

    fn source(answer: Option<&'static str>) -> PassphraseSource {
        PassphraseSource::new(None, Some(Arc::new(move |_| Ok(answer.map(|text| Secret::new(text.into()))))))
    }

    fn store(
        folder: &tempfile::TempDir,
        keychain: impl SecretStore + 'static,
        source: PassphraseSource,
    ) -> FallbackStore {
        FallbackStore::new(Arc::new(keychain), Vault::new(folder.path().join("vault.age"), source))
    }

    fn kept(store: &FallbackStore) -> Option<String> {
        store.get(&key()).unwrap().map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn with_a_keychain_there_is_no_vault() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder, MemoryStore::default(), source(Some("x")));
        store.set(&key(), &secret()).unwrap();
        assert_eq!((store.kind(), kept(&store).as_deref()), (StoreKind::Keychain, Some("s")));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        store.delete(&key()).unwrap();
        assert_eq!(kept(&store), None);
    }

    #[test]
    fn without_a_keychain_a_passphrase_makes_a_vault() {
        let folder = tempfile::tempdir().unwrap();
        let absent = || Absent { locked: false };
        let first = store(&folder, absent(), source(Some("x")));
        first.set(&key(), &secret()).unwrap();
        assert_eq!(first.kind(), StoreKind::Vault);
        // Where a keychain comes to be there later, what lies in the vault is still found, and goes by one name.
        let later = store(&folder, MemoryStore::default(), source(Some("x")));
        assert_eq!((later.kind(), kept(&later).as_deref()), (StoreKind::Keychain, Some("s")));
        later.delete(&key()).unwrap();
        assert_eq!(kept(&store(&folder, absent(), source(Some("x")))), None);
    }

    #[test]
    fn without_either_secrets_are_gone_with_the_process() {
        for source in [PassphraseSource::default(), source(None)] {
            let folder = tempfile::tempdir().unwrap();
            let store = store(&folder, Absent { locked: false }, source);
            store.set(&key(), &secret()).unwrap();
            assert_eq!((store.kind(), kept(&store).as_deref()), (StoreKind::Memory, Some("s")));
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is written");
        }
    }

    #[test]
    fn a_locked_keychain_is_said_and_nothing_goes_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder, Absent { locked: true }, source(Some("x")));
        for result in [store.set(&key(), &secret()), store.get(&key()).map(drop), store.delete(&key())] {
            assert!(result.unwrap_err().message.contains("is locked"));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
