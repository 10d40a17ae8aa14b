//! A back-end with the tools of contracts beside its own.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::call;
use super::jq::ChildJq;
use super::library::{ContractLibrary, Shelf};
use crate::backend::{
    About, AccountAdmin, Accounts, Answered, Authorizer, Backend, Batch, Batches, CallLog, ConnectionAdmin,
    Connections, CredentialForms, Links, McpServers, Proxy, ServerContent, Snippets, ToolScope, Tools,
    TrustedDefinitions, UserVerification, Watch,
};
use crate::contract::Contract;
use crate::domain::{
    AccountId, AccountRef, ConnectionName, Execution, Fault, FaultKind, Identifier, Mode, Provider, Status, Tool,
    ToolCall, ToolName, ToolOrigin,
};
use crate::flow::accounts;
use crate::provider::ErrorShape;

/// Kind of the environments that offer the contracts which come with the program: they have no tools of their own.
const LOCAL: &str = "local";

/// A back-end whose proxy also runs contracts. Everything else is that of the one inside. Where a contract has the name
/// of a tool that the environment lists, the contract counts.
pub struct ContractBackend {
    inner: Arc<dyn Backend>,
    library: Arc<ContractLibrary>,
    jq: ChildJq,
    /// Providers of the accounts that were seen, so that a call does not ask again.
    seen: Mutex<HashMap<(AccountId, ConnectionName, Identifier), Provider>>,
}

impl ContractBackend {
    /// `inner` with the contracts of `library`.
    pub fn new(inner: Arc<dyn Backend>, library: Arc<ContractLibrary>) -> Self {
        Self { inner, library, jq: ChildJq::default(), seen: Mutex::default() }
    }

    /// The same with the filters in another process.
    #[must_use]
    pub fn with_jq(self, jq: ChildJq) -> Self {
        Self { jq, ..self }
    }

    fn with_built_in(&self) -> bool {
        self.inner.about().kind == LOCAL
    }

    /// The contracts as they are now; none where nothing can be sent to a provider.
    async fn shelf(&self) -> Arc<Shelf> {
        if self.inner.proxy().is_none() {
            return Arc::default();
        }
        let library = Arc::clone(&self.library);
        tokio::task::spawn_blocking(move || library.current()).await.unwrap_or_default()
    }

    /// Rows of the contracts among `scope`, those called one of `names` where that is not empty.
    async fn rows(&self, shelf: &Shelf, scope: &ToolScope, names: &[ToolName]) -> Result<Vec<Tool>, Fault> {
        let wanted = |contract: &&Contract| names.is_empty() || names.contains(contract.name());
        let contracts: Vec<_> = shelf.offered(self.with_built_in()).filter(wanted).collect();
        match scope {
            _ if contracts.is_empty() => Ok(Vec::new()),
            ToolScope::Environment(provider) => {
                let fits = |contract: &&&Contract| provider.as_ref().is_none_or(|wanted| contract.is_for(wanted));
                Ok(contracts.iter().filter(fits).map(|contract| contract.tool(None)).collect())
            }
            ToolScope::Person(identifier, connections) => {
                let mut accounts = accounts::of_person(self.inner.as_ref(), identifier).await?;
                accounts.retain(|account| {
                    account.status == Status::Active
                        && account.identifier == *identifier
                        && connections.contains(&account.connection)
                });
                let mut rows = Vec::new();
                for account in &accounts {
                    self.saw(account);
                    let fitting = contracts.iter().filter(|contract| contract.is_for(&account.provider));
                    rows.extend(fitting.map(|contract| contract.tool(Some((&account.id, &account.identifier)))));
                }
                Ok(rows)
            }
        }
    }

    fn saw(&self, account: &crate::domain::Account) {
        let key = (account.id.clone(), account.connection.clone(), account.identifier.clone());
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(key, account.provider.clone());
    }

    /// Provider of the account of a call, which must be the account that the call says it is: the proxy goes by
    /// connection and identifier, and knows nothing of the id.
    async fn provider(&self, call: &ToolCall) -> Result<Provider, Fault> {
        let key = (call.account.clone(), call.connection.clone(), call.identifier.clone());
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(provider) = seen {
            return Ok(provider);
        }
        let account = self.inner.accounts().get(&AccountRef::Id(call.account.clone())).await?;
        if account.connection != call.connection || account.identifier != call.identifier {
            let message = format!(
                "{} is {}, not {}/{}. Nothing was sent.",
                account.id,
                account.label(),
                call.connection,
                call.identifier
            );
            return Err(Fault::new(FaultKind::OtherAccount, message));
        }
        self.saw(&account);
        Ok(account.provider)
    }

    /// The contract that runs a call, with the shape of its provider's errors; none where the environment does.
    async fn contract(&self, call: &ToolCall) -> Result<Option<(Contract, ErrorShape)>, Fault> {
        let shelf = self.shelf().await;
        let with_built_in = self.with_built_in();
        if !shelf.offered(with_built_in).any(|contract| *contract.name() == call.tool) {
            return Ok(None);
        }
        let provider = self.provider(call).await?;
        let found = shelf.find(&call.tool, &provider, with_built_in);
        Ok(found.map(|contract| (contract.clone(), shelf.errors(&provider))))
    }

