//! Authorizing an account: a link, and following it until it is proven done.
//!
//! A status of ACTIVE alone proves nothing: it may have been there before. Finished means that the
//! verification succeeded, or that the account is ACTIVE *and* its `updated_at` or
//! `token_expires_at` moved after the link was made.
//!
//! A link that nobody uses is followed by another shortly before it ends. Both come back to the same page with the same
//! state, so that whoever has the old one open is not turned away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use url::Url;

use super::authorization::{AuthRequestId, LinkRequest, VerifyReturn};
use super::client::Client;
use crate::backend::credential_log::whole_reason;
use crate::backend::{Ask, Authorization, AuthorizationLink, Authorizer, Links, Step, UserVerification, Verification};
use crate::domain::{
    Account, AccountRef, CredentialEvent, CredentialOutcome, CredentialUse, Fault, FaultKind, Identifier, Secret,
    Status, Untrusted,
};
use crate::loopback::{Callback, CallbackArrival, PageVerdict, WaitingBrowser, random_state};

/// Between two looks at the account: quick at first, slower when it takes long.
const POLL: [(u32, Duration); 2] = [(60, Duration::from_secs(1)), (u32::MAX, Duration::from_secs(3))];

/// Time that somebody who opened the link before its end still has, and time to confirm a consent: to sign in with a
/// second factor, to ask an administrator. Longer than the ten minutes that a provider's own code is good for at most
/// (RFC 6749, 4.1.2), so that nobody who can still finish is turned away.
const GRACE: Duration = Duration::from_secs(15 * 60);

/// Life of a link that does not say when it ends.
const UNSAID: Duration = Duration::from_secs(60 * 60);

/// All that are followed look at their accounts so often together, at the most: forty at once must not use up the limit of
/// the environment.
const SHARED_POLL: Duration = Duration::from_millis(250);

/// Time before the end of a link at which another is made; a quarter of a short life.
const EARLY: Duration = Duration::from_secs(15);

/// Shortest life of a link that is worth another.
const WORTH_RENEWING: Duration = Duration::from_secs(1);

/// Time after which a link that runs out is the last: nobody comes any more.
const RENEWED_FOR: Duration = Duration::from_secs(60 * 60);

/// Time to wait before a link is asked for again, where nobody says how long.
const AGAIN: Duration = Duration::from_secs(5);

/// Attempts to confirm a consent that the environment's own limit turns away.
const CONFIRMED_AT_MOST: u32 = 4;

/// Time from now at which a link is replaced, and the moment of that by the broker's clock.
fn renewal(expires_at: Option<Timestamp>, now: Timestamp) -> Option<(Duration, Timestamp)> {
    let life = Duration::try_from(expires_at?.duration_since(now)).ok().filter(|life| *life >= WORTH_RENEWING)?;
    let wait = life.saturating_sub(EARLY.min(life / 4));
    // A life of centuries is never at its end while somebody waits.
    (life < UNSAID).then_some(()).and_then(|()| Some((wait, now.checked_add(wait).ok()?)))
}

/// Time that a link is still good for, grace included; none where it is long over.
fn patience(expires_at: Option<Timestamp>, now: Timestamp) -> Duration {
    let life = expires_at.map_or(UNSAID.try_into().ok(), |end| Some(end.duration_since(now)));
    let whole = life.unwrap_or(SignedDuration::ZERO).saturating_add(SignedDuration::from_secs(GRACE.as_secs() as i64));
    Duration::try_from(whole).unwrap_or_default()
}

