//! OAuth against an authorization server on loopback.

mod client_proof;
mod code_flow;
mod device_flow;
mod discovery;
mod exchange;
mod processes;
mod protected_resource;
mod registration;
mod server_flow;
mod tokens;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jackfield::testing::domain::{EnvironmentUrl, Fault, FaultKind, Secret};
use jackfield::testing::oauth::{
    ClientAuth, ClientSecret, GrantTerms, OAuthHttp, RevocationForm, TokenGrant, TokenKeeper,
};
use jackfield::testing::secrets::{SecretKey, SecretStore};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::support::oauth_server::OAuthServer;

pub fn key() -> SecretKey {
    SecretKey::new(&EnvironmentUrl::parse("https://acme.example").unwrap(), &"ada".into())
}

/// Grant of a server that its access token is over for, or will be in so many seconds.
pub fn grant(server: &OAuthServer, refresh: Option<&str>, left: i64) -> TokenGrant {
    if let Some(refresh) = refresh {
        server.know_refresh(refresh);
    }
    let terms = GrantTerms {
        asked: vec!["read".to_owned()],
        token_url: server.url("/token"),
        revoke_url: Some(server.url("/revoke")),
        revocation: RevocationForm::Standard,
        issuer: None,
        client_id: "app".to_owned(),
        client_auth: ClientAuth::None,
        client_key_id: None,
        refusals: Vec::new(),
        resource: None,
    };
    let now = Timestamp::now();
    let text = json!({
        "access": "access-0", "refresh": refresh,
        "obtained_at": now - SignedDuration::from_hours(2), "expires_at": now + SignedDuration::from_secs(left),
        "asked": terms.asked, "token_url": terms.token_url, "revoke_url": terms.revoke_url, "issuer": null,
        "client_id": terms.client_id, "client_auth": "none",
    });
    let grant = TokenGrant::from_secret(&Secret::new(text.to_string())).unwrap();
    assert_eq!(grant.terms, terms);
    grant
}

/// A store in a folder, for several processes; it can be told to fail.
#[derive(Clone)]
pub struct FolderStore {
    folder: PathBuf,
    fails: Arc<Mutex<u32>>,
    /// Hangs there for good: at the how manieth `set`, before or after it.
    hangs: Option<(u32, bool)>,
    sets: Arc<Mutex<u32>>,
}

impl FolderStore {
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), fails: Arc::default(), hangs: None, sets: Arc::default() }
    }

    /// The next so many times that something is to be kept, it is not.
    pub fn fail(&self, times: u32) {
        *self.fails.lock().unwrap() = times;
    }

    fn path(&self, key: &SecretKey) -> PathBuf {
        self.folder.join(key.as_str().replace(['/', ' ', ':'], "_"))
    }

    fn hang(&self, set: u32, after: bool) {
        if self.hangs == Some((set, after)) {
            fs::write(self.folder.join("hangs"), "").unwrap();
            loop {
                std::thread::park();
            }
        }
    }
}

impl SecretStore for FolderStore {
    fn get(&self, key: &SecretKey) -> Result<Option<Secret>, Fault> {
        Ok(fs::read_to_string(self.path(key)).ok().map(Secret::new))
    }

    fn set(&self, key: &SecretKey, secret: &Secret) -> Result<(), Fault> {
        let mut fails = self.fails.lock().unwrap();
        if *fails > 0 {
            *fails -= 1;
            return Err(Fault::new(FaultKind::Local, "The keychain is locked, and nobody opened it."));
        }
        let set = {
            let mut sets = self.sets.lock().unwrap();
            *sets += 1;
            *sets
        };
        self.hang(set, false);
        let path = self.path(key);
        let new = path.with_extension(format!("new{}", std::process::id()));
        fs::write(&new, secret.expose()).unwrap();
        fs::rename(&new, &path).unwrap();
        self.hang(set, true);
        Ok(())
    }

    fn delete(&self, key: &SecretKey) -> Result<(), Fault> {
        let _ = fs::remove_file(self.path(key));
        Ok(())
    }
}

/// A keeper in a folder of its own.
pub struct Kept {
    pub keeper: TokenKeeper,
    pub store: FolderStore,
    pub folder: tempfile::TempDir,
}

impl Kept {
    pub async fn new(grant: &TokenGrant) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderStore::new(folder.path());
        let keeper = keeper(&store, folder.path());
        keeper.save(&key(), grant).await.unwrap();
        Self { keeper, store, folder }
    }

    pub async fn access(&self) -> Result<String, jackfield::testing::oauth::TokenFault> {
        self.keeper.access(&key(), &ClientSecret::None).await.map(|token| token.expose().to_owned())
    }

    pub async fn after_refusal(&self, of: &str) -> Result<String, jackfield::testing::oauth::TokenFault> {
        let refused = Secret::new(of.to_owned());
        let token = self.keeper.after_refusal(&key(), &refused, &ClientSecret::None).await;
        token.map(|token| token.expose().to_owned())
    }

    pub async fn grant(&self) -> TokenGrant {
        self.keeper.grant(&key()).await.unwrap().unwrap()
    }
}

pub fn keeper(store: &FolderStore, folder: &Path) -> TokenKeeper {
    TokenKeeper::new(Arc::new(store.clone()), folder.join("locks"), OAuthHttp::default())
}
