//! Where secrets lie: a keychain that is locked, none at all, and references in the file.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use jackfield::testing::backend::AccountFilter;
use jackfield::testing::backend::local::ConnectionAuth;
use jackfield::testing::domain::{AccountRef, Fault, FaultKind, Secret, Status};
use jackfield::testing::secrets::{
    FallbackStore, PassphraseSource, SecretKey, SecretStore, StoreKind, Vault, is_vault_locked,
};

use super::environment::Own;

/// A keychain that nobody opens, or none.
struct Keychain {
    is_missing: bool,
}

impl SecretStore for Keychain {
    fn get(&self, _: &SecretKey) -> Result<Option<Secret>, Fault> {
        assert!(!self.is_missing, "one that is not there is not asked");
        Err(Fault::new(FaultKind::Local, "The keychain is locked, and nobody opened it."))
    }

    fn set(&self, key: &SecretKey, _: &Secret) -> Result<(), Fault> {
        self.get(key).map(drop)
    }

    fn delete(&self, key: &SecretKey) -> Result<(), Fault> {
        self.get(key).map(drop)
    }

    fn is_missing(&self) -> bool {
        self.is_missing
    }
}

#[tokio::test]
async fn a_locked_keychain_is_said_and_no_account_is_called_active() {
    let own = Own::with(Arc::new(Keychain { is_missing: false })).await;
    let fault = own.key("acme", ConnectionAuth::Token, "hunter2").await.unwrap_err();
    assert!(fault.kind == FaultKind::Local && fault.message.contains("is locked"), "{fault}");
    assert_eq!(own.account("acme").await.status, Status::PendingAuth);
    assert!(!String::from_utf8_lossy(&own.files()).contains("hunter2"));
}

#[tokio::test]
async fn without_a_keychain_secrets_go_to_a_vault_that_a_passphrase_opens() {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = folder.path().join("passphrase");
    std::fs::write(&passphrase, "correct horse\n").unwrap();
    let vault = |source| Vault::new(folder.path().join("vault.age"), source);
    let store = |source| Arc::new(FallbackStore::new(Arc::new(Keychain { is_missing: true }), vault(source)));
    let known = store(PassphraseSource::new(Some(passphrase), None));
    let own = Own::with(known.clone()).await;
    own.key("acme", ConnectionAuth::Token, "hunter2").await.unwrap();
    assert_eq!(known.kind(), StoreKind::Vault);
    own.get("acme", "/me").await.unwrap();
    assert_eq!(own.provider.seen("/api/me")[0].authorization, "Bearer hunter2");
    let text = std::fs::read_to_string(folder.path().join("vault.age")).unwrap();
    assert!(!text.contains("hunter2"));

    // A front that cannot ask says so, and opens it once somebody has typed the passphrase.
    let screen = store(PassphraseSource::default());
    let locked = Own { opened: open_with(&own, screen.clone()), ..own };
    let fault = locked.get("acme", "/me").await.unwrap_err();
    assert!(is_vault_locked(&fault), "{fault:?}");
    assert_eq!(locked.account("acme").await.status, Status::Active, "nothing is known of the account");
    screen.unlock(&Secret::new("correct horse".into())).unwrap();
    assert_eq!(locked.get("acme", "/me").await.unwrap().status, 200);
}

fn open_with(own: &Own, store: Arc<dyn SecretStore>) -> jackfield::testing::flow::environment::Opened {
    super::environment::open(&own.folder, &store, &own.log)
}

#[tokio::test]
async fn a_key_by_reference_needs_nobody() {
    let own = Own::with(Arc::new(Keychain { is_missing: false })).await;
    let (file, api) = (own.folder.path().join("own/connections.toml"), own.provider.at("/api"));
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let text = format!(
        "[connection.acme]\nprovider = \"ACME\"\nauth = \"token\"\napi_url = \"{api}\"\n\
         key = {{ command = [\"printf\", \"hunter2\"] }}\nidentifier = \"ada\"\n\
         [connection.odd]\nprovider = \"ACME\"\nauth = \"magic\"\n"
    );
    std::fs::write(&file, text).unwrap();
    let listed = own.opened.backend.accounts().stream(AccountFilter::default()).try_next().await.unwrap().unwrap();
    let [account] = &listed.items[..] else { panic!("{:?}", listed.items) };
    assert_eq!((account.label().as_str(), &account.status), ("acme/ada", &Status::Active));
    assert_eq!(own.get("acme", "/me").await.unwrap().status, 200);
    assert_eq!(own.provider.seen("/api/me")[0].authorization, "Bearer hunter2");
    let odd = AccountRef::Pair("odd".into(), "ada".into());
    assert_eq!(own.opened.backend.accounts().get(&odd).await.unwrap_err().kind, FaultKind::NotFound);
}
