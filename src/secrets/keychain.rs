//! The keychain of the operating system.

use keyring::Entry;
use zeroize::Zeroize as _;

use super::{SecretKey, SecretStore};
use crate::domain::{Fault, FaultKind, Secret, Untrusted};

/// The keychain of the operating system. Blocks; with a desktop it may ask the person to unlock it,
/// and a keychain that was missing at the first call stays missing until the program ends.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keychain;

/// Service name under which the keychain files all our entries.
const SERVICE: &str = "jackfield";

impl Keychain {
    fn entry(key: &SecretKey) -> Result<Entry, Fault> {
        // Asked first, because it alone tells why there is no keychain.
        Entry::store_status().as_ref().map_err(refused)?;
        Entry::new(SERVICE, key.as_str()).map_err(|error| refused(&error))
    }
}

impl SecretStore for Keychain {
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault> {
        match Self::entry(key)?.get_secret() {
            Ok(bytes) => String::from_utf8(bytes).map(|text| Some(Secret::new(text))).map_err(|error| {
                error.into_bytes().zeroize();
                Fault::new(FaultKind::Local, "What the keychain holds under this name is not text.")
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

    /// One that is locked is there: secrets must not go elsewhere because somebody did not open it.
    fn is_missing(&self) -> bool {
        matches!(Entry::store_status(), Err(keyring::Error::NoDefaultStore | keyring::Error::PlatformFailure(_)))
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
}
