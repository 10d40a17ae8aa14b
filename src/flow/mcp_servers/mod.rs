//! MCP servers that the environment provisions: listing, making and changing them, whose accounts they need, the tokens
//! that open them, and handing them to other programs.
//!
//! * [`lookup`]: finding one by its name or id
//! * [`draft`]: configurations as somebody wants them, held against the rules before they are sent
//! * [`ProvisionedServer`]: one of them, whatever it is made from
//! * [`trial`]: opening one as one person, to see what it offers and to call it

mod door;
pub mod draft;
pub mod lookup;
mod presence;
mod provisioned;
pub mod trial;

use futures_util::TryStreamExt as _;

pub use self::provisioned::ProvisionedServer;
use crate::backend::{Ability, Backend, Batches, McpServers};
use crate::domain::{
    ConnectionAuthState, ConnectionName, Fault, FaultKind, Identifier, ServerConfig, ServerConfigDraft, ServerConfigId,
    ServerConfigName, ServerInstance, ServerInstanceFilter, ServerInstanceId, ServerOfPerson, SessionToken,
    TokenRequest,
};
pub use crate::export::{ClientConfig, ClientProgram};
use crate::export::{ClientServer, ServerAccess, client_configs};
use crate::flow::tally::{Mismatch, Tally};

/// The ability to provision servers.
///
/// # Errors
/// [`FaultKind::NotOffered`], in words.
fn servers(backend: &dyn Backend) -> Result<&dyn McpServers, Fault> {
    backend.mcp_servers().ok_or_else(|| Ability::McpServers.fault())
}

/// The same to change something with.
///
/// # Errors
/// [`FaultKind::NotOffered`]; [`FaultKind::ReadOnly`].
fn changing(backend: &dyn Backend) -> Result<&dyn McpServers, Fault> {
    backend.mode().require_writes()?;
    servers(backend)
}

/// Reads all configurations, page by page, held against the total that is stated.
///
/// # Errors
/// The first page that fails. What came before it was handed over.
pub async fn configs(backend: &dyn Backend, on_page: impl FnMut(Vec<ServerConfig>)) -> Result<Option<Mismatch>, Fault> {
    read(servers(backend)?.configs(), |config: &ServerConfig| config.id.clone(), on_page).await
}

/// Reads the instances that fit `filter`, the same way.
///
/// # Errors
/// The first page that fails. What came before it was handed over.
pub async fn instances(
    backend: &dyn Backend,
    filter: ServerInstanceFilter,
    mut on_page: impl FnMut(Vec<ServerInstance>),
) -> Result<Option<Mismatch>, Fault> {
    let list = servers(backend)?.instances(filter.clone());
    // Nobody promises that the broker goes by the filter.
    let fits = |instance: &ServerInstance| {
        filter.config.as_ref().is_none_or(|name| *name == instance.config || instance.config.is_empty())
            && filter.identifier.as_ref().is_none_or(|identifier| *identifier == instance.identifier)
    };
    let on_page = |page: Vec<ServerInstance>| on_page(page.into_iter().filter(fits).collect());
    read(list, |instance: &ServerInstance| instance.id.clone(), on_page).await
}

async fn read<T, K: std::hash::Hash + Eq>(
    mut list: Batches<'_, T>,
    key: impl Fn(&T) -> K,
    mut on_page: impl FnMut(Vec<T>),
) -> Result<Option<Mismatch>, Fault> {
    let mut tally = Tally::default();
    while let Some(mut batch) = list.try_next().await? {
        tally.count(&mut batch, &key);
        on_page(batch.items);
        tally.goes_on()?;
    }
    Ok(tally.mismatch())
}

/// Makes a configuration.
///
/// # Errors
/// [`FaultKind::InvalidInput`] before anything is sent where it breaks a rule; else as the back-end's.
pub async fn create(backend: &dyn Backend, wanted: &ServerConfigDraft) -> Result<ServerConfig, Fault> {
    let servers = changing(backend)?;
    draft::check(wanted)?;
    servers.create_config(wanted).await
}