#[async_trait]
impl Authorizer for Client {
    async fn begin(&self, account: &Account, verification: Verification) -> Result<Box<dyn Authorization + '_>, Fault> {
        let callback = match verification {
            Verification::ThisMachine(port) => {
                Some(Callback::listen(port, &account.connection, &account.identifier).await?)
            }
            _ => None,
        };
        let verify = match (&callback, verification) {
            (Some(callback), _) => Some(VerifyReturn { url: callback.url().clone(), state: callback.state().clone() }),
            (None, Verification::Elsewhere(url)) => Some(VerifyReturn { url, state: random_state()? }),
            _ => None,
        };
        let request = LinkRequest { account: account.id.clone(), verify };
        let mut link = self.authorization_link(&request).await?;
        link.callback_port = callback.as_ref().and_then(|callback| callback.url().port());
        let renewal = renewal(link.expires_at, self.broker_now());
        link.renews_at = renewal.map(|(_, moment)| moment);
        // Making the link may itself touch the row, so what "moved" means is decided after it.
        let before = self.account(&AccountRef::Id(account.id.clone())).await?;
        let patience = patience(link.expires_at, self.broker_now());
        Ok(Box::new(Following {
            client: self,
            // A life of centuries is no moment that the timer knows; nobody waits as long.
            ends: Instant::now().checked_add(patience).unwrap_or_else(|| Instant::now() + UNSAID),
            renews: renewal.map(|(wait, _)| Instant::now() + wait),
            began: Instant::now(),
            account: account.clone(),
            before,
            unsettled: None,
            ask: Ask::OpenUrl(link),
            request,
            callback,
            state: State::Waiting,
            consented: false,
            looks: 0,
            followed: Followed::new(self.followed()),
        }))
    }
}

#[async_trait]
impl Links for Client {
    async fn link(&self, account: &Account, page: Option<Url>) -> Result<AuthorizationLink, Fault> {
        let verify = page.map(|url| Ok::<_, Fault>(VerifyReturn { url, state: random_state()? })).transpose()?;
        self.authorization_link(&LinkRequest { account: account.id.clone(), verify }).await
    }
}

#[async_trait]
impl UserVerification for Client {
    async fn link(&self, account: &Account, page: &Url, state: &Secret) -> Result<AuthorizationLink, Fault> {
        let verify = Some(VerifyReturn { url: page.clone(), state: state.clone() });
        self.authorization_link(&LinkRequest { account: account.id.clone(), verify }).await
    }

    async fn confirm(&self, request: &Untrusted, identifier: &Identifier) -> Result<(), Fault> {
        self.verify_user(&AuthRequestId::new(request.clone()), identifier).await.map(drop)
    }
}

/// An authorization whose link is made.
struct Following<'a> {
    client: &'a Client,
    /// Account that was asked for.
    account: Account,
    /// Account as it was right after the link was made.
    before: Account,
    /// Account as it was right before a new link was made: the next look tells whether that alone has changed it.
    unsettled: Option<Account>,
    ask: Ask,
    /// Request for another link, which comes back to the same page.
    request: LinkRequest,
    /// Time to make it.
    renews: Option<Instant>,
    began: Instant,
    callback: Option<Callback>,
    /// Nobody can finish any more.
    ends: Instant,
    state: State,
    /// Consent was seen in the account.
    consented: bool,
    /// Looks at the account so far.
    looks: u32,
    followed: Followed,
}

/// Counts along while an authorization is followed.
struct Followed(Arc<AtomicU32>);

impl Followed {
    fn new(count: Arc<AtomicU32>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }

    /// The shortest time between two looks of one of them.
    fn pause(&self) -> Duration {
        SHARED_POLL.saturating_mul(self.0.load(Ordering::Relaxed))
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

enum State {
    /// Waiting for the browser to come back, or for the account to change.
    Waiting,
    /// Somebody came back to our page, which waits for its answer.
    Verifying(AuthRequestId, WaitingBrowser),
    /// Consent of the right person is proven; the account is still to be read.
    Verified,
    /// The account showed the consent; what else it shows is still to be told.
    Seen(Box<Account>),
}

#[async_trait]
impl Authorization for Following<'_> {
    fn ask(&self) -> &Ask {
        &self.ask
    }

    async fn next(&mut self) -> Result<Step, Fault> {
        let step = self.advance().await;
        if matches!(step, Ok(Step::Consented)) {
            self.ends = self.ends.max(Instant::now() + GRACE);
        }
        // The last page is still to reach the browser.
        if matches!(step, Ok(Step::Done(_)) | Err(_))
            && let Some(callback) = self.callback.take()
        {
            callback.close().await;
        }
        self.tell(&step);
        step
    }
}

impl Following<'_> {
    /// Tells of the end: what was given is the broker's, and its token not in our hands.
    fn tell(&self, step: &Result<Step, Fault>) {
        let (outcome, reason, expires_at) = match step {
            Ok(Step::Done(account)) => (CredentialOutcome::Success, None, account.token_expires_at),
            Ok(_) => return,
            Err(fault) => (CredentialOutcome::of_fault(fault), whole_reason(fault), None),
        };
        let (api, account) = (self.client.api(), &self.account);
        let event = CredentialEvent::Authorization;
        let used = api.account_use(event, &account.identifier, &account.connection, &account.id);
        api.uses().record(CredentialUse { resource: None, outcome, reason, expires_at, ..used });
    }

