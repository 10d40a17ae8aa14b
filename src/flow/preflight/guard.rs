//! The back-end of an open environment, with its mode: whatever front, command or task comes with a change, it goes
//! through here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt as _};
use url::Url;

use crate::backend::local::ConnectionSpec;
use crate::backend::{
    Ability, About, AccountAdmin, Accounts, Authorization, AuthorizationLink, Authorizer, Backend, Batches, CallLog,
    ConnectGuide, ConnectOffer, ConnectTarget, ConnectionAdmin, ConnectionDraft, Connections, CredentialForms, Links,
    McpServers, Proxy, ProxyCall, ServerContent, Snippets, Tools, TrustedDefinitions, UserVerification, Verification,
};
use crate::domain::{
    AccessLevel, Account, AccountId, AccountRef, Connection, ConnectionAuthState, ConnectionName, Credentials, Fault,
    FaultKind, Identifier, Mode, ProxyRequest, ProxyResponse, SafeMessage, Secret, ServerConfig, ServerConfigDraft,
    ServerConfigId, ServerConfigName, ServerInstance, ServerInstanceFilter, ServerInstanceId, ServerOfPerson,
    SessionToken, TokenRequest, Untrusted,
};

/// Mode in force, shared by an environment and whoever may change it. What is under way when it changes is not
/// stopped.
#[derive(Clone, Debug)]
pub struct ModeSwitch(Arc<AtomicU8>);

impl ModeSwitch {
    /// A switch that stands on `mode`.
    pub fn new(mode: Mode) -> Self {
        Self(Arc::new(AtomicU8::new(mode as u8)))
    }

    /// The mode in force.
    pub fn get(&self) -> Mode {
        let stored = self.0.load(Ordering::SeqCst);
        Mode::ALL.iter().copied().find(|mode| *mode as u8 == stored).unwrap_or(Mode::Read)
    }

    /// Puts another one in force, for whatever begins from here on.
    pub fn set(&self, mode: Mode) {
        self.0.store(mode as u8, Ordering::SeqCst);
    }
}

/// A back-end that refuses what its mode refuses. Reads pass unseen; calls of tools say nothing of their effect, so
/// those are held where they are cleared ([`super::Cleared`]), by the mode that is asked for here.
pub struct GuardedBackend {
    inner: Arc<dyn Backend>,
    mode: ModeSwitch,
}

impl GuardedBackend {
    /// The same back-end in this mode.
    pub fn new(inner: Arc<dyn Backend>, mode: ModeSwitch) -> Self {
        Self { inner, mode }
    }

    fn admin(&self) -> Result<&dyn AccountAdmin, Fault> {
        self.mode.get().require_writes()?;
        self.inner.account_admin().ok_or_else(|| Ability::AccountAdmin.fault())
    }
}

impl Backend for GuardedBackend {
    fn about(&self) -> &About {
        self.inner.about()
    }

    fn mode(&self) -> Mode {
        self.mode.get()
    }

    fn accounts(&self) -> &dyn Accounts {
        self.inner.accounts()
    }

    fn tools(&self) -> &dyn Tools {
        self.inner.tools()
    }

    fn authorizer(&self) -> &dyn Authorizer {
        self
    }

    fn links(&self) -> Option<&dyn Links> {
        self.inner.links().map(|_| self as &dyn Links)
    }

    fn user_verification(&self) -> Option<&dyn UserVerification> {
        self.inner.user_verification().map(|_| self as &dyn UserVerification)
    }

    fn connections(&self) -> Option<&dyn Connections> {
        self.inner.connections()
    }

    fn connection_admin(&self) -> Option<&dyn ConnectionAdmin> {
        self.inner.connection_admin().map(|_| self as &dyn ConnectionAdmin)
    }

    fn account_admin(&self) -> Option<&dyn AccountAdmin> {
        self.inner.account_admin().map(|_| self as &dyn AccountAdmin)
    }

    fn credential_forms(&self) -> Option<&dyn CredentialForms> {
        self.inner.credential_forms()
    }

    fn call_log(&self) -> Option<&dyn CallLog> {
        self.inner.call_log()
    }

    fn proxy(&self) -> Option<&dyn Proxy> {
        self.inner.proxy().map(|_| self as &dyn Proxy)
    }

