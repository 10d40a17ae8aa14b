//! Authorizing an account: a person's consent at the provider becomes tokens that are kept here.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use jiff::Timestamp;

use super::account_store::{AccountFacts, StoredAccount};
use super::connection_spec::ConnectionAuth;
use super::resolved::ResolvedConnection;
use super::{Inner, Local};
use crate::backend::{Ask, Authorization, AuthorizationLink, Authorizer, Step, Verification};
use crate::domain::{Account, AccountId, AccountRef, Fault, FaultKind, Status};
use crate::loopback::{PageVerdict, WaitingBrowser};
use crate::oauth::{CodeEvent, CodeFlow, CodeRequest, DeviceFlow, DeviceRequest, KeepGrant, OAuthApp, TokenGrant};

/// One consent that is waited for.
struct Consent<'a> {
    local: &'a Local,
    connection: Arc<ResolvedConnection>,
    account: StoredAccount,
    ask: Ask,
    flow: Flow,
    granted: Option<Granted>,
}

/// What was granted.
struct Granted {
    /// The grant, where it is not kept yet.
    unkept: Option<Box<TokenGrant>>,
    browser: Option<WaitingBrowser>,
}

enum Flow {
    Code(Box<CodeFlow>),
    Device(Box<DeviceFlow>),
    Over,
}

#[async_trait]
impl Authorizer for Local {
    async fn begin(&self, account: &Account, verification: Verification) -> Result<Box<dyn Authorization + '_>, Fault> {
        let reference = AccountRef::Id(account.id.clone());
        let (account, connection, secret) = self
            .blocking(move |inner| {
                let account = inner.find(&reference)?;
                let connection = inner.resolve(&account.connection)?;
                if let Some(field) = connection.spec.auth.field() {
                    return Err(typed_in(&account, field));
                }
                let secret = inner.client_secret(&connection)?;
                Ok((account, Arc::new(connection), secret))
            })
            .await?;
        let app = OAuthApp { client_id: connection.client_id()?.to_owned(), client_secret: secret };
        let (endpoints, mut quirks) = (connection.endpoints()?, connection.quirks());
        let (scopes, http) = (connection.spec.scopes.clone(), self.0.http.clone());
        if let Verification::ThisMachine(Some(port)) = verification {
            quirks.redirect_ports = vec![port];
        }
        let (flow, ask) = if connection.spec.auth == ConnectionAuth::Device {
            let flow = DeviceFlow::begin(DeviceRequest { endpoints, app, scopes, quirks }, http).await?;
            let link = AuthorizationLink {
                url: flow.page().clone(),
                expires_at: Some(flow.expires_at()),
                callback_port: None,
                renews_at: None,
            };
            let ask = Ask::DeviceCode(link, flow.user_code().clone());
            (Flow::Device(Box::new(flow)), ask)
        } else {
            let whom = format!("{} for {}", account.connection, account.identifier);
            let actor = connection.spec.actor.clone();
            let request = CodeRequest { endpoints, app, scopes, actor, resource: None, whom, quirks };
            let flow = CodeFlow::begin_keeping(request, http, self.keeper_of(&connection, &account.id)).await?;
            let link = AuthorizationLink {
                url: flow.url().clone(),
                expires_at: None,
                callback_port: Some(flow.port()),
                renews_at: None,
            };
            (Flow::Code(Box::new(flow)), Ask::OpenUrl(link))
        };
        Ok(Box::new(Consent { local: self, connection, account, ask, flow, granted: None }))
    }
}

fn typed_in(account: &StoredAccount, field: &str) -> Fault {
    let whom = format!("{}/{}", account.connection, account.identifier);
    let message = format!("The account {whom} has a credential that is typed in ({field}): no page authorizes it.");
    Fault::new(FaultKind::InvalidInput, message)
}

#[async_trait]
impl Authorization for Consent<'_> {
    fn ask(&self) -> &Ask {
        &self.ask
    }

    async fn next(&mut self) -> Result<Step, Fault> {
        if let Some(Granted { unkept, browser }) = self.granted.take() {
            let kept = self.end(unkept).await;
            if let Some(browser) = browser {
                browser.show(match &kept {
                    Ok(_) => PageVerdict::Connected,
                    Err(fault) => PageVerdict::Failed(fault.to_string()),
                });
            }
            if let Flow::Code(flow) = std::mem::replace(&mut self.flow, Flow::Over) {
                flow.close().await;
            }
            return kept.map(Step::Done);
        }
        match &mut self.flow {
            Flow::Code(flow) => match flow.next().await {
                CodeEvent::Stray => Ok(Step::Stray),
                CodeEvent::Refused(fault) => Err(fault),
                CodeEvent::Granted(_, browser) => {
                    self.granted = Some(Granted { unkept: None, browser: Some(browser) });
                    Ok(Step::Consented)
                }
            },
            Flow::Device(flow) => {
                self.granted = Some(Granted { unkept: Some(Box::new(flow.next().await?)), browser: None });
                Ok(Step::Consented)
            }
            Flow::Over => std::future::pending().await,
        }
    }

    fn takes_paste(&self) -> bool {
        matches!(self.flow, Flow::Code(_))
    }

    async fn paste(&mut self, text: &str) -> Result<Step, Fault> {
        let Flow::Code(flow) = &mut self.flow else {
            return Err(Fault::new(FaultKind::InvalidInput, "Nothing is pasted here: type the code on the page."));
        };
        flow.paste(text).await?;
        self.granted = Some(Granted { unkept: None, browser: None });
        Ok(Step::Consented)
    }
}

impl Consent<'_> {
    /// The account as it is with its tokens, which are kept now where they were not before.
    async fn end(&self, unkept: Option<Box<TokenGrant>>) -> Result<Account, Fault> {
        let id = self.account.id.clone();
        if let Some(grant) = unkept {
            let keep = self.local.keeper_of(&self.connection, &id)(*grant);
            // In a task of its own, as nobody can be asked for the same grant again.
            let kept = tokio::spawn(keep).await;
            kept.unwrap_or_else(|error| {
                Err(Fault::new(FaultKind::Local, "Keeping the tokens broke off.").caused_by(error))
            })?;
        }
        self.local.blocking(move |inner| inner.find(&AccountRef::Id(id)).map(|account| inner.shown(account))).await
    }
}

impl Local {
    /// Keeps the tokens of an account, then says so of it: one that is called active has them.
    fn keeper_of(&self, connection: &Arc<ResolvedConnection>, account: &AccountId) -> KeepGrant {
        let (local, connection, account) = (self.clone(), Arc::clone(connection), account.clone());
        Box::new(move |grant| {
            let (local, connection, account) = (local.clone(), Arc::clone(&connection), account.clone());
            async move {
                let key = connection.account_key(account.raw())?;
                local.0.keeper.save(&key, &grant).await?;
                let note = move |inner: &Inner| {
                    let facts = Inner::facts(&grant, AccountFacts::default());
                    let facts = AccountFacts { authorized_at: Some(Timestamp::now()), ..facts };
                    inner.accounts()?.update(&account, &Status::Active, &facts).map(drop)
                };
                local.blocking(note).await
            }
            .boxed()
        })
    }
}
