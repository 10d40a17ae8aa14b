//! Resources and prompts of the servers that a person has accounts on.

use futures_util::{Stream, TryStreamExt as _};
use tokio::sync::watch;

use super::accounts;
use crate::backend::{Ability, Backend, Batch, ServerContent, TrustedDefinitions};
use crate::domain::{
    ConnectionName, Fault, Identifier, JsonText, Prompt, PromptMessage, Resource, ResourceContent, ServerAccount,
    Untrusted,
};

/// Rows of one list that are read; a server that goes on has no end.
const MOST_ROWS: usize = 50_000;

/// Reads the resources, and templates of some, that `identifier` sees on `connections`, or on every one that they have
/// an account on. Pages go to `on_page` as they arrive. True if the list goes on beyond what is read of one.
///
/// # Errors
/// The first page that fails; [`FaultKind::NotOffered`](crate::domain::FaultKind::NotOffered) where the environment has
/// no servers.
pub async fn resources(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
    on_page: impl FnMut(Vec<Resource>),
) -> Result<bool, Fault> {
    let content = of(backend)?;
    let connections = on_connections(backend, identifier, connections).await?;
    take(content.resources(identifier.clone(), connections), on_page).await
}

/// Reads the prompts in the same way.
///
/// # Errors
/// As of [`resources`].
pub async fn prompts(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
    on_page: impl FnMut(Vec<Prompt>),
) -> Result<bool, Fault> {
    let content = of(backend)?;
    let connections = on_connections(backend, identifier, connections).await?;
    take(content.prompts(identifier.clone(), connections), on_page).await
}

/// Reads a resource with an account.
///
/// # Errors
/// What the server says; [`FaultKind::NotOffered`](crate::domain::FaultKind::NotOffered) as above.
pub async fn read(
    backend: &dyn Backend,
    whose: &ServerAccount,
    uri: &Untrusted,
) -> Result<Vec<ResourceContent>, Fault> {
    of(backend)?.read(whose, uri).await
}

/// Fills in a prompt with these values: an object of texts.
///
/// # Errors
/// As of [`read`].
pub async fn prompt(
    backend: &dyn Backend,
    whose: &ServerAccount,
    name: &Untrusted,
    arguments: &JsonText,
) -> Result<Vec<PromptMessage>, Fault> {
    of(backend)?.prompt(whose, name, arguments).await
}

/// Count of the changes of what servers offer, as they are told of; none where there are no servers.
pub fn changes(backend: &dyn Backend) -> Option<watch::Receiver<u64>> {
    backend.trusted_definitions().map(TrustedDefinitions::changes)
}

fn of(backend: &dyn Backend) -> Result<&dyn ServerContent, Fault> {
    backend.server_content().ok_or_else(|| Ability::ServerContent.fault())
}

async fn on_connections(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
) -> Result<Vec<ConnectionName>, Fault> {
    if !connections.is_empty() {
        return Ok(connections.to_vec());
    }
    Ok(accounts::of_person(backend, identifier).await?.into_iter().map(|account| account.connection).collect())
}

async fn take<T>(
    mut list: impl Stream<Item = Result<Batch<T>, Fault>> + Unpin,
    mut on_page: impl FnMut(Vec<T>),
) -> Result<bool, Fault> {
    let mut rows = 0;
    while let Some(Batch { mut items, .. }) = list.try_next().await? {
        items.truncate(MOST_ROWS - rows);
        rows += items.len();
        on_page(items);
        if rows == MOST_ROWS {
            return Ok(true);
        }
    }
    Ok(false)
}
