//! Reading every account there is, page by page, and many pages at once where there are many.

use futures_util::{StreamExt as _, pin_mut, stream};

use super::connections;
use crate::backend::tally::{Mismatch, Tally};
use crate::backend::{AccountFilter, Backend, Page, PageToken, pages};
use crate::domain::{Account, AccountId, Connection, Fault, FaultKind, Identifier};

/// As many pages are read one after the other; beyond that, connections are read side by side.
pub const FEW_PAGES: u64 = 4;

/// Connections that are read at once: enough to be quick, too few to use up a limit of requests.
pub const AT_ONCE: usize = 4;

/// Reads all accounts that fit `filter`. Each page goes to `on_page` as it arrives, without the
/// accounts that an earlier page held already, and with the total that the broker states.
///
/// A long list is read connection by connection, [`AT_ONCE`] at a time, so pages arrive in no order.
/// What that does not bring, because its connection is listed nowhere, is read from the whole list.
///
/// Returns in what that differs from the total, if it does.
///
/// # Errors
/// The first page that fails. What did arrive was handed over before.
pub async fn load(
    backend: &dyn Backend,
    filter: &AccountFilter,
    on_page: impl FnMut(Vec<Account>, Option<u64>),
) -> Result<Option<Mismatch>, Fault> {
    let mut arrivals = Arrivals { tally: Tally::default(), on_page };
    let first = backend.accounts(filter, None).await?;
    let (next, pages) = (first.next.clone(), pages_in_all(&first));
    arrivals.take(first);
    if let Some(next) = next {
        match connections_that_help(backend, filter, pages).await {
            None => one_after_the_other(backend, filter, Some(next), &mut arrivals).await?,
            Some(connections) => {
                arrivals.tally.read_anew();
                let read = side_by_side(backend, filter, connections, &mut arrivals).await?;
                if !read || arrivals.tally.missing() > 0 {
                    arrivals.tally.read_anew();
                    one_after_the_other(backend, filter, None, &mut arrivals).await?;
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
    fn take(&mut self, mut page: Page<Account>) {
        self.tally.count(&mut page, |account| account.id.clone());
        (self.on_page)(page.items, self.tally.stated());
    }
}

/// Number of pages of the whole list, if all are like the first.
fn pages_in_all(first: &Page<Account>) -> u64 {
    first.total.unwrap_or_default().div_ceil((first.items.len() as u64).max(1))
}

async fn one_after_the_other(
    backend: &dyn Backend,
    filter: &AccountFilter,
    from: Option<PageToken>,
    arrivals: &mut Arrivals<impl FnMut(Vec<Account>, Option<u64>)>,
) -> Result<(), Fault> {
    let pages = pages::from(from, |token| async move { backend.accounts(filter, token.as_ref()).await });
    pin_mut!(pages);
    while let Some(page) = pages.next().await {
        arrivals.take(page?);
        arrivals.tally.goes_on()?;
    }
    Ok(())
}

/// The connections to read one by one in the place of a list of so many `pages`; none where that does
/// not help: one is wanted, they cannot be listed, or are no fewer than the pages.
async fn connections_that_help(backend: &dyn Backend, filter: &AccountFilter, pages: u64) -> Option<Vec<Connection>> {
    if filter.connection.is_some() || pages <= FEW_PAGES {
        return None;
    }
    let connections = connections::load(backend).await.ok()?;
    (2..pages).contains(&(connections.len() as u64)).then_some(connections)
}

/// Reads every listed connection to its end. False where the broker will not go by one of them.
async fn side_by_side(
    backend: &dyn Backend,
    filter: &AccountFilter,
    connections: Vec<Connection>,
    arrivals: &mut Arrivals<impl FnMut(Vec<Account>, Option<u64>)>,
) -> Result<bool, Fault> {
    let lists = stream::iter(connections).map(|connection| {
        let filter = AccountFilter { connection: Some(connection.name), ..filter.clone() };
        Box::pin(pages::all(move |token| {
            let filter = filter.clone();
            async move { backend.accounts(&filter, token.as_ref()).await }
        }))
    });
    let mut arriving = lists.flatten_unordered(AT_ONCE);
    while let Some(page) = arriving.next().await {
        match page {
            // The total of one connection says nothing about the whole.
            Ok(page) => arrivals.take(Page { total: None, ..page }),
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