    fn snippets(&self) -> Option<&dyn Snippets> {
        self.inner.snippets()
    }

    fn mcp_servers(&self) -> Option<&dyn McpServers> {
        self.inner.mcp_servers().map(|_| self as &dyn McpServers)
    }

    fn server_content(&self) -> Option<&dyn ServerContent> {
        self.inner.server_content()
    }

    fn trusted_definitions(&self) -> Option<&dyn TrustedDefinitions> {
        self.inner.trusted_definitions()
    }
}

#[async_trait]
impl Authorizer for GuardedBackend {
    async fn begin(&self, account: &Account, verification: Verification) -> Result<Box<dyn Authorization + '_>, Fault> {
        self.mode.get().require_writes()?;
        self.inner.authorizer().begin(account, verification).await
    }

    async fn unattended(&self, account: &Account) -> Result<Option<Account>, Fault> {
        self.mode.get().require_writes()?;
        self.inner.authorizer().unattended(account).await
    }

    async fn rehearse(&self, account: &Account) -> Result<Option<SafeMessage>, Fault> {
        self.inner.authorizer().rehearse(account).await
    }
}

#[async_trait]
impl UserVerification for GuardedBackend {
    async fn link(&self, account: &Account, page: &Url, state: &Secret) -> Result<AuthorizationLink, Fault> {
        self.mode.get().require_writes()?;
        self.verification()?.link(account, page, state).await
    }

    async fn confirm(&self, request: &Untrusted, identifier: &Identifier) -> Result<(), Fault> {
        self.mode.get().require_writes()?;
        self.verification()?.confirm(request, identifier).await
    }
}

impl GuardedBackend {
    fn verification(&self) -> Result<&dyn UserVerification, Fault> {
        let message = "This environment does not verify users step by step.";
        self.inner.user_verification().ok_or_else(|| Fault::new(FaultKind::NotOffered, message))
    }
}

#[async_trait]
impl Links for GuardedBackend {
    async fn link(&self, account: &Account, page: Option<Url>) -> Result<AuthorizationLink, Fault> {
        self.mode.get().require_writes()?;
        let links = self.inner.links().ok_or_else(|| Ability::Links.fault())?;
        links.link(account, page).await
    }
}

#[async_trait]
impl ConnectionAdmin for GuardedBackend {
    fn offers(&self) -> Vec<ConnectOffer> {
        self.inner.connection_admin().map(|admin| admin.offers()).unwrap_or_default()
    }

    async fn guide(&self, target: &ConnectTarget, name: Option<&ConnectionName>) -> Result<ConnectGuide, Fault> {
        let admin = self.inner.connection_admin().ok_or_else(|| Ability::ConnectionAdmin.fault())?;
        admin.guide(target, name).await
    }

    async fn save(&self, draft: ConnectionDraft) -> Result<Connection, Fault> {
        self.mode.get().require_writes()?;
        let admin = self.inner.connection_admin().ok_or_else(|| Ability::ConnectionAdmin.fault())?;
        admin.save(draft).await
    }

    async fn forget_registration(&self, spec: &ConnectionSpec) -> Result<bool, Fault> {
        self.mode.get().require_writes()?;
        let admin = self.inner.connection_admin().ok_or_else(|| Ability::ConnectionAdmin.fault())?;
        admin.forget_registration(spec).await
    }
}

#[async_trait]
impl AccountAdmin for GuardedBackend {
    async fn create(
        &self,
        connection: &ConnectionName,
        identifier: &Identifier,
        credentials: Option<&Credentials>,
    ) -> Result<Account, Fault> {
        self.admin()?.create(connection, identifier, credentials).await
    }

    async fn update(&self, account: &AccountRef, credentials: &Credentials) -> Result<Account, Fault> {
        self.admin()?.update(account, credentials).await
    }

    async fn disconnect(&self, account: &AccountId) -> Result<Account, Fault> {
        self.admin()?.disconnect(account).await
    }

    async fn delete(&self, account: &AccountRef) -> Result<(), Fault> {
        self.admin()?.delete(account).await
    }
}

