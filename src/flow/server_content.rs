//! Resources and prompts of servers, for one person.

use futures_util::TryStreamExt as _;
use tokio::sync::watch;

use super::accounts;
use super::tools::on_connections;
use crate::backend::{Ability, Backend, Batches, ServerContent, TrustedDefinitions};
use crate::domain::{
    AccountRef, ConnectionName, Fault, FaultKind, Identifier, JsonText, Prompt, PromptMessage, Resource,
    ResourceContent, ServerAccount, Untrusted, nearest,
};
use crate::flow::suggest;

fn content(backend: &dyn Backend) -> Result<&dyn ServerContent, Fault> {
    backend.server_content().ok_or_else(|| Ability::ServerContent.fault())
}

/// Reads all resources, and templates of resources, that `identifier` sees on `connections` (every one it has an account
/// on, where that is empty). What came is handed over as it comes. Returns why servers are left out, if any are.
///
/// # Errors
/// The first server that fails, where no other has anything; [`FaultKind::NotOffered`].
pub async fn resources(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
    on_page: impl FnMut(Vec<Resource>),
) -> Result<Vec<Fault>, Fault> {
    let content = content(backend)?;
    let connections = on_connections(backend, identifier, connections).await?;
    take(content.resources(identifier.clone(), connections), on_page).await
}

/// Content of a resource; `uri` is whole.
///
/// # Errors
/// What its server says; [`FaultKind::NotOffered`].
pub async fn read(
    backend: &dyn Backend,
    whose: &ServerAccount,
    uri: &Untrusted,
) -> Result<Vec<ResourceContent>, Fault> {
    content(backend)?.read(whose, uri).await
}

/// Reads all prompts that `identifier` sees on `connections`, in the same way.
///
/// # Errors
/// As of [`resources`].
pub async fn prompts(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
    on_page: impl FnMut(Vec<Prompt>),
) -> Result<Vec<Fault>, Fault> {
    let content = content(backend)?;
    let connections = on_connections(backend, identifier, connections).await?;
    take(content.prompts(identifier.clone(), connections), on_page).await
}

/// Messages of a prompt with these values: a JSON object of texts.
///
/// # Errors
/// What its server says; [`FaultKind::NotOffered`].
pub async fn prompt(
    backend: &dyn Backend,
    whose: &ServerAccount,
    name: &Untrusted,
    arguments: &JsonText,
) -> Result<Vec<PromptMessage>, Fault> {
    content(backend)?.prompt(whose, name, arguments).await
}

/// Count of the changes of what servers offer, as they tell of them; none where there are no servers.
pub fn changes(backend: &dyn Backend) -> Option<watch::Receiver<u64>> {
    backend.trusted_definitions().map(TrustedDefinitions::changes)
}

/// The one prompt of this name among `prompts`.
///
/// # Errors
/// [`FaultKind::NotFound`], with the nearest names; [`FaultKind::Ambiguous`] where several connections have it.
pub fn one_prompt<'a>(prompts: &'a [Prompt], name: &str) -> Result<&'a Prompt, Fault> {
    let found: Vec<_> = prompts.iter().filter(|prompt| prompt.name.raw() == name).collect();
    match *found {
        [prompt] => Ok(prompt),
        [] => {
            let near = nearest(name, prompts.iter().map(|prompt| &prompt.name), |name| name.raw());
            let shown = Untrusted::from(name);
            let message = format!("There is no prompt named {shown}.{}", suggest::did_you_mean(&near));
            Err(Fault::new(FaultKind::NotFound, message))
        }
        _ => Err(several(found.iter().map(|prompt| &prompt.seen_by), "have a prompt of this name")),
    }
}

/// The account that a resource is read with, whether or not its server lists it: that on the only one of `connections`,
/// else as [`lister_of`] says of what `identifier` sees.
///
/// # Errors
/// As of [`lister_of`] and [`resources`].
pub async fn reader(
    backend: &dyn Backend,
    identifier: &Identifier,
    connections: &[ConnectionName],
    uri: &str,
) -> Result<ServerAccount, Fault> {
    if let [connection] = connections {
        let account = AccountRef::Pair(connection.clone(), identifier.clone());
        let account = accounts::get(backend, &account).await?;
        return Ok(ServerAccount {
            account: account.id,
            connection: account.connection,
            identifier: account.identifier,
        });
    }
    let mut listed = Vec::new();
    resources(backend, identifier, connections, |page| listed.extend(page)).await?;
    lister_of(&listed, uri)
}

