//! Test of an environment's URL and key: a token, and one page of accounts. Nothing is opened, nothing changed.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;

use super::environment::{Attempt, IfNone, open_from};
use super::sources::Sources;
use crate::backend::AccountFilter;
use crate::backend::scalekit::Limits;
use crate::domain::{Fault, FaultKind};
use crate::profile::{OpenTarget, Source};

/// An environment that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Accounts that it states; none where it states no total.
    pub accounts: Option<u64>,
    /// Time from the first request, which asks for a token, to the end of the last.
    pub took: Duration,
}

/// Asks the environment of `target` for a token and a page of accounts.
///
/// # Errors
/// Whatever was in the way: the keychain, the network, the key, or the environment itself.
pub async fn test(sources: &Sources, target: OpenTarget, limits: Limits) -> Result<Answered, Fault> {
    let opened = match open_from(sources, target, IfNone::Refuse, limits, |_| ()).await? {
        Attempt::Open(opened) => opened,
        Attempt::Ask(question) => {
            let message = format!("{} was not agreed to, so it is not used.", Source::DotEnv(question.file));
            return Err(Fault::new(FaultKind::NoEnvironment, message));
        }
    };
    let began = Instant::now();
    let first = opened.backend.accounts().stream(AccountFilter::default()).try_next().await?;
    let accounts = first.and_then(|batch| batch.total.or((!batch.more).then_some(batch.items.len() as u64)));
    Ok(Answered { accounts, took: began.elapsed() })
}
