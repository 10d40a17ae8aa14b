//! Floor 1: where secrets are kept: the keychain, a vault file, or memory; and secrets that lie elsewhere and are only
//! referred to.

mod fallback;
mod key;
mod keychain;
mod mark;
mod memory;
mod passphrase;
mod reference;
mod vault;

pub use self::fallback::{FallbackStore, StoreKind};
pub use self::key::SecretKey;
pub use self::keychain::Keychain;
pub use self::mark::token_mark;
pub use self::memory::MemoryStore;
pub use self::passphrase::{AskPassphrase, PASSPHRASE_FILE, PassphraseQuestion, PassphraseSource, is_vault_locked};
pub use self::reference::SecretReference;
pub use self::vault::Vault;
use crate::domain::{Fault, Secret};

/// Keeps secrets. Calls may block for as long as it takes a person to unlock something: from
/// async code, use a blocking thread.
pub trait SecretStore: Send + Sync {
    /// The secret; none if none was ever kept under this key.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local) when the store cannot be used.
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault>;

    /// Keeps a secret, in place of an earlier one.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local) when the store cannot be used.
    fn set(&self, key: &SecretKey, secret: &Secret) -> Result<(), Fault>;

    /// Forgets a secret; fine if there is none.
    ///
    /// # Errors
    /// [`FaultKind::Local`](crate::domain::FaultKind::Local) when the store cannot be used.
    fn delete(&self, key: &SecretKey) -> Result<(), Fault>;

    /// True where there is nothing to keep secrets in on this machine, as opposed to something that is locked or failed
    /// once. May block.
    fn is_missing(&self) -> bool {
        false
    }
}