#[async_trait]
impl McpServers for GuardedBackend {
    fn configs(&self) -> Batches<'_, ServerConfig> {
        match self.servers() {
            Ok(servers) => servers.configs(),
            Err(fault) => stream::once(async { Err(fault) }).boxed(),
        }
    }

    async fn config(&self, id: &ServerConfigId) -> Result<ServerConfig, Fault> {
        self.servers()?.config(id).await
    }

    async fn create_config(&self, draft: &ServerConfigDraft) -> Result<ServerConfig, Fault> {
        self.mode.get().require_writes()?;
        self.servers()?.create_config(draft).await
    }

    async fn update_config(&self, id: &ServerConfigId, draft: &ServerConfigDraft) -> Result<ServerConfig, Fault> {
        self.mode.get().require_writes()?;
        self.servers()?.update_config(id, draft).await
    }

    async fn delete_config(&self, id: &ServerConfigId) -> Result<(), Fault> {
        self.mode.get().require_writes()?;
        self.servers()?.delete_config(id).await
    }

    fn instances(&self, filter: ServerInstanceFilter) -> Batches<'_, ServerInstance> {
        match self.servers() {
            Ok(servers) => servers.instances(filter),
            Err(fault) => stream::once(async { Err(fault) }).boxed(),
        }
    }

    async fn ensure_instance(
        &self,
        config: &ServerConfigName,
        identifier: &Identifier,
        name: Option<&str>,
    ) -> Result<ServerInstance, Fault> {
        self.mode.get().require_writes()?;
        self.servers()?.ensure_instance(config, identifier, name).await
    }

    async fn rename_instance(&self, id: &ServerInstanceId, name: &str) -> Result<ServerInstance, Fault> {
        self.mode.get().require_writes()?;
        self.servers()?.rename_instance(id, name).await
    }

    async fn delete_instance(&self, id: &ServerInstanceId) -> Result<(), Fault> {
        self.mode.get().require_writes()?;
        self.servers()?.delete_instance(id).await
    }

    async fn auth_states(&self, server: &ServerOfPerson, with_links: bool) -> Result<Vec<ConnectionAuthState>, Fault> {
        if with_links {
            self.mode.get().require_writes()?;
        }
        self.servers()?.auth_states(server, with_links).await
    }

    /// A token is a way to change things past this guard, unless it is one that only reads.
    async fn mint_token(&self, request: &TokenRequest) -> Result<SessionToken, Fault> {
        match request.access {
            AccessLevel::Full => self.mode.get().require_writes()?,
            AccessLevel::ReadOnly => {}
        }
        self.servers()?.mint_token(request).await
    }

    fn connection_url(&self, connection: &ConnectionName) -> Option<Url> {
        self.inner.mcp_servers()?.connection_url(connection)
    }
}

impl GuardedBackend {
    fn servers(&self) -> Result<&dyn McpServers, Fault> {
        self.inner.mcp_servers().ok_or_else(|| Ability::McpServers.fault())
    }

    /// The way to a provider, for a request that the mode lets go out.
    fn permitted(&self, request: &ProxyRequest) -> Result<&dyn Proxy, Fault> {
        if let Some(reason) = self.mode.get().refuses(request.method.reading()) {
            return Err(Fault::new(FaultKind::ReadOnly, format!("{reason} Nothing was sent.")));
        }
        self.inner.proxy().ok_or_else(|| Ability::Proxy.fault())
    }
}

#[async_trait]
impl Proxy for GuardedBackend {
    async fn send(&self, request: &ProxyRequest) -> Result<ProxyResponse, Fault> {
        self.permitted(request)?.send(request).await
    }

    async fn send_for(&self, request: &ProxyRequest, call: &ProxyCall) -> Result<ProxyResponse, Fault> {
        self.permitted(request)?.send_for(request, call).await
    }

    async fn is_on_this_machine(&self, connection: &ConnectionName) -> bool {
        match self.inner.proxy() {
            Some(proxy) => proxy.is_on_this_machine(connection).await,
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_says_what_it_was_set_to_to_all_that_share_it() {
        for mode in Mode::ALL.iter().copied() {
            let switch = ModeSwitch::new(Mode::Ask);
            let shared = switch.clone();
            switch.set(mode);
            assert_eq!(shared.get(), mode);
        }
    }
}
