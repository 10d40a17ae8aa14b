//! An environment of one's own: connections to providers without a broker between, for one person on one machine.
//!
//! Connections stand in a file that a person may write too, accounts and what is known of them in SQLite, secrets in the
//! keychain or a vault and nowhere else. Requests go straight to the provider's API with the account's credential, where
//! contracts run over its proxy; or a connection leads to an MCP server, which has tools, resources and prompts.

mod account_store;
mod accounts;
mod authorizer;
mod connection_spec;
mod connections;
mod connections_file;
mod credential;
mod disconnect;
mod exchange;
mod exchange_spec;
mod exchange_state;
mod guide;
mod key_standing;
mod mcp;
mod members;
mod proxy;
mod resolved;
mod server_spec;
mod snippets;
mod uses;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use self::account_store::AccountStore;
pub use self::connection_spec::{ConnectionAuth, ConnectionSpec, ME};
use self::connections_file::ConnectionsFile;
use self::exchange::Zones;
pub use self::exchange_spec::{ExchangeSpec, SecretForm};
pub use self::mcp::ServerNeeds;
use self::mcp::Servers;
pub use self::members::checked_url;
use self::proxy::Transports;
pub use self::server_spec::{GivenValue, ServerPlace, ServerSpec, TypedValue};
use super::clock::Clock;
use super::credential_log::CredentialLog;
use super::http_log::{Exchange, HttpLog};
use super::scalekit::Limits;
use super::{
    About, AccountAdmin, Accounts, Authorizer, Backend, ConnectionAdmin, Connections, CredentialForms, Proxy,
    ServerContent, Snippets, Tools, TrustedDefinitions,
};
use crate::background;
use crate::domain::{Fault, FaultKind, SafeMessage};
use crate::oauth::{OAuthExchange, OAuthHttp, TokenKeeper};
use crate::provider::ProviderTable;
use crate::secrets::SecretStore;

/// Kind of this back-end, as profiles spell it.
pub const KIND: &str = "local";

/// Name of the environment that is always there.
pub const USUAL: &str = "local";

/// Name of the vault's file in an environment's folder.
pub const VAULT: &str = "vault.age";

/// One environment of one's own. Clones share everything.
#[derive(Clone)]
pub struct Local(Arc<Inner>);

/// Parts that an environment is made of.
pub struct LocalParts {
    /// Folder of its files, which need not be there yet.
    pub folder: PathBuf,
    /// True for the environment that is always there.
    pub is_usual: bool,
    /// Store of the secrets.
    pub secrets: Arc<dyn SecretStore>,
    /// Providers that are known.
    pub providers: ProviderTable,
    /// Limits of time and size.
    pub limits: Limits,
    /// Log that every exchange is written to.
    pub log: Arc<HttpLog>,
    /// Clock that is told the dates of answers.
    pub clock: Arc<Clock>,
    /// Log of the credentials that are used.
    pub uses: Arc<CredentialLog>,
}

struct Inner {
    about: About,
    folder: PathBuf,
    connections: ConnectionsFile,
    /// Opened at the first use, so that nothing is made by looking at an environment that nobody uses.
    accounts: OnceLock<AccountStore>,
    secrets: Arc<dyn SecretStore>,
    providers: ProviderTable,
    transports: Transports,
    servers: Servers,
    http: OAuthHttp,
    keeper: TokenKeeper,
    uses: Arc<CredentialLog>,
    zones: Zones,
}

impl Local {
    /// Calls as commands.
    pub const SNIPPETS: &'static dyn Snippets = &snippets::LocalSnippets;

    /// True for the name that the journal has for an environment of this kind.
    pub fn is_recorded_as(name: &str) -> bool {
        name == USUAL || name.strip_prefix(KIND).is_some_and(|rest| rest.starts_with(':'))
    }

    /// Name that the journal has for the environment in `folder`.
    pub fn recorded_as(folder: &Path) -> String {
        format!("{KIND}:{}", folder.display())
    }

    /// An environment of these parts. Touches nothing yet.
    pub fn new(parts: LocalParts) -> Self {
        let LocalParts { folder, is_usual, secrets, providers, limits, log, clock, uses } = parts;
        let name = if is_usual { USUAL.to_owned() } else { shown(&folder) };
        let recorded_as = if is_usual { USUAL.to_owned() } else { Self::recorded_as(&folder) };
        let about = About { kind: KIND, product: "Local environment", name, recorded_as };
        let observer = Arc::clone(&log);
        let http = OAuthHttp::observed(move |exchange| observer.record(told(exchange)));
        let keeper = TokenKeeper::new(Arc::clone(&secrets), folder.join("locks"), http.clone());
        Self(Arc::new(Inner {
            about,
            connections: ConnectionsFile::new(folder.join(connections_file::FILE)),
            accounts: OnceLock::new(),
            secrets,
            providers,
            transports: Transports::new(limits, Arc::clone(&log), clock),
            servers: Servers::new(log),
            http,
            keeper,
            uses,
            zones: Zones::default(),
            folder,
        }))
    }

    /// Does what may block, away from the runtime's own threads.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let inner = Arc::clone(&self.0);
        let done = background::blocking(move || work(&inner)).await;
        done.unwrap_or_else(|error| {
            Err(Fault::new(FaultKind::Local, "Reading the environment's own files broke down.").caused_by(error))
        })
    }
}

impl Inner {
    fn accounts(&self) -> Result<&AccountStore, Fault> {
        if let Some(open) = self.accounts.get() {
            return Ok(open);
        }
        let store = AccountStore::open(&self.folder)?;
        Ok(self.accounts.get_or_init(|| store))
    }
}

/// Last part of the path, to call the environment by.
fn shown(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy();
    crate::domain::Untrusted::from(name.as_ref()).to_string()
}

/// An exchange with an authorization server, as the log has it: bodies and queries are made of credentials.
fn told(exchange: &OAuthExchange) -> Exchange {
    Exchange {
        at: jiff::Timestamp::now(),
        method: exchange.method.clone(),
        origin: exchange.url.origin().ascii_serialization(),
        target: exchange.url.path().to_owned(),
        attempt: 1,
        status: exchange.status,
        fault: exchange.status.is_none().then_some(FaultKind::Network),
        took: exchange.took,
        ..Exchange::default()
    }
}

fn not_found(what: impl Into<SafeMessage>) -> Fault {
    Fault::new(FaultKind::NotFound, what)
}

impl Backend for Local {
    fn about(&self) -> &About {
        &self.0.about
    }

    fn accounts(&self) -> &dyn Accounts {
        self
    }

    fn tools(&self) -> &dyn Tools {
        self
    }

    fn authorizer(&self) -> &dyn Authorizer {
        self
    }

    fn connections(&self) -> Option<&dyn Connections> {
        Some(self)
    }

    fn connection_admin(&self) -> Option<&dyn ConnectionAdmin> {
        Some(self)
    }

    fn account_admin(&self) -> Option<&dyn AccountAdmin> {
        Some(self)
    }

    fn credential_forms(&self) -> Option<&dyn CredentialForms> {
        Some(self)
    }

    fn proxy(&self) -> Option<&dyn Proxy> {
        Some(self)
    }

    fn snippets(&self) -> Option<&dyn Snippets> {
        Some(Self::SNIPPETS)
    }

    fn server_content(&self) -> Option<&dyn ServerContent> {
        Some(self)
    }

    fn trusted_definitions(&self) -> Option<&dyn TrustedDefinitions> {
        Some(self)
    }
}
