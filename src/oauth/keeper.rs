//! Keeping tokens good: renewed ahead of their end and after a refusal, once for however many need it.
//!
//! A refresh token may be good once. So a refresh goes on when whoever asked for it has gone; it is alone among all
//! tasks and processes; and it is written down before it is sent, so that after a crash in the middle the same token is
//! tried again, which many providers allow for a while, and a refusal then is told for what it is.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex as AsyncMutex;

use super::client::{Caller, ExchangeFault};
use super::endpoints::ClientAuth;
use super::file_lock::FileLock;
use super::grant::{Age, EndedGrant, TokenGrant};
use super::http::OAuthHttp;
use super::quirks::RefusalKind;
use super::refusal::{Refusal, RefusedStep};
use super::revocation::{self, Revocation};
use super::token_fault::{
    NO_CLIENT_SECRET, NO_GRANT, OVER, REFUSED_FOR_GOOD, REFUSED_FRESH, TokenFault, cut_off, dead,
};
use crate::background;
use crate::domain::{CredentialOutcome, Fault, FaultKind, Secret};
use crate::secrets::{SecretKey, SecretStore};

/// A token that is refused so soon after its refresh is not helped by another.
const JUST_NOW: SignedDuration = SignedDuration::from_secs(30);

/// Time for which a token that is still good is given out, after it could not be renewed ahead of its end.
const NOT_AGAIN: Duration = Duration::from_secs(30);

/// Attempts to keep what a provider gave.
const SAVED_AT_MOST: u32 = 3;

/// Client secret of the application that a grant belongs to. Asked for at a refresh alone.
#[derive(Clone, Debug)]
pub enum ClientSecret {
    /// A public client.
    None,
    /// In the store of secrets.
    Kept(SecretKey),
    /// Known already.
    Given(Secret),
}

/// Gives out access tokens. Clones share what they know.
#[derive(Clone)]
pub struct TokenKeeper {
    keeper: Arc<Keeper>,
    observer: Option<RenewalObserver>,
}

/// Hears of renewals. It must not wait.
type RenewalObserver = Arc<dyn Fn(&Renewal<'_>) + Send + Sync>;

/// End of a renewal that a provider was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Renewal<'a> {
    /// The grant: renewed, or as it was.
    pub grant: &'a TokenGrant,
    /// Outcome.
    pub outcome: CredentialOutcome,
    /// Failure, without credentials.
    pub fault: Option<&'a Fault>,
}

struct Keeper {
    store: Arc<dyn SecretStore>,
    locks: PathBuf,
    http: OAuthHttp,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    slots: Mutex<HashMap<SecretKey, Arc<Slot>>>,
}

/// State of one grant in this process.
#[derive(Default)]
struct Slot {
    turn: AsyncMutex<Turn>,
    /// Renewals that have come to an end.
    ended: AtomicU64,
}

#[derive(Default)]
struct Turn {
    /// End of the last renewal, where it failed.
    failed: Option<TokenFault>,
    /// Grant that the store did not take.
    unsaved: Option<TokenGrant>,
    /// Moment at which the provider could not be asked for a token ahead of time.
    put_off: Option<Instant>,
}

impl fmt::Debug for TokenKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeeper").field("locks", &self.keeper.locks).finish_non_exhaustive()
    }
}

impl TokenKeeper {
    /// One that keeps grants in `store`, and locks them in the folder `locks`.
    pub fn new(store: Arc<dyn SecretStore>, locks: PathBuf, http: OAuthHttp) -> Self {
        Self::with_clock(store, locks, http, Timestamp::now)
    }

