//! A broker that passes everything on to the real client, except where a test meddles.

use std::sync::Mutex;

use async_trait::async_trait;
use jackfield::backend::scalekit::Scalekit;
use jackfield::backend::{
    AccountFilter, AccountUpdate, AuthRequestId, AuthorizationLink, Backend, CallFilter, CatalogFilter, LinkRequest,
    Page, PageToken, ToolFilter,
};
use jackfield::domain::{
    Account, AccountId, AccountRef, Connection, ConnectionName, Credentials, Execution, ExecutionId, Fault, Identifier,
    LoggedCall, ProviderInfo, ProxyRequest, ProxyResponse, StoredCredentials, Tool, ToolCall, ToolMatch, ToolName,
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
    /// By which names tools were asked for.
    pub asked_for_tools: Mutex<Vec<Vec<ToolName>>>,
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
            asked_for_tools: Mutex::default(),
        }
    }
}

impl Meddler {
    fn tampered(&self, mut page: Page<Tool>) -> Page<Tool> {
        page.total = page.total.map(|total| total + self.missing_tools);
        if self.hides_tools {
            page = Page { items: Vec::new(), next: None, total: Some(0) };
        }
        page
    }
}

#[async_trait]
impl Backend for Meddler {
    async fn accounts(&self, filter: &AccountFilter, page: Option<&PageToken>) -> Result<Page<Account>, Fault> {
        let page = self.inner.accounts(filter, page).await?;
        Ok(Page { total: page.total.map(|total| total + self.missing), ..page })
    }

    async fn account(&self, account: &AccountRef) -> Result<Account, Fault> {
        self.inner.account(self.impostor.as_ref().unwrap_or(account)).await
    }

    async fn search_accounts(&self, query: &str, page: Option<&PageToken>) -> Result<Page<Account>, Fault> {
        self.inner.search_accounts(query, page).await
    }

    async fn account_credentials(&self, account: &AccountRef) -> Result<Option<StoredCredentials>, Fault> {
        self.inner.account_credentials(account).await
    }

    async fn create_account(
        &self,
        connection: &ConnectionName,
        identifier: &Identifier,
        credentials: Option<&Credentials>,
    ) -> Result<Account, Fault> {
        if self.rival {
            self.inner.create_account(connection, identifier, credentials).await?;
        }
        self.inner.create_account(connection, identifier, credentials).await
    }

    async fn update_account(&self, account: &AccountRef, update: &AccountUpdate) -> Result<Account, Fault> {
        self.inner.update_account(account, update).await
    }

    async fn disconnect_account(&self, account: &AccountId) -> Result<Account, Fault> {
        self.inner.disconnect_account(account).await
    }

    async fn delete_account(&self, account: &AccountRef) -> Result<(), Fault> {
        self.inner.delete_account(account).await
    }

    async fn connections(&self, page: Option<&PageToken>) -> Result<Page<Connection>, Fault> {
        let mut page = self.inner.connections(page).await?;
        page.items.iter_mut().for_each(|connection| connection.enabled &= !self.switched_off);
        Ok(page)
    }

    async fn providers(&self, page: Option<&PageToken>) -> Result<Page<ProviderInfo>, Fault> {
        self.inner.providers(page).await
    }

    async fn authorization_link(&self, request: &LinkRequest) -> Result<AuthorizationLink, Fault> {
        self.inner.authorization_link(request).await
    }

    async fn verify_user(&self, request: &AuthRequestId, identifier: &Identifier) -> Result<Option<Url>, Fault> {
        let _permit = self.verifications.acquire().await.unwrap();
        self.inner.verify_user(request, self.verifies_as.as_ref().unwrap_or(identifier)).await
    }

    async fn scoped_tools(&self, filter: &ToolFilter, page: Option<&PageToken>) -> Result<Page<Tool>, Fault> {
        self.asked_for_tools.lock().unwrap().push(filter.names.clone());
        let mut page = self.inner.scoped_tools(filter, page).await?;
        if self.knows_no_names && !filter.names.is_empty() {
            page.items.clear();
        }
        if let Some(twin) = &self.twin {
            let twins: Vec<_> =
                page.items.iter().map(|tool| Tool { account: Some(twin.clone()), ..tool.clone() }).collect();
            page.items.extend(twins);
        }
        Ok(self.tampered(page))
    }

    async fn tools(&self, filter: &CatalogFilter, page: Option<&PageToken>) -> Result<Page<Tool>, Fault> {
        Ok(self.tampered(self.inner.tools(filter, page).await?))
    }

    async fn search_tools(
        &self,
        query: &str,
        identifier: Option<&Identifier>,
        top_k: Option<u32>,
    ) -> Result<Vec<ToolMatch>, Fault> {
        self.inner.search_tools(query, identifier, top_k).await
    }

    async fn execute(&self, call: &ToolCall) -> Result<Execution, Fault> {
        self.inner.execute(call).await
    }

    async fn tool_calls(&self, filter: &CallFilter, page: Option<&PageToken>) -> Result<Page<LoggedCall>, Fault> {
        self.inner.tool_calls(filter, page).await
    }

    async fn tool_call(&self, execution: &ExecutionId) -> Result<LoggedCall, Fault> {
        self.inner.tool_call(execution).await
    }

    async fn proxy(&self, request: &ProxyRequest) -> Result<ProxyResponse, Fault> {
        self.inner.proxy(request).await
    }
}
