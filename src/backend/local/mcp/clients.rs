//! Clients of servers: one for each account, so that no two people share a session.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use url::Url;

use super::bearer::AccountBearer;
use crate::backend::http_log::HttpLog;
use crate::backend::local::account_store::StoredAccount;
use crate::backend::local::connection_spec::ConnectionSpec;
use crate::backend::local::resolved::ResolvedConnection;
use crate::backend::local::server_spec::{GivenValue, ServerPlace, ServerSpec};
use crate::backend::local::{Local, not_found};
use crate::backend::server_log;
use crate::domain::{AccountId, ConnectionName, Fault, FaultKind, Secret, Untrusted};
use crate::mcp::client::{
    BearerSource, Changed, ClientOptions, Endpoint, HttpEndpoint, McpClient, ProcessEndpoint, ServerTool,
};
use crate::secrets::{SecretKey, SecretStore};

/// Servers that are spoken to.
pub(in crate::backend::local) struct Servers {
    open: Mutex<HashMap<AccountId, Arc<OpenServer>>>,
    changes: watch::Sender<u64>,
    log: Arc<HttpLog>,
}

/// Client of one account.
pub(super) struct OpenServer {
    /// The connection as it was when the client was made.
    spec: Arc<ConnectionSpec>,
    pub client: McpClient,
    pub tools: Arc<ToolCache>,
    pub bearer: Arc<AccountBearer>,
    /// Headers of one's own that hold secrets.
    pub secrets: Arc<[Secret]>,
}

/// Tools that a server listed, until it says that they changed.
#[derive(Default)]
pub(super) struct ToolCache(Mutex<CachedTools>);

#[derive(Default)]
struct CachedTools {
    listed: Option<Arc<[ServerTool]>>,
    /// Number of times that the server said they changed.
    changes: u64,
}

impl ToolCache {
    fn lock(&self) -> MutexGuard<'_, CachedTools> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tools, and the state that a list asked for from here on belongs to.
    pub fn get(&self) -> (Option<Arc<[ServerTool]>>, u64) {
        let cached = self.lock();
        (cached.listed.clone(), cached.changes)
    }

    /// Keeps a list, unless its tools changed while it came.
    pub fn put(&self, listed: &Arc<[ServerTool]>, asked_at: u64) {
        let mut cached = self.lock();
        if cached.changes == asked_at {
            cached.listed = Some(Arc::clone(listed));
        }
    }

    /// Forgets the tools.
    pub fn drop_list(&self) {
        let mut cached = self.lock();
        cached.listed = None;
        cached.changes += 1;
    }
}