/// The account whose server lists a resource, else the only one whose server lists any.
///
/// # Errors
/// [`FaultKind::NotFound`] where there is no server to ask; [`FaultKind::Ambiguous`] where there are several.
pub fn lister_of(resources: &[Resource], uri: &str) -> Result<ServerAccount, Fault> {
    let accounts = |listed: &mut dyn Iterator<Item = &Resource>| {
        let mut accounts: Vec<ServerAccount> = Vec::new();
        for resource in listed {
            if !accounts.contains(&resource.seen_by) {
                accounts.push(resource.seen_by.clone());
            }
        }
        accounts
    };
    let listing = accounts(&mut resources.iter().filter(|resource| !resource.is_template && resource.uri.raw() == uri));
    let candidates = if listing.is_empty() { accounts(&mut resources.iter()) } else { listing };
    match candidates.as_slice() {
        [account] => Ok(account.clone()),
        [] => Err(Fault::new(FaultKind::NotFound, "No server of this person lists a resource. Name a connection.")),
        several_of => Err(several(several_of.iter(), "may have this resource")),
    }
}

fn several<'a>(accounts: impl Iterator<Item = &'a ServerAccount>, what: &str) -> Fault {
    let names: Vec<_> = accounts.map(|account| account.connection.to_string()).collect();
    Fault::new(FaultKind::Ambiguous, format!("Several connections {what}: {}. Name one.", names.join(", ")))
}

async fn take<T>(mut list: Batches<'_, T>, mut on_page: impl FnMut(Vec<T>)) -> Result<Vec<Fault>, Fault> {
    let (mut is_empty, mut left_out) = (true, Vec::new());
    while let Some(batch) = list.try_next().await? {
        left_out.extend(batch.left_out);
        if !batch.items.is_empty() {
            is_empty = false;
            on_page(batch.items);
        }
    }
    if is_empty && !left_out.is_empty() { Err(left_out.swap_remove(0)) } else { Ok(left_out) }
}

/// Sentences on servers whose part of a list is missing, safe to show.
pub fn left_out(faults: &[Fault]) -> String {
    let told = |fault: &Fault| match fault.account() {
        Some(account) => format!("{account} is left out: {fault}"),
        None => fault.to_string(),
    };
    faults.iter().map(told).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen_by(connection: &str) -> ServerAccount {
        ServerAccount { account: connection.into(), connection: connection.into(), identifier: "ada".into() }
    }

    fn resource(connection: &str, uri: &str) -> Resource {
        Resource {
            seen_by: seen_by(connection),
            uri: uri.into(),
            is_template: uri.contains('{'),
            title: "".into(),
            description: "".into(),
            media_type: "".into(),
            size: None,
        }
    }

    #[test]
    fn a_resource_is_read_with_the_account_that_lists_it_and_nobody_guesses() {
        let listed = [resource("a", "x:1"), resource("b", "x:2"), resource("b", "x:{n}")];
        assert_eq!(lister_of(&listed, "x:1").unwrap(), seen_by("a"));
        assert_eq!(lister_of(&listed, "x:3").unwrap_err().kind, FaultKind::Ambiguous);
        assert_eq!(lister_of(&listed[1..], "x:3").unwrap(), seen_by("b"), "a template may make it");
        assert_eq!(lister_of(&[], "x:3").unwrap_err().kind, FaultKind::NotFound);
    }

    #[test]
    fn a_prompt_is_found_by_its_name_and_the_nearest_are_told() {
        let prompt = |connection: &str, name: &str| Prompt {
            seen_by: seen_by(connection),
            name: name.into(),
            title: "".into(),
            description: "".into(),
            arguments: Vec::new(),
        };
        let listed = [prompt("a", "greeting"), prompt("a", "both"), prompt("b", "both")];
        assert_eq!(one_prompt(&listed, "greeting").unwrap().name.raw(), "greeting");
        let fault = one_prompt(&listed, "greetin").unwrap_err();
        assert!(fault.kind == FaultKind::NotFound && fault.message.contains("greeting"), "{fault}");
        assert_eq!(one_prompt(&listed, "both").unwrap_err().kind, FaultKind::Ambiguous);
    }
}
