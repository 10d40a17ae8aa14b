//! Reading every account there is, page by page.

use std::collections::HashSet;

use futures_util::{StreamExt as _, pin_mut};

use crate::broker::{AccountFilter, Broker, pages};
use crate::domain::{Account, AccountId, Fault, FaultKind};

/// Reads all accounts that fit `filter`. Each page goes to `on_page` as it arrives, without the
/// accounts that an earlier page held already, and with the total that the broker states.
///
/// # Errors
/// The first page that fails; and [`FaultKind::BadAnswer`] when fewer accounts arrived than the
/// broker says there are. What did arrive was handed over before.
pub async fn load(
    broker: &dyn Broker,
    filter: &AccountFilter,
    mut on_page: impl FnMut(Vec<Account>, Option<u64>),
) -> Result<(), Fault> {
    let pages = pages::all(|token| async move { broker.accounts(filter, token.as_ref()).await });
    pin_mut!(pages);
    let mut seen: HashSet<AccountId> = HashSet::new();
    let mut stated = None;
    while let Some(page) = pages.next().await {
        let mut page = page?;
        stated = page.total;
        page.items.retain(|account| seen.insert(account.id.clone()));
        on_page(page.items, page.total);
    }
    match stated {
        Some(total) if total > seen.len() as u64 => Err(Fault::new(
            FaultKind::BadAnswer,
            format!("The broker says there are {total} accounts, but its pages held only {}.", seen.len()),
        )),
        _ => Ok(()),
    }
}
