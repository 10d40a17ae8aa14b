//! Authorizing an account: a person's consent at the provider becomes tokens that are kept here.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use jiff::Timestamp;

use super::account_store::{AccountFacts, StoredAccount};
use super::connection_spec::ConnectionAuth;
use super::mcp::{ServerConsent, ServerGrant};
use super::resolved::ResolvedConnection;
use super::uses::granted_use;
use super::{Inner, Local};
use crate::backend::{Ask, Authorization, AuthorizationLink, Authorizer, Step, Verification};
use crate::domain::{Account, AccountRef, Fault, FaultKind, SafeMessage, Status};
use crate::loopback::{PageVerdict, WaitingBrowser};
use crate::oauth::{CodeEvent, CodeFlow, CodeRequest, DeviceFlow, DeviceRequest, KeepGrant, OAuthApp, TokenGrant};

/// One consent that is waited for.
struct Consent<'a> {
    local: &'a Local,
    connection: Arc<ResolvedConnection>,
    account: StoredAccount,
    ask: Ask,
    flow: Flow,
    /// Place of the tokens, where an MCP server is what they are for.
    server: Option<ServerGrant>,
    notes: Vec<SafeMessage>,
    registered_before: bool,
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
        if let Some(consent) = self.begin_at_server(account, &verification).await? {
            return Ok(consent);
        }
        let reference = AccountRef::Id(account.id.clone());
        let (account, connection, secret) = self
            .blocking(move |inner| {
                let account = inner.find(&reference)?;
                let connection = inner.resolve(&account.connection)?;
                if let Some(field) = connection.spec.auth.field() {
                    return Err(typed_in(&account, field));
                }
                let secret = inner.app_secret(&connection)?;
                Ok((account, Arc::new(connection), secret))
            })
            .await?;
        let app = OAuthApp { client_id: connection.client_id()?.to_owned(), client_secret: secret };
        let mut quirks = connection.quirks();
        let (endpoints, resource) = match &connection.spec.exchange {
            Some(exchange) => {
                let zone = self.zone(&connection).await?;
                quirks.client_auth = exchange.client_auth().or(connection.spec.client_auth).unwrap_or(zone.client_auth);
                quirks.client_key_id.clone_from(&exchange.client_key_id);
                (zone.endpoints, exchange.sign_in_resource.clone())
            }
            None => (connection.endpoints()?, None),
        };
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
            let request = CodeRequest { endpoints, app, scopes, actor, resource, whom, quirks };
            let keeper = self.keeper_of(&connection, &account, None);
            let flow = CodeFlow::begin_keeping(request, http, keeper).await?;
            let ask = Ask::OpenUrl(link(&flow));
            (Flow::Code(Box::new(flow)), ask)
        };
        Ok(Box::new(Consent {
            local: self,
            connection,
            account,
            ask,
            flow,
            server: None,
            notes: Vec::new(),
            registered_before: false,
            granted: None,
        }))
    }

    async fn unattended(&self, account: &Account) -> Result<Option<Account>, Fault> {
        self.open_unattended(account).await
    }

    async fn rehearse(&self, account: &Account) -> Result<Option<SafeMessage>, Fault> {
        let reference = AccountRef::Id(account.id.clone());
        let found = self.blocking(move |inner| {
            let account = inner.find(&reference)?;
            Ok((Arc::new(inner.resolve(&account.connection)?), account))
        });
        let (connection, account) = found.await?;
        if connection.spec.exchange.is_none() {
            return Ok(None);
        }
        self.first_exchange(&connection, &account).await.map(|words| Some(words.into()))
    }
}

impl Local {
    /// The consent for an account of an MCP server; none for any other.
    async fn begin_at_server(
        &self,
        account: &Account,
        verification: &Verification,
    ) -> Result<Option<Box<dyn Authorization + '_>>, Fault> {
        let port = match verification {
            Verification::ThisMachine(port) => *port,
            Verification::Elsewhere(_) | Verification::None => None,
        };
        let Some(consent) = self.server_consent(account, port).await? else { return Ok(None) };
        let ServerConsent { account, connection, request, grant, notes, registered_before } = consent;
        let keeper = self.keeper_of(&connection, &account, Some(grant.clone()));
        let flow = CodeFlow::begin_keeping(*request, self.0.http.clone(), keeper).await?;
        let ask = Ask::OpenUrl(link(&flow));
        let flow = Flow::Code(Box::new(flow));
        let server = Some(grant);
        Ok(Some(Box::new(Consent {
            local: self,
            connection,
            account,
            ask,
            flow,
            server,
            notes,
            registered_before,
            granted: None,
        })))
    }
}

fn link(flow: &CodeFlow) -> AuthorizationLink {
    AuthorizationLink { url: flow.url().clone(), expires_at: None, callback_port: Some(flow.port()), renews_at: None }
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

    fn notes(&self) -> &[SafeMessage] {
        &self.notes
    }

    fn registered_before(&self) -> bool {
        self.registered_before
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
                CodeEvent::Refused(fault) => {
                    let place = self.server.as_ref().map(|server| &server.place);
                    self.local.tell_not_granted(&self.connection, &self.account, place, &fault);
                    Err(self.local.client_refused(self.server.as_ref(), fault).await)
                }
                CodeEvent::Granted(_, browser) => {
                    self.granted = Some(Granted { unkept: None, browser: Some(browser) });
                    Ok(Step::Consented)
                }
            },
            Flow::Device(flow) => {
                let grant = flow.next().await.inspect_err(|fault| {
                    self.local.tell_not_granted(&self.connection, &self.account, None, fault);
                })?;
                self.granted = Some(Granted { unkept: Some(Box::new(grant)), browser: None });
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
            let keep = self.local.keeper_of(&self.connection, &self.account, self.server.clone())(*grant);
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
    fn keeper_of(
        &self,
        connection: &Arc<ResolvedConnection>,
        account: &StoredAccount,
        server: Option<ServerGrant>,
    ) -> KeepGrant {
        let (local, connection, row) = (self.clone(), Arc::clone(connection), account.clone());
        let uses = self.0.uses.in_this_call();
        Box::new(move |grant| {
            // It was given, whatever becomes of keeping it.
            uses.record(granted_use(&connection, &row, &grant));
            let (local, connection, account) = (local.clone(), Arc::clone(&connection), row.id.clone());
            let server = server.clone();
            async move {
                let key = match &server {
                    Some(server) => server.place.key(&account),
                    None => connection.account_key(account.raw())?,
                };
                local.0.keeper.save(&key, &grant).await?;
                // What its server lists may be other things from here on.
                local.close_server(&account).await;
                let note = move |inner: &Inner| {
                    if let Some(server) = server {
                        inner.keep_place(&account, server.place)?;
                    }
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
