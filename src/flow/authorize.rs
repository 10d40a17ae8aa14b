//! Authorizing an account, and reporting on the way. How it is done is the back-end's business.

use std::time::Duration;

use tokio::sync::mpsc;
use url::Url;

use super::account_changes::admin;
use super::{accounts, suggest};
pub use crate::backend::Verification;
use crate::backend::{Ability, Ask, AuthorizationLink, Backend, Step};
use crate::domain::{Account, AccountRef, Fault, FaultKind, SafeMessage, Secret, Untrusted};

/// Progress of an authorization, reported as it happens.
#[derive(Clone, Debug)]
pub enum Progress {
    /// The account as it stands before anything is done; just created where it did not exist.
    Found(Account),
    /// There is a link to open.
    Link(AuthorizationLink),
    /// There is a link to open, and a code to type there.
    Code(AuthorizationLink, Untrusted),
    /// The environment's limit is reached: it is asked again after this time.
    Limited(Duration),
    /// Another link took the place of one that nobody had used.
    Renewed(AuthorizationLink),
    /// A sentence on what is allowed and unusual about the way.
    Noted(SafeMessage),
    /// This program registered itself there some time ago. Where the page does not know it any more, it has to be
    /// registered again.
    RegisteredBefore,
    /// The person has consented; who they are is being checked.
    Consented,
    /// They are who they should be.
    Verified,
    /// Somebody came back with a state that is not ours and was sent away: so many times by now.
    Stray(u64),
    /// The account, read again while waiting.
    Seen(Account),
    /// The URL that a browser elsewhere ends at can be pasted.
    TakesPaste,
    /// What was pasted is not the URL that the browser ended at.
    NotTaken(Fault),
}

/// Attempts to make a link that the environment's limit turns away. Nothing is lost by asking again: what is refused was
/// not made.
const LIMITED_AT_MOST: u32 = 10;

/// Wait before another attempt where nobody says how long, and the longest that anybody may say.
const UNTOLD: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Begins to authorize `account` (creating the account where a pair names none) and follows that until
/// the account is proven to be authorized. Runs until then: callers bound or drop it.
///
/// # Errors
/// Denied by the person, verified as somebody else, or the back-end failed; [`FaultKind::ReadOnly`] before anything is
/// sent.
pub async fn authorize(
    backend: &dyn Backend,
    account: &AccountRef,
    verification: Verification,
    on: impl FnMut(Progress),
) -> Result<Account, Fault> {
    authorize_or_paste(backend, account, verification, None, on).await
}

/// URLs that a browser on another machine ended at, as a person pastes them.
pub type Pasted = mpsc::UnboundedReceiver<Secret>;

/// The same where a person may paste the URL that the browser ended at.
///
/// # Errors
/// As [`authorize`].
pub async fn authorize_or_paste(
    backend: &dyn Backend,
    account: &AccountRef,
    verification: Verification,
    mut pasted: Option<Pasted>,
    mut on: impl FnMut(Progress),
) -> Result<Account, Fault> {
    backend.mode().require_writes()?;
    let account = find_or_create(backend, account).await?;
    on(Progress::Found(account.clone()));
    if let Some(account) = backend.authorizer().unattended(&account).await? {
        return Ok(account);
    }
    let mut limits = 0;
    let mut authorization = loop {
        match backend.authorizer().begin(&account, verification.clone()).await {
            Err(fault) if fault.kind == FaultKind::RateLimited && limits < LIMITED_AT_MOST => {
                limits += 1;
                let wait = fault.retry_after.unwrap_or(UNTOLD).min(LONGEST_WAIT);
                on(Progress::Limited(wait));
                tokio::time::sleep(wait).await;
            }
            begun => break begun?,
        }
    };
    authorization.notes().iter().for_each(|note| on(Progress::Noted(note.clone())));
    if authorization.registered_before() {
        on(Progress::RegisteredBefore);
    }
    on(match authorization.ask().clone() {
        Ask::OpenUrl(link) => Progress::Link(link),
        Ask::DeviceCode(link, code) => Progress::Code(link, code),
    });
    if pasted.is_some() && authorization.takes_paste() {
        on(Progress::TakesPaste);
    }
    let mut strays = 0;
    loop {
        let step = tokio::select! {
            step = authorization.next() => step?,
            text = next_pasted(&mut pasted) => match authorization.paste(text.expose()).await {
                Err(fault) if fault.kind == FaultKind::InvalidInput => {
                    on(Progress::NotTaken(fault));
                    continue;
                }
                step => step?,
            },
        };
        on(match step {
            Step::Consented => {
                // From here on nothing that is pasted may cut off what is being kept.
                pasted = None;
                Progress::Consented
            }
            Step::Verified => Progress::Verified,
            Step::Stray => {
                strays += 1;
                Progress::Stray(strays)
            }
            Step::Renewed(link) => Progress::Renewed(link),
            Step::Seen(account) => Progress::Seen(account),
            Step::Done(account) => return Ok(account),
        });
    }
}

/// The next text that is pasted; never, where nobody can paste any.
async fn next_pasted(pasted: &mut Option<Pasted>) -> Secret {
    match pasted {
        Some(receiver) => match receiver.recv().await {
            Some(text) => text,
            None => {
                *pasted = None;
                std::future::pending().await
            }
        },
        None => std::future::pending().await,
    }
}

/// Makes a link for `account` (creating the account where a pair names none) and leaves it at that.
/// Custom verification, where there is any, happens at `page`. Returns the account as it was before.
///
/// # Errors
/// As the back-end's; [`FaultKind::NotOffered`] where a link is worth nothing unless somebody waits.
pub async fn make_link(
    backend: &dyn Backend,
    account: &AccountRef,
    page: Option<Url>,
) -> Result<(Account, AuthorizationLink), Fault> {
    // An account that does not exist is not made for nothing.
    Ability::Links.require(backend)?;
    let links = backend.links().ok_or_else(|| Ability::Links.fault())?;
    let account = find_or_create(backend, account).await?;
    let link = links.link(&account, page).await?;
    Ok((account, link))
}

/// Get-or-create, without ever asking for secrets; a race for creating it is not an error.
async fn find_or_create(backend: &dyn Backend, account: &AccountRef) -> Result<Account, Fault> {
    match (accounts::get(backend, account).await, account) {
        (Err(fault), AccountRef::Pair(connection, identifier)) if fault.kind == FaultKind::NotFound => {
            match admin(backend)?.create(connection, identifier, None).await {
                Err(fault) if fault.kind == FaultKind::Conflict => accounts::get(backend, account).await,
                Err(fault) => Err(suggest::explained(backend, account, fault).await),
                created => created,
            }
        }
        (found, _) => found,
    }
}