impl Servers {
    pub fn new(log: Arc<HttpLog>) -> Self {
        Self { open: Mutex::default(), changes: watch::Sender::new(0), log }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<AccountId, Arc<OpenServer>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of every change of what a server offers.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Says that what a server offers has changed.
    pub fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    fn take(&self, account: &AccountId) -> Option<Arc<OpenServer>> {
        self.open().remove(account)
    }

    fn find(&self, account: &AccountId, spec: &Arc<ConnectionSpec>) -> Option<Arc<OpenServer>> {
        self.open().get(account).filter(|open| open.spec == *spec).cloned()
    }

    /// Puts a client in the place of one of an earlier connection, which is given back; the one that is there already
    /// stays if it is as good.
    fn put(&self, account: AccountId, new: Arc<OpenServer>) -> (Arc<OpenServer>, Option<Arc<OpenServer>>) {
        let mut open = self.open();
        match open.get(&account) {
            Some(there) if there.spec == new.spec => (Arc::clone(there), None),
            _ => {
                let before = open.insert(account, Arc::clone(&new));
                (new, before)
            }
        }
    }

    /// Options of a client whose exchanges go to the log, without `secrets`.
    fn options(&self, tools: &Arc<ToolCache>, origin: &str, secrets: Arc<[Secret]>) -> ClientOptions {
        let (log, also) = (Arc::clone(&self.log), Arc::clone(&self.log));
        let (tools, changes) = (Arc::clone(tools), self.changes.clone());
        let (origin, shown) = (origin.to_owned(), Arc::clone(&secrets));
        ClientOptions {
            observer: Arc::new(move |exchange| log.record(server_log::exchange(&exchange, &secrets))),
            log: Arc::new(move |message| also.record(server_log::message(&message, &origin, &shown))),
            changed: Arc::new(move |what| {
                if what == Changed::Tools {
                    tools.drop_list();
                }
                changes.send_modify(|count| *count += 1);
            }),
            ..ClientOptions::default()
        }
    }

    /// A client that belongs to nobody, for asking a server what it needs.
    pub fn anonymous(&self, endpoint: Endpoint, origin: &str, secrets: Arc<[Secret]>) -> McpClient {
        McpClient::new(endpoint, self.options(&Arc::default(), origin, secrets))
    }
}

/// Values of headers or variables, and those of them that are secrets.
type Resolved = (Vec<(String, Secret)>, Vec<Secret>);

/// Resolves values that lie elsewhere; `kept` tells those that are kept here, by their names. May block.
fn resolve(values: &[(String, GivenValue)], kept: impl Fn(&str) -> Result<Secret, Fault>) -> Result<Resolved, Fault> {
    let (mut resolved, mut secrets) = (Vec::new(), Vec::new());
    for (name, value) in values {
        let text = value.resolve(|| kept(name))?;
        if value.is_secret() {
            secrets.push(text.clone());
        }
        resolved.push((name.clone(), text));
    }
    Ok((resolved, secrets))
}

/// Endpoint of the server of a connection and the secrets in it. `bearer` is left out where a header says as whom requests
/// come; `title` is what a program called itself before.
pub(super) fn endpoint(
    server: &ServerSpec,
    connection: &ConnectionName,
    bearer: Option<Arc<dyn BearerSource>>,
    title: Option<String>,
    store: &dyn SecretStore,
) -> Result<(Endpoint, Arc<[Secret]>), Fault> {
    match &server.place {
        ServerPlace::Http { url, headers } => {
            let has_own = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
            let (headers, secrets) = resolve(headers, |name| kept_header(store, url, connection, name))?;
            let bearer = bearer.filter(|_| !has_own);
            Ok((Endpoint::Http(HttpEndpoint { url: url.clone(), headers, bearer }), secrets.into()))
        }
        ServerPlace::Process { command, environment, folder } => {
            let (program, arguments) = command.split_first().ok_or_else(|| not_found("The server has no program."))?;
            let (environment, secrets) = resolve(environment, |_| Err(not_found("Variables are not kept here.")))?;
            let process = ProcessEndpoint {
                program: program.clone(),
                arguments: arguments.to_vec(),
                environment,
                folder: folder.clone(),
                title,
            };
            Ok((Endpoint::Process(process), secrets.into()))
        }
    }
}

fn kept_header(store: &dyn SecretStore, url: &Url, connection: &ConnectionName, name: &str) -> Result<Secret, Fault> {
    store.get(&SecretKey::header(url.as_str(), connection.raw(), name))?.ok_or_else(|| {
        let name = Untrusted::from(name);
        let message = format!(
            "The header {name} of connection {connection} is not kept on this machine. Connect it again with \
             --header-stdin {name}."
        );
        Fault::new(FaultKind::NoEnvironment, message)
    })
}

impl Local {
    /// Client of an account, for its connection as the file has it now. Nothing is sent yet.
    ///
    /// # Errors
    /// A header or variable that cannot be had; [`NotFound`](crate::domain::FaultKind::NotFound) where the connection leads
    /// to no server.
    pub(super) async fn server_of(
        &self,
        connection: &Arc<ResolvedConnection>,
        account: &StoredAccount,
    ) -> Result<Arc<OpenServer>, Fault> {
        let spec = &connection.spec;
        if let Some(open) = self.0.servers.find(&account.id, spec) {
            return Ok(open);
        }
        let Some(server) = spec.server.clone() else {
            return Err(not_found(format!("Connection {} leads to no MCP server.", spec.name)));
        };
        let bearer = Arc::new(AccountBearer::new(self, account.id.clone(), Arc::clone(connection)));
        let source = Arc::clone(&bearer) as Arc<dyn BearerSource>;
        let (origin, name, id) = (server.origin(), spec.name.clone(), account.id.clone());
        let (endpoint, secrets) = self
            .blocking(move |inner| {
                let known = inner.accounts()?.server_state(&id)?.server;
                let title = known.map(|known| if known.title.is_empty() { known.name } else { known.title });
                endpoint(&server, &name, Some(source), title.filter(|title| !title.is_empty()), inner.secrets.as_ref())
            })
            .await?;
        let tools = Arc::default();
        let options = self.0.servers.options(&tools, &origin, Arc::clone(&secrets));
        // What a program is started with, it uses by itself.
        let secrets = if matches!(endpoint, Endpoint::Http(_)) { secrets } else { Arc::default() };
        let client = McpClient::new(endpoint, options);
        let new = Arc::new(OpenServer { spec: Arc::clone(spec), client, tools, bearer, secrets });
        let (open, before) = self.0.servers.put(account.id.clone(), new);
        if let Some(before) = before {
            before.client.close().await;
        }
        Ok(open)
    }

    /// Ends the session of an account; the next use opens another.
    pub(in crate::backend::local) async fn close_server(&self, account: &AccountId) {
        // Outside of the lock: a server may take its time.
        let open = self.0.servers.take(account);
        if let Some(open) = open {
            open.client.close().await;
        }
    }
}
