//! Where client secrets are kept.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use keyring::Entry;
use zeroize::Zeroize as _;

use crate::domain::{EnvironmentUrl, Fault, FaultKind, Secret, Untrusted};

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
}

/// Keeps client secrets. Calls may block for as long as it takes a person to unlock something: from
/// async code, use a blocking thread.
pub trait SecretStore: Send + Sync {
    /// The secret; none if none was ever kept under this key.
    ///
    /// # Errors
    /// [`FaultKind::Local`] when the store cannot be used.
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault>;

    /// Keeps a secret, in place of an earlier one.
    ///
    /// # Errors
    /// [`FaultKind::Local`] when the store cannot be used.
    fn set(&self, key: &SecretKey, secret: &Secret) -> Result<(), Fault>;

    /// Forgets a secret; fine if there is none.
    ///
    /// # Errors
    /// [`FaultKind::Local`] when the store cannot be used.
    fn delete(&self, key: &SecretKey) -> Result<(), Fault>;
}

/// The keychain of the operating system. Blocks; with a desktop it may ask the person to unlock it,
/// and a keychain that was missing at the first call stays missing until the program ends.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keychain;

/// What all our entries are filed under.
const SERVICE: &str = "jackfield";

impl Keychain {
    fn entry(key: &SecretKey) -> Result<Entry, Fault> {
        // Asked first, because it alone tells why there is no keychain.
        Entry::store_status().as_ref().map_err(refused)?;
        Entry::new(SERVICE, &key.0).map_err(|error| refused(&error))
    }
}

impl SecretStore for Keychain {
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault> {
        match Self::entry(key)?.get_secret() {
            Ok(bytes) => String::from_utf8(bytes).map(|text| Some(Secret::new(text))).map_err(|error| {
                error.into_bytes().zeroize();
                Fault::new(FaultKind::Local, "What the keychain holds for this environment is not text.")
            }),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(&error)),
        }
    }

    // As bytes: a password would take up twice the little room that Windows gives an entry.
    fn set(&self, key: &SecretKey, secret: &Secret) -> Result<(), Fault> {
        Self::entry(key)?.set_secret(secret.expose().as_bytes()).map_err(|error| refused(&error))
    }

    fn delete(&self, key: &SecretKey) -> Result<(), Fault> {
        match Self::entry(key)?.delete_credential() {
            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(&error)),
        }
    }
}

fn refused(error: &keyring::Error) -> Fault {
    use keyring::Error;
    let cause = |error: &dyn std::fmt::Display| Untrusted::from(error.to_string().trim_end_matches('.')).to_string();
    let message = match error {
        Error::PlatformFailure(error) => format!(
            "This machine has no keychain that can be used: {}. Without one, the key can come from environment variables.",
            cause(error)
        ),
        Error::NoDefaultStore => {
            "This machine has no keychain. Without one, the key can come from environment variables.".into()
        }
        Error::NoStorageAccess(_) => "The keychain is locked, and nobody opened it.".into(),
        Error::Ambiguous(entries) => format!(
            "The keychain holds {} secrets for this environment under “{SERVICE}”. Only one may stay.",
            entries.len()
        ),
        error => format!("The keychain failed: {}.", cause(error)),
    };
    Fault::new(FaultKind::Local, message)
}

/// Keeps secrets for as long as the program runs.
#[derive(Debug, Default)]
pub struct Memory(Mutex<HashMap<SecretKey, Secret>>);

impl SecretStore for Memory {
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }

    fn set(&self, key: &SecretKey, secret: &Secret) -> Result<(), Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), secret.clone());
        Ok(())
    }

    fn delete(&self, key: &SecretKey) -> Result<(), Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_keychain_is_said_plainly_and_safely() {
        let error = keyring::Error::PlatformFailure("no \x1b[2J bus.".into());
        let fault = refused(&error);
        assert_eq!(fault.kind, FaultKind::Local);
        assert_eq!(
            fault.message,
            "This machine has no keychain that can be used: no ␛[2J bus. Without one, the key can come from environment variables."
        );
        for error in [
            keyring::Error::NoDefaultStore,
            keyring::Error::NoStorageAccess("locked".into()),
            keyring::Error::Ambiguous(vec![]),
            keyring::Error::BadEncoding(b"hunter2".to_vec()),
            keyring::Error::BadDataFormat(b"hunter2".to_vec(), "odd".into()),
        ] {
            let fault = refused(&error);
            assert_eq!(fault.kind, FaultKind::Local);
            assert!(!format!("{fault:?}").contains("hunter2"), "{fault:?}");
        }
    }

    #[test]
    fn memory_keeps_what_it_is_given() {
        let store = Memory::default();
        let url = EnvironmentUrl::parse("https://acme.scalekit.dev").expect("a URL");
        let (one, other) = (SecretKey::new(&url, &"skc_1".into()), SecretKey::new(&url, &"skc_2".into()));
        store.set(&one, &Secret::new("a".into())).expect("kept");
        store.set(&one, &Secret::new("b".into())).expect("kept");
        assert_eq!(store.get(&one).expect("works").expect("is there").expose(), "b");
        assert!(store.get(&other).expect("works").is_none());
        store.delete(&one).expect("gone");
        store.delete(&one).expect("fine");
        assert!(store.get(&one).expect("works").is_none());
    }
}