    async fn advance(&mut self) -> Result<Step, Fault> {
        match std::mem::replace(&mut self.state, State::Waiting) {
            State::Waiting => self.wait().await,
            State::Verifying(request, page) => {
                let verified = self.verify(&request).await;
                page.show(match &verified {
                    Ok(_) => PageVerdict::Connected,
                    Err(fault) => PageVerdict::Failed(fault.to_string()),
                });
                verified?;
                self.state = State::Verified;
                Ok(Step::Verified)
            }
            State::Verified => self.read().await.map(Step::Done),
            State::Seen(now) => Ok(self.step(*now)),
        }
    }

    /// Waits for the browser to come back, and looks at the account meanwhile.
    async fn wait(&mut self) -> Result<Step, Fault> {
        loop {
            let pause =
                POLL.iter().find(|(until, _)| self.looks < *until).map_or(Duration::from_secs(3), |(_, pause)| *pause);
            let arrival = async {
                match &mut self.callback {
                    Some(callback) => callback.next().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                arrival = arrival => return match arrival {
                    CallbackArrival::Consented(request, page) => {
                        self.state = State::Verifying(AuthRequestId::new(request), page);
                        Ok(Step::Consented)
                    }
                    CallbackArrival::Refused(fault) => Err(fault),
                    CallbackArrival::Stray => Ok(Step::Stray),
                },
                () = tokio::time::sleep_until(self.ends) => return Err(self.too_late()),
                () = async {
                    match self.renews {
                        Some(at) => tokio::time::sleep_until(at).await,
                        None => std::future::pending().await,
                    }
                } => {}
                () = tokio::time::sleep(pause.max(self.followed.pause())) => {}
            }
            self.looks += 1;
            let now = match self.read().await {
                Ok(now) => now,
                Err(fault) if fault.kind.is_passing() => {
                    // Nobody knows whether the link was used: it is not replaced now.
                    self.renews = self.renews.map(|at| at.max(Instant::now() + AGAIN));
                    continue;
                }
                Err(fault) => return Err(fault),
            };
            self.settle(&now);
            let waited_before = self.before.status == Status::PendingVerification && !self.has_moved(&now);
            if now.status == Status::PendingVerification && !waited_before && !self.consented {
                self.consented = true;
                self.state = State::Seen(Box::new(now));
                return Ok(Step::Consented);
            }
            let step = self.step(now);
            if let Step::Seen(seen) = &step
                && self.is_to_renew()
                && let Some(link) = self.renew(seen.clone()).await
            {
                return Ok(Step::Renewed(link));
            }
            return Ok(step);
        }
    }

    /// Confirms the consent. The environment's own limit costs nobody their consent: it is waited out.
    async fn verify(&self, request: &AuthRequestId) -> Result<(), Fault> {
        let mut attempts = 1;
        loop {
            match self.client.verify_user(request, &self.account.identifier).await {
                Err(fault) if fault.kind == FaultKind::RateLimited && attempts < CONFIRMED_AT_MOST => {
                    attempts += 1;
                    tokio::time::sleep(fault.retry_after.unwrap_or(AGAIN)).await;
                }
                verified => return verified.map(drop),
            }
        }
    }

    /// Whether it is time for another link, and the one there is surely was not used.
    fn is_to_renew(&self) -> bool {
        !self.consented && self.renews.is_some_and(|at| at <= Instant::now())
    }

    /// Makes another link; none where that fails, which costs nothing while the old one lives.
    async fn renew(&mut self, seen: Account) -> Option<AuthorizationLink> {
        let mut link = match self.client.authorization_link(&self.request).await {
            Ok(link) => link,
            Err(fault) => {
                let wait = fault.retry_after.unwrap_or(AGAIN);
                self.renews = fault.kind.is_passing().then(|| Instant::now() + wait);
                return None;
            }
        };
        // Making the link may itself touch the row.
        self.unsettled = Some(seen);
        link.callback_port = self.callback.as_ref().and_then(|callback| callback.url().port());
        let now = self.client.broker_now();
        let renewal = renewal(link.expires_at, now).filter(|_| self.began.elapsed() < RENEWED_FOR);
        link.renews_at = renewal.map(|(_, moment)| moment);
        self.renews = renewal.map(|(wait, _)| Instant::now() + wait);
        self.ends = self.ends.max(Instant::now() + patience(link.expires_at, now).min(UNSAID + GRACE));
        self.ask = Ask::OpenUrl(link.clone());
        Some(link)
    }

    /// Takes the account after a new link for the one of before, unless what changed can only be a consent.
    fn settle(&mut self, now: &Account) {
        if let Some(before) = self.unsettled.take() {
            let became_active = now.status == Status::Active && before.status != Status::Active;
            if !became_active && now.token_expires_at == before.token_expires_at {
                self.before = now.clone();
            }
        }
    }

    fn too_late(&self) -> Fault {
        let message = match (self.consented, self.ask()) {
            (true, _) => "Consent was given, and nobody confirmed it in time.",
            (false, Ask::OpenUrl(AuthorizationLink { expires_at: None, .. })) => {
                "Nobody has finished with the link for more than an hour."
            }
            (false, _) => "The link expired a quarter of an hour ago, and nobody has finished with it.",
        };
        Fault::new(FaultKind::LinkExpired, message)
    }

    fn step(&self, now: Account) -> Step {
        if now.status == Status::Active && self.has_moved(&now) { Step::Done(now) } else { Step::Seen(now) }
    }

    fn has_moved(&self, now: &Account) -> bool {
        now.updated_at != self.before.updated_at || now.token_expires_at != self.before.token_expires_at
    }

    async fn read(&self) -> Result<Account, Fault> {
        self.client.account(&AccountRef::Id(self.before.id.clone())).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_replaced_shortly_before_its_end() {
        let now: Timestamp = "2026-03-04T12:00:00Z".parse().unwrap();
        let wait = |ends_in: Option<i64>| {
            let renewal = renewal(ends_in.map(|s| now + SignedDuration::from_secs(s)), now);
            renewal.map(|(wait, moment)| (wait.as_secs(), (moment.as_second() - now.as_second()) as u64))
        };
        assert_eq!(wait(Some(60)), Some((45, 45)));
        assert_eq!(wait(Some(600)), Some((585, 585)));
        assert_eq!(wait(Some(20)), Some((15, 15)), "a quarter of a short life");
        for never in [None, Some(0), Some(-60), Some(86_400)] {
            assert_eq!(wait(never), None, "{never:?}");
        }
    }

    #[test]
    fn a_link_is_followed_for_its_life_and_a_grace() {
        let now: Timestamp = "2026-03-04T12:00:00Z".parse().unwrap();
        let seconds =
            |ends_in: Option<i64>| patience(ends_in.map(|s| now + SignedDuration::from_secs(s)), now).as_secs();
        assert_eq!(seconds(Some(60)), 60 + GRACE.as_secs());
        assert_eq!(seconds(Some(-60)), GRACE.as_secs() - 60);
        assert_eq!(seconds(Some(-3_600)), 0);
        assert_eq!(seconds(None), UNSAID.as_secs() + GRACE.as_secs());
        assert!(patience(Some(Timestamp::MAX), now) > UNSAID);
    }
}
