//! The tools one identifier may call, and why there may be none.

use futures_util::{StreamExt as _, pin_mut};

use super::{accounts, connections};
use crate::broker::{AccountFilter, Broker, ToolFilter, pages};
use crate::domain::{Account, ConnectionName, Fault, Identifier, Status, Tool};

/// Reads all tools that `identifier` may call on `connections` (every connection it has an account
/// on, where that is empty). Pages go to `on_page` as they arrive.
///
/// Returns the likely cause, in a sentence, when there are none at all.
///
/// # Errors
/// The first page that fails.
pub async fn load(
    broker: &dyn Broker,
    identifier: &Identifier,
    connections: &[ConnectionName],
    mut on_page: impl FnMut(Vec<Tool>, Option<u64>),
) -> Result<Option<String>, Fault> {
    let mut connections = connections.to_vec();
    if connections.is_empty() {
        connections = accounts_of(broker, identifier).await?.into_iter().map(|account| account.connection).collect();
    }
    if connections.is_empty() {
        return why_none(broker, identifier, &connections).await.map(Some);
    }
    let filter = ToolFilter { identifier: identifier.clone(), connections };
    let filter = &filter;
    let mut none = true;
    {
        let pages = pages::all(|token| async move { broker.scoped_tools(filter, token.as_ref()).await });
        pin_mut!(pages);
        while let Some(page) = pages.next().await {
            let page = page?;
            none &= page.items.is_empty();
            on_page(page.items, page.total);
        }
    }
    if none { why_none(broker, identifier, &filter.connections).await.map(Some) } else { Ok(None) }
}

async fn accounts_of(broker: &dyn Broker, identifier: &Identifier) -> Result<Vec<Account>, Fault> {
    let filter = AccountFilter { identifier: Some(identifier.clone()), connection: None };
    let mut found = Vec::new();
    accounts::load(broker, &filter, |page, _| found.extend(page)).await?;
    Ok(found)
}

/// Asks the control questions: does the identifier exist, does the connection exist under this very
/// name, is it enabled, is the account active.
async fn why_none(broker: &dyn Broker, identifier: &Identifier, wanted: &[ConnectionName]) -> Result<String, Fault> {
    let own = accounts_of(broker, identifier).await?;
    if own.is_empty() {
        return Ok(format!(
            "{identifier} has no connected account in this environment. Is it spelled as your application spells it?"
        ));
    }
    let connections = connections::load(broker).await?;
    for name in wanted {
        let Some(connection) = connections.iter().find(|connection| connection.name == *name) else {
            let twin = connections.iter().find(|c| c.name.raw().eq_ignore_ascii_case(name.raw()));
            return Ok(match twin {
                Some(twin) => {
                    format!("There is no connection named {name}, but there is one named {}. Case matters.", twin.name)
                }
                None => format!("There is no connection named {name} in this environment."),
            });
        };
        if !connection.enabled {
            return Ok(format!("The connection {name} is switched off in this environment."));
        }
    }
    let relevant: Vec<_> =
        own.iter().filter(|account| wanted.is_empty() || wanted.contains(&account.connection)).collect();
    Ok(match relevant.iter().find(|account| account.status != Status::Active) {
        Some(account) => format!("{} is {}, not active. {}", account.label(), account.status.word(), account.status.meaning()),
        None if relevant.is_empty() => format!("{identifier} has no account on this connection."),
        None => "The account is active, but the broker lists no tools for it. The connection may be newly made, or its provider may offer none.".into(),
    })
}
