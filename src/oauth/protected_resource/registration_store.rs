//! Registrations that are kept, so that a server knows this program but once.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::registration::Registration;
use crate::background;
use crate::domain::{Fault, FaultKind};
use crate::files;
use crate::oauth::endpoints::ClientAuth;
use crate::secrets::{SecretKey, SecretStore};

/// What a registration counts for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RegistrationKey {
    /// Authorization server.
    pub issuer: String,
    /// All redirect URIs of the client, in order.
    pub redirect_uris: Vec<String>,
}

/// Keeps registrations.
#[async_trait]
pub trait RegistrationStore: Send + Sync {
    /// What is kept; none where nothing is, or its secret is gone.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where that cannot be told.
    async fn find(&self, key: &RegistrationKey) -> Result<Option<Registration>, Fault>;

    /// Keeps one, in place of an earlier one.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where it cannot be kept.
    async fn keep(&self, key: &RegistrationKey, registration: &Registration) -> Result<(), Fault>;

    /// Forgets one; fine if there is none.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where it cannot be forgotten.
    async fn forget(&self, key: &RegistrationKey) -> Result<(), Fault>;
}

/// Registrations as files, one each, in a folder; their secrets in a store of secrets, by issuer and client id.
#[derive(Clone)]
pub struct KeptRegistrations {
    folder: PathBuf,
    secrets: Arc<dyn SecretStore>,
}

/// What a file says. No secret.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    key: RegistrationKey,
    client_id: String,
    client_auth: ClientAuth,
    has_secret: bool,
    registered_at: Timestamp,
    secret_expires_at: Option<Timestamp>,
}

impl KeptRegistrations {
    /// Those in `folder`, which need not be there yet.
    pub fn new(folder: PathBuf, secrets: Arc<dyn SecretStore>) -> Self {
        Self { folder, secrets }
    }

    fn file(&self, key: &RegistrationKey) -> PathBuf {
        self.folder.join(file_name(key))
    }

    /// What the file says, without its secret. One that another version or hand wrote counts for none.
    fn read(&self, key: &RegistrationKey) -> Result<Option<Kept>, Fault> {
        let file = self.file(key);
        let text = match files::read(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(files::local("read", &file, &error)),
        };
        Ok(serde_json::from_slice::<Kept>(&text).ok().filter(|kept| kept.key == *key))
    }

    fn find_now(&self, key: &RegistrationKey) -> Result<Option<Registration>, Fault> {
        let Some(kept) = self.read(key)? else { return Ok(None) };
        let secret = match kept.has_secret {
            true => self.secrets.get(&SecretKey::registration(&key.issuer, &kept.client_id))?,
            false => None,
        };
        if secret.is_some() != kept.has_secret {
            return Ok(None);
        }
        Ok(Some(Registration {
            client_id: kept.client_id,
            client_secret: secret,
            client_auth: kept.client_auth,
            registered_at: kept.registered_at,
            secret_expires_at: kept.secret_expires_at,
        }))
    }

    fn keep_now(&self, key: &RegistrationKey, registration: &Registration) -> Result<(), Fault> {
        let client_id = registration.client_id.clone();
        let before = self.read(key)?;
        if let Some(secret) = &registration.client_secret {
            self.secrets.set(&SecretKey::registration(&key.issuer, &client_id), secret)?;
        }
        let kept = Kept {
            key: key.clone(),
            client_id,
            client_auth: registration.client_auth,
            has_secret: registration.client_secret.is_some(),
            registered_at: registration.registered_at,
            secret_expires_at: registration.secret_expires_at,
        };
        let text = serde_json::to_vec_pretty(&kept).map_err(|error| {
            Fault::new(FaultKind::Local, "The registration cannot be written down.").caused_by(error)
        })?;
        files::write_private(&self.file(key), &text)?;
        // One that still holds may be in use by whoever made it a moment ago.
        let is_over = |end: Timestamp| end <= registration.registered_at;
        match before.filter(|before| before.has_secret && before.client_id != registration.client_id) {
            Some(before) if before.secret_expires_at.is_some_and(is_over) => {
                self.secrets.delete(&SecretKey::registration(&key.issuer, &before.client_id))
            }
            _ => Ok(()),
        }
    }

    fn forget_now(&self, key: &RegistrationKey) -> Result<(), Fault> {
        let Some(kept) = self.read(key)? else { return Ok(()) };
        let file = self.file(key);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(files::local("remove", &file, &error));
            }
            _ => {}
        }
        if kept.has_secret {
            self.secrets.delete(&SecretKey::registration(&key.issuer, &kept.client_id))?;
        }
        Ok(())
    }

    /// Forgets all registrations with one issuer, whatever redirect URIs they have. False where there is none.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where they cannot be read or forgotten.
    pub async fn forget_issuer(&self, issuer: &str) -> Result<bool, Fault> {
        let issuer = issuer.to_owned();
        self.blocking(move |own| own.forget_issuer_now(&issuer)).await
    }

    fn forget_issuer_now(&self, issuer: &str) -> Result<bool, Fault> {
        let listed = match std::fs::read_dir(&self.folder) {
            Ok(listed) => listed,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(files::local("read", &self.folder, &error)),
        };
        let mut forgot = false;
        for file in listed.filter_map(Result::ok) {
            let text = files::read(&file.path()).unwrap_or_default();
            let kept = serde_json::from_slice::<Kept>(&text).ok().filter(|kept| kept.key.issuer == issuer);
            if let Some(kept) = kept {
                self.forget_now(&kept.key)?;
                forgot = true;
            }
        }
        Ok(forgot)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let own = self.clone();
        background::blocking(move || work(&own)).await.unwrap_or_else(|error| {
            Err(Fault::new(FaultKind::Local, "Reading the registrations broke off.").caused_by(error))
        })
    }
}

