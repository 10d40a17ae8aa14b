//! A broker that passes everything on to the real client, except where a test meddles.

use async_trait::async_trait;
use jackfield::broker::scalekit::Scalekit;
use jackfield::broker::{
    AccountFilter, AuthRequestId, AuthorizationLink, Broker, LinkRequest, Page, PageToken, ToolFilter,
};
use jackfield::domain::{
    Account, AccountId, AccountRef, Connection, ConnectionName, Execution, Fault, Identifier, Tool, ToolCall,
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
        }
    }
}

#[async_trait]
impl Broker for Meddler {
    async fn accounts(&self, filter: &AccountFilter, page: Option<&PageToken>) -> Result<Page<Account>, Fault> {
        let page = self.inner.accounts(filter, page).await?;
        Ok(Page { total: page.total.map(|total| total + self.missing), ..page })
    }

    async fn account(&self, account: &AccountRef) -> Result<Account, Fault> {
        self.inner.account(account).await
    }

    async fn create_account(&self, connection: &ConnectionName, identifier: &Identifier) -> Result<Account, Fault> {
        if self.rival {
            self.inner.create_account(connection, identifier).await?;
        }
        self.inner.create_account(connection, identifier).await
    }

    async fn connections(&self, page: Option<&PageToken>) -> Result<Page<Connection>, Fault> {
        let mut page = self.inner.connections(page).await?;
        page.items.iter_mut().for_each(|connection| connection.enabled &= !self.switched_off);
        Ok(page)
    }

    async fn authorization_link(&self, request: &LinkRequest) -> Result<AuthorizationLink, Fault> {
        self.inner.authorization_link(request).await
    }

    async fn verify_user(&self, request: &AuthRequestId, identifier: &Identifier) -> Result<Option<Url>, Fault> {
        let _permit = self.verifications.acquire().await.unwrap();
        self.inner.verify_user(request, self.verifies_as.as_ref().unwrap_or(identifier)).await
    }

    async fn scoped_tools(&self, filter: &ToolFilter, page: Option<&PageToken>) -> Result<Page<Tool>, Fault> {
        let mut page = self.inner.scoped_tools(filter, page).await?;
        if let Some(twin) = &self.twin {
            let twins: Vec<_> =
                page.items.iter().map(|tool| Tool { account: Some(twin.clone()), ..tool.clone() }).collect();
            page.items.extend(twins);
        }
        Ok(page)
    }

    async fn execute(&self, call: &ToolCall) -> Result<Execution, Fault> {
        self.inner.execute(call).await
    }
}
