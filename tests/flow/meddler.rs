//! A back-end that passes everything on to the real one, except where a test meddles.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt as _;
use jackfield::testing::backend::scalekit::Scalekit;
use jackfield::testing::backend::{
    About, AccountAdmin, AccountFilter, Accounts, Answered, Ask, Authorization, AuthorizationLink, Authorizer, Backend,
    Batch, Batches, CallLog, Connections, CredentialForms, Links, McpServers, Proxy, ServerContent, Snippets, Step,
    ToolScope, Tools, TrustedDefinitions, UserVerification, Verification, Watch,
};
use jackfield::testing::domain::{
    Account, AccountId, AccountRef, Connection, ConnectionName, Credentials, Execution, Fault, FaultKind, Identifier,
    Secret, Tool, ToolCall, ToolName, Untrusted,
};
use tokio::sync::Semaphore;
use url::Url;

pub struct Meddler {
    inner: Scalekit,
    /// A verification goes out only with one of these permits.
    pub verifications: Semaphore,
    /// Every verification is made for this identifier instead.
    pub verifies_as: Option<Identifier>,
    /// Somebody else creates each account a moment before us.
    pub rival: bool,
    /// Every tool is listed a second time, for this account.
    pub twin: Option<AccountId>,
    /// Lists of accounts claim that there are more.
    pub missing: u64,
    /// Connections are listed as switched off.
    pub switched_off: bool,
    /// Lists of tools claim that there are more.
    pub missing_tools: u64,
    /// No tool is listed.
    pub hides_tools: bool,
    /// Nothing is found where tools are asked for by name.
    pub knows_no_names: bool,
    /// Whatever account is asked for, this one is given.
    pub impostor: Option<AccountRef>,
    /// Faults that calls meet before any goes through, the last first.
    pub turned_away: Mutex<Vec<Fault>>,
    /// Number of calls that are out, and the most that ever were.
    pub out: Mutex<(usize, usize)>,
    /// By which names tools were asked for.
    pub asked_for_tools: Mutex<Vec<Vec<ToolName>>>,
    /// Every verification that is asked for by itself is taken for right.
    pub believes_everybody: bool,
    /// A verification that is refused uses its consent up.
    pub spends_consents: bool,
    refused: Mutex<Vec<Untrusted>>,
    /// No account can be deleted.
    pub deletes_nothing: bool,
    /// So many authorizations are turned away by a limit.
    pub limits: AtomicU32,
}

impl Meddler {
    pub fn new(inner: Scalekit) -> Self {
        Self {
            inner,
            verifications: Semaphore::new(Semaphore::MAX_PERMITS),
            verifies_as: None,
            rival: false,
            twin: None,
            missing: 0,
            switched_off: false,
            missing_tools: 0,
            hides_tools: false,
            knows_no_names: false,
            impostor: None,
            turned_away: Mutex::default(),
            out: Mutex::default(),
            asked_for_tools: Mutex::default(),
            believes_everybody: false,
            spends_consents: false,
            refused: Mutex::default(),
            deletes_nothing: false,
            limits: AtomicU32::new(0),
        }
    }

    fn tampered(&self, mut batch: Batch<Tool>, is_of_person: bool, by_name: bool) -> Batch<Tool> {
        if is_of_person && self.knows_no_names && by_name {
            batch.items.clear();
        }
        if let Some(twin) = self.twin.as_ref().filter(|_| is_of_person) {
            let twins: Vec<_> =
                batch.items.iter().map(|tool| Tool { account: Some(twin.clone()), ..tool.clone() }).collect();
            batch.items.extend(twins);
        }
        batch.total = batch.total.map(|total| total + self.missing_tools);
        if self.hides_tools { Batch::whole(Vec::new()) } else { batch }
    }
}