    async fn run(&self, contract: &Contract, errors: &ErrorShape, call: &ToolCall) -> Result<Execution, Fault> {
        let proxy = self.inner.proxy().ok_or_else(|| crate::backend::Ability::Proxy.fault())?;
        call::run(contract, proxy, call, &self.jq, errors).await
    }
}

#[async_trait]
impl Tools for ContractBackend {
    fn stream(&self, scope: ToolScope, names: Vec<ToolName>) -> Batches<'_, Tool> {
        let begin = async move {
            let shelf = self.shelf().await;
            let rows = self.rows(&shelf, &scope, &names).await?;
            let inner = self.inner.tools().stream(scope, names);
            if rows.is_empty() {
                return Ok::<_, Fault>(inner);
            }
            let keys = rows.iter().map(key).collect();
            let added = rows.len() as u64;
            Ok(stream::try_unfold(Mixed { rows: Some(rows), inner, keys, added, hidden: 0 }, Mixed::next).boxed())
        };
        stream::once(begin).try_flatten().boxed()
    }

    async fn call(&self, call: &ToolCall) -> Result<Execution, Fault> {
        match self.contract(call).await? {
            Some((contract, errors)) => self.run(&contract, &errors, call).await,
            None => self.inner.tools().call(call).await,
        }
    }

    async fn call_watched(&self, call: &ToolCall, watch: Watch) -> Result<Answered, Fault> {
        match self.contract(call).await? {
            Some((contract, errors)) => {
                Ok(Answered { execution: self.run(&contract, &errors, call).await?, document: None })
            }
            None => self.inner.tools().call_watched(call, watch).await,
        }
    }
}

/// What makes a row another's twin.
fn key(tool: &Tool) -> (ToolName, Option<AccountId>) {
    (tool.name.clone(), tool.account.clone())
}

/// The rows of contracts, then those of the environment that none of them stands for.
struct Mixed<'a> {
    rows: Option<Vec<Tool>>,
    inner: Batches<'a, Tool>,
    keys: HashSet<(ToolName, Option<AccountId>)>,
    added: u64,
    hidden: u64,
}

impl Mixed<'_> {
    async fn next(mut self) -> Result<Option<(Batch<Tool>, Self)>, Fault> {
        if let Some(items) = self.rows.take() {
            return Ok(Some((Batch { items, total: None, more: true, left_out: Vec::new() }, self)));
        }
        let Some(mut batch) = self.inner.try_next().await? else { return Ok(None) };
        let before = batch.items.len();
        // A contract stands for no tool of a server: they only have a name in common.
        batch.items.retain(|tool| matches!(tool.origin, ToolOrigin::Server(_)) || !self.keys.contains(&key(tool)));
        self.hidden += (before - batch.items.len()) as u64;
        // How many are hidden is known at the end, so the total is told there.
        let total = batch.total.filter(|_| !batch.more);
        batch.total = total.map(|total| (total + self.added).saturating_sub(self.hidden));
        Ok(Some((batch, self)))
    }
}

impl Backend for ContractBackend {
    fn about(&self) -> &About {
        self.inner.about()
    }

    fn mode(&self) -> Mode {
        self.inner.mode()
    }

    fn accounts(&self) -> &dyn Accounts {
        self.inner.accounts()
    }

    fn tools(&self) -> &dyn Tools {
        self
    }

    fn authorizer(&self) -> &dyn Authorizer {
        self.inner.authorizer()
    }

    fn links(&self) -> Option<&dyn Links> {
        self.inner.links()
    }

    fn user_verification(&self) -> Option<&dyn UserVerification> {
        self.inner.user_verification()
    }

    fn connections(&self) -> Option<&dyn Connections> {
        self.inner.connections()
    }

    fn connection_admin(&self) -> Option<&dyn ConnectionAdmin> {
        self.inner.connection_admin()
    }

    fn account_admin(&self) -> Option<&dyn AccountAdmin> {
        self.inner.account_admin()
    }

    fn credential_forms(&self) -> Option<&dyn CredentialForms> {
        self.inner.credential_forms()
    }

    fn call_log(&self) -> Option<&dyn CallLog> {
        self.inner.call_log()
    }

    fn proxy(&self) -> Option<&dyn Proxy> {
        self.inner.proxy()
    }

    fn snippets(&self) -> Option<&dyn Snippets> {
        self.inner.snippets()
    }

    fn mcp_servers(&self) -> Option<&dyn McpServers> {
        self.inner.mcp_servers()
    }

    fn server_content(&self) -> Option<&dyn ServerContent> {
        self.inner.server_content()
    }

    fn trusted_definitions(&self) -> Option<&dyn TrustedDefinitions> {
        self.inner.trusted_definitions()
    }
}
