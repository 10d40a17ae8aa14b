//! Floor 1: where client secrets are kept.

mod keychain;
mod memory;

pub use self::keychain::Keychain;
pub use self::memory::MemoryStore;
use crate::domain::{EnvironmentUrl, Fault, Secret, Untrusted};

/// Names one secret by what it opens: the URL and the client id. A profile whose URL was changed in
/// the file therefore finds no secret, and none is ever sent to a URL it was not saved for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecretKey(String);

impl SecretKey {
    /// The key of one environment's secret.
    pub fn new(url: &EnvironmentUrl, client_id: &Untrusted) -> Self {
        // A URL holds no space, so no two pairs read the same.
        Self(format!("{url} {}", client_id.raw()))
    }

    /// The key as text, by which a lock is named.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Keeps client secrets. Calls may block for as long as it takes a person to unlock something: from
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
}
