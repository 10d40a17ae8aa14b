//! Trying a provisioned server as one person: what it offers, held against the tools that the person may call on the same
//! connections, and calls through it.
//!
//! Each look and each call has a session token of its own, minted for it and forgotten after it.

use std::sync::Arc;

use super::door::ServerDoor;
use super::presence::compare;
pub use super::presence::{ToolPresence, TriedTool};
use super::{ProvisionedServer, mint_token};
use crate::backend::http_log::HttpLog;
use crate::backend::{Backend, Watch, server_log};
use crate::domain::{
    AccessLevel, Execution, Fault, FaultKind, Identifier, JsonText, Mode, Secret, TokenRequest, ToolCall, Untrusted,
};
use crate::flow::environment::Opened;
use crate::flow::preflight::{Claim, Claimant, Cleared, ResolvedAccount, resolve_account};
use crate::flow::record::{Recorded, Recorder};
use crate::flow::tools;
use crate::mcp::client::{BearerSource, ClientOptions, Endpoint, HttpEndpoint, McpClient};
use crate::oauth::ServerChallenge;

/// A provisioned server as one person finds it.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The server.
    pub provisioned: ProvisionedServer,
    /// The person.
    pub identifier: Identifier,
    /// Freedom of the session tokens that it is opened with.
    pub access: AccessLevel,
    /// Name and version that it gives itself; empty where it tells none.
    pub server: Untrusted,
    /// Version of the protocol that was agreed on.
    pub protocol: Untrusted,
    /// Its tools, and those that it was expected to have, by name.
    pub tools: Vec<TriedTool>,
}

impl Trial {
    /// The tool of this name, if the server offers it.
    pub fn offered(&self, name: &str) -> Option<&TriedTool> {
        self.tools.iter().find(|tried| tried.tool.name.raw() == name && tried.presence.is_offered())
    }

    /// Number of tools that the server offers.
    pub fn count(&self) -> usize {
        self.tools.iter().filter(|tried| tried.presence.is_offered()).count()
    }

    /// Number of tools that are not as the configuration has them.
    pub fn odd(&self) -> usize {
        self.tools.iter().filter(|tried| tried.presence.is_odd()).count()
    }
}

/// Opens `server` as `identifier`, and lists what it offers beside what the person may call.
///
/// # Errors
/// [`FaultKind::NeedsAuthorization`] where an account that it needs is not active; else as the back-end's, or the
/// server's.
pub async fn look(
    opened: &Opened,
    server: &ProvisionedServer,
    identifier: &Identifier,
    access: AccessLevel,
) -> Result<Trial, Fault> {
    let backend = opened.backend.as_ref();
    let access = permitted(backend, access);
    let client = open(backend, &opened.http_log, server, identifier, access).await?;
    let looked = async {
        let about = client.server().await?;
        let offered = client.tools().await?;
        Ok::<_, Fault>((about, offered))
    };
    let looked = looked.await;
    client.close().await;
    let (about, offered) = looked?;
    let mut scoped = Vec::new();
    tools::load(backend, identifier, &server.connections(), |page, _| scoped.extend(page)).await?;
    let named = format!("{} {}", about.name.raw(), about.version.raw());
    Ok(Trial {
        provisioned: server.clone(),
        identifier: identifier.clone(),
        access,
        server: named.trim().into(),
        protocol: about.protocol.clone(),
        tools: compare(server, access, offered, scoped),
    })
}

/// The freedom that is asked for, or less where the environment is open read-only.
fn permitted(backend: &dyn Backend, access: AccessLevel) -> AccessLevel {
    match backend.mode() {
        Mode::Read => AccessLevel::ReadOnly,
        Mode::Ask | Mode::Free => access,
    }
}

/// The account that a call of `tried` acts as, by its own word.
///
/// # Errors
/// [`FaultKind::Ambiguous`] where nobody says on which connection the tool runs; else as [`resolve_account`].
pub async fn account(
    backend: &dyn Backend,
    identifier: &Identifier,
    tried: &TriedTool,
) -> Result<ResolvedAccount, Fault> {
    if tried.tool.account.is_none() && tried.connection.is_none() {
        let message = format!("The server does not say on which connection {} runs.", tried.tool.name);
        return Err(Fault::new(FaultKind::Ambiguous, message));
    }
    let claim = Claim {
        by: Claimant::ToolList,
        account: tried.tool.account.clone(),
        identifier: identifier.clone(),
        connection: tried.connection.clone(),
    };
    resolve_account(backend, &claim).await
}

/// Calls a tool through `server`, once, and writes it down like any call. `watch` hears of its course, and of what the
/// server asks.
pub async fn call(
    opened: &Opened,
    recorder: &Recorder,
    server: &ProvisionedServer,
    access: AccessLevel,
    call: &Cleared<ToolCall>,
    watch: Watch,
) -> Recorded<Execution> {
    let door = ServerDoor::new(opened, server, permitted(opened.backend.as_ref(), access));
    recorder.run_watched(&door, call, watch).await.map(|answered| answered.execution)
}

/// A client of the server, with a token for it that was minted for this one use. Its exchanges go to `log`.
///
/// # Errors
/// As of [`look`].
pub(super) async fn open(
    backend: &dyn Backend,
    log: &Arc<HttpLog>,
    server: &ProvisionedServer,
    identifier: &Identifier,
    access: AccessLevel,
) -> Result<McpClient, Fault> {
    let url = server.url()?;
    let request = TokenRequest {
        target: server.target.clone(),
        identifier: identifier.clone(),
        lifetime: Some(TokenRequest::SHORTEST),
        access,
    };
    let token = mint_token(backend, &request).await?.token;
    let secrets: Arc<[Secret]> = [token.clone()].into();
    let (exchanges, messages, hidden) = (Arc::clone(log), Arc::clone(log), Arc::clone(&secrets));
    let origin = url.origin().ascii_serialization();
    let options = ClientOptions {
        observer: Arc::new(move |exchange| exchanges.record(server_log::exchange(&exchange, &hidden))),
        log: Arc::new(move |message| messages.record(server_log::message(&message, &origin, &secrets))),
        ..ClientOptions::default()
    };
    let bearer: Arc<dyn BearerSource> = Arc::new(MintedToken(token));
    let endpoint = HttpEndpoint { url, headers: Vec::new(), bearer: Some(bearer) };
    Ok(McpClient::new(Endpoint::Http(endpoint), options))
}

/// Token that there is only one of.
struct MintedToken(Secret);

#[async_trait::async_trait]
impl BearerSource for MintedToken {
    async fn token(&self) -> Result<Option<Secret>, Fault> {
        Ok(Some(self.0.clone()))
    }

    async fn refused(&self, _token: Option<&Secret>, challenge: &ServerChallenge) -> Result<Secret, Fault> {
        let message = "The server refused the session token that the environment had just minted for it.";
        let fault = Fault::new(FaultKind::Forbidden, message);
        let said = challenge.description.as_ref().or(challenge.error.as_ref());
        Err(said.map_or(fault.clone(), |said| fault.said(said.clone())))
    }
}

/// The input of a call, which must be an object.
///
/// # Errors
/// [`FaultKind::InvalidInput`].
pub(super) fn require_object(input: &JsonText) -> Result<(), Fault> {
    match input.is_object() {
        true => Ok(()),
        false => Err(Fault::new(FaultKind::InvalidInput, "A tool's input must be a JSON object.")),
    }
}