/// Changes a configuration to all that `wanted` says.
///
/// # Errors
/// As [`create`].
pub async fn update(
    backend: &dyn Backend,
    id: &ServerConfigId,
    wanted: &ServerConfigDraft,
) -> Result<ServerConfig, Fault> {
    let servers = changing(backend)?;
    draft::check_mappings(wanted)?;
    servers.update_config(id, wanted).await
}

/// Deletes a configuration, for good.
///
/// # Errors
/// As the back-end's.
pub async fn delete(backend: &dyn Backend, id: &ServerConfigId) -> Result<(), Fault> {
    changing(backend)?.delete_config(id).await
}

/// The instance of this configuration, person and name; made where there is none.
///
/// # Errors
/// As the back-end's.
pub async fn ensure_instance(
    backend: &dyn Backend,
    config: &ServerConfigName,
    identifier: &Identifier,
    name: Option<&str>,
) -> Result<ServerInstance, Fault> {
    changing(backend)?.ensure_instance(config, identifier, name).await
}

/// Gives an instance another name.
///
/// # Errors
/// As the back-end's; [`FaultKind::InvalidInput`] for an empty name.
pub async fn rename_instance(
    backend: &dyn Backend,
    id: &ServerInstanceId,
    name: &str,
) -> Result<ServerInstance, Fault> {
    let servers = changing(backend)?;
    if name.trim().is_empty() {
        return Err(Fault::new(FaultKind::InvalidInput, "An instance needs a name."));
    }
    servers.rename_instance(id, name).await
}

/// Deletes an instance, for good.
///
/// # Errors
/// As the back-end's.
pub async fn delete_instance(backend: &dyn Backend, id: &ServerInstanceId) -> Result<(), Fault> {
    changing(backend)?.delete_instance(id).await
}

/// Authorization of each connection of a server, for its person.
///
/// # Errors
/// As the back-end's; [`FaultKind::ReadOnly`] with links, for which accounts are made.
pub async fn auth_states(
    backend: &dyn Backend,
    server: &ServerOfPerson,
    with_links: bool,
) -> Result<Vec<ConnectionAuthState>, Fault> {
    let servers = if with_links { changing(backend)? } else { servers(backend)? };
    servers.auth_states(server, with_links).await
}

/// Mints a session token.
///
/// # Errors
/// [`FaultKind::InvalidInput`] before anything is sent where it would live too long or too short; else as the
/// back-end's.
pub async fn mint_token(backend: &dyn Backend, request: &TokenRequest) -> Result<SessionToken, Fault> {
    let servers = servers(backend)?;
    if let Some(lifetime) = request.lifetime
        && !(TokenRequest::SHORTEST..=TokenRequest::LONGEST).contains(&lifetime)
    {
        return Err(Fault::new(FaultKind::InvalidInput, "A session token lives for 60 seconds to 24 hours."));
    }
    servers.mint_token(request).await
}

/// URL of the server that a connection has by itself.
///
/// # Errors
/// [`FaultKind::NotOffered`].
pub fn connection_url(backend: &dyn Backend, connection: &ConnectionName) -> Result<url::Url, Fault> {
    servers(backend)?.connection_url(connection).ok_or_else(|| Ability::McpServers.fault())
}

/// Texts that hand `server` to a program. The token is referred to, and stands in none of them.
///
/// # Errors
/// [`FaultKind::BadAnswer`]: the environment does not say where the server is.
pub fn hand_over(server: &ProvisionedServer, program: ClientProgram) -> Result<Vec<ClientConfig>, Fault> {
    Ok(client_configs(&server.for_programs()?, program))
}

/// Texts that hand the accounts of one person to a program, through a server that this program is: `command` and its
/// arguments start it.
pub fn hand_over_ourselves(command: String, arguments: Vec<String>, program: ClientProgram) -> Vec<ClientConfig> {
    let access = ServerAccess::Process { program: command, arguments, environment: Vec::new() };
    client_configs(&ClientServer { name: "jackfield".to_owned(), access }, program)
}
