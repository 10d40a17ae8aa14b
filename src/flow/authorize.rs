//! Making an authorization link and following it until it is proven done.
//!
//! A status of ACTIVE alone proves nothing: it may have been there before. Finished means that the
//! verification succeeded, or that the account is ACTIVE *and* its `updated_at` or
//! `token_expires_at` moved after the link was made.

use std::time::Duration;

use url::Url;

use super::suggest;
use crate::backend::{AuthRequestId, AuthorizationLink, Backend, LinkRequest, VerifyReturn};
use crate::domain::{Account, AccountRef, Fault, FaultKind, Status};
use crate::loopback::{Callback, CallbackArrival, PageVerdict, random_state};

/// URL to which custom verification sends the browser, for environments that use it. Others ignore it.
#[derive(Clone, Debug)]
pub enum Verification {
    /// Back to this program on loopback: only when the browser runs on this machine.
    ThisMachine,
    /// To the application's own page.
    Elsewhere(Url),
    /// Nowhere: an environment that verifies will refuse to finish.
    None,
}

/// Progress of an authorization, reported as it happens.
#[derive(Clone, Debug)]
pub enum Progress {
    /// The account as it stands before anything is done; just created where it did not exist.
    Found(Account),
    /// There is a link to open.
    Link(AuthorizationLink),
    /// The person has consented; who they are is being checked.
    Consented,
    /// They are who they should be.
    Verified,
    /// Somebody came back with a state that is not ours and was sent away: so many times by now.
    Stray(u64),
    /// The account, read again while waiting.
    Seen(Account),
}

/// Between two looks at the account: quick at first, slower when it takes long.
const POLL: [(u32, Duration); 2] = [(60, Duration::from_secs(1)), (u32::MAX, Duration::from_secs(3))];

/// Makes a link for `account` (creating the account where a pair names none) and follows it until
/// the account is proven to be authorized. Runs until then: callers bound or drop it.
///
/// # Errors
/// Denied by the person, verified as somebody else, or the broker failed.
pub async fn authorize(
    backend: &dyn Backend,
    account: &AccountRef,
    verification: Verification,
    mut on: impl FnMut(Progress),
) -> Result<Account, Fault> {
    let account = find_or_create(backend, account).await?;
    on(Progress::Found(account.clone()));

    let mut callback = match verification {
        Verification::ThisMachine => Some(Callback::listen(&account.connection, &account.identifier).await?),
        _ => None,
    };
    let verify = match (&callback, verification) {
        (Some(callback), _) => Some(VerifyReturn { url: callback.url().clone(), state: callback.state().clone() }),
        (None, Verification::Elsewhere(url)) => Some(VerifyReturn { url, state: random_state()? }),
        _ => None,
    };
    let link = backend.authorization_link(&LinkRequest { account: account.id.clone(), verify }).await?;
    // Making the link may itself touch the row, so what "moved" means is decided after it.
    let before = backend.account(&AccountRef::Id(account.id.clone())).await?;
    on(Progress::Link(link));

    let outcome = follow(backend, &before, callback.as_mut(), &mut on).await;
    if let Some(callback) = callback {
        callback.close().await;
    }
    outcome
}

/// Makes a link for `account` (creating the account where a pair names none) and leaves it at that.
/// Custom verification, where there is any, happens at `page`. Returns the account as it was before.
///
/// # Errors
/// The broker failed.
pub async fn make_link(
    backend: &dyn Backend,
    account: &AccountRef,
    page: Option<Url>,
) -> Result<(Account, AuthorizationLink), Fault> {
    let account = find_or_create(backend, account).await?;
    let verify = page.map(|url| Ok(VerifyReturn { url, state: random_state()? })).transpose()?;
    let link = backend.authorization_link(&LinkRequest { account: account.id.clone(), verify }).await?;
    Ok((account, link))
}

/// Waits for the browser to come back, and looks at the account meanwhile.
async fn follow(
    backend: &dyn Backend,
    before: &Account,
    mut callback: Option<&mut Callback>,
    on: &mut impl FnMut(Progress),
) -> Result<Account, Fault> {
    let this = AccountRef::Id(before.id.clone());
    let mut consented = false;
    let (mut looks, mut strays) = (0, 0);
    loop {
        let pause = POLL.iter().find(|(until, _)| looks < *until).map_or(Duration::from_secs(3), |(_, pause)| *pause);
        let arrival = async {
            match &mut callback {
                Some(callback) => callback.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            arrival = arrival => match arrival {
                CallbackArrival::Consented(request, page) => {
                    on(Progress::Consented);
                    let verified = verify_user(backend, &AuthRequestId::new(request), before).await;
                    page.show(match &verified {
                        Ok(_) => PageVerdict::Connected,
                        Err(fault) => PageVerdict::Failed(fault.to_string()),
                    });
                    verified?;
                    on(Progress::Verified);
                    return backend.account(&this).await;
                }
                CallbackArrival::Refused(fault) => return Err(fault),
                CallbackArrival::Stray => {
                    strays += 1;
                    on(Progress::Stray(strays));
                }
            },
            () = tokio::time::sleep(pause) => {
                looks += 1;
                let now = match backend.account(&this).await {
                    Ok(now) => now,
                    Err(fault) if fault.kind.is_passing() => continue,
                    Err(fault) => return Err(fault),
                };
                let moved = now.updated_at != before.updated_at || now.token_expires_at != before.token_expires_at;
                let waited_before = before.status == Status::PendingVerification && !moved;
                if now.status == Status::PendingVerification && !waited_before && !consented {
                    consented = true;
                    on(Progress::Consented);
                }
                if now.status == Status::Active && moved {
                    return Ok(now);
                }
                on(Progress::Seen(now));
            }
        }
    }
}

/// Get-or-create, without ever asking for secrets; a race for creating it is not an error.
async fn find_or_create(backend: &dyn Backend, account: &AccountRef) -> Result<Account, Fault> {
    match (backend.account(account).await, account) {
        (Err(fault), AccountRef::Pair(connection, identifier)) if fault.kind == FaultKind::NotFound => {
            match backend.create_account(connection, identifier, None).await {
                Err(fault) if fault.kind == FaultKind::Conflict => backend.account(account).await,
                Err(fault) => Err(suggest::explained(backend, account, fault).await),
                created => created,
            }
        }
        (found, _) => found,
    }
}

async fn verify_user(backend: &dyn Backend, request: &AuthRequestId, account: &Account) -> Result<(), Fault> {
    backend.verify_user(request, &account.identifier).await.map(|_| ())
}
