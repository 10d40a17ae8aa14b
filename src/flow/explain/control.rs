//! Control questions that short hints beside a list ask as well as a whole explanation.

use futures_util::future::join_all;
use futures_util::{StreamExt as _, TryStreamExt as _};

use crate::backend::{AccountFilter, Backend};
use crate::domain::{Account, ConnectionName, Fault, Identifier, nearest};
use crate::order::StableOrder as _;

/// Pages of accounts that are looked through at most: a hint is worth no more.
pub(in crate::flow) const MAX_PAGES: usize = 4;

/// The accounts on the first pages of a list.
///
/// # Errors
/// The first page that fails.
pub(in crate::flow) async fn first_accounts(
    backend: &dyn Backend,
    filter: &AccountFilter,
    pages: usize,
) -> Result<Vec<Account>, Fault> {
    let batches = backend.accounts().stream(filter.clone()).take(pages);
    batches
        .try_fold(Vec::new(), async |mut found, batch| {
            found.extend(batch.items);
            Ok(found)
        })
        .await
}

/// The same; a page that cannot be read costs only itself and those behind it.
pub(in crate::flow) async fn some_accounts(backend: &dyn Backend, filter: &AccountFilter) -> Vec<Account> {
    let mut list = backend.accounts().stream(filter.clone()).take(MAX_PAGES);
    let mut found = Vec::new();
    while let Some(Ok(batch)) = list.next().await {
        found.extend(batch.items);
    }
    found
}

/// Identifiers like one that has no account, the likest first: from a few searches, and from the first pages of the
/// connection or of the environment. Whatever fails costs only itself.
pub(in crate::flow) async fn people_like(
    backend: &dyn Backend,
    identifier: &Identifier,
    connection: Option<&ConnectionName>,
) -> Vec<Identifier> {
    let words = search_words(identifier.raw());
    let searches = join_all(words.iter().map(|words| backend.accounts().search(words)));
    let filter = AccountFilter { connection: connection.cloned(), identifier: None };
    let (found, listed) = tokio::join!(searches, some_accounts(backend, &filter));
    let found = found.into_iter().filter_map(Result::ok).flatten().chain(listed);
    let people: Vec<Identifier> = found.map(|account| account.identifier).filter(|other| other != identifier).collect();
    let mut near = nearest(identifier.raw(), people, |other| other.raw());
    // Who differs in nothing but case is meant, whoever else is as like.
    near.order_by_key(|other| other.raw().to_lowercase() != identifier.raw().to_lowercase());
    near
}

/// Somebody whose identifier differs only in case. A search that the environment does not offer, or
/// that fails, costs only the hint.
pub(in crate::flow) async fn case_twin(backend: &dyn Backend, identifier: &Identifier) -> Option<Identifier> {
    let found = backend.accounts().search(identifier.raw()).await.ok()?;
    let like = |other: &Identifier| other.raw().to_lowercase() == identifier.raw().to_lowercase();
    found.into_iter().map(|account| account.identifier).find(like)
}

/// Words of searches that find whoever is called like this although a letter is wrong: all of it, what stands before
/// the `@`, and the beginning and the end of that.
fn search_words(identifier: &str) -> Vec<String> {
    let local = identifier.split('@').next().unwrap_or(identifier);
    let letters: Vec<char> = local.chars().collect();
    let half = letters.len().div_ceil(2).max(SHORTEST);
    let part = |letters: Option<&[char]>| letters.unwrap_or_default().iter().collect::<String>();
    let mut words = vec![
        identifier.to_owned(),
        local.to_owned(),
        part(letters.get(..half)),
        part(letters.len().checked_sub(half).and_then(|from| letters.get(from..))),
    ];
    words.retain(|words| (SHORTEST..=LONGEST).contains(&words.chars().count()));
    words.dedup();
    words
}

/// Characters of a search at least and at most. Reference: docs/scalekit-api.md, 3.1.
const SHORTEST: usize = 3;
const LONGEST: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_searched_by_parts_that_a_slip_leaves_whole() {
        assert_eq!(search_words("barbera@acme.dev"), ["barbera@acme.dev", "barbera", "barb", "bera"]);
        assert_eq!(search_words("ada@acme.dve"), ["ada@acme.dve", "ada"]);
        assert_eq!(search_words("x"), [""; 0]);
    }
}
