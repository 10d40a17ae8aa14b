//! An environment of one's own over a provider on loopback, in a folder of its own.

use std::sync::Arc;

use jackfield::testing::backend::clock::Clock;
use jackfield::testing::backend::credential_log::CredentialLog;
use jackfield::testing::backend::http_log::HttpLog;
use jackfield::testing::backend::local::{ConnectionAuth, Local, LocalParts};
use jackfield::testing::backend::scalekit::Limits;
use jackfield::testing::backend::{ConnectTarget, ConnectionDraft, Verification};
use jackfield::testing::domain::{
    Account, AccountRef, Fault, ProxyBody, ProxyMethod, ProxyRequest, ProxyResponse, Secret,
};
use jackfield::testing::flow::authorize::Progress;
use jackfield::testing::flow::connect::{ConnectRequest, ConnectStep, Pasted, connect, guide};
use jackfield::testing::flow::environment::Opened;
use jackfield::testing::flow::record::Recorder;
use jackfield::testing::journal::Front;
use jackfield::testing::profile::Source;
use jackfield::testing::provider::ProviderTable;
use jackfield::testing::secrets::{MemoryStore, SecretStore};
use tempfile::TempDir;
use url::Url;

use super::provider::Provider;

pub struct Own {
    pub folder: TempDir,
    pub provider: Provider,
    pub store: Arc<dyn SecretStore>,
    pub log: Arc<HttpLog>,
    pub uses: Arc<CredentialLog>,
    pub opened: Opened,
}

pub fn open(folder: &TempDir, store: &Arc<dyn SecretStore>, log: &Arc<HttpLog>) -> Local {
    open_telling(folder, store, log, Arc::default())
}

/// The same where `uses` hears of the credentials that are used.
pub fn open_telling(
    folder: &TempDir,
    store: &Arc<dyn SecretStore>,
    log: &Arc<HttpLog>,
    uses: Arc<CredentialLog>,
) -> Local {
    Local::new(LocalParts {
        folder: folder.path().join("own"),
        is_usual: false,
        secrets: Arc::clone(store),
        providers: ProviderTable::built_in(),
        limits: Limits::default(),
        log: Arc::clone(log),
        clock: Arc::new(Clock::default()),
        uses,
    })
}

/// The environment, opened, which tells `uses` as its own.
fn telling(local: Local, uses: Arc<CredentialLog>) -> Opened {
    let mut opened = Opened::new(Arc::new(local), Source::Local);
    opened.uses = uses;
    opened
}

impl Own {
    pub async fn new() -> Self {
        Self::with(Arc::new(MemoryStore::default())).await
    }

    pub async fn with(store: Arc<dyn SecretStore>) -> Self {
        let (folder, log) = (tempfile::tempdir().unwrap(), Arc::new(HttpLog::new(100)));
        let uses = Arc::<CredentialLog>::default();
        let local = open_telling(&folder, &store, &log, Arc::clone(&uses));
        let opened = telling(local, Arc::clone(&uses));
        Self { provider: Provider::start().await, opened, folder, store, log, uses }
    }

    /// The same files and secrets as another process has them.
    pub fn another(&self) -> Opened {
        let uses = Arc::<CredentialLog>::default();
        let local = open_telling(&self.folder, &self.store, &self.log, Arc::clone(&uses));
        telling(local, uses)
    }

    /// A draft of a connection that leads to the provider on loopback.
    pub async fn draft(&self, name: &str, auth: ConnectionAuth) -> ConnectionDraft {
        let target = ConnectTarget::Provider(name.into());
        let mut spec = guide(self.opened.backend.as_ref(), &target, None).await.unwrap().spec;
        spec.auth = auth;
        spec.api_url = Some(self.provider.at("/api"));
        if auth.field().is_none() {
            spec.client_id = Some("client_1".into());
            spec.authorize_url = Some(self.provider.at("/authorize"));
            spec.token_url = Some(self.provider.at("/token"));
            spec.revoke_url = Some(self.provider.at("/revoke"));
            spec.device_url = Some(self.provider.at("/device"));
            spec.scopes = vec!["read".into(), "write".into()];
            spec.ports = Vec::new();
        }
        let client_secret = (auth.field().is_none()).then(|| Secret::new("client_hunter2".into()));
        ConnectionDraft { spec, client_secret }
    }

    /// Connects with a key or token.
    pub async fn key(&self, name: &str, auth: ConnectionAuth, key: &str) -> Result<Account, Fault> {
        let request = ConnectRequest {
            draft: self.draft(name, auth).await,
            identifier: "ada".into(),
            typed: Some(Secret::new(key.into())),
            verification: Verification::None,
        };
        connect(&self.opened, &recorder(), request, None, |_| ()).await.map(|(account, _)| account)
    }

    /// Connects with a consent, at once given in the browser.
    pub async fn consent(&self, draft: ConnectionDraft) -> Result<Account, Fault> {
        self.follow(draft, None, |url| {
            tokio::spawn(visit(url));
        })
        .await
    }

    pub async fn follow(
        &self,
        draft: ConnectionDraft,
        pasted: Option<Pasted>,
        mut open: impl FnMut(Url),
    ) -> Result<Account, Fault> {
        let request = ConnectRequest {
            draft,
            identifier: "ada".into(),
            typed: None,
            verification: Verification::ThisMachine(None),
        };
        let on = |step| match step {
            ConnectStep::Authorizing(Progress::Link(link)) => open(link.url),
            ConnectStep::Authorizing(Progress::Code(link, code)) => {
                assert_eq!(code.raw(), "BIRD-42");
                open(link.url);
            }
            _ => {}
        };
        connect(&self.opened, &recorder(), request, pasted, on).await.map(|(account, _)| account)
    }

    pub async fn account(&self, connection: &str) -> Account {
        let pair = AccountRef::Pair(connection.into(), "ada".into());
        self.opened.backend.accounts().get(&pair).await.unwrap()
    }

    pub async fn get(&self, connection: &str, path: &str) -> Result<ProxyResponse, Fault> {
        self.opened.backend.proxy().unwrap().send(&request(connection, path)).await
    }

    /// Everything that lies in the folder, as bytes.
    pub fn files(&self) -> Vec<u8> {
        fn read(folder: &std::path::Path, into: &mut Vec<u8>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { read(&path, into) } else { into.extend(std::fs::read(&path).unwrap()) }
            }
        }
        let mut bytes = Vec::new();
        read(self.folder.path(), &mut bytes);
        bytes
    }
}

pub fn recorder() -> Recorder {
    Recorder::new("local:test", Front::CommandLine, None)
}

pub fn request(connection: &str, path: &str) -> ProxyRequest {
    ProxyRequest {
        connection: connection.into(),
        identifier: "ada".into(),
        method: ProxyMethod::Get,
        path: path.into(),
        query: Vec::new(),
        headers: Vec::new(),
        body: ProxyBody::None,
    }
}

/// As a browser does: follows wherever it is sent. Gives the last page.
pub async fn visit(url: Url) -> String {
    let _ = rustls_ready();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    client.get(url).send().await.unwrap().text().await.unwrap()
}

fn rustls_ready() -> bool {
    tokio_rustls::rustls::crypto::ring::default_provider().install_default().is_ok()
}