    /// The same by another clock.
    pub fn with_clock(
        store: Arc<dyn SecretStore>,
        locks: PathBuf,
        http: OAuthHttp,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Self {
        let keeper = Keeper { store, locks, http, now: Box::new(now), slots: Mutex::default() };
        Self { keeper: Arc::new(keeper), observer: None }
    }

    /// The same keeper; `observer` hears of each renewal that is asked for through it.
    #[must_use]
    pub fn telling(&self, observer: impl Fn(&Renewal<'_>) + Send + Sync + 'static) -> Self {
        Self { keeper: Arc::clone(&self.keeper), observer: Some(Arc::new(observer)) }
    }

    /// A token that is good now, renewed ahead of its end.
    ///
    /// # Errors
    /// See [`TokenFault`].
    pub async fn access(&self, key: &SecretKey, client: &ClientSecret) -> Result<Secret, TokenFault> {
        if let Some(grant) = self.keeper.read(key).await.map_err(TokenFault::Local)?
            && grant.ended.is_none()
            && grant.age((self.keeper.now)()) == Age::Fresh
        {
            return Ok(grant.access);
        }
        self.renew(key, None, client).await
    }

    /// Another token than the one that the provider has just refused.
    ///
    /// # Errors
    /// See [`TokenFault`]. A refused token without a refresh token is the end of the grant.
    pub async fn after_refusal(
        &self,
        key: &SecretKey,
        refused: &Secret,
        client: &ClientSecret,
    ) -> Result<Secret, TokenFault> {
        self.renew(key, Some(refused.clone()), client).await
    }

    /// Grant as it is kept.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where the store cannot be used.
    pub async fn grant(&self, key: &SecretKey) -> Result<Option<TokenGrant>, Fault> {
        self.keeper.read(key).await
    }

    /// Keeps a grant, in place of an earlier one.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where the store or the lock cannot be used.
    pub async fn save(&self, key: &SecretKey, grant: &TokenGrant) -> Result<(), Fault> {
        let slot = self.keeper.slot(key);
        let mut turn = slot.turn.lock().await;
        let _lock = self.keeper.lock(key).await?;
        self.keeper.write(key, grant).await?;
        *turn = Turn::default();
        Ok(())
    }

    /// Asks the provider to take the grant back. What is kept stays: [`TokenKeeper::forget`] drops it.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where the store or the lock cannot be used.
    pub async fn revoke(&self, key: &SecretKey, client: &ClientSecret) -> Result<Revocation, Fault> {
        let slot = self.keeper.slot(key);
        let _turn = slot.turn.lock().await;
        let _lock = self.keeper.lock(key).await?;
        let Some(grant) = self.keeper.read(key).await? else { return Ok(Revocation::NotOffered) };
        let secret = self.keeper.client_secret(client).await?;
        Ok(revocation::revoke(&self.keeper.http, &grant, secret.as_ref()).await)
    }

    /// Drops what is kept.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where the store or the lock cannot be used.
    pub async fn forget(&self, key: &SecretKey) -> Result<(), Fault> {
        let slot = self.keeper.slot(key);
        let mut turn = slot.turn.lock().await;
        let _lock = self.keeper.lock(key).await?;
        *turn = Turn::default();
        let (store, key) = (Arc::clone(&self.keeper.store), key.clone());
        blocking(move || store.delete(&key)).await
    }

    /// Renews in a task of its own: what a provider gave is kept even if nobody waits for it any more.
    async fn renew(
        &self,
        key: &SecretKey,
        refused: Option<Secret>,
        client: &ClientSecret,
    ) -> Result<Secret, TokenFault> {
        let (keeper, key, client) = (Arc::clone(&self.keeper), key.clone(), client.clone());
        let observer = self.observer.clone();
        let tell = move |renewal: &Renewal<'_>| {
            if let Some(observer) = &observer {
                observer(renewal);
            }
        };
        let renewed = tokio::spawn(async move { keeper.renew(&key, refused, &client, &tell).await }).await;
        renewed.unwrap_or_else(|error| {
            let fault = Fault::new(FaultKind::Local, "Renewing the token broke off.").caused_by(error);
            Err(TokenFault::Local(fault))
        })
    }
}

impl Keeper {
    fn slot(&self, key: &SecretKey) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(key.clone()).or_default())
    }

    async fn lock(&self, key: &SecretKey) -> Result<FileLock, Fault> {
        FileLock::take(&self.locks, key.as_str()).await
    }

    async fn read(&self, key: &SecretKey) -> Result<Option<TokenGrant>, Fault> {
        let (store, key) = (Arc::clone(&self.store), key.clone());
        let kept = blocking(move || store.get(&key)).await?;
        kept.map(|text| TokenGrant::from_secret(&text)).transpose()
    }

    async fn write(&self, key: &SecretKey, grant: &TokenGrant) -> Result<(), Fault> {
        let (store, key, text) = (Arc::clone(&self.store), key.clone(), grant.to_secret()?);
        blocking(move || store.set(&key, &text)).await
    }

    async fn client_secret(&self, client: &ClientSecret) -> Result<Option<Secret>, Fault> {
        match client {
            ClientSecret::None => Ok(None),
            ClientSecret::Given(secret) => Ok(Some(secret.clone())),
            ClientSecret::Kept(key) => {
                let (store, key) = (Arc::clone(&self.store), key.clone());
                blocking(move || store.get(&key)).await
            }
        }
    }

    async fn renew(
        &self,
        key: &SecretKey,
        refused: Option<Secret>,
        client: &ClientSecret,
        tell: &(impl Fn(&Renewal<'_>) + Sync),
    ) -> Result<Secret, TokenFault> {
        let slot = self.slot(key);
        let before = slot.ended.load(Ordering::Acquire);
        let mut turn = slot.turn.lock().await;
        // Whoever waited for a renewal gets what it brought, be it a failure.
        if let Some(fault) = &turn.failed
            && slot.ended.load(Ordering::Acquire) != before
        {
            return Err(fault.clone());
        }
        let renewed = self.renew_alone(key, refused, client, tell, &mut turn).await;
        turn.failed = renewed.as_ref().err().cloned();
        slot.ended.fetch_add(1, Ordering::AcqRel);
        renewed
    }

    async fn renew_alone(
        &self,
        key: &SecretKey,
        refused: Option<Secret>,
        client: &ClientSecret,
        tell: &(impl Fn(&Renewal<'_>) + Sync),
        turn: &mut Turn,
    ) -> Result<Secret, TokenFault> {
        let _lock = self.lock(key).await.map_err(|fault| match fault.kind {
            FaultKind::TimedOut => TokenFault::Passing(fault),
            _ => TokenFault::Local(fault),
        })?;
        // Read anew: another process may have renewed it, or dropped it.
        let kept = self.read(key).await.map_err(TokenFault::Local)?.ok_or_else(|| dead(NO_GRANT))?;
        let kept = self.recover(key, kept, turn).await?;
        if let Some(ended) = &kept.ended {
            return Err(TokenFault::Dead(ended.fault()));
        }
        let now = (self.now)();
        let age = kept.age(now);
        let is_refused = refused.as_ref().is_some_and(|refused| refused.expose() == kept.access.expose());
        let was_put_off = turn.put_off.is_some_and(|moment| moment.elapsed() < NOT_AGAIN);
        if !is_refused && (age == Age::Fresh || age == Age::Aging && was_put_off) {
            return Ok(kept.access);
        }
        let Some(refresh) = kept.refresh.clone() else {
            return match age {
                _ if is_refused => Err(dead(REFUSED_FOR_GOOD)),
                Age::Over => Err(dead(OVER)),
                Age::Aging | Age::Fresh => Ok(kept.access),
            };
        };
        let since = now.duration_since(kept.obtained_at);
        if is_refused && kept.refreshed && age == Age::Fresh && since < JUST_NOW && !since.is_negative() {
            return Err(TokenFault::Refused(Fault::new(FaultKind::ProviderFailed, REFUSED_FRESH)));
        }
        let secret = self.client_secret(client).await.map_err(TokenFault::Local)?;
        if secret.is_none() && kept.terms.client_auth != ClientAuth::None {
            return Err(TokenFault::Refused(Fault::new(FaultKind::KeyRefused, NO_CLIENT_SECRET)));
        }
        let begun = TokenGrant { pending: Some(kept.pending.unwrap_or(now)), ..kept.clone() };
        self.write(key, &begun).await.map_err(TokenFault::Local)?;
        let (terms, key_id) = (&kept.terms, kept.terms.client_key_id.as_deref());
        let caller = Caller { client_id: &terms.client_id, secret: secret.as_ref(), auth: terms.client_auth, key_id };
        let (url, resource) = (&kept.terms.token_url, kept.terms.resource.as_ref());
        let answer = caller.refresh(&self.http, url, &refresh, resource).await;
        let secrets = || [Some(&refresh), secret.as_ref()].into_iter().flatten();
        match answer {
            Ok(answer) => {
                let renewed = kept.renewed(&answer, (self.now)()).map_err(|fault| fault.without(secrets()));
                let renewed = renewed.map_err(|fault| {
                    tell(&Renewal { grant: &kept, outcome: CredentialOutcome::Failure, fault: Some(&fault) });
                    TokenFault::Passing(fault)
                })?;
                tell(&Renewal { grant: &renewed, outcome: CredentialOutcome::Success, fault: None });
                self.keep(key, renewed, turn).await
            }
            Err(ExchangeFault::Refused(refusal)) => {
                let before = kept.clone();
                let refused = self.refused(key, kept, refusal, &secrets).await;
                let outcome = match &refused {
                    TokenFault::Dead(_) => CredentialOutcome::NotGranted,
                    _ => CredentialOutcome::Failure,
                };
                tell(&Renewal { grant: &before, outcome, fault: Some(refused.fault()) });
                Err(refused)
            }
            Err(ExchangeFault::Unknown(fault)) => {
                let fault = fault.without(secrets());
                let is_open = !never_sent(&fault) && fault.http_status.is_none();
                let outcome = if is_open { CredentialOutcome::Unknown } else { CredentialOutcome::Failure };
                tell(&Renewal { grant: &kept, outcome, fault: Some(&fault) });
                if never_sent(&fault) {
                    // Best effort: the mark alone does no harm.
                    let _ = self.write(key, &kept).await;
                }
                // Renewed ahead of time, it is still good for a while.
                match age {
                    Age::Aging | Age::Fresh if !is_refused => {
                        turn.put_off = Some(Instant::now());
                        Ok(kept.access)
                    }
                    _ => Err(TokenFault::Passing(fault)),
                }
            }
        }
    }

    /// Saves what could not be saved before, if nothing else was meanwhile.
    async fn recover(&self, key: &SecretKey, kept: TokenGrant, turn: &mut Turn) -> Result<TokenGrant, TokenFault> {
        match turn.unsaved.take() {
            Some(unsaved) if kept.pending.is_some() && kept.terms == unsaved.terms => {
                self.keep(key, unsaved.clone(), turn).await?;
                Ok(unsaved)
            }
            _ => Ok(kept),
        }
    }

    /// Saves what the provider gave. What the store does not take is remembered for the next call.
    async fn keep(&self, key: &SecretKey, renewed: TokenGrant, turn: &mut Turn) -> Result<Secret, TokenFault> {
        let mut failed = None;
        for _ in 0..SAVED_AT_MOST {
            match self.write(key, &renewed).await {
                Ok(()) => return Ok(renewed.access),
                Err(fault) => failed = Some(fault),
            }
        }
        turn.unsaved = Some(renewed);
        let why = failed.map(|fault| fault.to_string()).unwrap_or_default();
        let message = format!(
            "The provider gave a new token, which could not be kept: {why} It is tried again with the next call. If this \
             program ends before, the account may have to be authorized again."
        );
        Err(TokenFault::Local(Fault::new(FaultKind::Local, message)))
    }

    async fn refused<'a, S: Iterator<Item = &'a Secret>>(
        &self,
        key: &SecretKey,
        kept: TokenGrant,
        refusal: Refusal,
        secrets: &impl Fn() -> S,
    ) -> TokenFault {
        let kind = refusal.kind(&kept.terms.refusals);
        let mut fault =
            refusal.into_fault(RefusedStep::Refresh, &kept.terms.refusals, &kept.terms.asked).without(secrets());
        match kind {
            RefusalKind::GrantEnded => {
                if let Some(begun) = kept.pending {
                    fault.message = cut_off(begun).into();
                }
                let ended = EndedGrant::new(&fault);
                // Where that cannot be kept, the provider is asked once more another time, and says the same.
                let _ = self.write(key, &TokenGrant { pending: None, ended: Some(ended), ..kept }).await;
                TokenFault::Dead(fault)
            }
            // The refusal tells that nothing was exchanged, this time; an earlier attempt is as open as before.
            RefusalKind::Passing => {
                let _ = self.write(key, &kept).await;
                TokenFault::Passing(fault)
            }
            _ => {
                let _ = self.write(key, &kept).await;
                TokenFault::Refused(fault)
            }
        }
    }
}

/// True if the provider cannot have heard of it.
fn never_sent(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Unreachable | FaultKind::Blocked | FaultKind::Local)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    let done = background::blocking(work).await;
    done.unwrap_or_else(|error| Err(Fault::new(FaultKind::Local, "The store of secrets failed.").caused_by(error)))
}
