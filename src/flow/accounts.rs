//! Reading every account there is, batch by batch, and many at once where there are many.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::connections;
use super::tally::{Mismatch, Tally};
use crate::backend::{AccountFilter, Backend, Batch, Batches};
use crate::domain::{Account, AccountId, AccountRef, Connection, Fault, FaultKind, Identifier};

/// As many batches are read one after the other; beyond that, connections are read side by side.
pub const FEW_PAGES: u64 = 4;

/// Connections that are read at once: enough to be quick, too few to use up a limit of requests.
pub const AT_ONCE: usize = 4;

/// Reads one account, found by its id or by connection and identifier.
///
/// # Errors
/// As the back-end's.
pub async fn get(backend: &dyn Backend, account: &AccountRef) -> Result<Account, Fault> {
    backend.accounts().get(account).await
}

/// Reads all accounts that fit `filter`. Each batch goes to `on_page` as it arrives, without the
/// accounts that an earlier one held already, and with the total that the other side states.
///
/// A long list is read connection by connection, [`AT_ONCE`] at a time, so batches arrive in no order.
/// What that does not bring, because its connection is listed nowhere, is read from the whole list.
///
/// Returns in what that differs from the total, if it does.
///
/// # Errors
/// The first batch that fails. What did arrive was handed over before.
pub async fn load(
    backend: &dyn Backend,
    filter: &AccountFilter,
    on_page: impl FnMut(Vec<Account>, Option<u64>),
) -> Result<Option<Mismatch>, Fault> {
    let mut arrivals = Arrivals { tally: Tally::default(), on_page };
    let mut whole = backend.accounts().stream(filter.clone());
    let Some(first) = whole.try_next().await? else { return Ok(None) };
    let (more, batches) = (first.more, batches_in_all(&first));
    arrivals.take(first);
    if more {
        match connections_that_help(backend, filter, batches).await {
            None => one_after_the_other(whole, &mut arrivals).await?,
            Some(connections) => {
                drop(whole);
                arrivals.tally.read_anew();
                let read = side_by_side(backend, filter, connections, &mut arrivals).await?;
                if !read || arrivals.tally.missing() > 0 {
                    arrivals.tally.read_anew();
                    one_after_the_other(backend.accounts().stream(filter.clone()), &mut arrivals).await?;
                }
            }
        }
    }
    Ok(arrivals.tally.mismatch())
}

/// All accounts of one person, for deciding whom a call means.
///
/// # Errors
/// As of [`load`]; and [`FaultKind::BadAnswer`] where one is missing, for it may be the one.
pub async fn of_person(backend: &dyn Backend, identifier: &Identifier) -> Result<Vec<Account>, Fault> {
    let filter = AccountFilter { identifier: Some(identifier.clone()), connection: None };
    let mut found = Vec::new();
    match load(backend, &filter, |page, _| found.extend(page)).await? {
        Some(mismatch) if mismatch.missing() > 0 => Err(Fault::new(FaultKind::BadAnswer, mismatch.told("account"))),
        _ => Ok(found),
    }
}

/// Accounts that have come, and the callback they go to.
struct Arrivals<F> {
    tally: Tally<AccountId>,
    on_page: F,
}

impl<F: FnMut(Vec<Account>, Option<u64>)> Arrivals<F> {
    fn take(&mut self, mut batch: Batch<Account>) {
        self.tally.count(&mut batch, |account| account.id.clone());
        (self.on_page)(batch.items, self.tally.stated());
    }
}

/// Number of batches of the whole list, if all are like the first.
fn batches_in_all(first: &Batch<Account>) -> u64 {
    first.total.unwrap_or_default().div_ceil((first.items.len() as u64).max(1))
}

async fn one_after_the_other(
    mut list: Batches<'_, Account>,
    arrivals: &mut Arrivals<impl FnMut(Vec<Account>, Option<u64>)>,
) -> Result<(), Fault> {
    while let Some(batch) = list.try_next().await? {
        arrivals.take(batch);
        arrivals.tally.goes_on()?;
    }
    Ok(())
}

/// The connections to read one by one in the place of a list of so many `batches`; none where that does
/// not help: one is wanted, they cannot be listed, or are no fewer than the batches.
async fn connections_that_help(backend: &dyn Backend, filter: &AccountFilter, batches: u64) -> Option<Vec<Connection>> {
    if filter.connection.is_some() || batches <= FEW_PAGES {
        return None;
    }
    let connections = connections::load(backend).await.ok()?;
    (2..batches).contains(&(connections.len() as u64)).then_some(connections)
}

/// Reads every listed connection to its end. False where the other side will not go by one of them.
async fn side_by_side(
    backend: &dyn Backend,
    filter: &AccountFilter,
    connections: Vec<Connection>,
    arrivals: &mut Arrivals<impl FnMut(Vec<Account>, Option<u64>)>,
) -> Result<bool, Fault> {
    let lists = stream::iter(connections).map(|connection| {
        backend.accounts().stream(AccountFilter { connection: Some(connection.name), ..filter.clone() })
    });
    let mut arriving = lists.flatten_unordered(AT_ONCE);
    while let Some(batch) = arriving.next().await {
        match batch {
            // The total of one connection says nothing about the whole.
            Ok(batch) => arrivals.take(Batch { total: None, ..batch }),
            Err(fault) if is_about_the_connection(&fault) => return Ok(false),
            Err(fault) => return Err(fault),
        }
    }
    Ok(true)
}

fn is_about_the_connection(fault: &Fault) -> bool {
    use FaultKind::{BadAnswer, Forbidden, InvalidInput, NotFound};
    matches!(fault.kind, InvalidInput | NotFound | Forbidden | BadAnswer)
}