#[async_trait]
impl RegistrationStore for KeptRegistrations {
    async fn find(&self, key: &RegistrationKey) -> Result<Option<Registration>, Fault> {
        let key = key.clone();
        self.blocking(move |own| own.find_now(&key)).await
    }

    async fn keep(&self, key: &RegistrationKey, registration: &Registration) -> Result<(), Fault> {
        let (key, registration) = (key.clone(), registration.clone());
        self.blocking(move |own| own.keep_now(&key, &registration)).await
    }

    async fn forget(&self, key: &RegistrationKey) -> Result<(), Fault> {
        let key = key.clone();
        self.blocking(move |own| own.forget_now(&key)).await
    }
}

/// Name of a registration's file (FNV-1a, 64 bits). Two that meet in it replace each other, no more: a file says whose it
/// is.
fn file_name(key: &RegistrationKey) -> String {
    let parts = std::iter::once(&key.issuer).chain(&key.redirect_uris);
    let bytes = parts.flat_map(|part| part.bytes().chain(std::iter::once(0)));
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Secret;
    use crate::secrets::MemoryStore;

    fn key(issuer: &str) -> RegistrationKey {
        RegistrationKey { issuer: issuer.to_owned(), redirect_uris: vec!["http://127.0.0.1:1/callback".to_owned()] }
    }

    #[tokio::test]
    async fn a_registration_is_found_again_by_issuer_and_redirect_and_its_secret_is_in_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Arc::new(MemoryStore::default());
        let store = KeptRegistrations::new(folder.path().join("registrations"), secrets.clone());
        let (key, other) = (key("https://a.example/t"), key("https://b.example"));
        assert!(store.find(&key).await.unwrap().is_none());
        let made = Registration {
            client_id: "id/1".to_owned(),
            client_secret: Some(Secret::new("hunter2".to_owned())),
            client_auth: ClientAuth::Basic,
            registered_at: Timestamp::UNIX_EPOCH,
            secret_expires_at: Some(Timestamp::MAX),
        };
        store.keep(&key, &made).await.unwrap();
        let found = store.find(&key).await.unwrap().unwrap();
        assert_eq!((&*found.client_id, found.client_auth), ("id/1", ClientAuth::Basic));
        assert_eq!(found.client_secret.unwrap().expose(), "hunter2");
        assert!(store.find(&other).await.unwrap().is_none());
        let elsewhere =
            RegistrationKey { redirect_uris: vec!["http://127.0.0.1:2/callback".to_owned()], ..key.clone() };
        assert!(store.find(&elsewhere).await.unwrap().is_none());
        let text = std::fs::read_to_string(store.file(&key)).unwrap();
        assert!(text.contains("id/1") && !text.contains("hunter2"), "{text}");

        secrets.delete(&SecretKey::registration(&key.issuer, "id/1")).unwrap();
        assert!(store.find(&key).await.unwrap().is_none(), "without its secret it is of no use");
        store.forget(&key).await.unwrap();
        store.forget(&key).await.unwrap();
        assert!(!store.file(&key).exists());
    }

    #[tokio::test]
    async fn all_registrations_with_one_issuer_are_forgotten_at_once_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let store = KeptRegistrations::new(folder.path().join("registrations"), Arc::new(MemoryStore::default()));
        assert!(!store.forget_issuer("https://a.example").await.unwrap());
        let made = Registration {
            client_id: "id".to_owned(),
            client_secret: None,
            client_auth: ClientAuth::None,
            registered_at: Timestamp::UNIX_EPOCH,
            secret_expires_at: None,
        };
        let elsewhere = RegistrationKey { redirect_uris: Vec::new(), ..key("https://a.example") };
        for key in [&key("https://a.example"), &elsewhere, &key("https://b.example")] {
            store.keep(key, &made).await.unwrap();
        }
        assert!(store.forget_issuer("https://a.example").await.unwrap());
        assert!(store.find(&elsewhere).await.unwrap().is_none());
        assert!(store.find(&key("https://a.example")).await.unwrap().is_none());
        assert!(store.find(&key("https://b.example")).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_file_that_says_something_else_counts_for_none() {
        let folder = tempfile::tempdir().unwrap();
        let store = KeptRegistrations::new(folder.path().to_owned(), Arc::new(MemoryStore::default()));
        let (key, other) = (key("https://a.example"), key("https://b.example"));
        let made = Registration {
            client_id: "id".to_owned(),
            client_secret: None,
            client_auth: ClientAuth::None,
            registered_at: Timestamp::UNIX_EPOCH,
            secret_expires_at: None,
        };
        store.keep(&key, &made).await.unwrap();
        std::fs::rename(store.file(&key), store.file(&other)).unwrap();
        assert!(store.find(&other).await.unwrap().is_none(), "another issuer's client is not sent there");
        std::fs::write(store.file(&key), "{").unwrap();
        assert!(store.find(&key).await.unwrap().is_none());
    }
}