impl Backend for Meddler {
    fn about(&self) -> &About {
        self.inner.about()
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

    fn links(&self) -> Option<&dyn Links> {
        self.inner.links()
    }

    fn user_verification(&self) -> Option<&dyn UserVerification> {
        Some(self)
    }

    fn connections(&self) -> Option<&dyn Connections> {
        Some(self)
    }

    fn account_admin(&self) -> Option<&dyn AccountAdmin> {
        Some(self)
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

#[async_trait]
impl Accounts for Meddler {
    fn stream(&self, filter: AccountFilter) -> Batches<'_, Account> {
        let more = |batch: Batch<Account>| Batch { total: batch.total.map(|total| total + self.missing), ..batch };
        self.inner.accounts().stream(filter).map(move |batch| batch.map(more)).boxed()
    }

    async fn get(&self, account: &AccountRef) -> Result<Account, Fault> {
        self.inner.accounts().get(self.impostor.as_ref().unwrap_or(account)).await
    }

    async fn search(&self, words: &str) -> Result<Vec<Account>, Fault> {
        self.inner.accounts().search(words).await
    }
}

#[async_trait]
impl UserVerification for Meddler {
    async fn link(&self, account: &Account, page: &Url, state: &Secret) -> Result<AuthorizationLink, Fault> {
        self.inner.user_verification().unwrap().link(account, page, state).await
    }

    async fn confirm(&self, request: &Untrusted, identifier: &Identifier) -> Result<(), Fault> {
        if self.believes_everybody {
            return Ok(());
        }
        let spent = self.spends_consents && self.refused.lock().unwrap().contains(request);
        if spent {
            return Err(Fault::new(FaultKind::NotFound, "This authorization no longer waits to be confirmed."));
        }
        let confirmed = self.inner.user_verification().unwrap().confirm(request, identifier).await;
        if confirmed.is_err() {
            self.refused.lock().unwrap().push(request.clone());
        }
        confirmed
    }
}

#[async_trait]
impl AccountAdmin for Meddler {
    async fn create(
        &self,
        connection: &ConnectionName,
        identifier: &Identifier,
        credentials: Option<&Credentials>,
    ) -> Result<Account, Fault> {
        if self.rival {
            AccountAdmin::create(&self.inner, connection, identifier, credentials).await?;
        }
        AccountAdmin::create(&self.inner, connection, identifier, credentials).await
    }

    async fn update(&self, account: &AccountRef, credentials: &Credentials) -> Result<Account, Fault> {
        AccountAdmin::update(&self.inner, account, credentials).await
    }

    async fn disconnect(&self, account: &AccountId) -> Result<Account, Fault> {
        AccountAdmin::disconnect(&self.inner, account).await
    }

    async fn delete(&self, account: &AccountRef) -> Result<(), Fault> {
        if self.deletes_nothing {
            return Err(Fault::new(FaultKind::Forbidden, "The key may not delete accounts."));
        }
        AccountAdmin::delete(&self.inner, account).await
    }
}

impl Connections for Meddler {
    fn stream(&self) -> Batches<'_, Connection> {
        let switch_off = |mut batch: Batch<Connection>| {
            batch.items.iter_mut().for_each(|connection| connection.enabled &= !self.switched_off);
            batch
        };
        Connections::stream(&self.inner).map(move |batch| batch.map(switch_off)).boxed()
    }
}

#[async_trait]
impl Tools for Meddler {
    fn stream(&self, scope: ToolScope, names: Vec<ToolName>) -> Batches<'_, Tool> {
        let (is_of_person, by_name) = (matches!(scope, ToolScope::Person(..)), !names.is_empty());
        if is_of_person {
            self.asked_for_tools.lock().unwrap().push(names.clone());
        }
        let tampered = move |batch| self.tampered(batch, is_of_person, by_name);
        self.inner.tools().stream(scope, names).map(move |batch| batch.map(tampered)).boxed()
    }

    async fn call(&self, call: &ToolCall) -> Result<Execution, Fault> {
        if let Some(fault) = self.turned_away.lock().unwrap().pop() {
            return Err(fault);
        }
        {
            let mut out = self.out.lock().unwrap();
            *out = (out.0 + 1, out.1.max(out.0 + 1));
        }
        let result = self.inner.tools().call(call).await;
        self.out.lock().unwrap().0 -= 1;
        result
    }

    async fn call_watched(&self, call: &ToolCall, watch: Watch) -> Result<Answered, Fault> {
        self.inner.tools().call_watched(call, watch).await
    }
}

#[async_trait]
impl Authorizer for Meddler {
    async fn begin(&self, account: &Account, verification: Verification) -> Result<Box<dyn Authorization + '_>, Fault> {
        if self.limits.load(Ordering::Relaxed) > 0 {
            self.limits.fetch_sub(1, Ordering::Relaxed);
            let fault = Fault::new(FaultKind::RateLimited, "Too many links.");
            return Err(Fault { retry_after: Some(Duration::from_millis(1)), ..fault });
        }
        let identifier = self.verifies_as.as_ref().unwrap_or(&account.identifier).clone();
        let inner = self.inner.authorizer().begin(&Account { identifier, ..account.clone() }, verification).await?;
        Ok(Box::new(Meddled { inner, verifications: &self.verifications, verifies: false }))
    }
}

/// An authorization whose verification waits for a permit.
struct Meddled<'a> {
    inner: Box<dyn Authorization + 'a>,
    verifications: &'a Semaphore,
    verifies: bool,
}

#[async_trait]
impl Authorization for Meddled<'_> {
    fn ask(&self) -> &Ask {
        self.inner.ask()
    }

    async fn next(&mut self) -> Result<Step, Fault> {
        if self.verifies {
            let _permit = self.verifications.acquire().await.unwrap();
            self.verifies = false;
            return self.inner.next().await;
        }
        let step = self.inner.next().await;
        self.verifies = matches!(step, Ok(Step::Consented));
        step
    }
}
